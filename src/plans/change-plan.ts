import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import { lockCurrent, unusedOf } from './cancel.ts'
import { refuseHeld } from './held.ts'
import { refuseClosedAccount } from './open-subscription.ts'
import { nowOf, type PlanParts } from './parts.ts'
import { payDue } from './pay-period.ts'
import { periodAt } from './period.ts'
import { isCheaper, type PlanOffer, readOpenOffer } from './plan-offer.ts'
import type { SubscriptionRow } from './subscription-record.ts'

/** What a change did: on the new plan now, or from the end of the period; or what it has is kept. */
export type PlanChange = 'now' | 'at_period_end' | 'kept'

/**
 * Puts a subscription on another plan. To a dearer one now: the unused part of the period comes back to the nano-dollar and a whole period
 * of the new plan is paid. To a cheaper one at the end of the period; the plan it has takes such a choice back. Fails with
 * subscription_unknown, subscription_over, subscription_busy, plan_unknown, plan_closed, plan_held, plan_not_changeable, account_suspended,
 * balance_insufficient.
 */
export async function changePlan(parts: PlanParts, id: string, planId: string): Promise<PlanChange> {
  const change = await parts.database.transaction((tx) => choose(tx, parts, { id, planId }))
  if (change === 'now' && (await payDue(parts, id)) === 'unpaid')
    fail('balance_insufficient', { available: formatUsd(await availableOf(parts.database, id)) })
  return change
}

async function availableOf(database: Database, id: string): Promise<NanoUsd> {
  const [row] = await database.query<{ available: NanoUsd }>(sql`
    select b.available from balance b join subscription s on s.account_id = b.account_id where s.id = ${id}::uuid`)
  return row?.available ?? 0n
}

async function choose(
  tx: Database,
  parts: PlanParts,
  { id, planId }: { readonly id: string; readonly planId: string },
): Promise<PlanChange> {
  const subscription = await lockCurrent(tx, parts, id)
  if (subscription.plan_id === null || subscription.period_end === null) fail('plan_not_changeable')
  if (planId === subscription.plan_id) {
    await writeChoice(tx, id, null)
    return 'kept'
  }
  const offer = await readOpenOffer(tx, planId)
  if (offer.kind === 'one_time') fail('plan_not_changeable')
  // Orders and changes of one account come one after the other.
  await refuseClosedAccount(tx, subscription.account_id)
  await refuseHeld(tx, offer, { accountId: subscription.account_id, subscriptionId: id })
  if (isCheaper(offer, subscription)) {
    await writeChoice(tx, id, planId)
    return 'at_period_end'
  }
  if (subscription.state !== 'active') fail('subscription_busy')
  await writeChange(tx, parts, { subscription, offer })
  return 'now'
}

/** Writes down which plan comes next, null for the one it has; what is unpaid is asked for on that one, at once. */
async function writeChoice(tx: Database, id: string, planId: string | null): Promise<void> {
  await tx.query(sql`delete from subscription_period where subscription_id = ${id}::uuid and state = 'due'`)
  await tx.query(sql`
    update subscription set next_plan_id = ${planId}, cancel_at_period_end = cancel_at_period_end and ${planId === null}, next_try_at = null
    where id = ${id}::uuid`)
}

/** Writes down what the new plan costs from now on, and what of the old one goes back first. */
async function writeChange(
  tx: Database,
  parts: PlanParts,
  { subscription, offer }: { subscription: SubscriptionRow; offer: PlanOffer },
): Promise<void> {
  const { id, account_id: accountId, period_start: start } = subscription
  const now = Math.max(nowOf(parts), start.getTime() + 1)
  const credit = (await unusedOf(tx, subscription, now))?.amount ?? 0n
  const [balance] = await tx.query<{ available: NanoUsd }>(sql`select available from balance where account_id = ${accountId}::uuid`)
  const available = balance?.available ?? 0n
  if (available + credit < offer.price) fail('balance_insufficient', { available: formatUsd(available) })
  const months = offer.months ?? 1
  const { end } = periodAt({ anchor: now, months }, 0)
  await tx.query(sql`
    insert into subscription_period (subscription_id, account_id, period_start, period_end, anchor, period_index, months, plan_id, price, state,
      credit, credit_of, created_at)
    values (${id}::uuid, ${accountId}::uuid, ${new Date(now)}, ${new Date(end)}, ${new Date(now)}, 0, ${months}, ${offer.id}, ${offer.price}, 'due',
      ${credit}, ${credit === 0n ? null : start}::timestamptz, ${new Date(now)})`)
  await tx.query(sql`update subscription set cancel_at_period_end = false where id = ${id}::uuid`)
}
