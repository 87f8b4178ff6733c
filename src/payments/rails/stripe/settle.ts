import { sql } from '../../../db/index.ts'
import type { NanoUsd } from '../../../lib/index.ts'
import type { Payment } from '../../payment.ts'
import { findByExternalKey, findByRef, findPayment } from '../../store.ts'
import { CURRENCY, centsOfNano, nanoOfCents } from './cents.ts'
import { RAIL, type StripeParts } from './parts.ts'
import type { Intent, Session } from './stripe-api.ts'
import { findCustomer, findStripePayment, noteIntent } from './stripe-rows.ts'

/** Brings the payment of a checkout session to what Stripe says of it now; undefined for a session that is none of ours. */
export async function syncSession(parts: StripeParts, sessionId: string): Promise<Payment | undefined> {
  return await applySession(parts, await parts.api.readSession(sessionId))
}

/** Brings the payment of an intent to what Stripe says of it now; undefined for an intent that is none of ours, which the operator is told of when it was paid. */
export async function syncIntent(parts: StripeParts, intentId: string): Promise<Payment | undefined> {
  const { database, api, desk } = parts
  const credited = await findByExternalKey(database, RAIL, desk.externalKey(RAIL, intentId))
  // What is credited stays so: what comes after is a refund or a dispute.
  if (credited?.state === 'settled' || credited?.state === 'refunded' || credited?.state === 'disputed') return credited
  const intent = await api.readIntent(intentId)
  const charged = (await findByRef(database, RAIL, intentId)) ?? (await findCharged(parts, intent))
  if (charged !== undefined) return await applyIntent(parts, charged, intent)
  const session = await api.findSessionOf(intentId)
  if (session !== undefined) return await applySession(parts, session)
  return await refuse(parts, intent, { code: 'payment_unknown' })
}

async function applySession(parts: StripeParts, session: Session): Promise<Payment | undefined> {
  if (session.mode !== 'payment') return undefined
  const payment = await findByRef(parts.database, RAIL, session.id)
  const intent = session.intentId === undefined ? undefined : await parts.api.readIntent(session.intentId)
  if (intent?.status === 'succeeded') return await applyPaid(parts, payment, { session, intent })
  if (payment === undefined) return undefined
  if (session.status === 'expired') await parts.desk.fail(payment.id, 'expired', 'expired')
  else if (session.status === 'complete' && intent !== undefined && ON_ITS_WAY.includes(intent.status)) await parts.desk.pending(payment.id)
  else if (session.status === 'complete' && intent !== undefined)
    await parts.desk.fail(payment.id, 'failed', intent.declineCode ?? 'declined')
  return await findPayment(parts.database, payment.id)
}

/**
 * Of a page that is complete: a bank takes its time, or the payer has yet to send the money or to say which deposits a bank made. Source:
 * docs.stripe.com/payments/paymentintents/lifecycle (2026-11-30).
 */
const ON_ITS_WAY: readonly string[] = ['processing', 'requires_action']

type Paid = { readonly session: Session; readonly intent: Intent }

/** Credits what a session was paid with, when everything about it is what was asked for. */
async function applyPaid(parts: StripeParts, payment: Payment | undefined, { session, intent }: Paid): Promise<Payment | undefined> {
  if (payment === undefined) return await refuse(parts, intent, { code: 'payment_unknown', sessionId: session.id })
  const { subtotalCents, taxCents, totalCents, discountCents } = session
  const isPrice = discountCents === 0n && totalCents === subtotalCents + taxCents && intent.receivedCents === totalCents
  const wrong =
    (await wrongWith(parts, payment, { ...intent, receivedCents: subtotalCents })) ??
    (session.customerId === intent.customerId ? undefined : 'payment_account_mismatch') ??
    (session.currency === intent.currency ? undefined : 'payment_currency_mismatch') ??
    (isPrice ? undefined : 'payment_amount_mismatch')
  if (wrong !== undefined) return await refuse(parts, intent, { code: wrong, sessionId: session.id, accountId: payment.accountId })
  return await credit(parts, payment, { intent, taxCents })
}

async function applyIntent(parts: StripeParts, payment: Payment, intent: Intent): Promise<Payment | undefined> {
  if (intent.status === 'succeeded') {
    const wrong = await wrongWith(parts, payment, intent)
    if (wrong !== undefined) return await refuse(parts, intent, { code: wrong, accountId: payment.accountId })
    return await credit(parts, payment, { intent, taxCents: 0n })
  }
  if (intent.status === 'processing') await parts.desk.pending(payment.id)
  else if (intent.declineCode !== undefined || intent.status === 'canceled')
    await parts.desk.fail(payment.id, 'failed', intent.declineCode ?? 'canceled')
  return await findPayment(parts.database, payment.id)
}

/** The payment that a saved card was charged for, when a crash kept us from noting what Stripe calls it. */
async function findCharged({ database, desk }: StripeParts, intent: Intent): Promise<Payment | undefined> {
  if (intent.paymentId === undefined) return undefined
  const payment = await findPayment(database, intent.paymentId)
  const kept = payment && (await findStripePayment(database, payment.id))
  if (payment === undefined || kept === undefined || kept.way === 'checkout') return undefined
  // Events come at once, and before the answer to whoever charged the card: it may have been noted a moment ago.
  if (payment.railRef === undefined) await desk.noteRef(payment.id, intent.id)
  const known = await findPayment(database, payment.id)
  return known?.railRef === undefined || known.railRef === intent.id ? known : undefined
}

/** What of an intent is not what its payment was asked for with: account, currency and amount, all as Stripe's own object has them. */
async function wrongWith({ database }: StripeParts, payment: Payment, intent: Intent): Promise<string | undefined> {
  const customerId = await findCustomer(database, payment.accountId)
  if (customerId === undefined || intent.customerId !== customerId) return 'payment_account_mismatch'
  if (intent.currency !== CURRENCY) return 'payment_currency_mismatch'
  return intent.receivedCents === centsOfNano(payment.amount) ? undefined : 'payment_amount_mismatch'
}

type Credited = { readonly intent: Intent; readonly taxCents: bigint }

async function credit({ database, desk }: StripeParts, payment: Payment, { intent, taxCents }: Credited): Promise<Payment> {
  const { id: paymentId, accountId, amount } = payment
  await noteIntent(database, { paymentId, intentId: intent.id, taxCents })
  return (await desk.settle({ rail: RAIL, externalId: intent.id, accountId, amount, paymentId })).payment
}

type Refused = { readonly code: string; readonly sessionId?: string; readonly accountId?: string }

/** Money that is there and fits nothing goes to the operator's queue, by the name that it is listed and compared by, and to nobody's balance. */
async function refuse({ database, desk }: StripeParts, intent: Intent, { code, sessionId, accountId }: Refused): Promise<undefined> {
  if (intent.status !== 'succeeded') return undefined
  // Before, it was put there by the name of its page, where it stays.
  const key = sessionId && desk.externalKey(RAIL, sessionId)
  const known = key && (await database.query(sql`select from payment_problem where rail = ${RAIL} and external_key = ${key}`))
  if (known === undefined || known.length === 0)
    await desk.problem({ rail: RAIL, code, ref: intent.id, accountId, amount: amountOf(intent) })
  return undefined
}

const amountOf = ({ currency, receivedCents }: Intent): NanoUsd | undefined =>
  currency === CURRENCY ? nanoOfCents(receivedCents) : undefined
