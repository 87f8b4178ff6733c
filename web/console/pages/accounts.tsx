import { Asked, Empty, List, Page, Tag, When } from '../../parts/index.ts'
import type { AccountPage } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** The accounts of the house. */
export function AccountsPage() {
  const words = useWords().accounts
  return (
    <Page title={words.title}>
      <Asked<AccountPage> path="/operator/v1/accounts?limit=50">
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{words.none}</Empty>
          ) : (
            <List
              caption={words.title}
              entries={data}
              keyOf={({ id }) => id}
              columns={[
                { head: words.name, cell: (account) => account.email ?? account.id.slice(0, 8) },
                { head: words.state, cell: (account) => <Tag kind={account.status === 'active' ? 'good' : 'bad'}>{account.status}</Tag> },
                { head: words.since, cell: (account) => <When at={account.created_at} isDay /> },
              ]}
            />
          )
        }
      </Asked>
    </Page>
  )
}
