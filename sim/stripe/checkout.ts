import { raise } from './events.ts'
import { type FormValue, textAt, textsAt } from './form.ts'
import { chargeIntent, failIntent, newIntent, settleIntent } from './money.ts'
import { type CardBehaviour, found, refusal, type SavedCard, type StripeAccount, type StripeSession, secondsOf } from './objects.ts'

const DAY_SECONDS = 86_400

/** Makes a Checkout Session of a form. Source: docs.stripe.com/api/checkout/sessions/create (2026-11-26). */
export function createSession(account: StripeAccount, form: FormValue): StripeSession {
  const mode = textAt(form, ['mode']) === 'setup' ? 'setup' : 'payment'
  const customer = textAt(form, ['customer']) ?? null
  if (customer !== null && found(account.customers, customer).deleted) throw refusal('resource_missing', 'customer')
  const price = ['line_items', '0', 'price_data']
  const subtotal = Number(textAt(form, [...price, 'unit_amount'])) * Number(textAt(form, ['line_items', '0', 'quantity']))
  if (mode === 'payment' && !(Number.isSafeInteger(subtotal) && subtotal >= 50)) throw refusal('amount_too_small', 'line_items')
  const savesCard = textAt(form, ['payment_intent_data', 'setup_future_usage']) === 'off_session'
  if (savesCard && customer === null) throw refusal('parameter_missing', 'customer')
  const successUrl = textAt(form, ['success_url'])
  if (successUrl === undefined) throw refusal('parameter_missing', 'success_url')
  const isTaxed = textAt(form, ['automatic_tax', 'enabled']) === 'true'
  if (isTaxed && customer !== null && textAt(form, ['customer_update', 'address']) !== 'auto')
    throw refusal('customer_tax_location_invalid', 'customer_update')
  const id = account.newId('cs_test')
  const created = secondsOf(account)
  const session: StripeSession = {
    ...{ id, object: 'checkout.session', created, mode, customer, status: 'open', payment_intent: null, setup_intent: null },
    client_reference_id: textAt(form, ['client_reference_id']) ?? null,
    metadata: textsAt(form, ['metadata']),
    currency: textAt(form, [...price, 'currency']) ?? textAt(form, ['currency']) ?? 'usd',
    amount_subtotal: mode === 'payment' ? subtotal : null,
    amount_total: mode === 'payment' ? subtotal : null,
    total_details: mode === 'payment' ? { amount_tax: 0, amount_discount: 0, amount_shipping: 0 } : null,
    automatic_tax: { enabled: isTaxed },
    url: `https://checkout.stripe.com/c/pay/${id}`,
    success_url: successUrl,
    cancel_url: textAt(form, ['cancel_url']) ?? null,
    expires_at: Number(textAt(form, ['expires_at']) ?? created + DAY_SECONDS),
    payment_status: mode === 'payment' ? 'unpaid' : 'no_payment_required',
    savesCard,
  }
  account.sessions.set(id, session)
  return session
}

/** A person pays at a session's page. */
export function payAt(account: StripeAccount, session: StripeSession, behaviour: CardBehaviour): void {
  if (session.status !== 'open' || session.mode !== 'payment') throw new RangeError('this session takes no payment')
  const card = newCard(account, behaviour)
  const subtotal = session.amount_subtotal ?? 0
  const tax = session.automatic_tax.enabled ? Math.round((subtotal * account.taxPerMille) / 1000) : 0
  const discount = session.total_details?.amount_discount ?? 0
  session.total_details = { amount_tax: tax, amount_discount: discount, amount_shipping: 0 }
  session.amount_total = subtotal - discount + tax
  const { currency, customer, amount_total: amount } = session
  const known = session.payment_intent === null ? undefined : found(account.intents, session.payment_intent)
  const intent = known ?? newIntent(account, { amount, currency, customer, metadata: {} })
  session.payment_intent = intent.id
  chargeIntent(account, intent, card)
  // A card that is refused leaves the session open for another one.
  if (intent.status === 'requires_payment_method') return
  session.status = 'complete'
  session.payment_status = intent.status === 'succeeded' ? 'paid' : 'unpaid'
  if (session.savesCard && session.customer !== null) found(account.customers, session.customer).cards.push(card)
  raise(account, 'checkout.session.completed', session)
}

/** What was still on its way arrives, or does not. */
export function endDelayed(account: StripeAccount, session: StripeSession, isPaid: boolean): void {
  const intent = found(account.intents, session.payment_intent)
  if (intent.status !== 'processing' && intent.status !== 'requires_action') throw new RangeError('this payment is not on its way')
  if (isPaid) {
    settleIntent(account, intent, newCard(account, 'delayed'))
    session.payment_status = 'paid'
    raise(account, 'checkout.session.async_payment_succeeded', session)
  } else {
    failIntent(account, intent, 'payment_intent_payment_attempt_failed')
    raise(account, 'checkout.session.async_payment_failed', session)
  }
}

/** A person leaves a card at a session's page. */
export function saveCardAt(account: StripeAccount, session: StripeSession, behaviour: CardBehaviour): void {
  if (session.status !== 'open' || session.mode !== 'setup') throw new RangeError('this session takes no card')
  session.status = 'complete'
  session.setup_intent = account.newId('seti')
  found(account.customers, session.customer).cards.push(newCard(account, behaviour))
  raise(account, 'setup_intent.succeeded', { id: session.setup_intent, object: 'setup_intent', customer: session.customer })
  raise(account, 'checkout.session.completed', session)
}

/** Nobody paid in time. */
export function expireSession(account: StripeAccount, session: StripeSession): void {
  if (session.status !== 'open') throw refusal('checkout_session_not_open')
  session.status = 'expired'
  raise(account, 'checkout.session.expired', session)
}

const newCard = (account: StripeAccount, behaviour: CardBehaviour): SavedCard => ({
  ...{ id: account.newId('pm'), behaviour, brand: 'visa', last4: '4242', expires: [2034, 8] },
})
