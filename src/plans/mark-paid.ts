import { type Database, sql } from '../db/index.ts'
import { formatUsd, isoTime } from '../lib/index.ts'
import { noteLetter } from './letters.ts'
import { nameOf } from './name-of.ts'
import { DAY_MS, type PlanParts } from './parts.ts'
import { readBudget } from './plan-offer.ts'
import type { PeriodRow, SubscriptionRow } from './subscription-record.ts'

/** A locked subscription, what was due of it, and the transfer that paid it; null where it cost nothing. */
export type PaidPeriod = { readonly subscription: SubscriptionRow; readonly due: PeriodRow; readonly transferId: string | null }

/**
 * Begins the period that was paid: the subscription is active, and on another plan where that was what was due. Who goes over to another one does
 * not end with the period any more, and has it as no gift.
 */
export async function markPaid(tx: Database, parts: PlanParts, { subscription, due, transferId }: PaidPeriod): Promise<void> {
  const { id, account_id: accountId } = subscription
  await tx.query(sql`
    update subscription_period set state = 'paid', transfer_id = ${transferId}::uuid
    where subscription_id = ${id}::uuid and period_start = ${due.period_start}`)
  const isMoved = due.plan_id !== subscription.plan_id
  const isCanceled = subscription.cancel_at_period_end && !isMoved
  const budget = isMoved ? await readBudget(tx, due.plan_id) : { amount: subscription.budget_amount, window: subscription.budget_window }
  await tx.query(sql`
    update subscription set state = 'active', plan_id = ${due.plan_id}, price = ${due.price}, months = ${due.months}, anchor = ${due.anchor},
      period_index = ${due.period_index}, period_start = ${due.period_start}, period_end = ${due.period_end},
      cancel_at_period_end = ${isCanceled},
      ended_by = case when ${isCanceled}::boolean or ending_at is not null then ended_by end, customer_ends = customer_ends and ${isCanceled}::boolean,
      live_until = ${liveUntil(parts, due.period_end, isCanceled)}, past_due_since = null, next_try_at = null,
      next_plan_id = null, next_price = null, next_months = null, budget_amount = ${budget.amount}, budget_window = ${budget.window},
      is_gift = is_gift and not ${isMoved}::boolean
    where id = ${id}::uuid`)
  if (due.months === null && due.plan_id !== null)
    await tx.query(sql`update account set plan_id = ${due.plan_id} where id = ${accountId}::uuid`)
  if (due.price > 0n && subscription.state !== 'starting')
    await noteReceipt(tx, parts, { subscription: { ...subscription, plan_id: due.plan_id }, due })
}

async function noteReceipt(tx: Database, parts: PlanParts, { subscription, due }: Omit<PaidPeriod, 'transferId'>): Promise<void> {
  const fields = {
    plan: await nameOf(tx, subscription),
    price: formatUsd(due.price),
    until: due.period_end === null ? '' : isoTime(due.period_end.getTime()).slice(0, 10),
  }
  await noteLetter(tx, parts, { accountId: subscription.account_id, template: 'subscription-renewed', fields })
}

/**
 * Until when keys work whatever any job does: to the end of the period where it is canceled then, else as long as an unpaid one could go on;
 * null for ever.
 */
export const liveUntil = ({ settings }: Pick<PlanParts, 'settings'>, end: Date | null, isCanceled: boolean): Date | null =>
  end === null ? null : new Date(end.getTime() + (isCanceled ? 0 : settings.graceDays * DAY_MS))
