import { ShownOnce } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'

/** Recovery codes, shown once. */
export function KeepCodes({ codes, onClose }: { readonly codes: readonly string[]; readonly onClose: () => void }) {
  const words = useWords().security
  return (
    <ShownOnce title={words.codesTitle} secret={codes} kept={words.codesKept} onKept={onClose}>
      {words.codesMean}
    </ShownOnce>
  )
}
