// Guarantee: who buys a plan or seats from the balance pays the price that they saw, or nothing; what was bought is answered again, whatever it costs by then.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { planShop, poolShop } from './index.ts'
import { openPlanKit, type PlanKit, USD } from './testing.ts'

let kit: PlanKit
before(async () => {
  kit = await openPlanKit(Date.parse('2026-01-31T10:00:00Z'))
})
after(() => kit.drop())

const changed = (work: Promise<unknown>) =>
  assert.rejects(work, (thrown) => thrown instanceof FailureError && thrown.failure.code === 'order_price_changed')

test('a plan that costs another price by now is not bought, until the new price was seen', async () => {
  const shop = planShop(kit.parts)
  for (const price of [19n * USD, 21n * USD, 20n * USD + 1n, 1n]) {
    const [planSlug, orderId] = [randomUUID().slice(0, 8), randomUUID()]
    await kit.newPlan({ id: planSlug, price: 20n * USD })
    const accountId = await kit.newAccount(50n * USD)
    await kit.ownerDatabase.query(sql`update plan set price = ${price} where id = ${planSlug}`)
    const order = { accountId, planSlug, orderId }
    await changed(shop.subscribe({ ...order, seenPrice: 20n * USD }))
    assert.deepEqual([await shop.listOwn(accountId), await kit.available(accountId)], [[], 50n * USD])
    const bought = await shop.subscribe({ ...order, seenPrice: price })
    await kit.ownerDatabase.query(sql`update plan set price = ${30n * USD} where id = ${planSlug}`)
    // Whoever did not read the answer asks again, with what they saw.
    assert.equal((await shop.subscribe({ ...order, seenPrice: price })).id, bought.id)
    assert.equal(await kit.available(accountId), 50n * USD - price)
  }
})

test('seats are bought for what all of them were said to cost', async () => {
  const shop = poolShop(kit.parts)
  const poolId = await kit.newPool(`p-${randomUUID().slice(0, 8)}`, { asia: 5, europe: 5 })
  const reprice = (block: string, price: bigint) =>
    kit.ownerDatabase.query(sql`update pool_block set price = ${price} where pool_id = ${poolId}::uuid and block = ${block}`)
  await reprice('asia', 40n * USD)
  await reprice('europe', 50n * USD)
  const accountId = await kit.newAccount(500n * USD)
  const order = { accountId, poolId, blocks: ['asia', 'europe'], quantity: 2, billingCycle: 'month', orderId: randomUUID() } as const
  await changed(shop.subscribe({ ...order, seenPrice: 90n * USD }))
  await reprice('europe', 51n * USD)
  await changed(shop.subscribe({ ...order, seenPrice: 180n * USD }))
  assert.equal(await kit.available(accountId), 500n * USD)
  assert.equal((await shop.subscribe({ ...order, seenPrice: 182n * USD })).length, 4)
  await reprice('asia', 60n * USD)
  assert.equal((await shop.subscribe({ ...order, seenPrice: 182n * USD })).length, 4)
  assert.equal(await kit.available(accountId), 318n * USD)
})

test('who says nothing of what they saw pays what it costs', async () => {
  const planSlug = randomUUID().slice(0, 8)
  await kit.newPlan({ id: planSlug, price: 20n * USD })
  const accountId = await kit.newAccount(50n * USD)
  await planShop(kit.parts).subscribe({ accountId, planSlug, orderId: randomUUID() })
  assert.equal(await kit.available(accountId), 30n * USD)
})
