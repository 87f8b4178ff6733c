import { codeName } from '../../lib/code-name.ts'
import { Asked, List, Money, Section, Tag, When } from '../../parts/index.ts'
import type { OwnPayment } from '../answers.ts'
import { useWords } from '../words/index.ts'

const LOOK_MS = 10_000

/** What was paid, and how far it is. */
export function PaymentHistory() {
  const words = useWords().payments
  return (
    <Section title={words.title}>
      <Asked<readonly OwnPayment[]> path="/api/billing/payments" everyMs={LOOK_MS}>
        {(payments) =>
          payments.length === 0 ? (
            <p className="faint">{words.none}</p>
          ) : (
            <List
              caption={words.title}
              entries={payments}
              keyOf={({ id }) => id}
              columns={[
                { head: words.at, cell: ({ createdAt }) => <When at={createdAt} /> },
                { head: words.method, cell: ({ method }) => words.methods[method as keyof typeof words.methods] ?? method },
                { head: words.purpose, cell: ({ purpose }) => words.purposes[purpose] },
                { head: words.state, cell: ({ state, outcome }) => <State state={state} outcome={outcome} /> },
                { head: words.amount, isNumber: true, cell: ({ amount }) => <Money usd={amount} /> },
              ]}
            />
          )
        }
      </Asked>
    </Section>
  )
}

function State({ state, outcome }: Pick<OwnPayment, 'state' | 'outcome'>) {
  const words = useWords().payments
  const kind = state === 'settled' ? 'good' : state === 'failed' || state === 'disputed' ? 'bad' : undefined
  return (
    <span className="row">
      <Tag {...(kind === undefined ? {} : { kind })}>{words.states[state as keyof typeof words.states] ?? state}</Tag>
      {outcome !== null && <span className="faint">{codeName(words.outcomes, outcome)}</span>}
    </span>
  )
}
