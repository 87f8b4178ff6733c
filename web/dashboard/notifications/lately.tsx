import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Empty, List, Section, When } from '../../parts/index.ts'
import type { OwnAlert } from '../answers.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

const ALERTS = '/api/account/alerts'

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
      <Asked<readonly OwnAlert[]> path={ALERTS}>
        {(alerts) => (alerts.length === 0 ? <Empty>{words.nothingLately}</Empty> : <Alerts alerts={alerts} />)}
      </Asked>
    </Section>
  )
}

/** Who runs the account and looks at them has seen them; the banner goes with that. */
function Alerts({ alerts }: { readonly alerts: readonly OwnAlert[] }) {
  const words = useWords().notifications
  const client = useQueryClient()
  const may = useMay()
  const see = useAct(async () => {
    await call(`${ALERTS}/seen`, { method: 'PUT' })
    await client.invalidateQueries({ queryKey: [ALERTS] })
  })
  const isNew = alerts.some(({ seen }) => !seen)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for what is new, not for each time that the act is made anew
  useEffect(() => {
    if (isNew && may('run')) void see.run()
  }, [isNew])
  return (
    <List
      caption={words.lately}
      entries={alerts}
      keyOf={({ id }) => id}
      columns={[
        { head: words.when, cell: ({ happenedAt }) => <When at={happenedAt} /> },
        { head: words.what, cell: (alert) => words.alerts[alert.kind](alert) },
        { head: words.todo, isActs: true, cell: ({ kind }) => <Link to={PLACES[kind].to}>{words.seeTo[PLACES[kind].name]}</Link> },
      ]}
    />
  )
}
