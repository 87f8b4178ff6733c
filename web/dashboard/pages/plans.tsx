import { Asked, Empty, Notice, Page, Section, useAsked } from '../../parts/index.ts'
import type { BillingStatus, OfferedPlan, OfferedPool } from '../answers.ts'
import { useLacking } from '../only.tsx'
import { useWords } from '../words/index.ts'
import { OwnSubscriptions } from './own-subscriptions.tsx'
import { PlanOffer } from './plan-offer.tsx'
import { PoolOffer } from './pool-offer.tsx'

/** What is subscribed to, and what could be. */
export function PlansPage() {
  const words = useWords().plans
  const lacking = useLacking('pay')
  const own = useAsked<BillingStatus>('/api/billing/status').data?.subscriptions ?? []
  return (
    <Page title={words.title} lead={words.lead}>
      {lacking !== undefined && <Notice>{lacking}</Notice>}
      <Asked<BillingStatus> path="/api/billing/status">{(status) => <OwnSubscriptions status={status} />}</Asked>
      <Section title={words.offered}>
        <Asked<readonly OfferedPlan[]> path="/api/plans">
          {(plans) =>
            plans.length === 0 ? (
              <Empty>{words.none}</Empty>
            ) : (
              <div className="offers">
                {plans.map((plan) => (
                  <PlanOffer key={plan.slug} plan={plan} own={own} />
                ))}
              </div>
            )
          }
        </Asked>
      </Section>
      <Asked<readonly OfferedPool[]> path="/api/pools">
        {(pools) =>
          pools.length === 0 ? null : (
            <Section title={words.pools}>
              {pools.map((pool) => (
                <PoolOffer key={pool.id} pool={pool} />
              ))}
            </Section>
          )
        }
      </Asked>
    </Page>
  )
}
