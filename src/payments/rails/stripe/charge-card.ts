import { sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import { errorCode, type NanoUsd } from '../../../lib/index.ts'
import type { Payment, PaymentPurpose } from '../../payment.ts'
import { findPayment } from '../../store.ts'
import { centsOfNano } from './cents.ts'
import { requireAmount } from './checkout.ts'
import { cardsOf, noneOfMissing } from './customer.ts'
import { RAIL, type StripeParts, timeOf } from './parts.ts'
import { syncIntent } from './settle.ts'
import { isStripeError } from './stripe-error.ts'
import { findCustomer, insertStripePayment } from './stripe-rows.ts'

/** What a saved card is to pay while its owner is not there; `id` makes the same asking one payment. `amount` in nano-USD, whole cents. */
export type SavedCardRequest = {
  readonly id: string
  readonly accountId: string
  readonly amount: NanoUsd
  readonly purpose: PaymentPurpose
}

/**
 * Charges an account's newest saved card, once for each id; the payment says what came of it: settled, pending or still open,
 * or failed with Stripe's code.
 * Fails with card_missing, amount_invalid, invalid_field (amount).
 */
export async function chargeSavedCard(parts: StripeParts, request: SavedCardRequest): Promise<Payment> {
  const { id, accountId, amount, purpose } = request
  if ((await findPayment(parts.database, id)) === undefined) {
    requireAmount(parts, { amount, purpose })
    if ((await cardsOf(parts, accountId)).length === 0) fail('card_missing')
    await parts.desk.open({ id, accountId, rail: RAIL, purpose, amount })
    await insertStripePayment(parts.database, { paymentId: id, accountId, way: 'saved-card', createdAt: timeOf(parts) })
  }
  // While Stripe cannot be reached the payment stays open, and is carried on: nobody has to ask again.
  const ended = await carryOnCharge(parts, id).catch((thrown: unknown) => {
    if (!isStripeError(thrown, 'unavailable', 'forbidden')) throw thrown
    return findPayment(parts.database, id)
  })
  return ended ?? fail('payment_unknown')
}

/** Stripe remembers keys for a day at least; after less than that nothing is asked for anew. */
const AGAIN_MS = 43_200_000
const SKEW_SECONDS = 300

/** Takes a payment with a saved card as far as it goes. Rejects when Stripe cannot be reached; then it is carried on later, with the same key. */
export async function carryOnCharge(parts: StripeParts, paymentId: string): Promise<Payment | undefined> {
  const payment = await findPayment(parts.database, paymentId)
  if (payment === undefined || (payment.state !== 'open' && payment.state !== 'pending')) return payment
  if (payment.railRef !== undefined) return await syncIntent(parts, payment.railRef)
  const intentId = (await findEarlier(parts, payment)) ?? (await charge(parts, payment))
  if (intentId === undefined) return await findPayment(parts.database, paymentId)
  await parts.desk.noteRef(paymentId, intentId)
  return await syncIntent(parts, intentId)
}

/** The intent of an earlier try, of which a crash kept us from hearing. */
async function findEarlier({ database, api }: StripeParts, payment: Payment): Promise<string | undefined> {
  const customerId = await findCustomer(database, payment.accountId)
  if (customerId === undefined) return undefined
  const since = Math.floor(payment.createdAt.getTime() / 1000) - SKEW_SECONDS
  return (await api.listIntents(customerId, since).catch(noneOfMissing)).find(({ paymentId }) => paymentId === payment.id)?.id
}

/** Asks the card; undefined when it says no, or when it is too late to ask. */
async function charge(parts: StripeParts, payment: Payment): Promise<string | undefined> {
  const { id, accountId, amount } = payment
  const customerId = await findCustomer(parts.database, accountId)
  const [card] = await cardsOf(parts, accountId)
  const isLate = parts.clock.now() - payment.createdAt.getTime() > AGAIN_MS
  if (customerId === undefined || card === undefined || isLate) {
    await parts.desk.fail(id, isLate ? 'expired' : 'failed', isLate ? 'expired' : 'card_missing')
    return undefined
  }
  try {
    const cents = centsOfNano(amount) ?? fail('amount_invalid', { field: 'amount' })
    return (await parts.api.createCharge({ customerId, cardId: card.id, cents, paymentId: id }, `charge:${id}`)).id
  } catch (thrown) {
    if (!isStripeError(thrown, 'declined', 'refused', 'missing')) throw thrown
    await parts.desk.fail(id, 'failed', thrown.code)
    return undefined
  }
}

const STUCK_MS = 60_000

/** Carries on every charge of a saved card that a crash or an outage left, so that none that stays stuck stands before others. Returns how many there were. */
export async function carryOnCharges(parts: StripeParts): Promise<number> {
  const rows = await parts.database.query<{ id: string }>(sql`
    select payment.id from payment join stripe_payment on payment_id = payment.id
    where way <> 'checkout' and state = 'open' and rail_ref is null and payment.created_at < ${new Date(parts.clock.now() - STUCK_MS)}::timestamptz
    order by payment.created_at`)
  for (const { id } of rows) {
    await carryOnCharge(parts, id).catch((thrown: unknown) => {
      parts.log({ event: 'charge-stuck', payment: id, code: errorCode(thrown) })
    })
  }
  return rows.length
}
