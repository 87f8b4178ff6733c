import { CopyButton, ShownOnce } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'

/** Recovery codes, shown once. */
export function CodesShown({ codes }: { readonly codes: readonly string[] }) {
  const words = useWords().own
  return (
    <>
      <p>{words.codesMean}</p>
      <pre>{codes.join('\n')}</pre>
      <CopyButton text={codes.join('\n')} />
    </>
  )
}

/** The same over a page. */
export function CodesDialog({ codes, onClose }: { readonly codes: readonly string[]; readonly onClose: () => void }) {
  const words = useWords().own
  return (
    <ShownOnce title={words.codesTitle} secret={codes} kept={words.codesKept} onKept={onClose}>
      {words.codesMean}
    </ShownOnce>
  )
}
