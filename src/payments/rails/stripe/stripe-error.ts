/**
 * How a request to Stripe can end without an object: `unavailable` may pass by itself and may have happened, `forbidden` is what our key may not,
 * or a key that Stripe does not take, until the operator sets another, `declined` is the card's no, `missing` an object that is not there,
 * `refused` everything that will not change by asking again.
 */
export type StripeErrorKind = 'unavailable' | 'forbidden' | 'declined' | 'missing' | 'refused'

/** A request to Stripe failed; `code` is Stripe's own, and no word that Stripe wrote is in it. */
export class StripeRequestError extends Error {
  readonly kind: StripeErrorKind
  readonly code: string
  constructor(kind: StripeErrorKind, code: string) {
    super(`stripe: ${kind} (${code})`)
    this.name = 'StripeRequestError'
    this.kind = kind
    this.code = code
  }
}

/** Whether a thrown thing is a failed request of one of these kinds. */
export const isStripeError = (thrown: unknown, ...kinds: readonly StripeErrorKind[]): thrown is StripeRequestError =>
  thrown instanceof StripeRequestError && kinds.includes(thrown.kind)

/** What the library throws, in our words; everything else is Stripe not being reached. Source: docs.stripe.com/error-handling (2026-11-26). */
export function stripeErrorOf(thrown: unknown): StripeRequestError {
  if (thrown instanceof StripeRequestError) return thrown
  const { type, code, statusCode, rawType } = fieldsOf(thrown)
  const told = /^[a-z_]{1,60}$/.test(code) ? code : 'unknown'
  if (rawType === 'card_error' || type === 'StripeCardError') return new StripeRequestError('declined', told)
  if (statusCode === 404 || told === 'resource_missing') return new StripeRequestError('missing', told)
  // The same key with other words: something was asked for under it, and what became of that is not known from this.
  if (rawType === 'idempotency_error' || type === 'StripeIdempotencyError') return new StripeRequestError('unavailable', 'key_used')
  const isAnswer = statusCode >= 400 && statusCode < 500 && statusCode !== 409 && statusCode !== 429
  const isAboutKey = statusCode === 401 || statusCode === 403
  return new StripeRequestError(
    isAboutKey ? 'forbidden' : isAnswer ? 'refused' : 'unavailable',
    told === 'unknown' && isAnswer ? `status_${WORDS[statusCode] ?? 'other'}` : told,
  )
}

const WORDS: Readonly<Record<number, string>> = { 400: 'bad_request', 401: 'unauthorized', 402: 'payment_required', 403: 'forbidden' }

type Told = { readonly type: string; readonly code: string; readonly statusCode: number; readonly rawType: string }

function fieldsOf(thrown: unknown): Told {
  const fields = typeof thrown === 'object' && thrown !== null ? thrown : {}
  const text = (name: string): string => {
    const value: unknown = Object.entries(fields).find(([key]) => key === name)?.[1]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  return { type: text('type'), code: text('code'), statusCode: Number(text('statusCode')), rawType: text('rawType') }
}
