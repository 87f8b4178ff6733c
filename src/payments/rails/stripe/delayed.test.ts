// Guarantee: a payment that takes days is on its way until Stripe says how it ended: it is no charge of the day before it came, and it is looked at
// again, also where its payer still has something to do.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openRailWorld, type RailWorld } from '../../../../checks/money/stripe/rail-world.ts'
import { tellRail } from '../../../../checks/money/stripe/tell-rail.ts'
import { type SimStripe, startSimStripe } from '../../../../sim/index.ts'
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
const DAY_MS = 86_400_000
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
const amountsOf = async (day: string) => (await rail.report.read(day))?.map(({ amount }) => amount)

/** Does something at Stripe, and tells the rail of it. */
async function told(act: () => void): Promise<void> {
  const since = sim.account.events.length
  act()
  await tellRail(rail, sim, since)
}

async function checkedOut() {
  const { accountId } = await world.store.newCustomer(0n)
  const { sessionId, paymentId } = await rail.checkout({ accountId, amount: TEN, purpose: { kind: 'topup' } })
  const stateOf = async () => (await findPayment(world.database, paymentId))?.state
  return { accountId, sessionId, stateOf }
}

test('a debit of a bank is listed among the charges of a day once it came, and never where it did not', async () => {
  const [comes, fails] = [await checkedOut(), await checkedOut()]
  const day = dayOf(clock.at)
  await told(() => {
    for (const { sessionId } of [comes, fails]) sim.pay(sessionId, 'delayed')
  })
  assert.equal(sim.account.movements.length, 2)
  assert.deepEqual(await amountsOf(day), [])
  clock.at += 4 * DAY_MS
  await told(() => {
    sim.endDelayed(comes.sessionId, true)
    sim.endDelayed(fails.sessionId, false)
  })
  assert.deepEqual([await comes.stateOf(), await fails.stateOf()], ['settled', 'failed'])
  assert.deepEqual([await amountsOf(day), await amountsOf(dayOf(clock.at))], [[TEN], []])
})

test('a page that is complete while its payer still has something to do is looked at again, until the money came or nobody can pay any more', async () => {
  const [comes, ends] = [await checkedOut(), await checkedOut()]
  await told(() => {
    for (const { sessionId } of [comes, ends]) sim.pay(sessionId, 'by-transfer')
  })
  assert.deepEqual([await comes.stateOf(), await ends.stateOf()], ['pending', 'pending'])
  sim.endDelayed(comes.sessionId, true)
  sim.endDelayed(ends.sessionId, false)
  clock.at += 2 * 3_600_000
  await rail.finish()
  assert.deepEqual([await comes.stateOf(), await ends.stateOf()], ['settled', 'failed'])
})
