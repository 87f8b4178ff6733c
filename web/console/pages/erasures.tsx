import { Link } from '@tanstack/react-router'
import { call } from '../../lib/call.ts'
import { Asked, Empty, List, Page, Section, Tag, When } from '../../parts/index.ts'
import type { ErasureQueue, QueuedErasure } from '../answers.ts'
import { ActButton } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** Accounts that are being erased, with their clocks, and those that were lately; asked for when somebody looks, as each time is noted for every account to see. */
export function ErasuresPage() {
  const words = useWords().erasures
  return (
    <Page title={words.title} lead={words.lead}>
      <Asked<ErasureQueue> path="/operator/v1/privacy/erasures">
        {({ open, done }) => (
          <>
            <Section title={words.open}>{open.length === 0 ? <Empty>{words.noneOpen}</Empty> : <Open erasures={open} />}</Section>
            <Section title={words.done}>{done.length === 0 ? <Empty>{words.noneDone}</Empty> : <Done erasures={done} />}</Section>
          </>
        )}
      </Asked>
    </Page>
  )
}

type Erasures = { readonly erasures: readonly QueuedErasure[] }

const AccountOf = ({ account_id: id }: QueuedErasure) => (
  <Link to={`/accounts/${id}`}>
    <code>{id.slice(0, 8)}</code>
  </Link>
)

function Open({ erasures }: Erasures) {
  const words = useWords().erasures
  const may = useMay()
  return (
    <List
      caption={words.open}
      entries={erasures}
      keyOf={({ account_id: id }) => id}
      columns={[
        { head: words.account, cell: AccountOf },
        { head: words.asked, cell: (one) => <When at={one.requested_at} /> },
        { head: words.by, cell: ({ cause }) => words.causes[cause] },
        { head: words.state, cell: ({ state }) => words.states[state], isWhole: true },
        {
          head: words.goneBy,
          cell: (one) => (
            <span className="row">
              <When at={one.gone_by} isDay />
              {one.is_late && <Tag kind="bad">{words.late}</Tag>}
            </span>
          ),
        },
        {
          head: words.again,
          isActs: true,
          cell: ({ account_id: id }) =>
            may('house') && (
              <ActButton
                name={words.again}
                kind="plain"
                run={() => call(`/operator/v1/accounts/${id}/erasure/retry`, { method: 'POST', body: {} })}
              />
            ),
        },
      ]}
    />
  )
}

function Done({ erasures }: Erasures) {
  const words = useWords().erasures
  return (
    <List
      caption={words.done}
      entries={erasures}
      keyOf={({ account_id: id }) => id}
      columns={[
        { head: words.account, cell: AccountOf },
        { head: words.asked, cell: (one) => <When at={one.requested_at} /> },
        { head: words.by, cell: ({ cause }) => words.causes[cause] },
        {
          head: words.finished,
          cell: (one) => (
            <span className="row">
              {one.done_at !== null && <When at={one.done_at} />}
              {one.is_late && <Tag kind="bad">{words.late}</Tag>}
            </span>
          ),
        },
      ]}
    />
  )
}
