import { type Database, sql } from '../db/index.ts'
import { noteLetter } from './letters.ts'
import { nameOf } from './name-of.ts'
import type { PlanParts } from './parts.ts'
import type { SubscriptionEnder, SubscriptionRow } from './subscription-record.ts'
import { offerFreeSeats } from './waiting-list.ts'

/** How, when in milliseconds, and by whom a locked subscription is over; null: it never began, or nobody noted who ended it. */
export type Ending = {
  readonly subscription: SubscriptionRow
  readonly state: 'canceled' | 'ended' | 'refused'
  readonly at: number
  readonly by: SubscriptionEnder | null
}

/**
 * Ends a subscription: its keys answer 403 from the commit on, what was due is not asked for any more, an account that had its plan by it has
 * that of its newest other one without an end, and a seat that frees is offered to the first in line. What is due must not have been paid.
 */
export async function finish(tx: Database, parts: PlanParts, { subscription, state, at, by }: Ending): Promise<void> {
  const { id, account_id: accountId, months, plan_id: planId, pool_id: poolId, block } = subscription
  await tx.query(sql`
    update subscription set state = ${state}, ended_at = ${new Date(at)}, live_until = ${new Date(at)}, next_try_at = null, next_plan_id = null,
      next_price = null, next_months = null, ended_by = ${by}
    where id = ${id}::uuid`)
  await tx.query(sql`update subscription_period set state = 'failed' where subscription_id = ${id}::uuid and state = 'due'`)
  if (state !== 'refused' && months === null) await leavePlan(tx, { id, accountId, planId })
  if (poolId !== null && block !== null) await offerFreeSeats(tx, parts, { poolId, block })
  if (state !== 'refused')
    await noteLetter(tx, parts, { accountId, template: 'subscription-ended', fields: { plan: await nameOf(tx, subscription) } })
}

type Left = { readonly id: string; readonly accountId: string; readonly planId: string | null }

/** The account is locked before, so that of two that end at once neither leaves the other's plan. */
async function leavePlan(tx: Database, { id, accountId, planId }: Left): Promise<void> {
  await tx.query(sql`select from account where id = ${accountId}::uuid for no key update`)
  await tx.query(sql`
    update account set plan_id = (
      select other.plan_id from subscription other
      where other.account_id = ${accountId}::uuid and other.id <> ${id}::uuid and other.state = 'active' and other.months is null
        and other.plan_id is not null
      order by other.period_start desc, other.id desc limit 1)
    where id = ${accountId}::uuid and plan_id = ${planId}`)
}
