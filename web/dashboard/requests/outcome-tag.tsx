import { codeName } from '../../lib/code-name.ts'
import { Tag } from '../../parts/index.ts'
import type { OwnCall } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** How a call ended, by name. */
export function OutcomeTag({ call }: { readonly call: Pick<OwnCall, 'outcome'> }) {
  const { outcomes, meanings } = useWords().requests
  const kind =
    call.outcome === 'completed' ? 'good' : call.outcome === 'client-aborted' || call.outcome === 'length-stopped' ? 'todo' : 'bad'
  return (
    <span title={meanings[call.outcome]}>
      <Tag kind={kind}>{codeName(outcomes, call.outcome)}</Tag>
    </span>
  )
}
