import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Asked, Empty, List, Page, ShownOnce, useAsked, When } from '../../parts/index.ts'
import type { MadeWebhook, Notifications, Webhook } from '../answers.ts'
import { IfMay, useLacking } from '../only.tsx'
import { WEBHOOKS } from '../webhooks/path.ts'
import { WebhookForm } from '../webhooks/webhook-form.tsx'
import { WebhookState } from '../webhooks/webhook-state.tsx'
import { useWords } from '../words/index.ts'

/** Where the account has events sent to. */
export function WebhooksPage() {
  const words = useWords().webhooks
  const { data: settings } = useAsked<Notifications>('/api/account/notifications')
  const lacking = useLacking('run')
  const [isMaking, setMaking] = useState(false)
  const isOffered = settings?.webhooks.offered !== false
  const make = (kind: string) => (
    <IfMay right="run">
      <button type="button" className={kind} onClick={() => setMaking(true)}>
        {words.make}
      </button>
    </IfMay>
  )
  return (
    <Page title={words.title} lead={words.lead} acts={isOffered && make('main')}>
      <Asked<readonly Webhook[]> path={WEBHOOKS}>
        {(hooks) =>
          hooks.length > 0 ? (
            <Hooks hooks={hooks} />
          ) : (
            <Empty>
              <span>{isOffered ? (lacking ?? words.none) : words.notOffered}</span>
              {isOffered && make('')}
            </Empty>
          )
        }
      </Asked>
      {isMaking && <MakeWebhook onClose={() => setMaking(false)} />}
    </Page>
  )
}

function Hooks({ hooks }: { readonly hooks: readonly Webhook[] }) {
  const words = useWords().webhooks
  const navigate = useNavigate()
  return (
    <List
      caption={words.title}
      entries={hooks}
      keyOf={({ id }) => id}
      onOpen={({ id }) => void navigate({ to: `/dashboard/webhooks/${id}` })}
      columns={[
        { head: words.url, cell: ({ id, url }) => <Link to={`/dashboard/webhooks/${id}`}>{url ?? id}</Link> },
        { head: words.events, cell: ({ events }) => <span title={events.join(', ')}>{words.eventCount(events.length)}</span> },
        { head: words.state, cell: (hook) => <WebhookState hook={hook} /> },
        { head: words.made, cell: ({ createdAt }) => <When at={createdAt} isDay /> },
      ]}
    />
  )
}

function MakeWebhook({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().webhooks
  const client = useQueryClient()
  const [made, setMade] = useState<MadeWebhook>()
  if (made !== undefined)
    return (
      <ShownOnce title={words.madeTitle} secret={made.secret} kept={words.kept} onKept={onClose}>
        {words.madeMeans}
      </ShownOnce>
    )
  return (
    <WebhookForm
      title={words.make}
      act={words.makeAct}
      given={{ url: '', events: ['balance.low', 'key.leaked', 'key.paused', 'incident'] }}
      onClose={onClose}
      run={async (body, once) => {
        setMade(await call<MadeWebhook>(WEBHOOKS, { method: 'POST', body, once }))
        await client.invalidateQueries({ queryKey: [WEBHOOKS] })
      }}
    />
  )
}
