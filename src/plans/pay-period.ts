import { type Database, sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { isoTime, type NanoUsd } from '../lib/index.ts'
import { awaitsCard } from './awaits-card.ts'
import { finish } from './finish.ts'
import { noteLetter } from './letters.ts'
import { markPaid } from './mark-paid.ts'
import { nameOf } from './name-of.ts'
import { DAY_MS, nowOf, type PlanParts } from './parts.ts'
import { findDue, findPeriodAt, lockSubscription, type PeriodRow, type SubscriptionRow, sourceKeyOf } from './subscription-record.ts'

/** What became of a due period; `nothing`: there was none. */
export type Payment = 'paid' | 'unpaid' | 'nothing'

/**
 * Pays what is due of a subscription from the balance, once, under its lock: the amount was written down before, and the same source key
 * moves it once, so that a crash between the books and our mark is made good by doing it again. What the balance lacks is lent where the account
 * owes `owedMax` at most then. What cannot be paid is refused (a first period), makes the subscription past due, or ends it when its grace is over.
 */
export async function payDue(parts: PlanParts, id: string, owedMax: NanoUsd = 0n): Promise<Payment> {
  return await parts.database.transaction(async (tx) => {
    const subscription = await lockSubscription(tx, id)
    const due = await findDue(tx, id)
    if (due === undefined) return 'nothing'
    await giveBackBefore(tx, parts, { subscription, due })
    const transferId = (await wasRestored(tx, { subscription, due })) ? undefined : await take(parts, { subscription, due }, owedMax)
    if (transferId === undefined) {
      await onUnpaid(tx, parts, { subscription, due })
      return 'unpaid'
    }
    await markPaid(tx, parts, { subscription, due, transferId })
    return 'paid'
  })
}

/** A locked subscription and what is due of it. */
type Due = { readonly subscription: SubscriptionRow; readonly due: PeriodRow }

/** Who goes over to another plan gets the unused part of the period back first. */
async function giveBackBefore(tx: Database, { books }: PlanParts, { subscription, due }: Due): Promise<void> {
  if (due.credit === 0n || due.credit_of === null) return
  const before = await findPeriodAt(tx, subscription.id, due.credit_of)
  if (before === undefined || before.transfer_id === null) throw new TypeError('a period that gives back was paid')
  const sourceKey = sourceKeyOf(subscription.id, due.period_start, 'return')
  await books.returnPurchase({ transferId: before.transfer_id, amount: due.credit, sourceKey, reason: REASONS.return })
  await tx.query(sql`
    update subscription_period set returned = ${due.credit} where subscription_id = ${subscription.id}::uuid and period_start = ${due.credit_of}`)
}

/** Whether a process before this one had given up on the new plan, and ended before it could say so. */
async function wasRestored(tx: Database, { subscription, due }: Due): Promise<boolean> {
  if (due.credit === 0n) return false
  const sourceKey = sourceKeyOf(subscription.id, due.period_start, 'restore')
  return (await tx.query(sql`select from transfer where source_key = ${sourceKey}`)).length > 0
}

const REASONS = { purchase: 'subscription', return: 'unused part of a subscription', restore: 'subscription, as before' } as const

/** The transfer that pays it; null where it costs nothing, undefined where the balance does not cover it. */
async function take({ books }: PlanParts, { subscription, due }: Due, owedMax: NanoUsd): Promise<string | null | undefined> {
  if (due.price === 0n) return null
  const sourceKey = sourceKeyOf(subscription.id, due.period_start)
  const purchase = { accountId: subscription.account_id, amount: due.price, sourceKey, reason: REASONS.purchase, owedMax }
  return await unlessInsufficient(books.purchase(purchase))
}

async function unlessInsufficient(purchase: Promise<{ readonly transferId: string }>): Promise<string | undefined> {
  try {
    return (await purchase).transferId
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'balance_insufficient') return undefined
    throw thrown
  }
}

async function onUnpaid(tx: Database, parts: PlanParts, { subscription, due }: Due): Promise<void> {
  if (subscription.state === 'starting') return await finish(tx, parts, { subscription, state: 'refused', at: nowOf(parts), by: null })
  if (due.credit > 0n || due.period_start.getTime() < (subscription.period_end?.getTime() ?? Infinity))
    return await stayOnPlan(tx, parts, { subscription, due })
  if (await isCoveredWithHeld(tx, { subscription, due })) return
  if (subscription.state === 'active' && (await awaitsCard(tx, parts, { subscription, due }))) return
  const now = nowOf(parts)
  const since = subscription.past_due_since?.getTime() ?? now
  const until = since + parts.settings.graceDays * DAY_MS
  if (now >= until) return await finish(tx, parts, { subscription, state: 'ended', at: now, by: 'payment' })
  await tx.query(sql`
    update subscription set state = 'past_due', past_due_since = ${new Date(since)}, live_until = ${new Date(until)},
      next_try_at = ${new Date(Math.min(now + DAY_MS, until))}
    where id = ${subscription.id}::uuid`)
  if (subscription.state !== 'past_due') {
    const fields = { plan: await nameOf(tx, subscription), until: isoTime(until).slice(0, 10) }
    await noteLetter(tx, parts, { accountId: subscription.account_id, template: 'subscription-past-due', fields })
  }
}

/** Whether there is the money, and calls hold some of it: a renewal stays due until they are over, or have spent it. */
async function isCoveredWithHeld(tx: Database, { subscription, due }: Due): Promise<boolean> {
  const rows = await tx.query(sql`
    select from balance where account_id = ${subscription.account_id}::uuid and available + held >= ${due.price}::bigint`)
  return rows.length > 0
}

/**
 * A change of plan that could not be paid, as the balance was spent meanwhile: what was given back is taken again and all is as before. If
 * not even that is there, the period has ended where it was paid for until, and the old plan is due from there.
 */
async function stayOnPlan(tx: Database, parts: PlanParts, { subscription, due }: Due): Promise<void> {
  const { id, account_id: accountId } = subscription
  const sourceKey = sourceKeyOf(id, due.period_start, 'restore')
  const restored =
    due.credit === 0n
      ? null
      : await unlessInsufficient(parts.books.purchase({ accountId, amount: due.credit, sourceKey, reason: REASONS.restore, owedMax: 0n }))
  await tx.query(sql`delete from subscription_period where subscription_id = ${id}::uuid and period_start = ${due.period_start}`)
  if (restored === null) return
  if (restored !== undefined) {
    await tx.query(sql`
      update subscription_period set returned = 0, transfer_id = ${restored}::uuid
      where subscription_id = ${id}::uuid and period_start = ${due.credit_of}`)
    return
  }
  await tx.query(sql`
    update subscription_period set period_end = ${due.period_start} where subscription_id = ${id}::uuid and period_start = ${due.credit_of}`)
  // A rhythm that is anchored at the end of a period begins anew there.
  await tx.query(sql`
    update subscription set period_end = ${due.period_start}, anchor = ${due.period_start} where id = ${id}::uuid`)
}
