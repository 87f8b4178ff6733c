import { useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/call.ts'
import { showCount } from '../../lib/money.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Empty, Failed, List, Tag, When } from '../../parts/index.ts'
import type { Delivery, Webhook } from '../answers.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'
import { WEBHOOKS } from './path.ts'

const LOOK_MS = 5_000
const KINDS = { waiting: 'todo', delivered: 'good', failed: 'bad' } as const

/** What was sent to a webhook in the last seven days, and how it went; each can be sent again. */
export function Deliveries({ hook }: { readonly hook: Webhook }) {
  const words = useWords().webhooks
  const client = useQueryClient()
  const may = useMay()
  const path = `${WEBHOOKS}/${hook.id}/deliveries`
  const resend = useAct(async (id: string, once) => {
    await call(`${path}/${id}/resend`, { method: 'POST', once })
    await client.invalidateQueries({ queryKey: [path] })
  })
  return (
    <>
      {resend.error !== undefined && <Failed error={resend.error} />}
      <Asked<readonly Delivery[]> path={path} everyMs={LOOK_MS}>
        {(deliveries) =>
          deliveries.length === 0 ? (
            <Empty>{words.noDeliveries}</Empty>
          ) : (
            <List
              caption={words.deliveries}
              entries={deliveries}
              keyOf={({ id }) => id}
              columns={[
                { head: words.event, cell: ({ event }) => (event === 'test' ? words.testEvent : <code>{event}</code>) },
                { head: words.when, cell: ({ createdAt }) => <When at={createdAt} isExact /> },
                { head: words.state, cell: ({ state }) => <Tag kind={KINDS[state]}>{words.states[state]}</Tag> },
                { head: words.status, isNumber: true, cell: ({ status, tries }) => status ?? (tries === 0 ? '–' : words.noAnswer) },
                { head: words.tries, isNumber: true, cell: ({ tries }) => showCount(tries) },
                { head: words.lastTry, cell: ({ lastTryAt }) => (lastTryAt === null ? '–' : <When at={lastTryAt} isExact />) },
                {
                  head: words.acts,
                  isActs: true,
                  cell: ({ id, state }) =>
                    may('run') &&
                    hook.active &&
                    state !== 'waiting' && (
                      <button type="button" className="plain" disabled={resend.isRunning} onClick={() => void resend.run(id)}>
                        {words.resend}
                      </button>
                    ),
                },
              ]}
            />
          )
        }
      </Asked>
    </>
  )
}
