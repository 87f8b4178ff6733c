/** Whole cents, as Stripe's JSON has them: integers far below 2^53, which only ever are added. */
export type Cents = number

/** What Stripe keeps, in the fields that are read here. Source: docs.stripe.com/api (2026-11-26). */
export type StripeCustomer = {
  readonly id: string
  readonly object: 'customer'
  readonly created: number
  deleted: boolean
  cards: SavedCard[]
}

/**
 * How a card behaves: it pays, is declined, wants its owner to confirm, or answers days later; and what is no card and waits until its owner sends
 * the money.
 */
export type CardBehaviour = 'ok' | 'declined' | 'needs-owner' | 'delayed' | 'by-transfer'

/** A payment method of a customer; `expires` are year and month. */
export type SavedCard = {
  readonly id: string
  readonly behaviour: CardBehaviour
  readonly brand: string
  readonly last4: string
  readonly expires: readonly [year: number, month: number]
}

/** A Checkout Session. Source: docs.stripe.com/api/checkout/sessions/object (2026-11-26). */
export type StripeSession = {
  readonly id: string
  readonly object: 'checkout.session'
  readonly created: number
  readonly mode: 'payment' | 'setup'
  readonly customer: string | null
  readonly client_reference_id: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly currency: string
  readonly amount_subtotal: Cents | null
  amount_total: Cents | null
  total_details: { amount_tax: Cents; readonly amount_discount: Cents; readonly amount_shipping: Cents } | null
  readonly automatic_tax: { readonly enabled: boolean }
  readonly url: string
  readonly success_url: string
  readonly cancel_url: string | null
  readonly expires_at: number
  status: 'open' | 'complete' | 'expired'
  payment_status: 'paid' | 'unpaid' | 'no_payment_required'
  payment_intent: string | null
  setup_intent: string | null
  /** Whether the card is kept for later; a field of the request, not of the object. */
  readonly savesCard: boolean
}

/** A PaymentIntent. Source: docs.stripe.com/api/payment_intents/object (2026-11-26). */
export type StripeIntent = {
  readonly id: string
  readonly object: 'payment_intent'
  readonly created: number
  readonly amount: Cents
  readonly currency: string
  readonly customer: string | null
  readonly metadata: Readonly<Record<string, string>>
  amount_received: Cents
  status: 'requires_payment_method' | 'requires_action' | 'processing' | 'succeeded' | 'canceled'
  latest_charge: string | null
  last_payment_error: { readonly type: string; readonly code: string } | null
}

/** A Charge. Source: docs.stripe.com/api/charges/object (2026-11-26). */
export type StripeCharge = {
  readonly id: string
  readonly object: 'charge'
  readonly created: number
  readonly amount: Cents
  readonly currency: string
  readonly customer: string | null
  readonly payment_intent: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly receipt_url: string
  readonly payment_method_details: { readonly type: 'card'; readonly card: { readonly brand: string; readonly last4: string } }
  status: 'pending' | 'succeeded' | 'failed'
  amount_refunded: Cents
  refunded: boolean
  disputed: boolean
}

/** A Refund. Source: docs.stripe.com/api/refunds/object (2026-11-26). */
export type StripeRefund = {
  readonly id: string
  readonly object: 'refund'
  readonly created: number
  readonly amount: Cents
  readonly currency: string
  readonly charge: string
  readonly payment_intent: string
  readonly metadata: Readonly<Record<string, string>>
  status: 'pending' | 'succeeded' | 'failed' | 'canceled'
  failure_reason: string | null
}

/** A Dispute. Source: docs.stripe.com/api/disputes/object (2026-11-26). */
export type StripeDispute = {
  readonly id: string
  readonly object: 'dispute'
  readonly created: number
  readonly amount: Cents
  readonly currency: string
  readonly charge: string
  readonly payment_intent: string
  readonly reason: string
  status: 'warning_needs_response' | 'warning_closed' | 'needs_response' | 'under_review' | 'won' | 'lost'
  balance_transactions: BalanceTransaction[]
}

/** A movement of the balance at Stripe. Source: docs.stripe.com/api/balance_transactions/object (2026-11-26). */
export type BalanceTransaction = {
  readonly id: string
  readonly object: 'balance_transaction'
  readonly created: number
  readonly amount: Cents
  readonly fee: Cents
  readonly net: Cents
  readonly currency: string
  readonly type: 'charge' | 'payment' | 'payment_failure_refund' | 'refund' | 'refund_failure' | 'adjustment'
  readonly source: string
}

/** A redaction job. Source: docs.stripe.com/api/privacy/redaction-job (2026-11-26). */
export type RedactionJob = {
  readonly id: string
  readonly object: 'privacy.redaction_job'
  readonly created: number
  readonly customers: readonly string[]
  status: 'validating' | 'ready' | 'redacting' | 'succeeded' | 'failed'
}

/** An event as it is sent to an endpoint. Source: docs.stripe.com/api/events/object (2026-11-26). */
export type StripeEvent = { readonly id: string; readonly type: string; readonly created: number; readonly payload: string }

/** All that this Stripe account holds. */
export type StripeAccount = {
  readonly now: () => number
  readonly customers: Map<string, StripeCustomer>
  readonly sessions: Map<string, StripeSession>
  readonly intents: Map<string, StripeIntent>
  readonly charges: Map<string, StripeCharge>
  readonly refunds: Map<string, StripeRefund>
  readonly disputes: Map<string, StripeDispute>
  readonly movements: BalanceTransaction[]
  readonly redactions: Map<string, RedactionJob>
  readonly events: StripeEvent[]
  readonly newId: (prefix: string) => string
  /** Whether refunds are pending at first, as those to banks are. */
  refundsPend: boolean
  /** Tax that automatic tax adds, in thousandths. */
  taxPerMille: number
}

/** An account in which nothing has happened; `now` in milliseconds, ids are the same for the same `name`. */
export function newAccount(now: () => number, name: string): StripeAccount {
  let made = 0
  const maps = { customers: new Map(), sessions: new Map(), intents: new Map(), charges: new Map(), refunds: new Map() }
  return {
    ...{ now, ...maps, disputes: new Map(), redactions: new Map(), movements: [], events: [], refundsPend: false, taxPerMille: 0 },
    newId: (prefix) => {
      made += 1
      return `${prefix}_${name}${made.toString(36).padStart(8, '0')}`
    },
  }
}

/** Seconds since 1970, as Stripe writes times. */
export const secondsOf = (account: StripeAccount): number => Math.floor(account.now() / 1000)

/** What Stripe answers instead of an object. Source: docs.stripe.com/api/errors (2026-11-26). */
export class StripeRefusal extends Error {
  readonly status: number
  readonly body: object
  constructor(status: number, error: { readonly type: string; readonly code?: string; readonly [field: string]: unknown }) {
    super(error.code ?? error.type)
    this.name = 'StripeRefusal'
    this.status = status
    this.body = { error }
  }
}

/** A refusal of what was asked: code and the parameter that is not right. */
export const refusal = (code: string, param?: string): StripeRefusal =>
  new StripeRefusal(code === 'resource_missing' ? 404 : 400, {
    ...{ type: 'invalid_request_error', code, message: `refused: ${code}` },
    ...(param === undefined ? {} : { param }),
  })

/** An object by its id, or the refusal that Stripe gives for one that is not there. */
export const found = <T>(map: ReadonlyMap<string, T>, id: string | undefined | null): T => {
  const thing = map.get(id ?? '')
  if (thing === undefined) throw refusal('resource_missing', 'id')
  return thing
}
