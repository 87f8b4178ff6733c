import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import { formatUsd, type NanoUsd } from '../../../lib/index.ts'
import type { Payment } from '../../payment.ts'
import { findPayment, insertPayment } from '../../store.ts'
import { lackInCents } from './cents.ts'
import { chargeSavedCard } from './charge-card.ts'
import { CARD_MINIMUM } from './checkout.ts'
import { cardsOf } from './customer.ts'
import { RAIL, type StripeParts, timeOf } from './parts.ts'
import { insertStripePayment } from './stripe-rows.ts'

/** A plan that is bought with the saved card where the balance does not suffice; `id` makes the same asking one payment. `price` in nano-USD, as it was seen. */
export type PlanByCard = {
  readonly id: string
  readonly accountId: string
  readonly planId: string
  readonly price: NanoUsd
  /** Whether it can be bought at that price; rejects where not, before anything is charged. */
  readonly check: () => Promise<void>
}

/**
 * Charges the saved card for what the balance lacks of a plan's price, once for each id; undefined where it lacks nothing. What was charged is on the
 * balance, and the plan was bought of it, or the payment says why not. Fails with card_missing, charge_under_way, payment_refused, balance_insufficient, account_frozen.
 */
export async function chargeForPlan(parts: StripeParts, wanted: PlanByCard): Promise<Payment | undefined> {
  const { id, accountId } = wanted
  if ((await findPayment(parts.database, id)) === undefined) {
    await wanted.check()
    if ((await cardsOf(parts, accountId)).length === 0) fail('card_missing')
    if (!(await parts.database.transaction((tx) => note(tx, parts, wanted)))) return undefined
  }
  const { amount, purpose } = (await findPayment(parts.database, id)) ?? fail('payment_unknown')
  const payment = await chargeSavedCard(parts, { id, accountId, amount, purpose })
  if (payment.state === 'failed' || payment.state === 'expired') fail('payment_refused', { code: payment.outcome ?? payment.state })
  // Of what is credited somebody else may be buying at this moment, once for the same id.
  if (payment.state === 'open' || payment.state === 'pending') fail('charge_under_way')
  return payment
}

/** Writes down what is to be charged; false where the balance suffices. The account is locked, so that of two who buy at once the second sees the first. */
async function note(tx: Database, parts: StripeParts, { id, accountId, planId, price }: PlanByCard): Promise<boolean> {
  const [row] = await tx.query<{ available: NanoUsd; is_owing: boolean; is_frozen: boolean; is_charged: boolean }>(sql`
    select coalesce(balance.available, 0)::bigint as available,
      exists (select from account_debt where account_id = account.id and amount > 0) as is_owing,
      exists (select from account_freeze where account_id = account.id) as is_frozen,
      exists (select from stripe_payment kept join payment on payment.id = kept.payment_id
        where kept.account_id = account.id and kept.way <> 'checkout' and payment.state in ('open', 'pending', 'paid')) as is_charged
    from account left join balance on balance.account_id = account.id where account.id = ${accountId}::uuid for no key update of account`)
  const { available, is_owing: isOwing, is_frozen: isFrozen, is_charged: isCharged } = row ?? fail('account_unknown')
  if (available >= price) return false
  if (isCharged) fail('charge_under_way')
  if (isFrozen) fail('account_frozen')
  const amount = lackInCents(price - available, CARD_MINIMUM)
  // What is owed would take what is charged.
  if (isOwing || amount > parts.rules.maximumTopup) fail('balance_insufficient', { available: formatUsd(available) })
  const createdAt = timeOf(parts)
  const purpose = { kind: 'plan', planId, price: price.toString() } as const
  await insertPayment(tx, { id, accountId, rail: RAIL, purpose, amount, createdAt })
  await insertStripePayment(tx, { paymentId: id, accountId, way: 'saved-card', createdAt })
  return true
}
