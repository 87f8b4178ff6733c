import { type Database, type Sql, sql } from '../../../db/index.ts'
import { errorCode, type NanoUsd } from '../../../lib/index.ts'
import type { PaymentState } from '../../payment.ts'
import { insertPayment } from '../../store.ts'
import { renewalsChargedOn } from './card-renewals.ts'
import { lackInCents } from './cents.ts'
import { carryOnCharge } from './charge-card.ts'
import { CARD_MINIMUM } from './checkout.ts'
import { RAIL, type StripeParts, timeOf } from './parts.ts'
import { insertStripePayment } from './stripe-rows.ts'

const BATCH = 50

/**
 * Charges the saved cards of those who want that for what the balance lacks of renewals that are due, once for each period. A card that says no, or
 * that wants its owner, ends it for that account, with a letter. Returns how many charges were begun.
 */
export async function runCardRenewals(parts: StripeParts): Promise<number> {
  let begun = 0
  for (const accountId of await listUncovered(parts.database)) if (await chargeOne(parts, accountId)) begun += 1
  for (const ended of await listEnded(parts.database)) await follow(parts, ended)
  await writeLetters(parts)
  return begun
}

/**
 * Renewals that are due and that the balance does not pay, at a price that whoever pays has seen: what they pay already, what they were told of, or what
 * the plan that they chose cost then. Where money is on its way by the card it comes first, and what an account owes would take what is charged.
 */
const UNCOVERED: Sql = sql`
  card_renewal c join account a on a.id = c.account_id join balance b on b.account_id = c.account_id
    join subscription s on s.account_id = c.account_id join subscription_period d on d.subscription_id = s.id
    left join plan_price told on told.id = s.told_price_id and told.plan_id = d.plan_id
  where c.state = 'on' and a.status = 'active' and s.state in ('active', 'past_due') and s.ending_at is null
    and d.state = 'due' and d.credit = 0 and d.period_start >= s.period_end and b.available + b.held < d.price
    and d.price <= greatest(case when d.plan_id is not distinct from s.plan_id then s.price end, told.price,
      case when d.plan_id = s.next_plan_id then s.next_price end)
    and not exists (select from account_debt debt where debt.account_id = c.account_id and debt.amount > 0)
    and not exists (select from account_freeze frozen where frozen.account_id = c.account_id)
    and not exists (select from stripe_payment kept join payment on payment.id = kept.payment_id
      where kept.account_id = c.account_id and kept.way <> 'checkout' and payment.state in ('open', 'pending', 'paid'))
    and not exists (select from renewal_charge charge join payment on payment.id = charge.payment_id
      where charge.account_id = c.account_id and not charge.is_followed and payment.state in ('failed', 'expired'))
    and not exists (select from renewal_charge charge join payment on payment.id = charge.payment_id
      where charge.subscription_id = d.subscription_id and charge.period_start = d.period_start
        and not (charge.is_followed and payment.state in ('failed', 'expired')))`

async function listUncovered(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ account_id: string }>(sql`select distinct c.account_id from ${UNCOVERED}`)
  return rows.map(({ account_id }) => account_id)
}

/** One that cannot be charged keeps no other from it; what was begun is carried on later. */
async function chargeOne(parts: StripeParts, accountId: string): Promise<boolean> {
  try {
    const paymentId = await begin(parts, accountId)
    if (paymentId === undefined) return false
    await carryOnCharge(parts, paymentId)
    return true
  } catch (thrown) {
    parts.log({ event: 'renewal-uncharged', account: accountId, code: errorCode(thrown) })
    return false
  }
}

type Due = { readonly subscription_id: string; readonly period_start: Date; readonly price: NanoUsd; readonly available: NanoUsd }

/**
 * Notes what is to be charged for the oldest period that the balance does not pay, with the payment that it is to bring, both or neither; undefined where
 * somebody else noted it, or where it is more than the day has left.
 */
async function begin(parts: StripeParts, accountId: string): Promise<string | undefined> {
  const createdAt = timeOf(parts)
  return await parts.database.transaction(async (tx) => {
    const [wanted] = await tx.query<{ daily_maximum: NanoUsd }>(sql`
      select daily_maximum from card_renewal where account_id = ${accountId}::uuid and state = 'on' for no key update`)
    if (wanted === undefined) return undefined
    // Whoever pays one at the moment has it; so that nobody pays it while it is noted, it is locked as paying locks it.
    const due = await tx.query<Due>(sql`
      select d.subscription_id, d.period_start, d.price, b.available from ${UNCOVERED} and c.account_id = ${accountId}::uuid
      order by d.period_start, d.subscription_id for update of s skip locked`)
    const left = wanted.daily_maximum - (await renewalsChargedOn(tx, accountId, createdAt))
    const most = left < parts.rules.maximumTopup ? left : parts.rules.maximumTopup
    const one = due.find((each) => lackOf(each) <= most)
    if (one === undefined) return undefined
    const id = parts.ids.uuid()
    const purpose = { kind: 'renewal', subscriptionId: one.subscription_id, periodStart: one.period_start.toISOString() } as const
    await insertPayment(tx, { id, accountId, rail: RAIL, purpose, amount: lackOf(one), createdAt })
    await insertStripePayment(tx, { paymentId: id, accountId, way: 'saved-card', createdAt })
    await noteCharge(tx, one, { paymentId: id, accountId, createdAt })
    return id
  })
}

const lackOf = ({ price, available }: Due): NanoUsd => lackInCents(price - available, CARD_MINIMUM)

type Charge = { readonly paymentId: string; readonly accountId: string; readonly createdAt: Date }

/** A period has one payment, and another one only where it is known that the one before brought nothing. */
async function noteCharge(tx: Database, { subscription_id: id, period_start: start }: Due, charge: Charge): Promise<void> {
  const { paymentId, accountId, createdAt } = charge
  const rows = await tx.query(sql`
    insert into renewal_charge (subscription_id, period_start, account_id, payment_id, created_at)
    values (${id}::uuid, ${start}::timestamptz, ${accountId}::uuid, ${paymentId}::uuid, ${createdAt}::timestamptz)
    on conflict (subscription_id, period_start) do update set payment_id = excluded.payment_id, is_followed = false, created_at = excluded.created_at
      where renewal_charge.is_followed
        and exists (select from payment where payment.id = renewal_charge.payment_id and payment.state in ('failed', 'expired'))
    returning 1`)
  if (rows.length === 0) throw new TypeError('a period that is charged has one payment')
}

type Ended = {
  readonly account_id: string
  readonly payment_id: string
  readonly payment_state: PaymentState
  readonly outcome: string | null
}

const listEnded = (database: Database): Promise<readonly Ended[]> =>
  database.query<Ended>(sql`
    select charge.account_id, charge.payment_id, payment.state as payment_state, payment.outcome
    from renewal_charge charge join payment on payment.id = payment_id
    where not charge.is_followed and payment.state not in ('open', 'pending', 'paid') order by charge.created_at limit ${BATCH}`)

/** What became of a charge: a card that paid nothing is not asked again before its owner wants that. */
async function follow(
  parts: StripeParts,
  { account_id: accountId, payment_id: paymentId, payment_state: state, outcome }: Ended,
): Promise<void> {
  await parts.database.transaction(async (tx) => {
    if (state === 'failed' || state === 'expired')
      await tx.query(sql`
        update card_renewal set state = 'off', outcome = ${outcome}, is_letter_due = true, changed_at = ${timeOf(parts)}::timestamptz
        where account_id = ${accountId}::uuid and state = 'on'
          and exists (select from renewal_charge where payment_id = ${paymentId}::uuid and not is_followed)`)
    await tx.query(sql`update renewal_charge set is_followed = true where payment_id = ${paymentId}::uuid`)
  })
}

/** What stops it where no card said no; the database writes it with the transfer. */
const GONE_BACK: readonly string[] = ['refunded', 'disputed']

/** Tells people that their card pays renewals no more. */
async function writeLetters({ database, mailer, emailOf, log }: StripeParts): Promise<void> {
  if (mailer === undefined) return
  const due = await database.query<{ account_id: string; outcome: string | null }>(sql`
    select account_id, outcome from card_renewal where is_letter_due order by random() limit ${BATCH}`)
  for (const { account_id: accountId, outcome } of due) {
    try {
      const email = await emailOf(accountId)
      const template = outcome !== null && GONE_BACK.includes(outcome) ? 'card-renewals-stopped' : 'card-renewals-off'
      if (email !== undefined) await mailer.send(template, email, {})
      await database.query(sql`update card_renewal set is_letter_due = false where account_id = ${accountId}::uuid`)
    } catch (thrown) {
      log({ event: 'letter-unsent', account: accountId, code: errorCode(thrown) })
    }
  }
}
