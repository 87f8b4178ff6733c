import { errorOfResponse } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Section } from '../../parts/index.ts'
import { useProven } from '../prove.tsx'
import { useWords } from '../words/index.ts'

/** Everything that is held, as a file. */
export function ExportSection() {
  const words = useWords().privacy
  const take = useAct(async (): Promise<void> => {
    const response = await fetch('/api/auth/export', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
    if (!response.ok) throw await errorOfResponse(response)
    save(await response.blob(), 'farebox-export.zip')
  })
  const proven = useProven(take)
  return (
    <Section title={words.export}>
      <p className="faint">{words.exportMeans}</p>
      {proven.error !== undefined && <Failed error={proven.error} />}
      <div className="row">
        <button type="button" disabled={take.isRunning} onClick={() => proven.run(undefined)}>
          {words.exportAct}
        </button>
      </div>
      {proven.dialog}
    </Section>
  )
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
