import { z } from 'zod'
import type { Card, CardRefund, Dispute, Hint, Intent, ListedCharge, Receipt, Redaction, Session } from './stripe-api.ts'
import { StripeRequestError } from './stripe-error.ts'

/** Ids of Stripe's objects are short words; an expanded object stands where its id would. */
const objectId = z.string().regex(/^[A-Za-z0-9_]{1,200}$/)
const linked = z.union([objectId, z.object({ id: objectId }).transform(({ id }) => id)])
const optionalLink = linked.nullish().transform((id) => id ?? undefined)
const word = z.string().regex(/^[a-z0-9_.]{1,80}$/)
const cents = z.number().int().nonnegative().transform(BigInt)
const signedCents = z.number().int().transform(BigInt)
const ourId = z
  .record(z.string(), z.string())
  .nullish()
  .transform((metadata) => (OUR_ID.test(metadata?.['farebox'] ?? '') ? metadata?.['farebox'] : undefined))
const OUR_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** A checkout session. */
export const sessionOf = reader(
  z
    .object({
      id: objectId,
      mode: word,
      status: word.nullish(),
      payment_status: word,
      payment_intent: optionalLink,
      customer: optionalLink,
      currency: word.nullish(),
      amount_subtotal: cents.nullish(),
      amount_total: cents.nullish(),
      total_details: z.object({ amount_tax: cents, amount_discount: cents }).nullish(),
    })
    .transform(
      (told): Session => ({
        ...{ id: told.id, mode: told.mode, status: told.status ?? '', paymentStatus: told.payment_status, intentId: told.payment_intent },
        ...{ customerId: told.customer, currency: told.currency ?? '', subtotalCents: told.amount_subtotal ?? 0n },
        ...{ totalCents: told.amount_total ?? 0n, taxCents: told.total_details?.amount_tax ?? 0n },
        discountCents: told.total_details?.amount_discount ?? 0n,
      }),
    ),
)

/** An intent. */
export const intentOf = reader(
  z
    .object({
      id: objectId,
      status: word,
      amount: cents,
      amount_received: cents,
      currency: word,
      customer: optionalLink,
      metadata: ourId,
      last_payment_error: z.object({ code: word.nullish() }).nullish(),
    })
    .transform(
      (told): Intent => ({
        ...{ id: told.id, status: told.status, amountCents: told.amount, receivedCents: told.amount_received, currency: told.currency },
        ...{ customerId: told.customer, paymentId: told.metadata, declineCode: told.last_payment_error?.code ?? undefined },
      }),
    ),
)

/** A refund. */
export const refundOf = reader(
  z
    .object({ id: objectId, amount: cents, currency: word, status: word.nullish(), metadata: ourId, payment_intent: optionalLink })
    .transform(
      (told): CardRefund => ({
        ...{ id: told.id, amountCents: told.amount, currency: told.currency, status: told.status ?? 'pending', refundId: told.metadata },
        intentId: told.payment_intent,
      }),
    ),
)

/** A dispute. */
export const disputeOf = reader(
  z
    .object({
      id: objectId,
      amount: cents,
      currency: word,
      status: word,
      payment_intent: optionalLink,
      balance_transactions: z.array(z.object({ amount: signedCents, fee: signedCents })).max(20),
    })
    .transform(
      (told): Dispute => ({
        ...{ id: told.id, intentId: told.payment_intent, amountCents: told.amount, currency: told.currency, status: told.status },
        isWithdrawn: told.balance_transactions.some(({ amount }) => amount < 0n),
        isReinstated: told.balance_transactions.some(({ amount }) => amount > 0n),
        feeCents: told.balance_transactions.reduce((sum, { fee }) => sum + fee, 0n),
      }),
    ),
)

/** A receipt of an intent whose charge is expanded. */
export const receiptOf = reader(
  z
    .object({
      latest_charge: z
        .object({
          receipt_url: z
            .url({ protocol: /^https$/ })
            .max(2000)
            .nullish(),
          payment_method_details: z
            .object({ card: z.object({ brand: word.nullish(), last4: z.string().max(4).nullish() }).nullish() })
            .nullish(),
        })
        .nullish(),
    })
    .transform(({ latest_charge: charge }): Receipt => {
      const card = charge?.payment_method_details?.card
      return { url: charge?.receipt_url ?? undefined, brand: card?.brand ?? undefined, last4: card?.last4 ?? undefined }
    }),
)

/** A movement of the balance whose charge is expanded; a charge that was made without an intent, by older ways of Stripe's, goes by its own id. */
export const chargeOf = reader(
  z.object({ source: z.object({ id: objectId, amount: cents, currency: word, status: word, payment_intent: optionalLink }) }).transform(
    ({ source: { id, payment_intent: intentId = id, amount: amountCents, currency, status } }): ListedCharge => ({
      ...{ intentId, amountCents, currency, status },
    }),
  ),
)

/** A saved card. */
export const cardOf = reader(
  z
    .object({
      id: objectId,
      card: z.object({
        ...{ brand: word, last4: z.string().max(4) },
        ...{ exp_month: z.int().min(1).max(12).nullish(), exp_year: z.int().min(2000).max(9999).nullish() },
      }),
    })
    .transform(({ id, card: { brand, last4, exp_month: month, exp_year: year } }): Card => {
      const expires = typeof month !== 'number' || typeof year !== 'number' ? undefined : `${year}-${String(month).padStart(2, '0')}`
      return { id, brand, last4, expires }
    }),
)

/** A page of ours at Stripe. */
export const pageOf = reader(z.object({ id: objectId, url: z.url({ protocol: /^https$/ }).max(4000) }))

/** Any object of which the id alone is read. */
export const idOf = reader(z.object({ id: objectId }))

/** A redaction job. */
export const redactionOf = reader(z.object({ id: objectId, status: word }).transform((job): Redaction => job))

/** What an event says. */
export const hintOf = reader(
  z
    .object({
      id: objectId,
      type: word,
      data: z.object({
        object: z.object({ id: objectId.nullish(), object: word.nullish(), payment_intent: optionalLink.catch(undefined) }),
      }),
    })
    .transform(
      ({ id, type, data: { object } }): Hint => ({
        ...{ id, type, objectId: object.id ?? undefined, objectKind: object.object ?? undefined, intentId: object.payment_intent },
      }),
    ),
)

/** Reads what Stripe answered; fields that nobody asked for are left out. Throws StripeRequestError for what is not as documented. */
function reader<T>(schema: z.ZodType<T>): (told: unknown) => T {
  return (told) => {
    const read = schema.safeParse(told)
    if (!read.success) throw new StripeRequestError('unavailable', 'answer_not_understood')
    return read.data
  }
}
