import { CopyButton, Dialog } from '../../parts/index.ts'
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
    <Dialog title={words.codesTitle} onClose={onClose} isFirm>
      <CodesShown codes={codes} />
      <div className="answers">
        <button type="button" className="main" onClick={onClose}>
          {words.codesKept}
        </button>
      </div>
    </Dialog>
  )
}
