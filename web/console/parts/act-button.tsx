import { useQueryClient } from '@tanstack/react-query'
import { useAct } from '../../lib/use-act.ts'
import { ActFailed } from './prove-again.tsx'

/** A button whose act can be taken back, or takes nothing: it is done at once, and what is shown is read anew. */
export function ActButton(about: {
  readonly name: string
  readonly kind?: 'plain' | 'main'
  readonly run: (once: string) => Promise<unknown>
}) {
  const client = useQueryClient()
  const act = useAct(async (_: undefined, once) => {
    await about.run(once)
    void client.invalidateQueries()
  })
  return (
    <>
      <button type="button" className={about.kind ?? ''} disabled={act.isRunning} onClick={() => void act.run(undefined)}>
        {about.name}
      </button>
      {act.error !== undefined && <ActFailed error={act.error} onAgain={() => void act.run(undefined)} />}
    </>
  )
}
