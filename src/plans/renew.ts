import { type Database, sql } from '../db/index.ts'
import { errorCode, type Log, type NanoUsd } from '../lib/index.ts'
import { endAsTold } from './cancel.ts'
import { finish } from './finish.ts'
import { memberPrice } from './member-price.ts'
import { nowOf, type PlanParts } from './parts.ts'
import { payDue } from './pay-period.ts'
import { periodAt } from './period.ts'
import { readAnyOffer } from './plan-offer.ts'
import { findDue, findPurchase, isLive, lockSubscription, type PeriodRow, type SubscriptionRow } from './subscription-record.ts'

const SUBSCRIPTIONS_MAX = 1000
/** What a purchase that somebody waits for has been left half done for so long was left by a crash. */
const HALF_DONE_MS = 60_000

/**
 * Carries subscriptions on: ends what was to end, charges each period that has begun once and in order, however long nothing ran, tries again
 * what was unpaid each day and as soon as the balance covers it, and finishes what a crash left half done. Several nodes may do it at once.
 */
export async function renewDue(parts: PlanParts, log: Log): Promise<void> {
  for (const { id, account_id } of await listToCarryOn(parts)) {
    try {
      await carryOn(parts, id)
    } catch (thrown) {
      log({ event: 'subscription-not-renewed', account: account_id, code: errorCode(thrown) })
    }
  }
}

async function listToCarryOn(parts: PlanParts): Promise<readonly { readonly id: string; readonly account_id: string }[]> {
  const now = nowOf(parts)
  const halfDone = new Date(now - HALF_DONE_MS)
  // Money that is on its way comes to its end before anything new is asked of the balance.
  return await parts.database.query(sql`
    select s.id, s.account_id from subscription s
      left join subscription_period d on d.subscription_id = s.id and d.state = 'due'
      left join balance b on b.account_id = s.account_id
    where (s.state in ('active', 'past_due') and s.period_end <= ${new Date(now)}
        and (s.next_try_at is null or s.next_try_at <= ${new Date(now)} or b.available >= d.price))
      or (s.state in ('active', 'past_due') and s.ending_at is not null)
      or (s.state in ('starting', 'active') and d.created_at < ${halfDone})
    order by coalesce(s.ending_at is not null or (s.state <> 'past_due' and d.created_at < ${halfDone}), false) desc, s.period_end, s.id
    limit ${SUBSCRIPTIONS_MAX}`)
}

/** Brings one subscription to the present. */
export async function carryOn(parts: PlanParts, id: string): Promise<void> {
  await endAsTold(parts, id)
  while ((await parts.database.transaction((tx) => prepare(tx, parts, id))) === 'due') {
    if ((await payDue(parts, id)) !== 'paid') return
  }
}

/**
 * Ends a subscription whose time is over, or whose account cannot use what is due of it, or writes its next period down as due; `present` when there
 * is nothing to do.
 */
async function prepare(tx: Database, parts: PlanParts, id: string): Promise<'due' | 'present'> {
  const subscription = await lockSubscription(tx, id)
  const due = await findDue(tx, id)
  if (due !== undefined) return await keepDue(tx, parts, { subscription, due })
  const { period_end: end } = subscription
  if (!isLive(subscription.state) || end === null || end.getTime() > nowOf(parts)) return 'present'
  if (subscription.cancel_at_period_end || !(await isActive(tx, subscription))) {
    // Only the operator suspends an account; what its customer had ended is theirs all the same.
    const how = subscription.cancel_at_period_end
      ? ({ state: 'canceled', by: subscription.ended_by } as const)
      : ({ state: 'ended', by: 'operator' } as const)
    await finish(tx, parts, { subscription, ...how, at: end.getTime() })
    return 'present'
  }
  await writeNext(tx, parts, { subscription, end })
  return 'due'
}

type Due = { readonly subscription: SubscriptionRow; readonly due: PeriodRow }

/** What is due is asked for, but for a renewal that the books do not have, of an account that was suspended meanwhile: that is where it ends. */
async function keepDue(tx: Database, parts: PlanParts, { subscription, due }: Due): Promise<'due' | 'present'> {
  const { id, state, period_end: end } = subscription
  const isRenewal = isLive(state) && end !== null && due.period_start.getTime() >= end.getTime()
  if (!isRenewal || (await isActive(tx, subscription)) || (await findPurchase(tx, id, due)) !== undefined) return 'due'
  await finish(tx, parts, { subscription, state: 'ended', by: 'operator', at: nowOf(parts) })
  return 'present'
}

async function isActive(tx: Database, { account_id: accountId }: SubscriptionRow): Promise<boolean> {
  return (await tx.query(sql`select from account where id = ${accountId}::uuid and status = 'active'`)).length > 0
}

type Next = { readonly subscription: SubscriptionRow; readonly end: Date }

/** Writes down what comes after a period: the same again, at the price that holds for the member, or the plan that was chosen for then. */
async function writeNext(tx: Database, parts: PlanParts, { subscription, end }: Next): Promise<void> {
  const { id, account_id: accountId } = subscription
  const chosen = await chosenFor(tx, subscription)
  const months = chosen?.months ?? subscription.months ?? 1
  // Another plan has a rhythm of its own; and so has what was cut at its anchor.
  const isAnew = chosen !== undefined || subscription.anchor.getTime() === end.getTime()
  const anchor = isAnew ? end : subscription.anchor
  const index = isAnew ? 0 : subscription.period_index + 1
  const period = periodAt({ anchor: anchor.getTime(), months }, index)
  const price = chosen?.price ?? (await memberPrice(tx, parts, subscription))
  await tx.query(sql`
    insert into subscription_period (subscription_id, account_id, period_start, period_end, anchor, period_index, months, plan_id, price, state, created_at)
    values (${id}::uuid, ${accountId}::uuid, ${end}, ${new Date(period.end)}, ${anchor}, ${index}, ${months}, ${chosen?.planId ?? subscription.plan_id},
      ${price}, 'due', ${new Date(nowOf(parts))})`)
}

type Chosen = { readonly planId: string; readonly price: NanoUsd; readonly months: number | undefined }

/**
 * The plan that was chosen for the end of the period, at no more than it cost then; as it was chosen where it is sold for other periods by now.
 * Undefined where none was.
 */
async function chosenFor(tx: Database, subscription: SubscriptionRow): Promise<Chosen | undefined> {
  const { next_plan_id: planId, next_price: price, next_months: months } = subscription
  if (planId === null) return undefined
  const offer = await readAnyOffer(tx, planId)
  const isSold = price === null || months === null || (offer.months === months && offer.price <= price)
  return isSold ? { planId, price: offer.price, months: offer.months } : { planId, price, months }
}
