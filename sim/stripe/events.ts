import { createHmac } from 'node:crypto'
import { type StripeAccount, type StripeEvent, secondsOf } from './objects.ts'

/** A delivery of an event: the exact bytes, and the headers that sign them. */
export type Delivery = { readonly body: string; readonly headers: Readonly<Record<string, string>> }

/** Notes that something happened to an object, as it is at this moment. */
export function raise(account: StripeAccount, type: string, object: object): StripeEvent {
  const id = account.newId('evt')
  const created = secondsOf(account)
  const told = { id, object: 'event', api_version: '2026-09-30.endive', created, livemode: false, pending_webhooks: 1, request: null, type }
  // The order of fields and the blanks are Stripe's own affair: what is signed is the bytes.
  const event = { id, type, created, payload: JSON.stringify({ ...told, data: { object } }, undefined, 2) }
  account.events.push(event)
  return event
}

/**
 * Signs bytes for an endpoint, at a time in seconds: HMAC-SHA-256 of "time.bytes" under the whole secret, whsec_ included.
 * Source: docs.stripe.com/webhooks/signature (2026-11-26).
 */
export function sign(body: string, { secret, seconds }: { readonly secret: string; readonly seconds: number }): Delivery {
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return { body, headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${seconds},v1=${signature}` } }
}
