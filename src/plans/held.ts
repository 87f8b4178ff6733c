import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { PlanOffer } from './plan-offer.ts'

/** Who wants a plan, and with which of their subscriptions, where it is one that goes over to it. */
export type Wanting = { readonly accountId: string; readonly subscriptionId?: string }

/**
 * A free plan and a permanent one are had once, also where one is to come at the end of a period; of others each is a budget of its own. The account
 * is locked before, so that two that are wanted at once are counted. Fails with plan_held.
 */
export async function refuseHeld(tx: Database, offer: PlanOffer, { accountId, subscriptionId }: Wanting): Promise<void> {
  if (offer.kind === 'monthly' || offer.kind === 'annual') return
  const held = await tx.query(sql`
    select from subscription where account_id = ${accountId}::uuid and (plan_id = ${offer.id} or next_plan_id = ${offer.id})
      and state in ('starting', 'active', 'past_due') and id is distinct from ${subscriptionId ?? null}::uuid`)
  if (held.length > 0) fail('plan_held')
}
