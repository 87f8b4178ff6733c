// Guarantee: where prices are not locked, a member pays no price that was set before they had the plan, and is told of each that will hold and of no other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '../db/index.ts'
import { changePlan, listSubscriptions, subscribe, tellPrices, writeGift } from './index.ts'
import { openPlanKit, type PlanKit, USD } from './testing.ts'

const BEGAN = Date.parse('2026-01-31T10:00:00Z')

async function withKit(work: (kit: PlanKit) => Promise<void>): Promise<void> {
  const kit = await openPlanKit(BEGAN, { priceLock: false })
  try {
    await work(kit)
  } finally {
    await kit.drop()
  }
}
const setPrice = async (kit: PlanKit, { price, at }: { readonly price: bigint; readonly at: string }) => {
  kit.clock.at = Date.parse(at)
  await kit.ownerDatabase.query(sql`update plan set price = ${price} where id = 'b'`)
  await kit.ownerDatabase.query(sql`insert into plan_price (plan_id, price, created_at) values ('b', ${price}, ${at}::timestamptz)`)
}
/** What whatever is taken from now until a time costs, with all renewals up to then. */
async function paidUntil(kit: PlanKit, { accountId, at }: { readonly accountId: string; readonly at: string }): Promise<bigint> {
  const had = await kit.available(accountId)
  kit.clock.at = Date.parse(at)
  await kit.renew()
  return had - (await kit.available(accountId))
}
const lettersOf = async (kit: PlanKit) =>
  (
    await kit.database.query<{ fields: Record<string, string> }>(
      sql`select fields from plan_letter where template = 'subscription-price' order by created_at, id`,
    )
  ).map(({ fields }) => [fields['before'], fields['after'], fields['effective']])

test('who goes over to another plan renews at what they went over at, not at what it had cost before', async () => {
  await withKit(async (kit) => {
    await kit.newPlan({ id: 'a', price: 20n * USD })
    await kit.newPlan({ id: 'b', price: 30n * USD })
    const accountId = await kit.newAccount(500n * USD)
    const id = await subscribe(kit.parts, { accountId, planId: 'a' })
    await setPrice(kit, { price: 60n * USD, at: '2026-02-01T00:00:00Z' })
    await setPrice(kit, { price: 30n * USD, at: '2026-02-27T00:00:00Z' })
    kit.clock.at = Date.parse('2026-02-27T12:00:00Z')
    assert.equal(await changePlan(kit.parts, id, { planId: 'b' }), 'now')
    assert.equal(await tellPrices(kit.parts), 0)
    assert.equal(await paidUntil(kit, { accountId, at: '2026-03-27T12:00:00Z' }), 30n * USD)
    await setPrice(kit, { price: 40n * USD, at: '2026-03-27T12:00:01Z' })
    assert.equal(await tellPrices(kit.parts), 1)
    assert.equal(await paidUntil(kit, { accountId, at: '2026-04-27T12:00:00Z' }), 40n * USD)
  })
})

test('who comes back to a plan pays what it costs by then, and is told of what they were told of before they left', async () => {
  await withKit(async (kit) => {
    await kit.newPlan({ id: 'a', price: 20n * USD })
    await kit.newPlan({ id: 'b', price: 30n * USD })
    await kit.newPlan({ id: 'c', price: 31n * USD })
    const accountId = await kit.newAccount(500n * USD)
    const id = await subscribe(kit.parts, { accountId, planId: 'b' })
    await setPrice(kit, { price: 35n * USD, at: '2026-02-01T00:00:00Z' })
    assert.equal(await tellPrices(kit.parts), 1)
    kit.clock.at = Date.parse('2026-02-02T00:00:00Z')
    assert.equal(await changePlan(kit.parts, id, { planId: 'c' }), 'now')
    await setPrice(kit, { price: 32n * USD, at: '2026-02-03T00:00:00Z' })
    kit.clock.at = Date.parse('2026-02-04T00:00:00Z')
    assert.equal(await changePlan(kit.parts, id, { planId: 'b' }), 'now')
    assert.equal(await tellPrices(kit.parts), 0)
    await setPrice(kit, { price: 35n * USD, at: '2026-02-05T00:00:00Z' })
    assert.equal(await tellPrices(kit.parts), 1)
    assert.deepEqual(await lettersOf(kit), [
      ['30.00', '35.00', '2026-03-31'],
      ['32.00', '35.00', '2026-04-04'],
    ])
    assert.equal(await paidUntil(kit, { accountId, at: '2026-03-04T00:00:00Z' }), 32n * USD)
    assert.equal(await paidUntil(kit, { accountId, at: '2026-04-04T00:00:00Z' }), 35n * USD)
  })
})

test('a gift that its owner puts on a plan that they pay is a gift no more, and has new prices like others', async () => {
  await withKit(async (kit) => {
    await kit.newPlan({ id: 'a', price: 20n * USD })
    await kit.newPlan({ id: 'b', price: 30n * USD })
    const accountId = await kit.newAccount(500n * USD)
    const id = await kit.database.transaction((tx) => writeGift(tx, kit.parts, { accountId, planId: 'a', reason: 'test' }))
    assert.equal((await listSubscriptions(kit.database, accountId))[0]?.isGift, true)
    assert.equal(await changePlan(kit.parts, id, { planId: 'b' }), 'now')
    assert.equal((await listSubscriptions(kit.database, accountId))[0]?.isGift, false)
    await setPrice(kit, { price: 40n * USD, at: '2026-02-01T00:00:00Z' })
    assert.equal(await tellPrices(kit.parts), 1)
    assert.equal(await paidUntil(kit, { accountId, at: '2026-02-28T10:00:01Z' }), 30n * USD)
    assert.equal(await paidUntil(kit, { accountId, at: '2026-03-31T10:00:01Z' }), 40n * USD)
  })
})
