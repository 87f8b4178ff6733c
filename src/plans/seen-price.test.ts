// Guarantee: who goes over to another plan pays the price that they saw, when they saw it, or nothing; and what was done is answered again, whatever was seen.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { planShop } from './index.ts'
import { openPlanKit, type PlanKit, USD } from './testing.ts'

const BEGAN = Date.parse('2026-01-31T10:00:00Z')

let kit: PlanKit
before(async () => {
  kit = await openPlanKit(BEGAN)
})
after(() => kit.drop())

const failsWith = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (thrown) => thrown instanceof FailureError && thrown.failure.code === code)

/** Somebody with a plan at 20 USD, and another plan at 60 USD that they look at. */
async function begin() {
  const shop = planShop(kit.parts)
  const [planSlug, other] = [randomUUID().slice(0, 8), randomUUID().slice(0, 8)]
  await kit.newPlan({ id: planSlug, price: 20n * USD })
  await kit.newPlan({ id: other, price: 60n * USD })
  const accountId = await kit.newAccount(200n * USD)
  const { id: subscriptionId } = await shop.subscribe({ accountId, planSlug, orderId: randomUUID() })
  const reprice = (price: bigint, kind = 'monthly') =>
    kit.ownerDatabase.query(sql`update plan set price = ${price}, kind = ${kind} where id = ${other}`)
  const own = async () => {
    const [one] = await shop.listOwn(accountId)
    return [one?.of, one?.nextPlanSlug, await kit.available(accountId)]
  }
  return { shop, wanted: { accountId, subscriptionId, planSlug: other }, reprice, own }
}

test('a plan that costs another price by now is not changed to and nothing is paid, until the new price was seen', async () => {
  for (const price of [70n * USD, 60n * USD + 1n, 59n * USD]) {
    const { shop, wanted, reprice, own } = await begin()
    const seen = await shop.quote(wanted)
    const before = await own()
    await reprice(price)
    await failsWith(shop.change({ ...wanted, seen }), 'plan_quote_changed')
    assert.deepEqual(await own(), before)
    const again = await shop.quote(wanted)
    assert.equal((await shop.change({ ...wanted, seen: again })).change, 'now')
    // Whoever did not read the answer asks again, with what they saw.
    assert.equal((await shop.change({ ...wanted, seen: again })).change, 'kept')
    assert.equal((await own())[2], 180n * USD + again.returned - price)
  }
})

test('what was to hold later does not hold now, nor the other way round, at the same price', async () => {
  const { shop, wanted, reprice, own } = await begin()
  await reprice(60n * USD, 'annual')
  const later = await shop.quote(wanted)
  assert.equal(later.change, 'at_period_end')
  await reprice(60n * USD)
  const before = await own()
  await failsWith(shop.change({ ...wanted, seen: later }), 'plan_quote_changed')
  const now = await shop.quote(wanted)
  await reprice(60n * USD, 'annual')
  await failsWith(shop.change({ ...wanted, seen: now }), 'plan_quote_changed')
  assert.deepEqual(await own(), before)
  assert.equal((await shop.change({ ...wanted, seen: later })).change, 'at_period_end')
  assert.deepEqual((await own())[1], wanted.planSlug)
})

test('who says nothing of what they saw takes it as it is', async () => {
  const { shop, wanted, reprice } = await begin()
  await reprice(61n * USD)
  assert.equal((await shop.change({ ...wanted, seen: {} })).change, 'now')
})
