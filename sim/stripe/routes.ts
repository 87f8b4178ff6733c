import { createSession, expireSession } from './checkout.ts'
import { type FormValue, textAt, textsAt } from './form.ts'
import { chargeIntent, newIntent, refundIntent } from './money.ts'
import { found, refusal, type StripeAccount, type StripeIntent, StripeRefusal, secondsOf } from './objects.ts'

/** One thing that is asked of Stripe: the id in its address, and its form or query. */
export type Asked = { readonly id: string; readonly form: FormValue }

type Answer = (account: StripeAccount, asked: Asked) => object

/** The part of Stripe's API that is used here, by method and path. Source: docs.stripe.com/api (2026-11-26). */
export const ROUTES: readonly (readonly [method: string, path: RegExp, answer: Answer])[] = [
  ['POST', /^\/v1\/customers$/, (account) => createCustomer(account)],
  ['GET', /^\/v1\/customers\/(\w+)$/, (account, { id }) => showCustomer(account, id)],
  ['DELETE', /^\/v1\/customers\/(\w+)$/, (account, { id }) => deleteCustomer(account, id)],
  ['GET', /^\/v1\/customers\/(\w+)\/payment_methods$/, (account, asked) => listCards(account, asked)],
  ['POST', /^\/v1\/checkout\/sessions$/, (account, { form }) => createSession(account, form)],
  ['GET', /^\/v1\/checkout\/sessions\/(\w+)$/, (account, { id }) => found(account.sessions, id)],
  ['POST', /^\/v1\/checkout\/sessions\/(\w+)\/expire$/, (account, { id }) => expireNow(account, id)],
  ['GET', /^\/v1\/checkout\/sessions$/, (account, asked) => page(ofIntent(account.sessions, asked), asked)],
  ['POST', /^\/v1\/payment_intents$/, (account, { form }) => createIntent(account, form)],
  ['GET', /^\/v1\/payment_intents$/, (account, asked) => listIntents(account, asked)],
  ['GET', /^\/v1\/payment_intents\/(\w+)$/, (account, asked) => showIntent(account, asked)],
  ['GET', /^\/v1\/charges\/(\w+)$/, (account, { id }) => found(account.charges, id)],
  ['POST', /^\/v1\/refunds$/, (account, { form }) => createRefund(account, form)],
  ['GET', /^\/v1\/refunds\/(\w+)$/, (account, { id }) => found(account.refunds, id)],
  ['GET', /^\/v1\/refunds$/, (account, asked) => page(since(ofIntent(account.refunds, asked), asked), asked)],
  ['GET', /^\/v1\/disputes\/(\w+)$/, (account, { id }) => found(account.disputes, id)],
  ['GET', /^\/v1\/disputes$/, (account, asked) => page(since(ofIntent(account.disputes, asked), asked), asked)],
  ['GET', /^\/v1\/balance_transactions$/, (account, asked) => listMovements(account, asked)],
  ['POST', /^\/v1\/billing_portal\/sessions$/, (account, { form }) => openPortal(account, form)],
  ['POST', /^\/v1\/privacy\/redaction_jobs$/, (account, { form }) => createRedaction(account, form)],
  ['GET', /^\/v1\/privacy\/redaction_jobs\/(\w+)$/, (account, { id }) => showRedaction(account, id)],
  ['POST', /^\/v1\/privacy\/redaction_jobs\/(\w+)\/run$/, (account, { id }) => runRedaction(account, id)],
]

function createCustomer(account: StripeAccount): object {
  const id = account.newId('cus')
  const customer = { id, object: 'customer' as const, created: secondsOf(account), deleted: false, cards: [] }
  account.customers.set(id, customer)
  return { id, object: 'customer', created: customer.created }
}

function showCustomer(account: StripeAccount, id: string): object {
  const { deleted, created } = found(account.customers, id)
  return deleted ? { id, object: 'customer', deleted } : { id, object: 'customer', created }
}

function deleteCustomer(account: StripeAccount, id: string): object {
  const customer = found(account.customers, id)
  if (customer.deleted) throw refusal('resource_missing', 'id')
  customer.deleted = true
  customer.cards = []
  return { id, object: 'customer', deleted: true }
}

function listCards(account: StripeAccount, asked: Asked): object {
  const { cards, deleted } = found(account.customers, asked.id)
  if (deleted) throw refusal('resource_missing', 'customer')
  return page(
    cards.map(({ id, brand, last4, expires: [exp_year, exp_month] }) => {
      return { id, object: 'payment_method', type: 'card', customer: asked.id, card: { brand, last4, exp_month, exp_year } }
    }),
    asked,
  )
}

function expireNow(account: StripeAccount, id: string): object {
  const session = found(account.sessions, id)
  expireSession(account, session)
  return session
}

/** An intent that is confirmed at once with a saved card, whose owner is not there. */
function createIntent(account: StripeAccount, form: FormValue): object {
  const customer = textAt(form, ['customer']) ?? null
  const owner = found(account.customers, customer)
  const card = owner.cards.find(({ id }) => id === textAt(form, ['payment_method']))
  if (owner.deleted || card === undefined) throw refusal('resource_missing', 'payment_method')
  if (textAt(form, ['confirm']) !== 'true' || textAt(form, ['off_session']) !== 'true') throw refusal('parameter_missing', 'confirm')
  const amount = Number(textAt(form, ['amount']))
  if (!(Number.isSafeInteger(amount) && amount >= 50)) throw refusal('amount_too_small', 'amount')
  const currency = textAt(form, ['currency']) ?? ''
  const intent = newIntent(account, { amount, currency, customer, metadata: textsAt(form, ['metadata']) })
  chargeIntent(account, intent, card)
  if (intent.last_payment_error !== null) {
    const { code } = intent.last_payment_error
    throw new StripeRefusal(402, { type: 'card_error', code, message: 'The card was not charged.', payment_intent: { ...intent } })
  }
  return withCharge(account, intent, form)
}

function listIntents(account: StripeAccount, asked: Asked): object {
  const customer = textAt(asked.form, ['customer'])
  if (customer !== undefined) found(account.customers, customer)
  return page(ofCustomer(account.intents, asked), asked)
}

const showIntent = (account: StripeAccount, { id, form }: Asked): object => withCharge(account, found(account.intents, id), form)

function withCharge(account: StripeAccount, intent: StripeIntent, form: FormValue): object {
  const isWanted = Object.values(textsAt(form, ['expand'])).includes('latest_charge')
  return isWanted && intent.latest_charge !== null ? { ...intent, latest_charge: account.charges.get(intent.latest_charge) } : intent
}

function createRefund(account: StripeAccount, form: FormValue): object {
  const intent = found(account.intents, textAt(form, ['payment_intent']))
  const amount = Number(textAt(form, ['amount']) ?? intent.amount_received)
  return refundIntent(account, intent, { amount, metadata: textsAt(form, ['metadata']) })
}

function listMovements(account: StripeAccount, asked: Asked): object {
  const [from, to, type] = [['created', 'gte'], ['created', 'lt'], ['type']].map((path) => textAt(asked.form, path))
  const wanted = account.movements.filter(
    (movement) =>
      movement.created >= Number(from ?? 0) &&
      (to === undefined || movement.created < Number(to)) &&
      (type ?? movement.type) === movement.type,
  )
  const isExpanded = Object.values(textsAt(asked.form, ['expand'])).includes('data.source')
  const rows = isExpanded
    ? wanted.map((movement) => ({ ...movement, source: account.charges.get(movement.source) ?? movement.source }))
    : wanted
  return page(rows, asked)
}

function openPortal(account: StripeAccount, form: FormValue): object {
  const { id, deleted } = found(account.customers, textAt(form, ['customer']))
  if (deleted) throw refusal('resource_missing', 'customer')
  const session = account.newId('bps')
  return { id: session, object: 'billing_portal.session', customer: id, url: `https://billing.stripe.com/p/session/${session}` }
}

function createRedaction(account: StripeAccount, form: FormValue): object {
  const customers = Object.values(textsAt(form, ['objects', 'customers']))
  for (const id of customers) found(account.customers, id)
  const job = { id: account.newId('prj'), object: 'privacy.redaction_job' as const, created: secondsOf(account), customers }
  account.redactions.set(job.id, { ...job, status: 'validating' })
  return { ...job, status: 'validating' }
}

/** A job goes on between two looks at it. */
function showRedaction(account: StripeAccount, id: string): object {
  const job = found(account.redactions, id)
  const shown = { ...job }
  if (job.status === 'validating') job.status = 'ready'
  else if (job.status === 'redacting') job.status = 'succeeded'
  return shown
}

function runRedaction(account: StripeAccount, id: string): object {
  const job = found(account.redactions, id)
  if (job.status !== 'ready') throw refusal('redaction_job_not_ready')
  job.status = 'redacting'
  return job
}

const ofIntent = <T extends { readonly payment_intent: string | null }>(map: ReadonlyMap<string, T>, { form }: Asked): readonly T[] => {
  const intent = textAt(form, ['payment_intent'])
  return [...map.values()].filter((thing) => intent === undefined || thing.payment_intent === intent)
}

const since = <T extends { readonly created: number }>(things: readonly T[], { form }: Asked): readonly T[] =>
  things.filter(({ created }) => created >= Number(textAt(form, ['created', 'gte']) ?? 0))

const ofCustomer = <T extends { readonly customer: string | null; readonly created: number }>(
  map: ReadonlyMap<string, T>,
  { form }: Asked,
): readonly T[] => {
  const [customer, since] = [textAt(form, ['customer']), Number(textAt(form, ['created', 'gte']) ?? 0)]
  return [...map.values()].filter((thing) => (customer === undefined || thing.customer === customer) && thing.created >= since)
}

/** A page of a list, newest first. Source: docs.stripe.com/api/pagination (2026-11-26). */
function page(things: readonly (object & { readonly id: string })[], { form }: Asked): object {
  const newest = things.toReversed()
  const after = textAt(form, ['starting_after'])
  const from = after === undefined ? 0 : newest.findIndex(({ id }) => id === after) + 1
  const size = Math.min(Number(textAt(form, ['limit']) ?? 10), 100)
  return { object: 'list', url: '/v1/list', has_more: newest.length > from + size, data: newest.slice(from, from + size) }
}
