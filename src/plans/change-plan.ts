import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import { isEnded, isEndedByOperator, lockCurrent, unusedOf } from './cancel.ts'
import { refuseHeld } from './held.ts'
import { liveUntil } from './mark-paid.ts'
import { refuseClosedAccount } from './open-subscription.ts'
import { nowOf, type PlanParts } from './parts.ts'
import { payDue } from './pay-period.ts'
import { periodAt } from './period.ts'
import { isCheaper, type PlanOffer, readOpenOffer } from './plan-offer.ts'
import type { SubscriptionRow } from './subscription-record.ts'

/** What a change did: on the new plan now, or from the end of the period; or what it has is kept. */
export type PlanChange = 'now' | 'at_period_end' | 'kept'

/** The plan that somebody chooses, and what they saw before of what that means; undefined: they take it as it is. */
export type ChosenPlan = { readonly planId: string; readonly seen?: SeenQuote | undefined }

/** What was seen of a quote: when it holds, and what a period costs, in nano-USD. */
export type SeenQuote = { readonly change?: PlanChange | undefined; readonly price?: NanoUsd | undefined }

/**
 * Puts a subscription on another plan, as it was seen and not otherwise. To a dearer one now: the unused part of the period comes back to the nano-dollar and a whole period
 * of the new plan is paid. To a cheaper one at the end of the period; the plan it has takes such a choice back. Fails with
 * subscription_unknown, subscription_over, subscription_ended_by_operator, subscription_busy, plan_unknown, plan_closed, plan_held,
 * plan_not_changeable, plan_quote_changed, account_suspended, balance_insufficient.
 */
export async function changePlan(parts: PlanParts, id: string, chosen: ChosenPlan): Promise<PlanChange> {
  const change = await parts.database.transaction((tx) => choose(tx, parts, { id, ...chosen }))
  if (change === 'now' && (await payDue(parts, id)) === 'unpaid')
    fail('balance_insufficient', { available: formatUsd(await availableOf(parts.database, id)) })
  return change
}

async function availableOf(database: Database, id: string): Promise<NanoUsd> {
  const [row] = await database.query<{ available: NanoUsd }>(sql`
    select b.available from balance b join subscription s on s.account_id = b.account_id where s.id = ${id}::uuid`)
  return row?.available ?? 0n
}

/** What a change would do, if it were made now; `startsAt` undefined: nothing changes. */
export type PlanQuote = {
  readonly change: PlanChange
  readonly startsAt: Date | undefined
  /** What a period costs then, in nano-USD; of a plan that begins later, at most. */
  readonly price: NanoUsd
  readonly period: 'month' | 'year' | 'free'
  /** What of the period that goes on comes back, in nano-USD. */
  readonly returned: NanoUsd
}

/**
 * What putting a subscription on another plan would do, and cost; changes nothing. Fails as the change itself would, but for what the balance
 * lacks.
 */
export async function quoteChange(parts: PlanParts, id: string, planId: string): Promise<PlanQuote> {
  return await parts.database.transaction(async (tx) => {
    const subscription = await lockCurrent(tx, parts, id)
    const choice = await judge(tx, parts, { subscription, planId })
    if (choice.change === 'kept') {
      const { price, months } = subscription
      return { change: 'kept', startsAt: undefined, price, period: periodOf({ price, months }), returned: 0n }
    }
    const { price, months = null } = choice.offer
    const startsAt = choice.change === 'now' ? new Date(choice.at) : (subscription.period_end ?? undefined)
    return { change: choice.change, startsAt, price, period: periodOf({ price, months }), returned: choice.credit }
  })
}

const periodOf = ({ price, months }: { readonly price: NanoUsd; readonly months: number | null }): PlanQuote['period'] =>
  price === 0n ? 'free' : months === 12 ? 'year' : 'month'

async function choose(tx: Database, parts: PlanParts, { id, planId, seen }: ChosenPlan & { readonly id: string }): Promise<PlanChange> {
  const subscription = await lockCurrent(tx, parts, id)
  const choice = await judge(tx, parts, { subscription, planId })
  refuseUnseen(choice, seen)
  if (choice.change === 'now') await writeChange(tx, { subscription, choice })
  else await writeChoice(tx, parts, { subscription, offer: choice.change === 'kept' ? undefined : choice.offer })
  return choice.change
}

/** Nobody pays what they did not see, or sooner than they did; keeping what one has costs nothing, whenever it is asked for again. */
function refuseUnseen(choice: Choice, { change, price }: SeenQuote = {}): void {
  if (choice.change === 'kept') return
  const isSeen = (change ?? choice.change) === choice.change && (price ?? choice.offer.price) === choice.offer.price
  if (!isSeen) fail('plan_quote_changed', { price: formatUsd(choice.offer.price) })
}

/** `at` is when it holds from, in milliseconds; `credit` what comes back then. */
type Move = { readonly offer: PlanOffer; readonly at: number; readonly credit: NanoUsd }
type Choice = { readonly change: 'kept' } | ({ readonly change: 'now' | 'at_period_end' } & Move)
type Wanted = { readonly subscription: SubscriptionRow; readonly planId: string }

/** What a choice of a plan means for a locked subscription; it is kept on the plan that it has. */
async function judge(tx: Database, parts: PlanParts, { subscription, planId }: Wanted): Promise<Choice> {
  const { id, account_id: accountId, period_start: start, period_end: end } = subscription
  if (subscription.plan_id === null || end === null) fail('plan_not_changeable')
  if (isEnded(subscription, nowOf(parts))) fail('subscription_over')
  if (planId === subscription.plan_id) return { change: 'kept' }
  // Another plan would go on past the day on which the operator ends this one.
  if (isEndedByOperator(subscription)) fail('subscription_ended_by_operator')
  const offer = await readOpenOffer(tx, planId)
  if (offer.kind === 'one_time') fail('plan_not_changeable')
  // Orders and changes of one account come one after the other.
  await refuseClosedAccount(tx, accountId)
  await refuseHeld(tx, offer, { accountId, subscriptionId: id })
  if (isCheaper(offer, subscription)) return { change: 'at_period_end', offer, at: end.getTime(), credit: 0n }
  if (subscription.state !== 'active') fail('subscription_busy')
  const at = Math.max(nowOf(parts), start.getTime() + 1)
  return { change: 'now', offer, at, credit: (await unusedOf(tx, subscription, at))?.amount ?? 0n }
}

/**
 * Writes down which plan comes next and what it costs now, undefined for the one it has; what is unpaid is asked for on that one, at once. Who chooses a plan for later does not
 * end with the period any more, so that keys work on while that is paid.
 */
async function writeChoice(
  tx: Database,
  parts: PlanParts,
  { subscription, offer }: { readonly subscription: SubscriptionRow; readonly offer: PlanOffer | undefined },
): Promise<void> {
  const { id, state, period_end: end, live_until: live } = subscription
  const isCanceled = subscription.cancel_at_period_end && offer === undefined
  await tx.query(sql`delete from subscription_period where subscription_id = ${id}::uuid and state = 'due'`)
  await tx.query(sql`
    update subscription set next_plan_id = ${offer?.id ?? null}, next_price = ${offer?.price ?? null}::bigint,
      next_months = ${offer?.months ?? null}::smallint, cancel_at_period_end = ${isCanceled}, next_try_at = null,
      ended_by = case when ${isCanceled}::boolean then ended_by end, customer_ends = customer_ends and ${isCanceled}::boolean,
      live_until = ${state === 'active' ? liveUntil(parts, end, isCanceled) : live}
    where id = ${id}::uuid`)
}

/** Writes down what the new plan costs from now on, and what of the old one goes back first. */
async function writeChange(
  tx: Database,
  { subscription, choice }: { readonly subscription: SubscriptionRow; readonly choice: Move },
): Promise<void> {
  const { id, account_id: accountId, period_start: start } = subscription
  const { offer, at, credit } = choice
  const [balance] = await tx.query<{ available: NanoUsd }>(sql`select available from balance where account_id = ${accountId}::uuid`)
  const available = balance?.available ?? 0n
  if (available + credit < offer.price) fail('balance_insufficient', { available: formatUsd(available) })
  const months = offer.months ?? 1
  const { end } = periodAt({ anchor: at, months }, 0)
  const begin = new Date(at)
  await tx.query(sql`
    insert into subscription_period (subscription_id, account_id, period_start, period_end, anchor, period_index, months, plan_id, price, state,
      credit, credit_of, created_at)
    values (${id}::uuid, ${accountId}::uuid, ${begin}, ${new Date(end)}, ${begin}, 0, ${months}, ${offer.id}, ${offer.price}, 'due',
      ${credit}, ${credit === 0n ? null : start}::timestamptz, ${begin})`)
}
