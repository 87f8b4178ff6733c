import type Stripe from 'stripe'
import { CURRENCY } from './cents.ts'
import { cardOf, chargeOf, disputeOf, hintOf, idOf, intentOf, pageOf, receiptOf, redactionOf, refundOf, sessionOf } from './parse.ts'
import type { NewCharge, NewRefund, NewSession, StripeApi } from './stripe-api.ts'
import { isStripeError, StripeRequestError, stripeErrorOf } from './stripe-error.ts'

/** What the library is set up with; `apiBase` and `retries` for tests alone. */
export type SdkOptions = {
  readonly secretKey: string
  readonly webhookSecret: string
  readonly apiBase?: string | undefined
  readonly retries?: number
}

/** A caller waits at most 15 s for an answer of control. */
const TIMEOUT_MS = 10_000
const RETRIES = 1
const TOLERANCE_SECONDS = 300
const LIST_MAX = 100
const CHARGES_MAX = 100_000
/** Money that comes in by cards, and by all else that a page takes. Source: docs.stripe.com/reports/balance-transaction-types (2026-11-29). */
const CHARGE_TYPES = ['charge', 'payment'] as const
/** Redaction jobs are a preview, which has to be asked for by name. Source: docs.stripe.com/privacy/redaction (2026-11-26). */
const PREVIEW = { additionalHeaders: { 'Stripe-Version': '2026-09-30.preview' } }

/** Stripe through its official library, which is loaded when it is first used and tells nobody how it is used. */
export function openStripeApi(options: SdkOptions): StripeApi {
  let loading: Promise<Stripe> | undefined
  const client = (): Promise<Stripe> => {
    loading ??= load(options)
    return loading
  }
  const asked: Asked = async (read, ask) => {
    const stripe = await client()
    try {
      return read(await ask(stripe))
    } catch (thrown) {
      throw stripeErrorOf(thrown)
    }
  }
  return {
    ...wholeLists(asked),
    readEvent: async ({ body, signature, now }) => {
      const stripe = await client()
      return readEvent(stripe, { body, signature, now, secret: options.webhookSecret })
    },
    createCustomer: async (key) => (await asked(idOf, (stripe) => stripe.customers.create({}, { idempotencyKey: key }))).id,
    listCards: (customer) =>
      asked(listOf(cardOf), async (stripe) => (await stripe.customers.listPaymentMethods(customer, { type: 'card', limit: 10 })).data),
    createSession: (session, key) =>
      asked(pageOf, (stripe) => stripe.checkout.sessions.create(sessionFields(session), { idempotencyKey: key })),
    readSession: (id) => asked(sessionOf, (stripe) => stripe.checkout.sessions.retrieve(id)),
    findSessionOf: async (intent) =>
      (
        await asked(listOf(sessionOf), async (stripe) => (await stripe.checkout.sessions.list({ payment_intent: intent, limit: 1 })).data)
      )[0],
    createCharge: (charge, key) => asked(intentOf, (stripe) => stripe.paymentIntents.create(chargeFields(charge), { idempotencyKey: key })),
    readIntent: (id) => asked(intentOf, (stripe) => stripe.paymentIntents.retrieve(id)),
    listIntents: (customer, since) =>
      asked(
        listOf(intentOf),
        async (stripe) => (await stripe.paymentIntents.list({ customer, created: { gte: since }, limit: LIST_MAX })).data,
      ),
    readReceipt: (id) => asked(receiptOf, (stripe) => stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })),
    createRefund: (refund, key) => asked(refundOf, (stripe) => stripe.refunds.create(refundFields(refund), { idempotencyKey: key })),
    listRefunds: (intent) =>
      asked(listOf(refundOf), async (stripe) => (await stripe.refunds.list({ payment_intent: intent, limit: LIST_MAX })).data),
    readDispute: (id) => asked(disputeOf, (stripe) => stripe.disputes.retrieve(id)),
    openPortal: async (customer, returnUrl) =>
      (await asked(pageOf, (stripe) => stripe.billingPortal.sessions.create({ customer, return_url: returnUrl }))).url,
    deleteCustomer: async (id) => {
      await asked(idOf, (stripe) => stripe.customers.del(id)).catch((thrown: unknown) => {
        // Gone is gone, whoever did it.
        if (!isStripeError(thrown, 'missing')) throw thrown
      })
    },
    createRedaction: (customer, key) =>
      asked(redactionOf, (stripe) =>
        stripe.rawRequest(
          'POST',
          '/v1/privacy/redaction_jobs',
          { objects: { customers: [customer] }, validation_behavior: 'fix' },
          { ...PREVIEW, idempotencyKey: key },
        ),
      ),
    readRedaction: (id) => asked(redactionOf, (stripe) => stripe.rawRequest('GET', `/v1/privacy/redaction_jobs/${id}`, undefined, PREVIEW)),
    runRedaction: (id) => asked(redactionOf, (stripe) => stripe.rawRequest('POST', `/v1/privacy/redaction_jobs/${id}/run`, {}, PREVIEW)),
  }
}

/** Asks Stripe, and reads what it answers. */
type Asked = <T>(read: (told: unknown) => T, ask: (stripe: Stripe) => Promise<unknown>) => Promise<T>

const listOf =
  <T>(read: (told: unknown) => T) =>
  (told: unknown): readonly T[] =>
    Array.isArray(told) ? told.map(read) : []

/** Lists that are read to their end. */
const wholeLists = (asked: Asked): Pick<StripeApi, 'listCharges' | 'listDisputes' | 'listAllRefunds'> => ({
  listDisputes: (since) => asked(listOf(disputeOf), (stripe) => all(stripe.disputes.list({ created: { gte: since }, limit: LIST_MAX }))),
  listAllRefunds: (since) => asked(listOf(refundOf), (stripe) => all(stripe.refunds.list({ created: { gte: since }, limit: LIST_MAX }))),
  listCharges: async (from, to) => {
    const listed = CHARGE_TYPES.map((type) =>
      asked(listOf(chargeOf), (stripe) =>
        all(stripe.balanceTransactions.list({ type, created: { gte: from, lt: to }, limit: LIST_MAX, expand: ['data.source'] })),
      ),
    )
    return (await Promise.all(listed)).flat().filter(({ status }) => status === 'succeeded')
  },
})

/** All pages of a list. Throws StripeRequestError for one that does not end. */
async function all(pages: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const found: unknown[] = []
  for await (const one of pages) {
    if (found.length === CHARGES_MAX) throw new StripeRequestError('unavailable', 'list_too_long')
    found.push(one)
  }
  return found
}

async function load({ secretKey, apiBase, retries = RETRIES }: SdkOptions): Promise<Stripe> {
  const { default: Library } = await import('stripe')
  const place = apiBase === undefined ? undefined : new URL(apiBase)
  const protocol = place?.protocol === 'http:' ? ('http' as const) : ('https' as const)
  return new Library(secretKey, {
    // Nothing of how long requests take, and no id of this machine, goes along.
    telemetry: false,
    timeout: TIMEOUT_MS,
    maxNetworkRetries: retries,
    ...(place === undefined ? {} : { protocol, host: place.hostname, port: place.port === '' ? '443' : place.port }),
  })
}

type Signed = { readonly body: Buffer; readonly signature: string; readonly now: number; readonly secret: string }

/** Source: docs.stripe.com/webhooks/signature (2026-11-26). A time to come is refused as well as one that is over. */
function readEvent(stripe: Stripe, { body, signature, now, secret }: Signed): ReturnType<typeof hintOf> | undefined {
  const seconds = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(signature)?.[1] ?? Number.NaN)
  if (!(Math.abs(Math.floor(now / 1000) - seconds) <= TOLERANCE_SECONDS)) return undefined
  try {
    return hintOf(stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now))
  } catch {
    // The library throws one thing for every way in which bytes are not Stripe's; all of them are told alike.
    return undefined
  }
}

function sessionFields(session: NewSession): Stripe.Checkout.SessionCreateParams {
  const { customerId, price, reference, savesCard, isTaxed, successUrl, cancelUrl, expiresAt } = session
  const shared = {
    ...{ customer: customerId, client_reference_id: reference, success_url: successUrl, cancel_url: cancelUrl, expires_at: expiresAt },
  }
  if (price === undefined) return { ...shared, mode: 'setup', currency: CURRENCY, allowed_payment_method_types: ['card'] }
  const product = { currency: CURRENCY, unit_amount: Number(price.cents), product_data: { name: price.label } }
  return {
    ...{ ...shared, mode: 'payment' },
    line_items: [{ quantity: 1, price_data: isTaxed ? { ...product, tax_behavior: 'exclusive' } : product }],
    ...(savesCard ? { payment_intent_data: { setup_future_usage: 'off_session' } } : {}),
    // Where tax is added, the payer gives their address and, if they want, their tax number, to Stripe alone.
    ...(isTaxed
      ? { automatic_tax: { enabled: true }, tax_id_collection: { enabled: true }, customer_update: { address: 'auto', name: 'auto' } }
      : {}),
  }
}

/** Source: docs.stripe.com/payments/save-and-reuse (2026-11-26). */
const chargeFields = ({ customerId, cardId, cents, paymentId }: NewCharge): Stripe.PaymentIntentCreateParams => ({
  ...{ amount: Number(cents), currency: CURRENCY, customer: customerId, payment_method: cardId },
  ...{ off_session: true, confirm: true, metadata: { farebox: paymentId } },
})

/** Source: docs.stripe.com/api/refunds/create (2026-11-26). */
const refundFields = ({ intentId, cents, refundId }: NewRefund): Stripe.RefundCreateParams => ({
  ...{ payment_intent: intentId, amount: Number(cents), metadata: { farebox: refundId } },
})
