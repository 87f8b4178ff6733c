import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import { formatUsd, type NanoUsd } from '../../../lib/index.ts'
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

/** The same with how it stands: `asked` while a card is being charged, `off` when its owner or a card said no, which `outcome` names. */
export type ShownAutoTopUp = AutoTopUp & { readonly state: 'armed' | 'asked' | 'off'; readonly outcome: string | undefined }

type Row = {
  readonly threshold: NanoUsd
  readonly amount: NanoUsd
  readonly daily_maximum: NanoUsd
  readonly state: 'armed' | 'asked' | 'off'
  readonly outcome: string | null
}

/** How an account tops itself up; undefined when it never did. */
export async function readAutoTopUp(database: Database, accountId: string): Promise<ShownAutoTopUp | undefined> {
  const [row] = await database.query<Row>(sql`
    select threshold, amount, daily_maximum, state, outcome from auto_top_up where account_id = ${accountId}::uuid`)
  if (row === undefined) return undefined
  const { threshold, amount, daily_maximum: dailyMaximum, state, outcome } = row
  return { threshold, amount, dailyMaximum, state, outcome: outcome ?? undefined }
}

/**
 * Has an account top itself up with its saved card. Fails with card_missing, amount_invalid, invalid_field (amount, threshold, daily_maximum),
 * rail_unavailable.
 */
export async function setAutoTopUp(parts: StripeParts, accountId: string, wanted: AutoTopUp): Promise<void> {
  const { threshold, amount, dailyMaximum } = wanted
  requireAmount(parts, { amount, purpose: { kind: 'topup' } })
  if (threshold <= 0n || threshold > amount)
    fail('invalid_field', { field: 'threshold', expected: `more than 0 and at most ${formatUsd(amount)} USD, the amount` })
  if (dailyMaximum < amount) fail('invalid_field', { field: 'daily_maximum', expected: `at least ${formatUsd(amount)} USD, the amount` })
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
