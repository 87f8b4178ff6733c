// Guarantee: a customer that Stripe does not know any more, as it was deleted there or another account's key was set, keeps nobody from paying:
// it is made anew once, and cards that went with it are told as missing.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openRailWorld, type RailWorld } from '../../../../checks/money/stripe/rail-world.ts'
import { tellRail } from '../../../../checks/money/stripe/tell-rail.ts'
import { type SimStripe, startSimStripe } from '../../../../sim/index.ts'
import { sql } from '../../../db/index.ts'
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
const TOPUP = { kind: 'topup' } as const
const available = async (accountId: string) => (await world.store.ledger.balanceOf(accountId))?.available
const customerOf = async (accountId: string) =>
  (
    await world.database.query<{ customer_id: string }>(sql`
      select customer_id from stripe_customer where account_id = ${accountId}::uuid`)
  )[0]?.customer_id ?? assert.fail()

/** How Stripe loses a customer: deleted at its dashboard, or never there, as with the key of another account. */
const LOSSES: readonly ((customerId: string) => void)[] = [
  (id) => Object.assign(sim.account.customers.get(id) ?? assert.fail(), { deleted: true, cards: [] }),
  (id) => void sim.account.customers.delete(id),
]

/** An account with a saved card. */
async function withCard(): Promise<string> {
  const { accountId } = await world.store.newCustomer(0n)
  sim.saveCard((await rail.cardPage(accountId)).sessionId)
  return accountId
}

async function pay(sessionId: string): Promise<void> {
  const since = sim.account.events.length
  sim.pay(sessionId)
  await tellRail(rail, sim, since)
}

test('whoever pays, leaves a card or manages cards gets a new customer, whoever asks at the same time gets the same one', async () => {
  for (const lose of LOSSES) {
    const accountId = await withCard()
    const lost = await customerOf(accountId)
    lose(lost)
    const before = sim.account.customers.size
    const pages = await Promise.all([1, 2, 3].map(() => rail.checkout({ accountId, amount: TEN, purpose: TOPUP })))
    for (const { sessionId } of pages) await pay(sessionId)
    const made = await customerOf(accountId)
    assert.notEqual(made, lost)
    assert.deepEqual([await available(accountId), sim.account.customers.size - before], [3n * TEN, 1])
    lose(made)
    sim.saveCard((await rail.cardPage(accountId)).sessionId)
    assert.equal((await rail.cards(accountId)).length, 1)
    lose(await customerOf(accountId))
    assert.match(await rail.portal(accountId), /^https:\/\/billing\.stripe\.com\//)
  }
})

test('whoever asks again for a page under the same id is sent to the one that the new customer has', async () => {
  const accountId = await withCard()
  sim.account.customers.delete(await customerOf(accountId))
  const asked = { accountId, amount: TEN, purpose: TOPUP, paymentId: randomUUID() }
  const page = await rail.checkout(asked)
  assert.equal((await rail.checkout(asked)).sessionId, page.sessionId)
  // That customer is lost in its turn, and another one is made: a page of it, which is noted nowhere, is given to nobody.
  sim.account.customers.delete(await customerOf(accountId))
  await rail.cardPage(accountId)
  await assert.rejects(rail.checkout(asked), { message: 'rail_unavailable' })
})

test('a card that went with its customer is missing, for who sets topping up and for what is charged already', async () => {
  for (const lose of LOSSES) {
    const accountId = await withCard()
    const wanted = { threshold: 1_000_000_000n, amount: 5_000_000_000n, dailyMaximum: 50_000_000_000n }
    await rail.setAutoTopUp(accountId, wanted)
    lose(await customerOf(accountId))
    clock.at += 5_000
    await rail.topUp()
    const shown = await rail.readAutoTopUp(accountId)
    assert.deepEqual([shown?.state, shown?.outcome], ['off', 'card_missing'])
    assert.deepEqual(world.letters.at(-1), { template: 'auto-top-up-off', to: `${accountId}@people.example` })
    assert.deepEqual(await rail.cards(accountId), [])
    await assert.rejects(rail.setAutoTopUp(accountId, wanted), { message: 'card_missing' })
    const id = randomUUID()
    await assert.rejects(rail.chargeSavedCard({ id, accountId, amount: TEN, purpose: TOPUP }), { message: 'card_missing' })
    assert.equal(await findPayment(world.database, id), undefined)
  }
})
