/** A checkout page at Stripe, as far as it is read; amounts in cents. Source: docs.stripe.com/api/checkout/sessions/object (2026-11-26). */
export type Session = {
  readonly id: string
  readonly mode: string
  readonly status: string
  readonly paymentStatus: string
  readonly intentId: string | undefined
  readonly customerId: string | undefined
  readonly currency: string
  readonly subtotalCents: bigint
  readonly totalCents: bigint
  readonly taxCents: bigint
  readonly discountCents: bigint
}

/** What is paid at Stripe. Source: docs.stripe.com/api/payment_intents/object (2026-11-26). */
export type Intent = {
  readonly id: string
  readonly status: string
  readonly amountCents: bigint
  readonly receivedCents: bigint
  readonly currency: string
  readonly customerId: string | undefined
  /** The payment of ours that it was made for; the one thing that is read from what we wrote on it, and only to find our own row. */
  readonly paymentId: string | undefined
  readonly declineCode: string | undefined
}

/** Money that goes back to a card. Source: docs.stripe.com/api/refunds/object (2026-11-26). */
export type CardRefund = {
  readonly id: string
  readonly amountCents: bigint
  readonly currency: string
  readonly status: string
  /** The refund of ours that it was made for. */
  readonly refundId: string | undefined
  readonly intentId: string | undefined
}

/** A payment that a bank takes back. Source: docs.stripe.com/api/disputes/object (2026-11-26). */
export type Dispute = {
  readonly id: string
  readonly intentId: string | undefined
  readonly amountCents: bigint
  readonly currency: string
  readonly status: string
  readonly isWithdrawn: boolean
  readonly isReinstated: boolean
  readonly feeCents: bigint
}

/** What is shown of a saved card, and never kept; `expires` is the last month in which it is good, such as 2029-11. */
export type Card = { readonly id: string; readonly brand: string; readonly last4: string; readonly expires: string | undefined }

/** What a payment left at Stripe for its payer. */
export type Receipt = { readonly url: string | undefined; readonly brand: string | undefined; readonly last4: string | undefined }

/** A charge of a day, as the balance at Stripe lists it: `intentId` is its own id where it was made without an intent; `status` is pending while a bank takes its time, and failed where nothing came. */
export type ListedCharge = { readonly intentId: string; readonly amountCents: bigint; readonly currency: string; readonly status: string }

/** A page for paying, or for saving a card. */
export type NewSession = {
  readonly customerId: string
  /** Undefined to save a card alone. */
  readonly price: { readonly cents: bigint; readonly label: string } | undefined
  readonly reference: string
  readonly savesCard: boolean
  readonly isTaxed: boolean
  readonly successUrl: string
  readonly cancelUrl: string
  /** Seconds since 1970. */
  readonly expiresAt: number
}

/** A payment with a saved card whose owner is not there. */
export type NewCharge = { readonly customerId: string; readonly cardId: string; readonly cents: bigint; readonly paymentId: string }

/** Money to send back to the card of an intent. */
export type NewRefund = { readonly intentId: string; readonly cents: bigint; readonly refundId: string }

/** How far a redaction is. Source: docs.stripe.com/api/privacy/redaction-job (2026-11-26). */
export type Redaction = { readonly id: string; readonly status: string }

/**
 * The part of Stripe that is used. Each call rejects with a StripeRequestError; every call that makes something takes the key by which Stripe
 * does it once. Source: docs.stripe.com/api/idempotent_requests (2026-11-26).
 */
export type StripeApi = {
  /** The event in bytes that Stripe signed at most 300 s before `now` (milliseconds); undefined for anything else. */
  readonly readEvent: (delivery: { readonly body: Buffer; readonly signature: string; readonly now: number }) => Promise<Hint | undefined>
  readonly createCustomer: (key: string) => Promise<string>
  readonly listCards: (customerId: string) => Promise<readonly Card[]>
  readonly createSession: (session: NewSession, key: string) => Promise<{ readonly id: string; readonly url: string }>
  readonly readSession: (id: string) => Promise<Session>
  readonly findSessionOf: (intentId: string) => Promise<Session | undefined>
  readonly createCharge: (charge: NewCharge, key: string) => Promise<Intent>
  readonly readIntent: (id: string) => Promise<Intent>
  /** Intents of a customer since a time in seconds, newest first, a hundred at most. */
  readonly listIntents: (customerId: string, since: number) => Promise<readonly Intent[]>
  readonly readReceipt: (intentId: string) => Promise<Receipt>
  readonly createRefund: (refund: NewRefund, key: string) => Promise<CardRefund>
  readonly listRefunds: (intentId: string) => Promise<readonly CardRefund[]>
  readonly readDispute: (id: string) => Promise<Dispute>
  /** Disputes that were opened since a time in seconds, newest first. */
  readonly listDisputes: (since: number) => Promise<readonly Dispute[]>
  /** Refunds of all payments that were made since a time in seconds, newest first. */
  readonly listAllRefunds: (since: number) => Promise<readonly CardRefund[]>
  readonly openPortal: (customerId: string, returnUrl: string) => Promise<string>
  /** Charges from one time to before another, both in seconds, of which the money came. */
  readonly listCharges: (from: number, to: number) => Promise<readonly ListedCharge[]>
  readonly deleteCustomer: (customerId: string) => Promise<void>
  readonly createRedaction: (customerId: string, key: string) => Promise<Redaction>
  readonly readRedaction: (id: string) => Promise<Redaction>
  readonly runRedaction: (id: string) => Promise<Redaction>
}

/** What an event says, which is a hint and never believed: its type, and the object to look at. */
export type Hint = {
  readonly id: string
  readonly type: string
  readonly objectId: string | undefined
  readonly objectKind: string | undefined
  readonly intentId: string | undefined
}
