// Guarantee: what becomes of a payment after it was credited is booked once, also where its account was erased or its deposit was undone by hand
// meanwhile, and whoever asks again for a page or for top-ups is neither refused nor charged twice.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openRailWorld, type RailWorld } from '../../../../checks/money/stripe/rail-world.ts'
import { tellRail } from '../../../../checks/money/stripe/tell-rail.ts'
import { type SimStripe, startSimStripe } from '../../../../sim/index.ts'
import { sql } from '../../../db/index.ts'
import { listProblems, resolveProblem } from '../../index.ts'
import type { PaymentPurpose } from '../../payment.ts'
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
const FIVE = 5_000_000_000n
const TOPUP = { kind: 'topup' } as const
const available = async (accountId: string) => (await world.store.ledger.balanceOf(accountId))?.available
const debt = async (accountId: string) => (await world.store.ledger.standingOf(accountId)).debt

const tell = (since: number): Promise<void> => tellRail(rail, sim, since)

/** Does something at Stripe, and tells the rail of it. */
async function told<T>(act: () => T): Promise<T> {
  const since = sim.account.events.length
  const done = act()
  await tell(since)
  return done
}

/** An account that paid ten dollars. */
async function paid() {
  const { accountId } = await world.store.newCustomer(0n)
  const { sessionId, paymentId } = await rail.checkout({ accountId, amount: TEN, purpose: TOPUP })
  await told(() => sim.pay(sessionId))
  const transferId = (await findPayment(world.database, paymentId))?.transferId ?? assert.fail()
  return { accountId, paymentId, transferId, intentId: sim.account.sessions.get(sessionId)?.payment_intent ?? assert.fail() }
}

test('what a bank and the dashboard do to a payment of an account that was erased meanwhile is taken once', async () => {
  const disputed = await paid()
  const disputeId = await told(() => sim.dispute(disputed.intentId))
  const refunded = await paid()
  await told(() => sim.refundAtDashboard(refunded.intentId, 300))
  for (const { accountId } of [disputed, refunded]) await world.store.subjects.destroy(accountId)
  await told(() => sim.closeDispute(disputeId, 'won'))
  await told(() => sim.refundAtDashboard(refunded.intentId, 200))
  await told(() => sim.refundAtDashboard(refunded.intentId, 100))
  assert.deepEqual([await available(disputed.accountId), await debt(disputed.accountId)], [TEN, 0n])
  assert.deepEqual([await available(refunded.accountId), await debt(refunded.accountId)], [4_000_000_000n, 0n])
})

test('whoever asks again for a page under the same id is sent to the same one, also later', async () => {
  const { accountId } = await world.store.newCustomer(0n)
  const asked = { accountId, amount: TEN, purpose: TOPUP, paymentId: randomUUID() }
  sim.faultOf = ({ path }) => (path === '/v1/checkout/sessions' ? 'error-after' : undefined)
  await assert.rejects(rail.checkout(asked), { message: 'rail_unavailable' })
  sim.faultOf = () => undefined
  clock.at += 60_000
  const page = await rail.checkout(asked)
  assert.equal((await rail.checkout(asked)).sessionId, page.sessionId)
  await told(() => sim.pay(page.sessionId))
  assert.equal(await available(accountId), TEN)
})

test('who paid, or thought better of it, comes back to where they paid from', async () => {
  const { accountId } = await world.store.newCustomer(0n)
  const places = async (purpose: PaymentPurpose) => {
    const session = sim.account.sessions.get((await rail.checkout({ accountId, amount: TEN, purpose })).sessionId)
    return [session?.success_url, session?.cancel_url].map((url) => url?.replace(/^https?:\/\/[^/]+/, ''))
  }
  assert.deepEqual(await places(TOPUP), ['/dashboard/top-up?paid=card', '/dashboard/top-up'])
  assert.deepEqual(await places({ kind: 'plan', planId: 'pro' }), ['/dashboard/plans?paid=card', '/dashboard/plans'])
})

test('money of a deposit that was undone by hand leaves the account no second time', async () => {
  const [asked, atDashboard, disputed] = [await paid(), await paid(), await paid()]
  for (const { transferId } of [asked, atDashboard, disputed])
    await world.store.ledger.reverse({ transferId, onLack: 'refuse', sourceKey: `operator:${randomUUID()}`, reason: 'by mistake' })
  await world.store.ledger.credit({
    accountId: asked.accountId,
    amount: TEN,
    kind: 'manual',
    sourceKey: randomUUID(),
    reason: 'other money',
  })
  await assert.rejects(
    world.database.transaction((tx) => rail.askRefund(tx, { paymentId: asked.paymentId, amount: FIVE, by: 'operator' })),
    { message: 'refund_exceeds_payment' },
  )
  await told(() => sim.refundAtDashboard(atDashboard.intentId, 1000))
  const disputeId = await told(() => sim.dispute(disputed.intentId))
  for (const { accountId } of [atDashboard, disputed]) assert.deepEqual([await available(accountId), await debt(accountId)], [0n, 0n])
  // What the bank gives back is the house's, as the account lost it by hand.
  await told(() => sim.closeDispute(disputeId, 'won'))
  assert.equal(await available(disputed.accountId), 0n)
  assert.deepEqual((await world.store.ledger.verify()).problems, [])
})

test('whoever stops topping up and begins anew while a card is being charged is charged once', async () => {
  const { accountId } = await world.store.newCustomer(0n)
  const { sessionId } = await rail.cardPage(accountId)
  sim.saveCard(sessionId, 'delayed')
  const wanted = { threshold: 1_000_000_000n, amount: FIVE, dailyMaximum: 50_000_000_000n }
  await rail.setAutoTopUp(accountId, wanted)
  const before = sim.account.intents.size
  await rail.topUp()
  await rail.stopAutoTopUp(accountId)
  await rail.setAutoTopUp(accountId, wanted)
  for (let at = 0; at < 3; at += 1) await rail.topUp()
  assert.deepEqual([sim.account.intents.size - before, (await rail.readAutoTopUp(accountId))?.state], [1, 'charging'])
})

test('disputes and refunds of which no event ever came are made good by looking, once', async () => {
  const [disputed, refunded, failing] = [await paid(), await paid(), await paid()]
  const disputeId = sim.dispute(disputed.intentId)
  sim.refundAtDashboard(refunded.intentId, 300)
  sim.account.refundsPend = true
  const { id } = await world.database.transaction((tx) =>
    rail.askRefund(tx, { paymentId: failing.paymentId, amount: FIVE, by: 'operator' }),
  )
  await rail.carryOnRefund(id)
  sim.account.refundsPend = false
  const sent = [...sim.account.refunds.values()].find(({ metadata }) => metadata['farebox'] === id) ?? assert.fail()
  const looking = world.open().rail
  sim.faultOf = ({ path }) => (path === '/v1/refunds' ? 'error-before' : undefined)
  await looking.finish()
  sim.faultOf = () => undefined
  clock.at += 900_000
  await looking.finish()
  assert.deepEqual(await balances(disputed, refunded, failing), [0n, 7_000_000_000n, FIVE])
  sim.closeDispute(disputeId, 'won')
  sim.endRefund(sent.id, 'failed')
  await looking.finish()
  assert.deepEqual(await balances(disputed, refunded, failing), [0n, 7_000_000_000n, FIVE])
  clock.at += 6 * 3_600_000
  await looking.finish()
  await looking.finish()
  assert.deepEqual(await balances(disputed, refunded, failing), [TEN, 7_000_000_000n, TEN])
  await tell(0)
  assert.deepEqual(await balances(disputed, refunded, failing), [TEN, 7_000_000_000n, TEN])
  assert.deepEqual((await world.store.ledger.verify()).problems, [])
})

const balances = (...of: readonly { readonly accountId: string }[]) => Promise.all(of.map(({ accountId }) => available(accountId)))

test('events of a saved card that come at once, before the answer to whoever charged it, put nothing before the operator', async () => {
  const { accountId } = await world.store.newCustomer(0n)
  const { sessionId } = await rail.cardPage(accountId)
  sim.saveCard(sessionId)
  for (let at = 0; at < 20; at += 1) {
    sim.faultOf = ({ method, path }) => (method === 'POST' && path === '/v1/payment_intents' ? 'error-after' : undefined)
    const since = sim.account.events.length
    await rail.chargeSavedCard({ id: randomUUID(), accountId, amount: FIVE, purpose: TOPUP })
    sim.faultOf = () => undefined
    const events = sim.account.events.slice(since).map((event) => sim.deliver(event))
    await Promise.all(
      events.map(({ body, headers }) => rail.takeEvent({ body: Buffer.from(body), signature: headers['stripe-signature'] })),
    )
  }
  assert.equal(await available(accountId), 20n * FIVE)
  assert.deepEqual(await listProblems(world.database, world, { isAll: true, limit: 500 }).then(ofPayments), [])
})

const ofPayments = (problems: readonly { readonly code: string }[]) => problems.filter(({ code }) => code === 'payment_unknown')

test('accounts that owe more than a top-up brings keep no other from watching its balance again', async () => {
  const wanted = { threshold: 1_000_000_000n, amount: FIVE, dailyMaximum: 50_000_000_000n }
  const below = async (owed: bigint): Promise<string> => {
    const { accountId } = await world.store.newCustomer(0n)
    if (owed > 0n) await world.store.ledger.chargeBack({ accountId, amount: owed, sourceKey: randomUUID(), reason: 'disputed' })
    const { sessionId } = await rail.cardPage(accountId)
    sim.saveCard(sessionId)
    await rail.setAutoTopUp(accountId, wanted)
    return accountId
  }
  for (let at = 0; at < 50; at += 1) await below(2n * FIVE)
  await rail.topUp()
  clock.at += 1_000
  const accountId = await below(0n)
  await rail.topUp()
  assert.deepEqual([await available(accountId), (await rail.readAutoTopUp(accountId))?.state], [FIVE, 'armed'])
})

test('a chargeback or a refund that was undone by hand comes back no second time, and its end is heard', async () => {
  const [disputed, refunded] = [await paid(), await paid()]
  const disputeId = await told(() => sim.dispute(disputed.intentId))
  sim.account.refundsPend = true
  const { id } = await world.database.transaction((tx) =>
    rail.askRefund(tx, { paymentId: refunded.paymentId, amount: FIVE, by: 'operator' }),
  )
  const { transferId = assert.fail() } = (await rail.carryOnRefund(id)) ?? assert.fail()
  sim.account.refundsPend = false
  const [taken] = await world.database.query<{ charge_back_id: string }>(sql`
    select charge_back_id from stripe_dispute where payment_id = ${disputed.paymentId}::uuid`)
  for (const undone of [transferId, taken?.charge_back_id ?? ''])
    await world.store.ledger.reverse({ transferId: undone, onLack: 'refuse', sourceKey: `operator:${randomUUID()}`, reason: 'goodwill' })
  const sent = [...sim.account.refunds.values()].find(({ metadata }) => metadata['farebox'] === id) ?? assert.fail()
  await told(() => sim.closeDispute(disputeId, 'won'))
  await told(() => sim.endRefund(sent.id, 'failed'))
  assert.deepEqual(await balances(disputed, refunded), [TEN, TEN])
  const states = await Promise.all([disputed, refunded].map(async ({ paymentId }) => (await findPayment(world.database, paymentId))?.state))
  assert.deepEqual([states, (await rail.refundsOf(refunded.paymentId))[0]?.state], [['settled', 'settled'], 'failed'])
})

test('a refund at the dashboard is told as a refund, and a dispute as a dispute', async () => {
  const [refunded, disputed] = [await paid(), await paid()]
  await told(() => sim.refundAtDashboard(refunded.intentId, 300))
  await told(() => sim.dispute(disputed.intentId))
  const eventsOf = async ({ accountId }: { readonly accountId: string }) =>
    (
      await world.database.query<{ kind: string }>(sql`
        select kind from account_event where account_id = ${accountId}::uuid and kind like 'payment.%' order by created_at, id`)
    ).map(({ kind }) => kind)
  assert.deepEqual(
    [await eventsOf(refunded), await eventsOf(disputed)],
    [
      ['payment.credited', 'payment.refunded'],
      ['payment.credited', 'payment.disputed'],
    ],
  )
})

test('a refund at the dashboard of money that was credited by hand waits for the operator, one that did not happen does not', async () => {
  const { accountId } = await world.store.newCustomer(0n)
  /** Money that fits nothing, as its page was made at Stripe itself. */
  const foreign = async (isCredited: boolean): Promise<string> => {
    const { sessionId } = await rail.checkout({ accountId, amount: TEN, purpose: TOPUP })
    const id = `cs_test_${randomUUID().replaceAll('-', '')}`
    sim.account.sessions.set(id, { ...(sim.account.sessions.get(sessionId) ?? assert.fail()), id, payment_intent: null })
    await told(() => sim.pay(id))
    const intentId = sim.account.sessions.get(id)?.payment_intent ?? assert.fail()
    const problem = (await openProblems()).find(({ ref }) => ref === intentId) ?? assert.fail()
    if (isCredited) {
      const credit = { accountId, amount: TEN, kind: 'manual', sourceKey: `problem:${problem.id}`, reason: 'it was theirs' } as const
      const { transferId } = await world.store.ledger.credit(credit)
      await resolveProblem(world.database, problem.id, { resolution: 'credited', transferId, at: new Date(clock.at) })
    } else await resolveProblem(world.database, problem.id, { resolution: 'dismissed', at: new Date(clock.at) })
    return intentId
  }
  const [byHand, dismissed, looked] = [await foreign(true), await foreign(false), await foreign(true)]
  const refundId = await told(() => sim.refundAtDashboard(byHand, 300))
  await told(() => sim.endRefund(sim.refundAtDashboard(byHand, 200), 'failed'))
  await told(() => sim.refundAtDashboard(dismissed, 300))
  const unheard = sim.refundAtDashboard(looked, 400)
  await world.open().rail.finish()
  const wrong = (await openProblems()).filter(({ code }) => code === 'refund_unknown')
  assert.deepEqual(
    wrong.map(({ ref, amount }) => [ref, amount]),
    [
      [refundId, 3_000_000_000n],
      [unheard, 4_000_000_000n],
    ],
  )
})

const openProblems = () => listProblems(world.database, world, { isAll: false, limit: 500 })
