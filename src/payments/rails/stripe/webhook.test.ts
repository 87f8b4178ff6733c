// Guarantee: an event of Stripe is believed in nothing: bytes that Stripe did not sign now are refused, what is credited is what Stripe's own
// object and our payment agree on, once, whatever is told, how often and in what order; what fits nothing waits for the operator.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRailWorld, type RailWorld } from '../../../../checks/money/stripe/rail-world.ts'
import { type SimStripe, startSimStripe } from '../../../../sim/index.ts'
import { type Database, DatabaseError, sql } from '../../../db/index.ts'
import { listProblems } from '../../index.ts'
import { findPayment } from '../../store.ts'
import type { StripeRail } from './index.ts'

const clock = { at: Date.parse('2026-11-26T12:00:00Z') }
let sim: SimStripe
let world: RailWorld
let rail: StripeRail
before(async () => {
  sim = await startSimStripe({ now: () => clock.at })
  world = await openRailWorld(sim, clock)
  rail = world.open().rail
})
after(async () => {
  await world.close()
  await sim.close()
})

const TEN = 10_000_000_000n
const available = async (accountId: string) => (await world.store.ledger.balanceOf(accountId))?.available
const problems = async () => (await listProblems(world.database, world, { isAll: true, limit: 500 })).map(({ code }) => code)

/** How much of a payment is gone, for gifts to follow. */
const takenBack = async (id: string) =>
  (await world.database.query<{ taken_back: bigint }>(sql`select taken_back from payment where id = ${id}`))[0]?.taken_back

/** Sends every event since a number of them, each so often. */
async function deliver(since: number, times = 1, to: StripeRail = rail): Promise<readonly string[]> {
  const told: string[] = []
  for (const event of sim.account.events.slice(since)) {
    const { body, headers } = sim.deliver(event)
    for (let at = 0; at < times; at += 1) told.push(await to.takeEvent({ body: Buffer.from(body), signature: headers['stripe-signature'] }))
  }
  return told
}

async function checkedOut(amount = TEN, over: Partial<Parameters<StripeRail['checkout']>[0]> = {}) {
  const { accountId } = await world.store.newCustomer(0n)
  return { accountId, ...(await rail.checkout({ accountId, amount, purpose: { kind: 'topup' }, ...over })) }
}

test('a top-up is credited once, whichever of its events come, and how often', async () => {
  const { accountId, sessionId, paymentId } = await checkedOut()
  const since = sim.account.events.length
  sim.pay(sessionId)
  await deliver(since, 3)
  assert.equal(await available(accountId), TEN)
  assert.equal((await findPayment(world.database, paymentId))?.state, 'settled')
  assert.ok((await deliver(since)).every((told) => told === 'repeated' || told === 'ignored'))
  assert.equal(await available(accountId), TEN)
})

test('a page that nobody paid at in time is expired, and a payment on its way is pending until it comes or does not', async () => {
  const [left, slow, lost] = [await checkedOut(), await checkedOut(), await checkedOut()]
  let since = sim.account.events.length
  sim.expire(left.sessionId)
  sim.pay(slow.sessionId, 'delayed')
  sim.pay(lost.sessionId, 'delayed')
  await deliver(since)
  const states = async () =>
    await Promise.all([left, slow, lost].map(async ({ paymentId }) => (await findPayment(world.database, paymentId))?.state))
  assert.deepEqual(await states(), ['expired', 'pending', 'pending'])
  since = sim.account.events.length
  sim.endDelayed(slow.sessionId, true)
  sim.endDelayed(lost.sessionId, false)
  await deliver(since)
  assert.deepEqual(await states(), ['expired', 'settled', 'failed'])
  assert.deepEqual([await available(slow.accountId), await available(lost.accountId)], [TEN, 0n])
})

test('the contract of the handler: six of six', async () => {
  const { accountId, sessionId } = await checkedOut()
  const since = sim.account.events.length
  sim.pay(sessionId)
  const event = sim.account.events.slice(since).find(({ type }) => type === 'checkout.session.completed') ?? assert.fail()
  const send = async (body: string, signature: string | undefined, to = rail) => await to.takeEvent({ body: Buffer.from(body), signature })
  const good = sim.deliver(event)
  const signature = good.headers['stripe-signature']
  const invalid = { message: 'webhook_invalid' }
  // Bad signatures of every kind.
  const other = sim.deliver(event, { secret: `whsec_${'x'.repeat(32)}` })
  const bare = sim.deliver(event, { secret: '' })
  for (const bad of [
    undefined,
    '',
    'v1=00',
    `${signature}0`,
    signature?.replace('v1=', 'v0='),
    other.headers['stripe-signature'],
    bare.headers['stripe-signature'],
  ])
    await assert.rejects(send(good.body, bad), invalid)
  // Too old, and of a time to come.
  for (const secondsAgo of [301, 86_400, -301]) {
    const { body, headers } = sim.deliver(event, { secondsAgo })
    await assert.rejects(send(body, headers['stripe-signature']), invalid)
  }
  // The same words in other bytes.
  await assert.rejects(send(JSON.stringify(JSON.parse(good.body)), signature), invalid)
  // A type that nobody knows.
  const odd = sim.deliver(sim.raise('invoice.paid', { id: 'in_1', object: 'invoice' }))
  assert.equal(await send(odd.body, odd.headers['stripe-signature']), 'ignored')
  // A database that is away for a moment: rejected, so that Stripe sends it again, and then it counts.
  const away: Database = { ...world.database, query: () => Promise.reject(new DatabaseError('connection_lost')) }
  await assert.rejects(
    send(good.body, signature, world.open({ database: away }).rail),
    (thrown) => thrown instanceof DatabaseError && thrown.isTransient,
  )
  assert.equal(await available(accountId), 0n)
  const edge = sim.deliver(event, { secondsAgo: 299 })
  assert.equal(await send(edge.body, edge.headers['stripe-signature']), 'done')
  assert.equal(await send(good.body, signature), 'repeated')
  assert.equal(await available(accountId), TEN)
})

test('what Stripe has in another amount, currency or name is credited to nobody and shown to the operator', async () => {
  const cases: readonly (readonly [string, (session: { -readonly [K in keyof Session]: Session[K] }) => void])[] = [
    ['payment_amount_mismatch', (session) => Object.assign(session, { amount_subtotal: 900, amount_total: 900 })],
    ['payment_currency_mismatch', (session) => Object.assign(session, { currency: 'jpy' })],
    ['payment_account_mismatch', (session) => Object.assign(session, { customer: [...sim.account.customers.keys()][0] })],
    [
      'payment_amount_mismatch',
      (session) => Object.assign(session, { total_details: { amount_tax: 0, amount_discount: 500, amount_shipping: 0 } }),
    ],
  ]
  for (const [code, change] of cases) {
    const { accountId, sessionId, paymentId } = await checkedOut()
    const session = sim.account.sessions.get(sessionId) ?? assert.fail()
    change(session)
    const since = sim.account.events.length
    sim.pay(sessionId)
    await deliver(since, 2)
    const before = (await problems()).filter((known) => known === code).length
    assert.ok(before > 0, code)
    assert.equal(await available(accountId), 0n, code)
    assert.equal((await findPayment(world.database, paymentId))?.state, 'open')
  }
})
type Session = NonNullable<ReturnType<SimStripe['account']['sessions']['get']>>

test('what metadata says of an account or an amount is read by nobody', async () => {
  const victim = await checkedOut()
  const { accountId } = await world.store.newCustomer(0n)
  const since = sim.account.events.length
  // A page that was made at Stripe itself, with our words on it: paid, and none of ours.
  const made = {
    ...(sim.account.sessions.get(victim.sessionId) ?? assert.fail()),
    id: 'cs_test_made',
    client_reference_id: victim.paymentId,
  }
  sim.account.sessions.set(made.id, {
    ...made,
    metadata: { account: accountId, farebox: victim.paymentId, amount: '999999' },
    payment_intent: null,
  })
  sim.pay(made.id)
  await deliver(since, 2)
  assert.deepEqual([await available(victim.accountId), await available(accountId)], [0n, 0n])
  assert.ok((await problems()).includes('payment_unknown'))
})

test('a refund that failed, a dispute that was won, and what was made at the dashboard leave what is true', async () => {
  const [one, two, three] = [await checkedOut(), await checkedOut(), await checkedOut()]
  const since = sim.account.events.length
  for (const { sessionId } of [one, two, three]) sim.pay(sessionId)
  const intentOf = (sessionId: string) => sim.account.sessions.get(sessionId)?.payment_intent ?? assert.fail()
  sim.endRefund(sim.refundAtDashboard(intentOf(one.sessionId), 400), 'failed')
  sim.refundAtDashboard(intentOf(two.sessionId), 250)
  sim.closeDispute(sim.dispute(intentOf(three.sessionId)), 'won')
  // The last first, as if the first had been on its way for days.
  for (const event of sim.account.events.slice(since).toReversed()) {
    const { body, headers } = sim.deliver(event)
    await rail.takeEvent({ body: Buffer.from(body), signature: headers['stripe-signature'] })
  }
  assert.deepEqual(await Promise.all([one, two, three].map(({ accountId }) => available(accountId))), [TEN, 7_500_000_000n, TEN])
  assert.deepEqual(await Promise.all([one, two, three].map(({ paymentId }) => takenBack(paymentId))), [0n, 2_500_000_000n, 0n])
  const lost = sim.dispute(intentOf(two.sessionId), { cents: 750 })
  await deliver(since)
  sim.closeDispute(lost, 'lost')
  await deliver(since)
  assert.equal(await available(two.accountId), 0n)
  assert.equal((await findPayment(world.database, two.paymentId))?.state, 'disputed')
  assert.equal(await takenBack(two.paymentId), TEN)
  const [dispute] = await rail.disputes({ accountId: two.accountId, limit: 5 })
  assert.deepEqual([dispute?.status, dispute?.feeCents, dispute?.amount], ['lost', 1500n, 7_500_000_000n])
  assert.deepEqual((await world.store.ledger.verify()).problems, [])
})

test('a dispute over money that is spent is a debt, which the next payment repays', async () => {
  const { accountId, sessionId } = await checkedOut()
  let since = sim.account.events.length
  sim.pay(sessionId)
  await deliver(since)
  await world.store.ledger.purchase({ accountId, amount: TEN, sourceKey: `spent:${accountId}`, reason: 'spent' })
  since = sim.account.events.length
  sim.dispute(sim.account.sessions.get(sessionId)?.payment_intent ?? assert.fail())
  await deliver(since, 2)
  assert.deepEqual([await available(accountId), (await world.store.ledger.standingOf(accountId)).debt], [0n, TEN])
  const again = await rail.checkout({ accountId, amount: 2n * TEN, purpose: { kind: 'topup' } })
  since = sim.account.events.length
  sim.pay(again.sessionId)
  await deliver(since)
  assert.deepEqual([await available(accountId), (await world.store.ledger.standingOf(accountId)).debt], [TEN, 0n])
})

test('an inquiry takes nothing until it becomes a dispute', async () => {
  const { accountId, sessionId } = await checkedOut()
  const since = sim.account.events.length
  sim.pay(sessionId)
  const id = sim.dispute(sim.account.sessions.get(sessionId)?.payment_intent ?? assert.fail(), { isInquiry: true })
  await deliver(since)
  assert.equal(await available(accountId), TEN)
  sim.escalate(id)
  await deliver(since)
  assert.equal(await available(accountId), 0n)
})

test('tax on top is nobody’s credit and goes back with the credit it was paid on', async () => {
  const taxed = world.open({ isTaxed: true }).rail
  sim.account.taxPerMille = 190
  const { accountId } = await world.store.newCustomer(0n)
  const { sessionId, paymentId } = await taxed.checkout({ accountId, amount: TEN, purpose: { kind: 'topup' } })
  let since = sim.account.events.length
  sim.pay(sessionId)
  await deliver(since)
  assert.equal(await available(accountId), TEN)
  const charge = [...sim.account.charges.values()].at(-1)
  assert.equal(charge?.amount, 1190)
  since = sim.account.events.length
  for (const amount of [3_330_000_000n, 3_330_000_000n, 3_340_000_000n]) {
    const asked = await world.database.transaction((tx) => taxed.askRefund(tx, { paymentId, amount, by: 'operator' }))
    await taxed.carryOnRefund(asked.id)
  }
  await deliver(since, 2)
  assert.deepEqual([await available(accountId), charge?.amount_refunded], [0n, 1190])
  assert.equal((await findPayment(world.database, paymentId))?.state, 'refunded')
  const rows = await world.database.query(sql`select from stripe_refund where payment_id = ${paymentId}::uuid and state = 'done'`)
  assert.equal(rows.length, 3)
})
