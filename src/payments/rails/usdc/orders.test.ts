// Guarantee: a plan that was ordered with USDC is bought once when enough money comes to the account's address, whatever else comes, in whatever
// order and however often it is told; money that is short of its price stays on the balance and the payment says so. Seed printed.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { openUsdcStore, openUsdcWorld, type UsdcStore } from '../../../../checks/money/usdc/index.ts'
import { sql } from '../../../db/index.ts'
import { openPaymentDesk } from '../../desk.ts'
import type { Payment } from '../../payment.ts'
import { findPayment } from '../../store.ts'
import { expireOrders, openOrder } from './orders.ts'

const SEED = Date.now() % 1_000_000
const USD = 1_000_000_000n
const UNITS_PER_USD = 1_000_000n
const PRICE = 20n * USD
const DAY_MS = 86_400_000

let store: UsdcStore
before(async () => {
  const opened = await openUsdcStore()
  const { money, database, keyring, clock } = opened
  const buy = async ({ id, accountId, amount }: Payment): Promise<string | undefined> => {
    if (amount < PRICE) return 'order_underpaid'
    await money.ledger.purchase({ accountId, amount: PRICE, sourceKey: `plan:${id}`, reason: 'plan' })
    return undefined
  }
  const ids = { uuid: () => randomUUID() }
  const desk = openPaymentDesk({
    ...{
      database,
      ledger: money.ledger,
      keyring,
      subjects: money.subjects,
      ids,
      clock,
      log: () => undefined,
      onPaid: [],
      fulfillers: { plan: buy },
    },
  })
  store = { ...opened, desk }
})
after(() => store.close())
beforeEach(() => store.forget())

async function openWorld() {
  const world = openUsdcWorld(store)
  const one = await world.newAccount()
  await world.read()
  const order = async (amount = PRICE): Promise<string> => {
    const orderId = randomUUID()
    store.clock.at += 1
    const purpose = { kind: 'plan', planId: 'pro' } as const
    await openOrder({ desk: store.desk, now: store.clock.at }, { accountId: one.accountId, amount, purpose, orderId })
    return orderId
  }
  const come = async (...amounts: readonly bigint[]): Promise<void> => {
    world.chain.mine(amounts.map((nano) => world.chain.tx([world.pay(one.address, (nano * UNITS_PER_USD) / USD)])))
    world.settle(2)
    await world.read()
  }
  const told = async (id: string) => {
    const payment = await findPayment(store.database, id)
    return [payment?.state, payment?.outcome]
  }
  return { world, ...one, order, come, told }
}

test('the exact price, more than it, and the exact price among others buy the plan; the rest is balance', async () => {
  const { world, accountId, order, come, told } = await openWorld()
  const exact = await order()
  await come(PRICE)
  assert.deepEqual([await told(exact), await world.available(accountId)], [['settled', undefined], 0n])
  const over = await order()
  await come(PRICE + 5n * USD)
  assert.deepEqual([await told(over), await world.available(accountId)], [['settled', undefined], 5n * USD])
  const [cheap, dear] = [await order(PRICE), await order(40n * USD)]
  await come(40n * USD)
  assert.deepEqual(
    [await told(cheap), await told(dear)],
    [
      ['open', undefined],
      ['settled', undefined],
    ],
  )
})

test('money that is short of the price stays on the balance, and the order says so and ends', async () => {
  const { world, accountId, order, come, told } = await openWorld()
  const id = await order()
  await come(PRICE - 1000n)
  assert.deepEqual([await told(id), await world.available(accountId)], [['settled', 'order_underpaid'], PRICE - 1000n])
  await come(PRICE)
  assert.equal(await world.available(accountId), 2n * PRICE - 1000n, 'later money is balance')
})

test('an order waits for a day, and money that comes after it is balance', async () => {
  const { world, accountId, order, come, told } = await openWorld()
  const id = await order()
  store.clock.at += DAY_MS
  await expireOrders(store.database, store.desk, store.clock.at)
  await come(PRICE)
  assert.deepEqual([await told(id), await world.available(accountId)], [['expired', 'not_paid'], PRICE])
})

test('an order that cannot be ended holds up no other, and says so', async () => {
  const { order, told } = await openWorld()
  const [stuck, other] = [await order(), await order()]
  store.clock.at += DAY_MS
  const fail: typeof store.desk.fail = (id, ...why) => (id === stuck ? Promise.reject(new Error('stuck')) : store.desk.fail(id, ...why))
  await assert.rejects(expireOrders(store.database, { fail }, store.clock.at), { message: 'stuck' })
  assert.deepEqual(
    [await told(stuck), await told(other)],
    [
      ['open', undefined],
      ['expired', 'not_paid'],
    ],
  )
})

test(`each order is bought at most once, and every nano-dollar is on the balance or paid for a plan (seed ${SEED})`, async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('order' as const) }),
    fc.record({
      kind: fc.constant('come' as const),
      amounts: fc.array(fc.constantFrom(5n * USD, PRICE - 1000n, PRICE, PRICE + 1000n, 50n * USD), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('restart' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      await store.forget()
      const { world, accountId, order, come } = await openWorld()
      let given = 0n
      const orders: string[] = []
      for (const one of steps) {
        if (one.kind === 'order') orders.push(await order())
        else if (one.kind === 'restart') world.restart()
        else {
          await come(...one.amounts)
          given += one.amounts.reduce((sum, amount) => sum + amount, 0n)
        }
        await Promise.all([world.read(), store.desk.finish()])
      }
      const payments = (await Promise.all(orders.map((id) => findPayment(store.database, id)))).flatMap((one) => one ?? [])
      const bought = payments.filter(({ state, outcome }) => state === 'settled' && outcome === undefined)
      for (const { amount } of bought) assert.ok(amount >= PRICE)
      const purchases = await store.database.query(sql`
        select from transfer where kind = 'purchase' and debit_account = ${accountId}::uuid`)
      assert.equal(purchases.length, bought.length)
      assert.equal((await world.available(accountId)) + BigInt(bought.length) * PRICE, given)
      const enough = steps.flatMap((one, at) =>
        one.kind === 'come' && steps.slice(0, at).some(({ kind }) => kind === 'order')
          ? one.amounts.filter((amount) => amount >= PRICE)
          : [],
      )
      if (enough.length > 0)
        assert.ok(
          payments.some(({ state }) => state === 'settled'),
          'blind: no order met its money',
        )
    }),
    { numRuns: 25, seed: SEED },
  )
})
