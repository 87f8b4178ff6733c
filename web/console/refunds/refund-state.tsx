import { Tag } from '../../parts/index.ts'
import type { RefundLine } from '../answers.ts'
import { useWords } from '../words/index.ts'

const KINDS = { asked: 'todo', taken: 'todo', sent: 'todo', done: 'good', refused: 'bad', cancelled: undefined } as const

/** How far a refund is, and in a word why no further. */
export function RefundState({ refund: { state, outcome } }: { readonly refund: Pick<RefundLine, 'state' | 'outcome'> }) {
  const words = useWords().refunds
  const kind = KINDS[state]
  return (
    <span className="row">
      <Tag {...(kind === undefined ? {} : { kind })}>{words.states[state]}</Tag>
      {outcome !== null && <span className="faint">{outcome}</span>}
    </span>
  )
}
