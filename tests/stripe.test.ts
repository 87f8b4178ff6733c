// Guarantee: through the whole server, an event that Stripe signed credits what was paid, and no other does; money goes back to its card once
// for each Idempotency-Key.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Customer } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'
import { type SimStripe, startSimStripe } from '../sim/index.ts'
import { connect, type Database, sql } from '../src/db/index.ts'
import { openStripeApi } from '../src/payments/index.ts'

let stripe: SimStripe
let world: World
let database: Database
before(async () => {
  stripe = await startSimStripe({ now: () => Date.now(), name: 'whole' })
  const { secretKey: secret_key, webhookSecret: webhook_secret, baseUrl: api_base } = stripe
  world = await startWorld({ payments: { stripe: { secret_key, webhook_secret, api_base } } })
  database = connect({ connection: world.connection(), role: undefined, poolMax: 2, connectTimeoutMs: 30_000 })
})
after(async () => {
  await database.end()
  await world.stop()
  await stripe.close()
})

const CENTS = 2500n

/** A page that an account opened, as the rail writes it: at Stripe, and in the database. */
async function openPage(
  accountId: string,
): Promise<{ readonly paymentId: string; readonly sessionId: string; readonly customerId: string }> {
  const paymentId = randomUUID()
  const api = openStripeApi({ secretKey: stripe.secretKey, webhookSecret: stripe.webhookSecret, apiBase: stripe.baseUrl })
  const customerId = await api.createCustomer(`customer:${accountId}`)
  const places = { successUrl: `${world.base}/`, cancelUrl: `${world.base}/`, expiresAt: Math.floor(Date.now() / 1000) + 3600 }
  const page = { customerId, price: { cents: CENTS, label: 'credit' }, reference: paymentId, savesCard: false, isTaxed: false, ...places }
  const { id: sessionId } = await api.createSession(page, `checkout:${paymentId}`)
  await database.query(sql`
    insert into stripe_customer (account_id, customer_id, created_at) values (${accountId}::uuid, ${customerId}, now())`)
  await database.query(sql`
    insert into payment (id, account_id, rail, purpose, amount, state, rail_ref, created_at)
    values (${paymentId}::uuid, ${accountId}::uuid, 'stripe', '{"kind":"topup"}', ${CENTS * 10_000_000n}::bigint, 'open', ${sessionId}, now())`)
  await database.query(sql`
    insert into stripe_payment (payment_id, account_id, way, created_at) values (${paymentId}::uuid, ${accountId}::uuid, 'checkout', now())`)
  return { paymentId, sessionId, customerId }
}

async function deliver(since: number, secret = stripe.webhookSecret): Promise<readonly number[]> {
  const answers: number[] = []
  for (const event of stripe.account.events.slice(since)) {
    const { body, headers } = stripe.deliver(event, { secret })
    const answer = await fetch(`${world.base}/webhooks/stripe`, { method: 'POST', headers, body })
    await answer.arrayBuffer()
    answers.push(answer.status)
  }
  return answers
}

const available = async ({ id }: Customer): Promise<bigint> => (await world.operator.balance(id)).available

test('what Stripe signed is credited once; what it did not is refused, and a rail that is not set up is nowhere', async () => {
  const customer = await world.operator.customer()
  const before = await available(customer)
  const { sessionId } = await openPage(customer.id)
  const since = stripe.account.events.length
  stripe.pay(sessionId)
  assert.ok((await deliver(since, `whsec_${'forged'.repeat(6)}`)).every((status) => status === 400))
  assert.equal(await available(customer), before)
  assert.ok((await deliver(since)).every((status) => status === 200))
  assert.ok((await deliver(since)).every((status) => status === 200))
  assert.equal((await available(customer)) - before, CENTS * 10_000_000n)
  const nowhere = await fetch(`${world.base}/webhooks/btcpay`, { method: 'POST', body: '{}' })
  assert.equal(nowhere.status, 404)
})

test('a refund is asked for many times with one key and goes back once; a dispute is listed', async () => {
  const customer = await world.operator.customer()
  const { paymentId, sessionId } = await openPage(customer.id)
  let since = stripe.account.events.length
  stripe.pay(sessionId)
  await deliver(since)
  const before = await available(customer)
  const ask = (amount: string, key: string) =>
    fetch(`${world.operatorBase}/operator/v1/payments/${paymentId}/refunds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.operatorToken}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ amount }),
    })
  const key = randomUUID()
  const told = await Promise.all(Array.from({ length: 8 }, () => ask('10.00', key)))
  assert.ok(told.every(({ status }) => status === 201))
  assert.equal((await ask('11.00', key)).status, 409)
  assert.equal((await ask('15.01', randomUUID())).status, 409)
  const { data } = (await world.operator.ask('GET', `/payments/${paymentId}/refunds`)) as { data: { state: string; amount: string }[] }
  assert.deepEqual(
    data.map(({ state, amount }) => [state, amount]),
    [['done', '10.00']],
  )
  assert.equal(before - (await available(customer)), 10_000_000_000n)
  const intent = stripe.account.sessions.get(sessionId)?.payment_intent ?? assert.fail()
  assert.equal([...stripe.account.refunds.values()].filter(({ payment_intent }) => payment_intent === intent).length, 1)
  since = stripe.account.events.length
  stripe.dispute(intent, { cents: 1500 })
  await deliver(since)
  const { data: disputes } = (await world.operator.ask('GET', '/card-disputes')) as { data: { payment_id: string; status: string }[] }
  assert.ok(disputes.some(({ payment_id, status }) => payment_id === paymentId && status === 'needs_response'))
  const { ok } = await world.operator.verify()
  assert.ok(ok)
})
