import { IfMay } from '../only.tsx'
import { useWords } from '../words/index.ts'

type Keeping = { readonly isKept: boolean; readonly onKeep: (isKept: boolean) => void }

/** Whether the card that pays is kept for later, for who may leave one; it is not unless they say so. */
export function KeepCard({ isKept, onKeep }: Keeping) {
  const words = useWords().savedCards
  return (
    <IfMay right="run">
      <label className="choice">
        <input type="checkbox" name="savesCard" checked={isKept} onChange={(event) => onKeep(event.target.checked)} />
        <span>{words.keep}</span>
      </label>
    </IfMay>
  )
}
