import { CopyButton, Dialog } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'

/** Recovery codes, shown once. */
export function KeepCodes({ codes, onClose }: { readonly codes: readonly string[]; readonly onClose: () => void }) {
  const words = useWords().security
  return (
    <Dialog title={words.codesTitle} onClose={onClose}>
      <p>{words.codesMean}</p>
      <pre>{codes.join('\n')}</pre>
      <div className="answers">
        <CopyButton text={codes.join('\n')} />
        <button type="button" className="main" onClick={onClose}>
          {words.codesKept}
        </button>
      </div>
    </Dialog>
  )
}
