import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import { formatUsd, isoDate, type NanoUsd, utcDayOf } from '../../../lib/index.ts'
import { CARD_MINIMUM } from './checkout.ts'
import { cardsOf } from './customer.ts'
import { type StripeParts, timeOf } from './parts.ts'

/** How much of renewals the saved card pays in a UTC day at most, in nano-USD. */
export type CardRenewals = { readonly dailyMaximum: NanoUsd }

/** How it stands: renewals are paid by the card, a card is being charged for one, or none is. */
export const CARD_RENEWAL_STATES = ['on', 'charging', 'off'] as const

/** The same with how it stands; when it is off, `outcome` names why: its owner, what a card said, or money that went back. */
export type ShownCardRenewals = CardRenewals & {
  readonly state: (typeof CARD_RENEWAL_STATES)[number]
  readonly outcome: string | undefined
  /** What of the maximum of this UTC day is charged or being charged. */
  readonly chargedToday: NanoUsd
}

type Row = { readonly daily_maximum: NanoUsd; readonly state: ShownCardRenewals['state']; readonly outcome: string | null }

/** How the saved card of an account pays renewals; undefined when it never did. */
export async function readCardRenewals(
  parts: Pick<StripeParts, 'database' | 'clock'>,
  accountId: string,
): Promise<ShownCardRenewals | undefined> {
  const { database } = parts
  const [row] = await database.query<Row>(sql`
    select daily_maximum, outcome, case when exists (select from renewal_charge charge join payment on payment.id = charge.payment_id
        where charge.account_id = ${accountId}::uuid and payment.state in ('open', 'pending', 'paid')) then 'charging' else state end as state
    from card_renewal where account_id = ${accountId}::uuid`)
  if (row === undefined) return undefined
  const { daily_maximum: dailyMaximum, state, outcome } = row
  const chargedToday = await renewalsChargedOn(database, accountId, timeOf(parts))
  return { dailyMaximum, state, outcome: outcome ?? undefined, chargedToday }
}

/** What the card of an account was charged for renewals in the UTC day of a time, with what is on its way. */
export async function renewalsChargedOn(database: Database, accountId: string, at: Date): Promise<NanoUsd> {
  const [row] = await database.query<{ charged: NanoUsd }>(sql`
    select coalesce(sum(amount), 0)::bigint as charged from payment join stripe_payment on payment_id = id
    where stripe_payment.account_id = ${accountId}::uuid and purpose ->> 'kind' = 'renewal' and state not in ('failed', 'expired')
      and stripe_payment.created_at >= ${`${isoDate(utcDayOf(at.getTime()))}T00:00:00Z`}::timestamptz`)
  return row?.charged ?? 0n
}

/**
 * Has renewals that the balance does not pay be paid by the saved card; what is due now, too. Fails with card_missing, invalid_field (dailyMaximum),
 * rail_unavailable.
 */
export async function setCardRenewals(parts: StripeParts, accountId: string, { dailyMaximum }: CardRenewals): Promise<void> {
  if (dailyMaximum < CARD_MINIMUM) fail('invalid_field', { field: 'dailyMaximum', expected: `at least ${formatUsd(CARD_MINIMUM)} USD` })
  if ((await cardsOf(parts, accountId)).length === 0) fail('card_missing')
  await parts.database.query(sql`
    insert into card_renewal (account_id, daily_maximum, state, changed_at)
    values (${accountId}::uuid, ${dailyMaximum}::bigint, 'on', ${timeOf(parts)}::timestamptz)
    on conflict (account_id) do update set daily_maximum = excluded.daily_maximum, state = 'on', outcome = null, is_letter_due = false,
      changed_at = excluded.changed_at`)
}

/** Has the saved card pay no more renewals; a charge that is under way is still carried out. */
export async function stopCardRenewals(parts: StripeParts, accountId: string): Promise<void> {
  await parts.database.query(sql`
    update card_renewal set state = 'off', outcome = 'stopped', is_letter_due = false, changed_at = ${timeOf(parts)}::timestamptz
    where account_id = ${accountId}::uuid`)
}
