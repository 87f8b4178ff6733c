import { useState } from 'react'
import { List, Tag, When } from '../../parts/index.ts'
import type { Operator } from '../answers.ts'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'
import { ManageOperator } from './manage-operator.tsx'

/** The operators, those who ended too, as the audit log still names them. */
export function OperatorList({ operators }: { readonly operators: readonly Operator[] }) {
  const words = useWords().operators
  const { name: own } = useSession()
  const [managed, setManaged] = useState<string>()
  const chosen = operators.find(({ name }) => name === managed)
  return (
    <>
      <List
        caption={words.title}
        entries={operators}
        keyOf={({ name }) => name}
        columns={[
          {
            head: words.name,
            cell: ({ name }) => (
              <span className="row">
                {name} {name === own && <Tag kind="good">{words.you}</Tag>}
              </span>
            ),
          },
          { head: words.role, cell: ({ role }) => words.roleNames[role], isWhole: true },
          { head: words.ways, cell: ({ ways }) => ways.map((way) => words.wayNames[way]).join(', ') || '–' },
          { head: words.since, cell: (operator) => <When at={operator.created_at} isDay /> },
          { head: words.state, cell: (operator) => <State operator={operator} /> },
          {
            head: words.doings,
            isActs: true,
            cell: (operator) =>
              operator.revoked_at === null && (
                <button type="button" className="plain" onClick={() => setManaged(operator.name)}>
                  {words.manage}
                </button>
              ),
          },
        ]}
      />
      {chosen !== undefined && <ManageOperator operator={chosen} onClose={() => setManaged(undefined)} />}
    </>
  )
}

function State({ operator }: { readonly operator: Operator }) {
  const words = useWords().operators
  const { revoked_at: ended, invited_until: until, ways } = operator
  if (ended !== null) return <Tag kind="bad">{words.ended}</Tag>
  if (until !== null)
    return (
      <span className="row">
        <Tag kind="todo">{words.invited}</Tag> <When at={until} />
      </span>
    )
  return ways.length === 0 ? <Tag kind="todo">{words.shutOut}</Tag> : <Tag kind="good">{words.active}</Tag>
}
