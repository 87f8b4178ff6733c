import { sql } from '../../../db/index.ts'
import { FailureError, fail } from '../../../failures.ts'
import { errorCode } from '../../../lib/index.ts'
import type { Webhook } from '../../rail.ts'
import { syncDispute } from './disputes.ts'
import { RAIL, type StripeParts, timeOf } from './parts.ts'
import { syncIntent, syncSession } from './settle.ts'
import type { Hint } from './stripe-api.ts'
import { isStripeError } from './stripe-error.ts'
import { syncRefunds } from './sync-refunds.ts'

/** A request as it came: its bytes, unread, and the header Stripe-Signature. */
export type WebhookDelivery = { readonly body: Buffer; readonly signature: string | undefined }

/** What came of an event: its object was looked at, it was dealt with before, or it is about nothing that is kept here. */
export type WebhookOutcome = 'done' | 'repeated' | 'ignored'

/**
 * Takes an event. It is a hint and no more: what has happened is read from Stripe, so events may come often, late, in any order and at the
 * same time. Fails with webhook_invalid for bytes that Stripe did not sign in the last 300 s; rejects when something that passes by itself
 * kept it from being dealt with, so that Stripe sends it again. Source: docs.stripe.com/webhooks (2026-11-26).
 */
export async function takeEvent(parts: StripeParts, { body, signature }: WebhookDelivery): Promise<WebhookOutcome> {
  const hint = await parts.api.readEvent({ body, signature: signature ?? '', now: parts.clock.now() })
  if (hint === undefined) return fail('webhook_invalid')
  const look = lookAt(hint)
  if (look === undefined) return 'ignored'
  const key = parts.desk.externalKey(RAIL, hint.id)
  if ((await parts.database.query(sql`select from stripe_event where event_key = ${key}`)).length > 0) return 'repeated'
  await look(parts).catch((thrown: unknown) => {
    // An object that is not there tells of nothing that happened here.
    if (!isStripeError(thrown, 'missing')) throw thrown
  })
  // Noted when it is done: what a crash cut short is done again, and every part of it happens once.
  await parts.database.query(sql`
    insert into stripe_event (event_key, done_at) values (${key}, ${timeOf(parts)}::timestamptz) on conflict do nothing`)
  return 'done'
}

/** Takes events over HTTP. Whatever passes by itself is answered so that Stripe sends the event again. */
export const answerEvent =
  (parts: StripeParts): Webhook =>
  async ({ body, header }) => {
    try {
      await takeEvent(parts, { body, signature: header('stripe-signature') })
      return 200
    } catch (thrown) {
      if (thrown instanceof FailureError && thrown.failure.code === 'webhook_invalid') return 400
      parts.log({ event: 'payment-unread', source: RAIL, code: errorCode(thrown) })
      return 503
    }
  }

type Look = (parts: StripeParts) => Promise<unknown>

/** What to look at for an event, by the kind of object that it is about; undefined for kinds that nothing is kept of. */
function lookAt({ type, objectKind, objectId, intentId }: Hint): Look | undefined {
  if (objectId === undefined) return undefined
  if (objectKind === 'checkout.session' && type.startsWith('checkout.session.')) return (parts) => syncSession(parts, objectId)
  if (objectKind === 'payment_intent' && type.startsWith('payment_intent.')) return (parts) => syncIntent(parts, objectId)
  if (objectKind === 'dispute' && type.startsWith('charge.dispute.')) return (parts) => syncDispute(parts, objectId)
  const isMoney = objectKind === 'refund' || objectKind === 'charge'
  return isMoney && intentId !== undefined ? (parts) => syncRefunds(parts, intentId) : undefined
}
