import { errorCode } from '../../../lib/index.ts'
import { applyDispute } from './disputes.ts'
import { RAIL, type StripeParts } from './parts.ts'
import { isStripeError } from './stripe-error.ts'
import { syncRefund } from './sync-refunds.ts'

const EVERY_MS = 6 * 3_600_000
const RETRY_MS = 900_000
const DAY_SECONDS = 86_400
/** A bank decides on a dispute within some months. Source: docs.stripe.com/disputes/how-disputes-work (2026-11-26). */
const DISPUTE_DAYS = 120
/** A bank that does not take a refund says so within a month. Source: docs.stripe.com/refunds#failed-refunds (2026-11-26). */
const REFUND_DAYS = 30

/**
 * What looks at disputes and refunds that Stripe has, some times a day, as an event can be lost, or was never asked for where the endpoint was made;
 * what is known already stays as it is.
 */
export function makeLookBack(parts: StripeParts): () => Promise<void> {
  let dueAt = Number.NEGATIVE_INFINITY
  return async () => {
    const now = parts.clock.now()
    // A clock that was set back keeps nobody from looking.
    if (now < dueAt && dueAt - now <= EVERY_MS) return
    dueAt = now + EVERY_MS
    await lookBack(parts, Math.floor(now / 1000)).catch((thrown: unknown) => {
      if (!isStripeError(thrown, 'unavailable', 'forbidden', 'refused', 'missing')) throw thrown
      dueAt = now + RETRY_MS
      parts.log({ event: 'payment-unread', source: RAIL, code: errorCode(thrown) })
    })
  }
}

async function lookBack(parts: StripeParts, nowSeconds: number): Promise<void> {
  for (const dispute of await parts.api.listDisputes(nowSeconds - DISPUTE_DAYS * DAY_SECONDS))
    await applyDispute(parts, dispute).catch(untold(parts))
  for (const refund of await parts.api.listAllRefunds(nowSeconds - REFUND_DAYS * DAY_SECONDS))
    await syncRefund(parts, refund).catch(untold(parts))
}

/** One that cannot be dealt with now keeps no other from it. */
const untold =
  ({ log }: StripeParts) =>
  (thrown: unknown): void =>
    log({ event: 'payment-unread', source: RAIL, code: errorCode(thrown) })
