import { Link, useParams } from '@tanstack/react-router'
import { Asked, Notice, Page, Section, useAsked, When } from '../../parts/index.ts'
import type { Webhook } from '../answers.ts'
import { IfMay } from '../only.tsx'
import { Deliveries } from '../webhooks/deliveries.tsx'
import { WEBHOOKS } from '../webhooks/path.ts'
import { WebhookActs } from '../webhooks/webhook-acts.tsx'
import { WebhookState } from '../webhooks/webhook-state.tsx'
import { useWords } from '../words/index.ts'

/** One webhook: what it is told, how that goes, and what can be done about it. */
export function WebhookPage() {
  const words = useWords().webhooks
  const { id } = useParams({ strict: false })
  const { data } = useAsked<readonly Webhook[]>(WEBHOOKS)
  const hook = data?.find((one) => one.id === id)
  return (
    <Page
      title={hook?.url ?? words.title}
      lead={<Link to="/dashboard/webhooks">{words.all}</Link>}
      acts={
        hook !== undefined && (
          <IfMay right="run">
            <WebhookActs hook={hook} />
          </IfMay>
        )
      }
    >
      <Asked<readonly Webhook[]> path={WEBHOOKS}>
        {() =>
          hook === undefined ? (
            <Notice kind="loss">
              <span>{words.gone}</span>
            </Notice>
          ) : (
            <About hook={hook} />
          )
        }
      </Asked>
    </Page>
  )
}

function About({ hook }: { readonly hook: Webhook }) {
  const words = useWords().webhooks
  return (
    <>
      {!hook.active && (
        <Notice kind="todo">
          <span>{hook.switchedOffAt === null ? words.offByYou : words.offMeans}</span>
        </Notice>
      )}
      <dl className="facts">
        <div>
          <dt>{words.state}</dt>
          <dd className="row">
            <WebhookState hook={hook} />
            {hook.failingSince !== null && (
              <span className="faint">
                {words.since} <When at={hook.failingSince} />
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>{words.made}</dt>
          <dd>
            <When at={hook.createdAt} />
          </dd>
        </div>
        {hook.oldSecretUntil !== null && Date.parse(hook.oldSecretUntil) > Date.now() && (
          <div>
            <dt>{words.oldUntil}</dt>
            <dd>
              <When at={hook.oldSecretUntil} />
            </dd>
          </div>
        )}
        <div>
          <dt>{words.events}</dt>
          <dd>
            <code>{hook.events.join(', ')}</code>
          </dd>
        </div>
      </dl>
      <Section title={words.deliveries}>
        <Deliveries hook={hook} />
      </Section>
    </>
  )
}
