// Guarantee: a plan that was chosen for the end of a period costs no more then than when it was chosen, whatever becomes of what it is sold for.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { cancelAtPeriodEnd, changePlan, listSubscriptions, subscribe } from './index.ts'
import { openPlanKit, type PlanKit, USD } from './testing.ts'

const BEGAN = Date.parse('2026-01-31T10:00:00Z')
const ENDS = Date.parse('2026-02-28T10:00:00Z')

let kit: PlanKit
before(async () => {
  kit = await openPlanKit(BEGAN)
})
after(() => kit.drop())

/** Somebody with a plan at 60 USD a month who has chosen one at 20 USD for the end of their month. */
async function chosen() {
  kit.clock.at = BEGAN
  const [dear, cheap] = [randomUUID().slice(0, 8), randomUUID().slice(0, 8)]
  await kit.newPlan({ id: dear, price: 60n * USD })
  await kit.newPlan({ id: cheap, price: 20n * USD })
  const accountId = await kit.newAccount(660n * USD)
  const id = await subscribe(kit.parts, { accountId, planId: dear })
  assert.equal(await changePlan(kit.parts, id, { planId: cheap }), 'at_period_end')
  const sell = (price: bigint, kind = 'monthly') =>
    kit.ownerDatabase.query(sql`update plan set price = ${price}, kind = ${kind} where id = ${cheap}`)
  const renewed = async () => {
    kit.clock.at = ENDS
    await kit.renew()
    const [own] = await listSubscriptions(kit.database, accountId)
    return [own?.planSlug, 600n * USD - (await kit.available(accountId)), own?.price, own?.billingCycle]
  }
  return { id, dear, cheap, sell, renewed }
}
const nextOf = async (id: string) =>
  (
    await kit.database.query<{ next: unknown }>(sql`
      select jsonb_build_array(next_plan_id, next_price, next_months) as next from subscription where id = ${id}::uuid`)
  )[0]?.next

test('a price that is set after the choice is paid only where it is lower', async () => {
  for (const [price, paid] of [
    [55n * USD, 20n * USD],
    [20n * USD, 20n * USD],
    [15n * USD, 15n * USD],
  ] as const) {
    const { id, cheap, sell, renewed } = await chosen()
    assert.deepEqual(await nextOf(id), [cheap, 20_000_000_000, 1])
    await sell(price)
    assert.deepEqual(await renewed(), [cheap, paid, `${paid / USD}.00`, 'month'])
    assert.deepEqual(await nextOf(id), [null, null, null])
  }
})

test('a plan that is sold by the year, or once, by then is had as it was chosen', async () => {
  for (const kind of ['annual', 'one_time']) {
    const { cheap, sell, renewed } = await chosen()
    await sell(10n * USD, kind)
    assert.deepEqual(await renewed(), [cheap, 20n * USD, '20.00', 'month'])
  }
})

test('a choice that is taken back, or ended, leaves no price behind, and the next one has its own', async () => {
  const { id, dear, cheap, sell, renewed } = await chosen()
  await changePlan(kit.parts, id, { planId: dear })
  assert.deepEqual(await nextOf(id), [null, null, null])
  await sell(30n * USD)
  await changePlan(kit.parts, id, { planId: cheap })
  await cancelAtPeriodEnd(kit.parts, { id, by: 'customer' }, true)
  assert.deepEqual(await nextOf(id), [null, null, null])
  await changePlan(kit.parts, id, { planId: cheap })
  await sell(40n * USD)
  assert.deepEqual(await renewed(), [cheap, 30n * USD, '30.00', 'month'])
})

test('what was chosen before its price was noted costs what it is sold for', async () => {
  const { id, cheap, sell, renewed } = await chosen()
  await kit.ownerDatabase.query(sql`update subscription set next_price = null, next_months = null where id = ${id}::uuid`)
  await sell(25n * USD)
  assert.deepEqual(await renewed(), [cheap, 25n * USD, '25.00', 'month'])
})
