// Guarantee: a refund whose answer was lost is on its card or on the balance, never on both: nothing is given back on what Stripe said to another
// question, or to a key that it does not take, and where a refund was given back that Stripe has all the same, the operator is told.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRailWorld, type RailWorld } from '../../../../checks/money/stripe/rail-world.ts'
import { tellRail } from '../../../../checks/money/stripe/tell-rail.ts'
import { type SimStripe, type StripeFault, startSimStripe } from '../../../../sim/index.ts'
import { sql } from '../../../db/index.ts'
import { listProblems } from '../../index.ts'
import { type StripeRail, StripeRequestError } from './index.ts'

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
const TOPUP = { kind: 'topup' } as const
const available = async (accountId: string) => (await world.store.ledger.balanceOf(accountId))?.available
const refundedAt = (intentId: string) =>
  [...sim.account.refunds.values()]
    .filter(({ payment_intent }) => payment_intent === intentId)
    .map(({ amount, status }) => [amount, status])

const tell = (since: number): Promise<void> => tellRail(rail, sim, since)

/** A payment of ten dollars of which all is asked back. */
async function askedBack() {
  const { accountId } = await world.store.newCustomer(0n)
  const { sessionId, paymentId } = await rail.checkout({ accountId, amount: TEN, purpose: TOPUP })
  const since = sim.account.events.length
  sim.pay(sessionId)
  await tell(since)
  const { id } = await world.database.transaction((tx) => rail.askRefund(tx, { paymentId, amount: TEN, by: 'operator' }))
  return { accountId, paymentId, id, intentId: sim.account.sessions.get(sessionId)?.payment_intent ?? assert.fail() }
}

/** What goes wrong with requests of one method for refunds. */
function failRefunds(wanted: 'GET' | 'POST', fault: StripeFault): void {
  sim.faultOf = ({ method, path }) => (path === '/v1/refunds' && method === wanted ? fault : undefined)
}

test('what Stripe answers to the question whether a refund was sent gives nothing back', async () => {
  for (const fault of ['unauthorized', 'forbidden', 'not-found'] as const) {
    const { accountId, id, intentId } = await askedBack()
    failRefunds('POST', 'error-after')
    await assert.rejects(rail.carryOnRefund(id), { message: 'rail_unavailable' })
    failRefunds('GET', fault)
    await assert.rejects(rail.carryOnRefund(id))
    sim.faultOf = () => undefined
    assert.equal(await available(accountId), 0n, fault)
    assert.equal((await rail.carryOnRefund(id))?.state, 'done')
    assert.deepEqual([await available(accountId), refundedAt(intentId)], [0n, [[1000, 'succeeded']]], fault)
  }
})

test('a key that Stripe does not take, or that may not refund, leaves a refund as it is until another key is set', async () => {
  for (const fault of ['unauthorized', 'forbidden'] as const) {
    const { accountId, id, intentId } = await askedBack()
    failRefunds('POST', fault)
    await assert.rejects(rail.carryOnRefund(id), { message: 'rail_unavailable' })
    assert.deepEqual([await available(accountId), refundedAt(intentId)], [0n, []], fault)
    sim.faultOf = () => undefined
    clock.at += 61_000
    await rail.finish()
    assert.deepEqual([await available(accountId), refundedAt(intentId)], [0n, [[1000, 'succeeded']]], fault)
  }
})

const problemsOf = async (accountId: string) =>
  (await listProblems(world.database, world, { isAll: true, limit: 500 }))
    .filter((problem) => problem.accountId === accountId)
    .map(({ code, ref, amount }) => [code, ref, amount])

test('a refund that was given back and that Stripe has all the same is told to the operator, one that its card sent back is not', async () => {
  const { accountId, id, intentId } = await askedBack()
  const lying = world.open({
    wrapApi: (api) => ({
      ...api,
      createRefund: async (refund, key) => {
        await api.createRefund(refund, key)
        throw new StripeRequestError('refused', 'status_bad_request')
      },
    }),
  }).rail
  const since = sim.account.events.length
  assert.equal((await lying.carryOnRefund(id))?.state, 'failed')
  await tell(since)
  await rail.finish()
  const sent = [...sim.account.refunds.values()].find(({ payment_intent }) => payment_intent === intentId) ?? assert.fail()
  assert.deepEqual(await problemsOf(accountId), [['refund_given_back', sent.id, TEN]])
  // Somebody hears late of a refund that was on its way, and that its card sent back by now.
  const other = await askedBack()
  sim.account.refundsPend = true
  await rail.carryOnRefund(other.id)
  sim.account.refundsPend = false
  const [onItsWay] = [...sim.account.refunds.values()].filter(({ payment_intent }) => payment_intent === other.intentId)
  const early = structuredClone(onItsWay ?? assert.fail())
  const events = sim.account.events.length
  sim.endRefund(early.id, 'failed')
  await tell(events)
  let isEarly = true
  const late = world.open({
    wrapApi: (api) => ({
      ...api,
      listRefunds: async (of) => {
        const told = await api.listRefunds(of)
        if (!isEarly) return told
        isEarly = false
        return told.map((refund) => ({ ...refund, status: early.status }))
      },
    }),
  }).rail
  await world.database.query(sql`delete from stripe_event`)
  const { body, headers } = sim.deliver(sim.account.events.at(-1) ?? assert.fail())
  await late.takeEvent({ body: Buffer.from(body), signature: headers['stripe-signature'] })
  assert.deepEqual([isEarly, await available(other.accountId), await problemsOf(other.accountId)], [false, TEN, []])
})
