import { Link } from '@tanstack/react-router'
import { Page, Paged, When } from '../../parts/index.ts'
import type { AuditEntry } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** Who of the operators looked at what belongs to people, and changed anything. */
export function AuditPage() {
  const words = useWords().audit
  return (
    <Page title={words.title} lead={words.lead}>
      <Paged<AuditEntry>
        path="/operator/v1/audit?limit=100"
        caption={words.title}
        none={words.none}
        keyOf={({ serial }) => serial}
        columns={[
          { head: words.serial, isNumber: true, cell: ({ serial }) => serial },
          { head: words.at, cell: ({ at }) => <When at={at} /> },
          { head: words.who, cell: ({ actor }) => actor },
          { head: words.did, cell: ({ action }) => <code>{action}</code> },
          {
            head: words.account,
            cell: ({ account_id: id }) => (id === null ? '–' : <Link to={`/accounts/${id}`}>{id.slice(0, 8)}</Link>),
          },
          { head: words.hash, cell: ({ hash }) => <code title={hash}>{hash.slice(0, 12)}</code> },
        ]}
      />
    </Page>
  )
}
