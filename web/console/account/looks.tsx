import { Paged, Section, When } from '../../parts/index.ts'
import type { Account, AuditEntry } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** Who of the operators looked at an account, or at a list that it is in; its owner sees the same. */
export function AccountLooks({ account }: { readonly account: Account }) {
  const words = useWords().account
  return (
    <Section title={words.looks}>
      <p className="faint">{words.looksMeans}</p>
      <Paged<AuditEntry>
        path={`/operator/v1/audit?limit=100&account_id=${account.id}`}
        caption={words.looks}
        none={words.noLooks}
        keyOf={({ serial }) => serial}
        columns={[
          { head: words.at, cell: ({ at }) => <When at={at} /> },
          { head: words.who, cell: ({ actor }) => actor },
          { head: words.did, cell: ({ action }) => <code>{action}</code> },
          { head: words.concerned, cell: (entry) => (entry.account_id === null ? words.everyAccount : words.thisAccount) },
        ]}
      />
    </Section>
  )
}
