import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { NanoUsd } from '../lib/index.ts'
import { finish } from './finish.ts'
import { liveUntil, markPaid } from './mark-paid.ts'
import { nowOf, type PlanParts } from './parts.ts'
import { unusedPart } from './period.ts'
import { findDue, findPeriodAt, findPurchase, isLive, lockSubscription, type SubscriptionRow, sourceKeyOf } from './subscription-record.ts'

/** Which subscription somebody ends, or keeps, and who does. */
export type EndingBy = { readonly id: string; readonly by: 'customer' | 'operator' }

/**
 * Ends a subscription when its paid period does, or takes that back while the period goes on (`isCanceled` false); one that is unpaid ends now. A
 * customer takes back what they ended themselves; the operator first what the operator ended, so that what its customer ended as well ends still.
 * Asked for again it stays as it is. Fails with subscription_unknown, subscription_over, subscription_endless, subscription_busy,
 * subscription_ended_by_operator.
 */
export async function cancelAtPeriodEnd(parts: PlanParts, { id, by }: EndingBy, isCanceled: boolean): Promise<void> {
  await parts.database.transaction(async (tx) => {
    const subscription = await lockCurrent(tx, parts, id)
    if (subscription.period_end === null) fail('subscription_endless')
    if (!isCanceled && isEnded(subscription, nowOf(parts))) fail('subscription_over')
    if (subscription.state === 'past_due' && isCanceled && !subscription.cancel_at_period_end) {
      await finish(tx, parts, { subscription, state: 'canceled', at: nowOf(parts), by })
      return
    }
    await writeEnding(tx, parts, { subscription, ending: isCanceled ? endedFor(subscription, by) : keptFor(subscription, by) })
  })
}

/** Who wants a subscription to end with its period; `endedBy` null with `isCanceled` where nobody noted it. */
type Ends = { readonly isCanceled: boolean; readonly endedBy: SubscriptionRow['ended_by']; readonly customerEnds: boolean }

const endedFor = ({ ended_by: endedBy, customer_ends: customerEnds }: SubscriptionRow, by: EndingBy['by']): Ends => ({
  isCanceled: true,
  endedBy: endedBy === 'operator' ? endedBy : by,
  customerEnds: customerEnds || by === 'customer',
})

function keptFor(subscription: SubscriptionRow, by: EndingBy['by']): Ends {
  if (!isEndedByOperator(subscription)) return { isCanceled: false, endedBy: null, customerEnds: false }
  if (by === 'customer') return fail('subscription_ended_by_operator')
  const { customer_ends: customerEnds } = subscription
  return { isCanceled: customerEnds, endedBy: customerEnds ? 'customer' : null, customerEnds }
}

async function writeEnding(
  tx: Database,
  parts: PlanParts,
  { subscription, ending }: { readonly subscription: SubscriptionRow; readonly ending: Ends },
): Promise<void> {
  const { id, period_end: end, cancel_at_period_end: wasCanceled } = subscription
  const { isCanceled, endedBy, customerEnds } = ending
  if (wasCanceled === isCanceled && subscription.ended_by === endedBy && subscription.customer_ends === customerEnds) return
  const isSame = wasCanceled === isCanceled
  await tx.query(sql`
    update subscription set cancel_at_period_end = ${isCanceled}, ended_by = ${endedBy}, customer_ends = ${customerEnds},
      next_plan_id = case when ${isCanceled}::boolean then null else next_plan_id end,
      next_price = case when ${isCanceled}::boolean then null else next_price end,
      next_months = case when ${isCanceled}::boolean then null else next_months end,
      live_until = case when ${isSame}::boolean then live_until else ${liveUntil(parts, end, isCanceled)}::timestamptz end
    where id = ${id}::uuid`)
}

/** Whether the operator ends it with its period, so that its customer does not keep it. */
export const isEndedByOperator = ({ cancel_at_period_end: isCanceled, ended_by: endedBy }: SubscriptionRow): boolean =>
  isCanceled && endedBy === 'operator'

/** Whether a subscription is over in all but name at a time, in milliseconds: no job has said so yet. */
export const isEnded = (
  { cancel_at_period_end: isCanceled, period_end: end, ending_at: endingAt }: SubscriptionRow,
  now: number,
): boolean => endingAt !== null || (isCanceled && end !== null && end.getTime() <= now)

/**
 * Ends a subscription now; what of its period was not used goes back to the balance, to the nano-dollar. Returns how much. Fails with
 * subscription_unknown, subscription_over, subscription_busy.
 */
export async function cancelNow(parts: PlanParts, id: string): Promise<NanoUsd> {
  const returned = await parts.database.transaction((tx) => tellToEnd(tx, parts, id))
  await endAsTold(parts, id)
  return returned
}

/**
 * Writes down that the operator ends a subscription now, so that the same amount goes back whatever happens, and once; `endAsTold` does it, or the job.
 * Returns what will go back. Fails with subscription_unknown, subscription_over, subscription_busy.
 */
export async function tellToEnd(tx: Database, parts: PlanParts, id: string): Promise<NanoUsd> {
  const subscription = await lockCurrent(tx, parts, id)
  const at = subscription.ending_at ?? new Date(nowOf(parts))
  await tx.query(sql`update subscription set ending_at = ${at}, ended_by = 'operator' where id = ${id}::uuid`)
  return (await unusedOf(tx, subscription, at.getTime()))?.amount ?? 0n
}

/** Ends what was told to end, unless that was done. */
export async function endAsTold(parts: PlanParts, id: string): Promise<void> {
  await parts.database.transaction(async (tx) => {
    const subscription = await lockSubscription(tx, id)
    if (!isLive(subscription.state) || subscription.ending_at === null) return
    const at = subscription.ending_at.getTime()
    const unused = await unusedOf(tx, subscription, at)
    if (unused !== undefined) {
      const sourceKey = sourceKeyOf(id, subscription.period_start, 'cancel')
      await parts.books.returnPurchase({ ...unused, sourceKey, reason: 'unused part of a subscription' })
      await tx.query(sql`
        update subscription_period set returned = returned + ${unused.amount}::bigint
        where subscription_id = ${id}::uuid and period_start = ${subscription.period_start}`)
    }
    await finish(tx, parts, { subscription, state: 'canceled', at, by: subscription.ended_by })
  })
}

/** What of a locked subscription's paid period is unused at a time, in milliseconds; nothing of one that never ends. */
export async function unusedOf(
  tx: Database,
  subscription: SubscriptionRow,
  now: number,
): Promise<{ amount: NanoUsd; transferId: string } | undefined> {
  const period = await findPeriodAt(tx, subscription.id, subscription.period_start)
  if (period === undefined || period.transfer_id === null || period.period_end === null) return undefined
  const amount = unusedPart(period.price, { start: period.period_start.getTime(), end: period.period_end.getTime() }, now)
  return amount === 0n ? undefined : { amount, transferId: period.transfer_id }
}

/** Locks a subscription that goes on; what the books say was paid, and we do not know yet, is taken up first. Fails with subscription_over. */
export async function lockCurrent(tx: Database, parts: PlanParts, id: string): Promise<SubscriptionRow> {
  const subscription = await lockSubscription(tx, id)
  if (!isLive(subscription.state)) fail('subscription_over')
  const due = await findDue(tx, id)
  if (due === undefined) return subscription
  const paid = await findPurchase(tx, id, due)
  if (paid !== undefined) {
    await markPaid(tx, parts, { subscription, due, transferId: paid })
    return await lockSubscription(tx, id)
  }
  // A change that was begun has to be ended first, as money may have moved for it.
  return subscription.state === 'active' ? fail('subscription_busy') : subscription
}
