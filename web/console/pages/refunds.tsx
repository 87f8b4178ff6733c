import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { CallError } from '../../lib/call.ts'
import { Empty, Failed, List, Money, Page, Section, Segments, Tag, useAsked, Waiting, When } from '../../parts/index.ts'
import type { ListOf, RefundLine } from '../answers.ts'
import { RefundState } from '../refunds/refund-state.tsx'
import { Wishes } from '../refunds/wishes.tsx'
import { useWords } from '../words/index.ts'

/** Money that goes back: what customers asked back and is decided here, and what of it is coins and has to be sent; asked for when somebody looks, as each time is noted for every account to see. */
export function RefundsPage() {
  const words = useWords().refunds
  const navigate = useNavigate()
  const { state } = useSearch({ strict: false }) as { readonly state?: string }
  const which = state === 'all' ? 'all' : 'open'
  const { data, error } = useAsked<ListOf<RefundLine>>(`/operator/v1/refunds?state=${which}`)
  const isAbsent = error instanceof CallError && error.status === 404
  return (
    <Page title={words.title} lead={words.lead}>
      <Segments
        label={words.which}
        value={which}
        choices={[
          { value: 'open', shown: words.open },
          { value: 'all', shown: words.all },
        ]}
        onChange={(value) => void navigate({ to: '/refunds', search: (value === 'all' ? { state: 'all' } : {}) as never })}
      />
      <Section title={words.wishes.title}>
        <Wishes which={which} />
      </Section>
      <Section title={words.coins}>
        {isAbsent && <Empty>{words.absent}</Empty>}
        {error !== null && !isAbsent && <Failed error={error} />}
        {data === undefined && error === null && <Waiting />}
        {data?.data.length === 0 && <Empty>{which === 'open' ? words.noneOpen : words.none}</Empty>}
        {data !== undefined && data.data.length > 0 && <Refunds refunds={data.data} />}
      </Section>
    </Page>
  )
}

function Refunds({ refunds }: { readonly refunds: readonly RefundLine[] }) {
  const words = useWords().refunds
  return (
    <List
      caption={words.title}
      entries={refunds}
      keyOf={({ id }) => id}
      columns={[
        { head: words.since, cell: (refund) => <When at={refund.asked_at} /> },
        { head: words.refund, cell: ({ id }) => <Link to={`/refunds/${id}`}>{id.slice(0, 8)}</Link> },
        { head: words.account, cell: ({ account_id: id }) => <Link to={`/accounts/${id}`}>{id.slice(0, 8)}</Link> },
        { head: words.rail, cell: ({ rail }) => <Tag>{rail}</Tag> },
        { head: words.state, cell: (refund) => <RefundState refund={refund} /> },
        { head: words.amount, isNumber: true, cell: ({ amount }) => <Money usd={amount} /> },
      ]}
    />
  )
}
