import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import { formatUsd, isoDate, type NanoUsd, utcDayOf } from '../../../lib/index.ts'
import { centsOfNano } from './cents.ts'
import { requireAmount } from './checkout.ts'
import { cardsOf } from './customer.ts'
import { type StripeParts, timeOf } from './parts.ts'

/** When and how much an account tops itself up; amounts in nano-USD, whole cents. */
export type AutoTopUp = {
  /** Below this it tops up, */
  readonly threshold: NanoUsd
  /** by so much, which is at least the threshold, so that one top-up brings it above, */
  readonly amount: NanoUsd
  /** and in a UTC day at most by so much. */
  readonly dailyMaximum: NanoUsd
}

/** How it stands: it waits for the balance to fall, charges a card, waits for what the account owes to be paid, or does nothing. */
export const TOP_UP_STATES = ['armed', 'charging', 'owing', 'off'] as const

/** The same with how it stands; when it is off, `outcome` names why: its owner, what a card said, or money that went back. */
export type ShownAutoTopUp = AutoTopUp & {
  readonly state: (typeof TOP_UP_STATES)[number]
  readonly outcome: string | undefined
  /** What of the maximum of this UTC day is charged or being charged. */
  readonly chargedToday: NanoUsd
}

/** What an account has, with what is set aside for calls. */
export const BELOW = sql`available + held < threshold`

type Row = {
  readonly threshold: NanoUsd
  readonly amount: NanoUsd
  readonly daily_maximum: NanoUsd
  readonly state: ShownAutoTopUp['state']
  readonly outcome: string | null
}

/** How an account tops itself up; undefined when it never did. */
export async function readAutoTopUp(
  parts: Pick<StripeParts, 'database' | 'clock'>,
  accountId: string,
): Promise<ShownAutoTopUp | undefined> {
  const { database } = parts
  // What came first paid a debt, of which there is more: nothing is charged again before it is paid.
  const [row] = await database.query<Row>(sql`
    select threshold, auto_top_up.amount, daily_maximum, auto_top_up.outcome, case when auto_top_up.state <> 'asked' then auto_top_up.state
      when payment.state in ('settled', 'refunded', 'disputed') and debt.amount > 0 and ${BELOW} then 'owing' else 'charging' end as state
    from auto_top_up left join payment on payment.id = payment_id left join balance on balance.account_id = auto_top_up.account_id
      left join account_debt debt on debt.account_id = auto_top_up.account_id
    where auto_top_up.account_id = ${accountId}::uuid`)
  if (row === undefined) return undefined
  const { threshold, amount, daily_maximum: dailyMaximum, state, outcome } = row
  const chargedToday = await chargedOn(database, accountId, timeOf(parts))
  return { threshold, amount, dailyMaximum, state, outcome: outcome ?? undefined, chargedToday }
}

/** What an account was topped up by itself in the UTC day of a time, with what is on its way. */
export async function chargedOn(database: Database, accountId: string, at: Date): Promise<NanoUsd> {
  const [row] = await database.query<{ charged: NanoUsd }>(sql`
    select coalesce(sum(amount), 0)::bigint as charged from payment join stripe_payment on payment_id = id
    where stripe_payment.account_id = ${accountId}::uuid and way = 'automatic' and state not in ('failed', 'expired')
      and stripe_payment.created_at >= ${`${isoDate(utcDayOf(at.getTime()))}T00:00:00Z`}::timestamptz`)
  return row?.charged ?? 0n
}

/**
 * Has an account top itself up with its saved card. Fails with card_missing, amount_invalid, invalid_field (amount, threshold, dailyMaximum),
 * rail_unavailable.
 */
export async function setAutoTopUp(parts: StripeParts, accountId: string, wanted: AutoTopUp): Promise<void> {
  const { threshold, amount, dailyMaximum } = wanted
  if (amount > 0n && centsOfNano(amount) === undefined) fail('invalid_field', { field: 'amount', expected: 'whole cents, such as "25.00"' })
  requireAmount(parts, { amount, purpose: { kind: 'topup' } })
  if (threshold <= 0n || threshold > amount)
    fail('invalid_field', { field: 'threshold', expected: `more than 0 and at most ${formatUsd(amount)} USD, the amount` })
  if (dailyMaximum < amount) fail('invalid_field', { field: 'dailyMaximum', expected: `at least ${formatUsd(amount)} USD, the amount` })
  if ((await cardsOf(parts, accountId)).length === 0) fail('card_missing')
  // A charge that is under way stays so: who sets it anew meanwhile, also after stopping it, is not charged twice.
  await parts.database.query(sql`
    insert into auto_top_up (account_id, threshold, amount, daily_maximum, state, changed_at)
    values (${accountId}::uuid, ${threshold}::bigint, ${amount}::bigint, ${dailyMaximum}::bigint, 'armed', ${timeOf(parts)}::timestamptz)
    on conflict (account_id) do update set threshold = excluded.threshold, amount = excluded.amount, daily_maximum = excluded.daily_maximum,
      state = case when auto_top_up.state = 'asked' or exists (select from payment where payment.id = auto_top_up.payment_id
        and payment.state in ('open', 'pending', 'paid')) then 'asked' else 'armed' end, outcome = null, is_letter_due = false,
      changed_at = excluded.changed_at`)
}

/** Has an account top itself up no more; a charge that is under way is still carried out. */
export async function stopAutoTopUp(parts: StripeParts, accountId: string): Promise<void> {
  await parts.database.query(sql`
    update auto_top_up set state = 'off', outcome = 'stopped', is_letter_due = false, changed_at = ${timeOf(parts)}::timestamptz
    where account_id = ${accountId}::uuid`)
}
