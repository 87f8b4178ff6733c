// Guarantee: a plan that was paid for from outside begins whatever calls of its account take of that money meanwhile; what is lent for it stays
// within its bound and comes back from what those calls do not use, and no money is made or lost by it.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type Customer, type MoneyStore, openMoneyStore } from '../control/testing.ts'
import { connect, type Database, sql } from '../db/index.ts'
import { collectDebts, GroupCommit, registerNode } from '../ledger/index.ts'
import { type NanoUsd, systemClock, systemIds, utcDayOf } from '../lib/index.ts'
import type { Payment } from '../payments/index.ts'
import { NO_USAGE } from '../spec/index.ts'
import { listSeats, listSubscriptions, type PlanParts, planFulfillers, putPool, SUBSCRIPTION_DEFAULTS } from './index.ts'

const USD = 1_000_000_000n
const CENT = USD / 100n
const PRICE = 20n * USD
const OWED_MAX = 5n * USD
const SEED = Date.now() % 1_000_000
const ids = systemIds(() => Date.now())

let store: MoneyStore
let database: Database
let writer: GroupCommit
let parts: PlanParts
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
  const term = await registerNode(store.database, randomUUID())
  writer = new GroupCommit({ database: store.database, ...term, clock: systemClock, log: () => undefined, retryMs: 2, gatherMs: 1 })
  parts = { database, books: store.ledger, clock: systemClock, ids, settings: SUBSCRIPTION_DEFAULTS, subjects: store.subjects }
  await store.ownerDatabase.query(
    sql`insert into plan (id, kind, price, is_public, source) values ('paid-for', 'monthly', ${PRICE}, true, 'operator')`,
  )
})
after(async () => {
  await database.end()
  await store.drop()
})

const ofNow = async (accountId: string) => {
  const [balance, { debt }] = [await store.ledger.balanceOf(accountId), await store.ledger.standingOf(accountId)]
  return { available: balance?.available ?? 0n, held: balance?.held ?? 0n, debt }
}
const deposit = (accountId: string, amount: NanoUsd) =>
  store.ledger.deposit({ accountId, amount, rail: 'stripe', externalKey: randomUUID() })
const paidFor = (accountId: string): Payment => ({
  ...{ id: randomUUID(), accountId, rail: 'stripe', amount: PRICE, state: 'paid', purpose: { kind: 'plan', planId: 'paid-for' } },
  ...{ railRef: undefined, outcome: undefined, transferId: undefined, createdAt: new Date(), expiresAt: undefined },
})
const begin = (payment: Payment) => planFulfillers(parts).plan(payment, { transferId: randomUUID() })
const hold = (accountId: string, amount: NanoUsd) => writer.take({ accountId, need: amount, want: amount })
const spend = ({ accountId, keyId }: Customer, cost: NanoUsd) =>
  writer.settle({
    ...{ requestId: randomUUID(), accountId, keyId, day: utcDayOf(Date.now()), startedAt: Date.now(), modelSerial: 1, routeSerial: 1 },
    ...{ priceVersion: 1, outcome: 0, status: 200, usageSource: 1, reportedModel: 1, isStream: false, isSuspect: false, latencyMs: 1 },
    ...{ firstByteMs: 1, usage: NO_USAGE, multiplier: 1_000_000, serviceTier: 0, reportedInput: undefined, reportedOutput: undefined },
    ...{ hold: cost, cost, shortfall: 0n, upstreamCost: undefined },
  })
async function giveBack(accountId: string, amount: NanoUsd): Promise<void> {
  if (amount > 0n) writer.release({ accountId, amount })
  await writer.drain()
  await collectDebts(store.database, ids)
}

test('a call that holds some of the money when the plan begins keeps no plan from beginning, and what was lent comes back', async () => {
  const { accountId } = await store.newCustomer(0n)
  await deposit(accountId, PRICE)
  assert.equal(await hold(accountId, CENT), CENT)
  const payment = paidFor(accountId)
  assert.equal(await begin(payment), undefined)
  assert.equal(await begin(payment), undefined)
  assert.deepEqual(await ofNow(accountId), { available: 0n, held: CENT, debt: CENT })
  await giveBack(accountId, CENT)
  assert.deepEqual(await ofNow(accountId), { available: 0n, held: 0n, debt: 0n })
  assert.deepEqual(
    (await listSubscriptions(database, accountId)).map(({ planSlug, status }) => [planSlug, status]),
    [['paid-for', 'active']],
  )
})

test('who spent more of it than is lent has no plan and keeps the rest, and nobody is lent anything who pays from the balance', async () => {
  const customer = await store.newCustomer(0n)
  const { accountId } = customer
  await deposit(accountId, PRICE)
  await hold(accountId, OWED_MAX + 1n)
  await spend(customer, OWED_MAX + 1n)
  assert.equal(await begin(paidFor(accountId)), 'balance_insufficient')
  assert.deepEqual(await ofNow(accountId), { available: PRICE - OWED_MAX - 1n, held: 0n, debt: 0n })
  await store.ledger.credit({ accountId, amount: 1n, kind: 'manual', sourceKey: randomUUID(), reason: 'test' })
  const price = { accountId, amount: PRICE, sourceKey: randomUUID(), reason: 'test' }
  await assert.rejects(store.ledger.purchase(price))
  assert.equal(await begin(paidFor(accountId)), undefined)
  assert.deepEqual(await ofNow(accountId), { available: 0n, held: 0n, debt: OWED_MAX })
})

test('an order of several seats is lent no more than one plan is, and what it lacks beyond that gives all of it back', async () => {
  const SEAT = 2n * USD
  const block = { block: 'europe', fromMinute: 480, toMinute: 960, seats: 8, price: SEAT } as const
  const poolId = await putPool(parts, { slug: 'lent', description: 'test', models: ['m'], annualDiscount: 0, blocks: [block] })
  const order = (accountId: string): Payment => ({
    ...paidFor(accountId),
    ...{ amount: 4n * SEAT, purpose: { kind: 'seats', poolId, blocks: ['europe'], quantity: 4, period: 'month' } },
  })
  const { seats } = planFulfillers(parts)
  const { accountId: lent } = await store.newCustomer(4n * SEAT)
  await hold(lent, OWED_MAX)
  assert.equal(await seats(order(lent), { transferId: randomUUID() }), undefined)
  assert.deepEqual(await ofNow(lent), { available: 0n, held: OWED_MAX, debt: OWED_MAX })
  // It owes 3 and has 4 that came back from a call, and nobody has collected yet.
  const { accountId: owing } = await store.newCustomer(4n * USD)
  await hold(owing, 4n * USD)
  await store.ledger.chargeBack({ accountId: owing, amount: 3n * USD, sourceKey: randomUUID(), reason: 'test' })
  writer.release({ accountId: owing, amount: 4n * USD })
  await writer.drain()
  assert.deepEqual(await ofNow(owing), { available: 4n * USD, held: 0n, debt: 3n * USD })
  assert.equal(await seats(order(owing), { transferId: randomUUID() }), 'balance_insufficient')
  assert.deepEqual(await ofNow(owing), { available: USD, held: 0n, debt: 0n })
  assert.equal((await listSeats(database, poolId)).length, 4)
})

/** What happens to an account, amounts in cents; `order`: it pays for a plan from outside and calls take some before the plan begins. */
type Step = { readonly kind: 'hold' | 'spend' | 'return' | 'order'; readonly cents: number }
const step = fc.record({ kind: fc.constantFrom<Step['kind']>('hold', 'spend', 'return', 'order'), cents: fc.integer({ min: 1, max: 900 }) })

/** An account beside what its books should say: paid in, spent by calls, and plans that began. */
type History = { readonly customer: Customer; readonly told: { in: NanoUsd; spent: NanoUsd; sliced: NanoUsd; plans: bigint } }

async function take({ customer, told }: History, cents: number): Promise<void> {
  told.sliced += (await hold(customer.accountId, BigInt(cents) * CENT)) ?? 0n
}

async function order(history: History, cents: number): Promise<void> {
  const { customer, told } = history
  const { accountId } = customer
  await deposit(accountId, PRICE)
  told.in += PRICE
  await take(history, cents)
  const { available, debt } = await ofNow(accountId)
  const isCovered = available >= PRICE || debt + PRICE - available <= OWED_MAX
  assert.equal(await begin(paidFor(accountId)), isCovered ? undefined : 'balance_insufficient')
  if (isCovered) told.plans += 1n
}

async function apply(history: History, { kind, cents }: Step): Promise<void> {
  const { customer, told } = history
  if (kind === 'hold') return await take(history, cents)
  if (kind === 'order') return await order(history, cents)
  const amount = BigInt(cents) * CENT < told.sliced ? BigInt(cents) * CENT : told.sliced
  told.sliced -= amount
  if (kind === 'return') return await giveBack(customer.accountId, amount)
  if (amount === 0n) return
  await spend(customer, amount)
  told.spent += amount
}

test(`no money is made or lost, and nobody owes more than the bound (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 14 }), async (steps) => {
      const history: History = { customer: await store.newCustomer(0n), told: { in: 0n, spent: 0n, sliced: 0n, plans: 0n } }
      const { customer, told } = history
      for (const one of steps) {
        await apply(history, one)
        const { available, held, debt } = await ofNow(customer.accountId)
        assert.equal(available + held - debt, told.in - told.spent - told.plans * PRICE)
        assert.equal(held, told.sliced)
        assert.ok(debt >= 0n && debt <= OWED_MAX)
      }
      await giveBack(customer.accountId, told.sliced)
      assert.equal(BigInt((await listSubscriptions(database, customer.accountId)).length), told.plans)
    }),
    { numRuns: 25, seed: SEED },
  )
  assert.deepEqual((await store.ledger.verify()).problems, [])
})
