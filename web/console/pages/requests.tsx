import { Link } from '@tanstack/react-router'
import { call } from '../../lib/call.ts'
import { Page, Paged, Tag, When } from '../../parts/index.ts'
import type { PrivacyRequest } from '../answers.ts'
import { ActButton } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** What people asked over their data, the oldest first, and until when the law gives us. */
export function RequestsPage() {
  const words = useWords().requests
  const may = useMay()
  const end = (request: PrivacyRequest, state: 'done' | 'refused') => () =>
    call(`/operator/v1/privacy/requests/${request.id}`, { method: 'PATCH', body: { state } })
  return (
    <Page title={words.title} lead={words.lead}>
      <Paged<PrivacyRequest>
        path="/operator/v1/privacy/requests?limit=50"
        caption={words.title}
        none={words.none}
        keyOf={({ id }) => id}
        columns={[
          { head: words.asked, cell: (request) => <When at={request.created_at} isDay /> },
          { head: words.kind, cell: ({ kind }) => words.kinds[kind], isWhole: true },
          { head: words.account, cell: ({ account_id: id }) => <Link to={`/accounts/${id}`}>{id.slice(0, 8)}</Link> },
          { head: words.state, cell: ({ state }) => <Tag kind={state === 'open' ? 'todo' : 'good'}>{words.states[state]}</Tag> },
          { head: words.due, cell: (request) => <When at={request.due_at} isDay /> },
          {
            head: words.doings,
            isActs: true,
            cell: (request) =>
              may('care') &&
              request.ended_at === null && (
                <>
                  <ActButton name={words.done} kind="plain" run={end(request, 'done')} />
                  <ActButton name={words.refuse} kind="plain" run={end(request, 'refused')} />
                </>
              ),
          },
        ]}
      />
    </Page>
  )
}
