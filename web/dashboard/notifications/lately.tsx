import { Link } from '@tanstack/react-router'
import { Asked, Empty, List, Section, When } from '../../parts/index.ts'
import type { OwnAlert } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** Where each alert is seen to. */
const PLACES: Readonly<Record<OwnAlert['kind'], { readonly to: string; readonly name: 'key' | 'money' | 'usage' | 'webhook' }>> = {
  'key.leaked': { to: '/dashboard/keys', name: 'key' },
  'key.paused': { to: '/dashboard/keys', name: 'key' },
  'spend.reached': { to: '/dashboard/usage', name: 'usage' },
  'budget.reached': { to: '/dashboard/keys', name: 'key' },
  'balance.low': { to: '/dashboard/top-up', name: 'money' },
  'webhook.off': { to: '/dashboard/webhooks', name: 'webhook' },
}

/** What happened in the last seven days that may want a hand. */
export function Lately() {
  const words = useWords().notifications
  return (
    <Section title={words.lately}>
      <Asked<readonly OwnAlert[]> path="/api/account/alerts">
        {(alerts) =>
          alerts.length === 0 ? (
            <Empty>{words.nothingLately}</Empty>
          ) : (
            <List
              caption={words.lately}
              entries={alerts}
              keyOf={({ id }) => id}
              columns={[
                { head: words.lately, cell: ({ happenedAt }) => <When at={happenedAt} /> },
                { head: words.about, cell: (alert) => words.alerts[alert.kind](alert) },
                { head: '', isActs: true, cell: ({ kind }) => <Link to={PLACES[kind].to}>{words.seeTo[PLACES[kind].name]}</Link> },
              ]}
            />
          )
        }
      </Asked>
    </Section>
  )
}
