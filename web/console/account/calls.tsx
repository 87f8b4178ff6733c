import { codeName } from '../../lib/code-name.ts'
import { showCount } from '../../lib/money.ts'
import { Money, Paged, Section, Tag, When } from '../../parts/index.ts'
import type { Account, Usage } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** The settled calls of an account: when, which model, how much; nothing of what was said, as nothing is kept of it. */
export function AccountCalls({ account }: { readonly account: Account }) {
  const words = useWords().account
  return (
    <Section title={words.calls}>
      <Paged<Usage>
        path={`/operator/v1/accounts/${account.id}/usage?limit=100`}
        caption={words.calls}
        none={words.noCalls}
        keyOf={(usage) => usage.request_id}
        columns={[
          { head: words.at, cell: ({ at }) => <When at={at} /> },
          { head: words.model, cell: ({ model }) => <code>{model}</code> },
          {
            head: words.outcome,
            cell: ({ outcome, is_suspect: isSuspect }) => (
              <Tag kind={isSuspect ? 'todo' : outcome === 'completed' ? 'good' : 'bad'}>{codeName(words.codes.outcomes, outcome)}</Tag>
            ),
          },
          { head: words.tokens, isNumber: true, cell: ({ tokens }) => `${showCount(tokens.input)} / ${showCount(tokens.output)}` },
          { head: words.took, isNumber: true, cell: (usage) => `${showCount(usage.latency_ms)} ms` },
          { head: words.cost, isNumber: true, cell: (usage) => <Money usd={usage.covered ?? usage.cost} /> },
          { head: words.margin, isNumber: true, cell: ({ margin }) => (margin === null ? '–' : <Money usd={margin} />) },
        ]}
      />
    </Section>
  )
}
