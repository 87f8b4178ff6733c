// Guarantee: money that went back to whoever paid, or that a bank takes back, is not charged to their card again by itself: topping up stops at once,
// with a letter that says why, until its owner sets it again.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openRailWorld, type RailWorld } from '../../../../checks/money/stripe/rail-world.ts'
import { tellRail } from '../../../../checks/money/stripe/tell-rail.ts'
import { type SimStripe, startSimStripe } from '../../../../sim/index.ts'
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
const WANTED = { threshold: 5_000_000_000n, amount: 5_000_000_000n, dailyMaximum: 50_000_000_000n }

/** Does something at Stripe, and tells the rail of it. */
async function told<T>(act: () => T): Promise<T> {
  const since = sim.account.events.length
  const done = act()
  await tellRail(rail, sim, since)
  return done
}

/** An account with a saved card that paid ten dollars and tops itself up below five. */
async function paid() {
  const { accountId } = await world.store.newCustomer(0n)
  const card = await rail.cardPage(accountId)
  sim.saveCard(card.sessionId)
  const { sessionId, paymentId } = await rail.checkout({ accountId, amount: TEN, purpose: { kind: 'topup' } })
  await told(() => sim.pay(sessionId))
  await rail.setAutoTopUp(accountId, WANTED)
  return { accountId, paymentId, intentId: sim.account.sessions.get(sessionId)?.payment_intent ?? assert.fail() }
}
type Paid = Awaited<ReturnType<typeof paid>>

const shown = async ({ accountId }: Pick<Paid, 'accountId'>) => {
  const topUp = await rail.readAutoTopUp(accountId)
  return [topUp?.state, topUp?.outcome]
}

const BACK: readonly (readonly [what: string, outcome: string, back: (paid: Paid) => Promise<unknown>])[] = [
  [
    'a refund that was asked for here',
    'refunded',
    async ({ paymentId }) => {
      const asked = { paymentId, amount: 8_000_000_000n, by: 'operator' } as const
      const { id } = await world.database.transaction((tx) => rail.askRefund(tx, asked))
      assert.equal((await rail.carryOnRefund(id))?.state, 'done')
    },
  ],
  ['a refund at Stripe itself', 'refunded', ({ intentId }) => told(() => sim.refundAtDashboard(intentId, 800))],
  ['a dispute', 'disputed', ({ intentId }) => told(() => sim.dispute(intentId))],
  [
    'a refund of another way to pay, or by hand',
    'refunded',
    ({ accountId }) =>
      world.store.ledger.refund({ accountId, amount: 8_000_000_000n, sourceKey: `rail-refund:${randomUUID()}`, reason: 'to whoever paid' }),
  ],
]

test('what goes back to whoever paid is not charged again, and a letter says so', async () => {
  for (const [what, outcome, back] of BACK) {
    const one = await paid()
    const [intents, letters] = [sim.account.intents.size, world.letters.length]
    await back(one)
    for (let at = 0; at < 3; at += 1) await rail.topUp()
    assert.deepEqual([sim.account.intents.size - intents, await shown(one)], [0, ['off', outcome]], what)
    const letter = { template: 'auto-top-up-stopped', to: `${one.accountId}@people.example` }
    assert.deepEqual(world.letters.slice(letters), [letter], what)
  }
})

test('what is set again after a dispute stays so when more is heard of the same one, and when the chain takes coins back', async () => {
  const one = await paid()
  const disputeId = await told(() => sim.dispute(one.intentId, { cents: 100 }))
  await rail.setAutoTopUp(one.accountId, WANTED)
  await told(() => sim.raise('charge.dispute.updated', sim.account.disputes.get(disputeId) ?? assert.fail()))
  await told(() => sim.closeDispute(disputeId, 'won'))
  const reorg = { accountId: one.accountId, amount: 1_000_000_000n, sourceKey: `usdc-reorg:${randomUUID()}`, reason: 'it was taken back' }
  await world.store.ledger.chargeBack(reorg)
  assert.deepEqual(await shown(one), ['armed', undefined])
})

test('a dispute that comes while a card is being charged lets that charge come and no other', async () => {
  const one = await paid()
  await world.store.ledger.purchase({ accountId: one.accountId, amount: 8_000_000_000n, sourceKey: randomUUID(), reason: 'spent' })
  sim.faultOf = ({ method, path }) => (method === 'POST' && path === '/v1/payment_intents' ? 'error-after' : undefined)
  await rail.topUp()
  sim.faultOf = () => undefined
  await told(() => sim.dispute(one.intentId))
  clock.at += 61_000
  const intents = sim.account.intents.size
  for (let at = 0; at < 3; at += 1) {
    await rail.topUp()
    await rail.finish()
  }
  assert.deepEqual([sim.account.intents.size - intents, await shown(one)], [0, ['off', 'disputed']])
  const { debt } = await world.store.ledger.standingOf(one.accountId)
  assert.equal(debt, 3_000_000_000n)
})
