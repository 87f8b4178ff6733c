import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import { lockCurrent, unusedOf } from './cancel.ts'
import { nowOf, type PlanParts } from './parts.ts'
import { payDue } from './pay-period.ts'
import { periodAt } from './period.ts'
import { isCheaper, type PlanOffer, readOpenOffer } from './plan-offer.ts'
import type { SubscriptionRow } from './subscription-record.ts'

/** What a change did: on the new plan now, or from the end of the period. */
export type PlanChange = 'now' | 'at_period_end'

/**
 * Puts a subscription on another plan. To a dearer one now: the unused part of the period comes back to the nano-dollar and a whole period
 * of the new plan is paid. To a cheaper one at the end of the period; the plan it has takes such a choice back. Fails with
 * subscription_unknown, subscription_over, plan_unknown, plan_closed, plan_not_changeable, balance_insufficient.
 */
export async function changePlan(parts: PlanParts, id: string, planId: string): Promise<PlanChange> {
  const change = await parts.database.transaction((tx) => choose(tx, parts, { id, planId }))
  if (change === 'now' && (await payDue(parts, id)) === 'unpaid')
    fail('balance_insufficient', { available: 'what is missing was spent meanwhile' })
  return change
}

async function choose(
  tx: Database,
  parts: PlanParts,
  { id, planId }: { readonly id: string; readonly planId: string },
): Promise<PlanChange> {
  const subscription = await lockCurrent(tx, parts, id)
  if (subscription.plan_id === null || subscription.period_end === null) fail('plan_not_changeable')
  if (planId === subscription.plan_id) {
    await tx.query(sql`update subscription set next_plan_id = null where id = ${id}::uuid`)
    return 'now'
  }
  const offer = await readOpenOffer(tx, planId)
  if (offer.kind === 'one_time') fail('plan_not_changeable')
  if (isCheaper(offer, subscription)) {
    await tx.query(sql`update subscription set next_plan_id = ${planId}, cancel_at_period_end = false where id = ${id}::uuid`)
    return 'at_period_end'
  }
  if (subscription.state !== 'active') fail('subscription_busy')
  await writeChange(tx, parts, { subscription, offer })
  return 'now'
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
