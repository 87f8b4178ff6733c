// Guarantee: an account has the plan that it paid for last for good, or was given, and where that ends the one before it, which it paid for too; of two
// that end at once it has neither.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { cancelNow, subscribe, writeGift } from './index.ts'
import { openPlanKit, type PlanKit, USD } from './testing.ts'

let kit: PlanKit
before(async () => {
  kit = await openPlanKit(Date.parse('2026-03-01T00:00:00Z'))
  await kit.newPlan({ id: 'first', kind: 'one_time', price: 19n * USD })
  await kit.newPlan({ id: 'second', kind: 'one_time', price: 29n * USD })
  await kit.newPlan({ id: 'third', kind: 'one_time', price: 39n * USD })
})
after(() => kit.drop())

const planOf = async (accountId: string): Promise<string | null | undefined> =>
  (await kit.database.query<{ plan_id: string | null }>(sql`select plan_id from account where id = ${accountId}::uuid`))[0]?.plan_id
const buy = async (accountId: string, planId: string): Promise<string> => {
  kit.clock.at += 1_000
  return await subscribe(kit.parts, { accountId, planId })
}
const give = async (accountId: string, planId: string): Promise<string> => {
  kit.clock.at += 1_000
  return await kit.database.transaction((tx) => writeGift(tx, kit.parts, { accountId, planId, reason: 'test' }))
}

test('where the newest of three ends, the account has the one before it; where an older one ends, it keeps what it has', async () => {
  const accountId = await kit.newAccount(100n * USD)
  const [first, second, third] = [await buy(accountId, 'first'), await buy(accountId, 'second'), await buy(accountId, 'third')]
  assert.equal(await planOf(accountId), 'third')
  await cancelNow(kit.parts, third)
  assert.equal(await planOf(accountId), 'second')
  await cancelNow(kit.parts, first)
  assert.equal(await planOf(accountId), 'second')
  await cancelNow(kit.parts, second)
  assert.equal(await planOf(accountId), null)
})

test('a gift that ends takes nothing that was paid for, neither another plan nor the same', async () => {
  const accountId = await kit.newAccount(100n * USD)
  await buy(accountId, 'first')
  const [other, same] = [await give(accountId, 'second'), await give(accountId, 'first')]
  await cancelNow(kit.parts, same)
  assert.equal(await planOf(accountId), 'second')
  await cancelNow(kit.parts, other)
  assert.equal(await planOf(accountId), 'first')
  await cancelNow(kit.parts, await give(accountId, 'first'))
  assert.equal(await planOf(accountId), 'first')
})

test('of two that end at the same time none is left to the account', async () => {
  for (let round = 0; round < 8; round += 1) {
    const accountId = await kit.newAccount(100n * USD)
    const both = [await buy(accountId, 'first'), await buy(accountId, 'second')]
    await Promise.all(both.map((id) => cancelNow(kit.parts, id)))
    assert.equal(await planOf(accountId), null)
  }
})
