// Guarantee: some days before a renewal that the balance does not pay, with those that come before it, its account is told what it lacks, once for each period;
// not where the balance or a card pays it, and not of what ends or costs nothing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { cancelAtPeriodEnd, changePlan, nameOfRenewal, subscribe, warnUncovered } from './index.ts'
import { openPlanKit, type PlanKit, USD } from './testing.ts'

const BEGAN = Date.parse('2026-02-01T10:00:00Z')
const DAY_MS = 86_400_000
let kit: PlanKit
before(async () => {
  kit = await openPlanKit(BEGAN)
  await kit.newPlan({ id: 'dear', price: 20n * USD })
  await kit.newPlan({ id: 'cheap', price: 5n * USD })
})
after(() => kit.drop())

/** Somebody with the dear plan and so much left, two days before it is renewed. */
async function member(left: bigint): Promise<{ readonly accountId: string; readonly id: string }> {
  kit.clock.at = BEGAN
  const accountId = await kit.newAccount(20n * USD + left)
  const id = await subscribe(kit.parts, { accountId, planId: 'dear' })
  kit.clock.at = BEGAN + 26 * DAY_MS
  return { accountId, id }
}

/** What an account was told, after both of two nodes looked, twice. */
async function toldTo({ accountId }: { readonly accountId: string }) {
  for (let at = 0; at < 2; at += 1) await Promise.all([warnUncovered(kit.parts), warnUncovered(kit.parts)])
  const rows = await kit.database.query<{ data: Readonly<Record<string, string>> }>(sql`
    select data from account_event where account_id = ${accountId}::uuid and kind = 'renewal.uncovered' order by created_at, id`)
  return await Promise.all(
    rows.map(async ({ data }) => [
      ...[await nameOfRenewal(kit.database, data['subscription_id'] ?? ''), data['price'], data['lacking'], data['renews_at']],
    ]),
  )
}

const MARCH = '2026-03-01T10:00:00Z'

test('what lacks is told once for each period, from three days before on', async () => {
  const one = await member(8n * USD)
  kit.clock.at = BEGAN + 25 * DAY_MS - 1
  assert.deepEqual(await toldTo(one), [])
  kit.clock.at += 1
  const lack = ['dear', `${20n * USD}`, `${12n * USD}`, MARCH]
  assert.deepEqual(await toldTo(one), [lack])
  await kit.give(one.accountId, 20n * USD)
  kit.clock.at = BEGAN + 28 * DAY_MS
  await kit.renew()
  kit.clock.at = BEGAN + 57 * DAY_MS
  assert.deepEqual(await toldTo(one), [lack, ['dear', `${20n * USD}`, `${12n * USD}`, '2026-04-01T10:00:00Z']])
})

test('what the balance pays to the nano-dollar is not told of; of several only those after it is spent', async () => {
  assert.deepEqual(await toldTo(await member(20n * USD)), [])
  assert.deepEqual(await toldTo(await member(20n * USD - 1n)), [['dear', `${20n * USD}`, '1', MARCH]])
  const several = await member(30n * USD)
  kit.clock.at = BEGAN + 1000
  await subscribe(kit.parts, { accountId: several.accountId, planId: 'cheap' })
  kit.clock.at = BEGAN + 26 * DAY_MS
  assert.deepEqual(await toldTo(several), [])
  const short = await member(27n * USD)
  kit.clock.at = BEGAN + 1000
  await subscribe(kit.parts, { accountId: short.accountId, planId: 'cheap' })
  kit.clock.at = BEGAN + 26 * DAY_MS
  // 22 are left for renewals of 20 and 5.
  assert.deepEqual(await toldTo(short), [['cheap', `${5n * USD}`, `${3n * USD}`, '2026-03-01T10:00:01Z']])
})

test('what a card pays, what ends, and what is suspended is not told of; what the chosen plan costs is', async () => {
  const [carded, small, ending, suspended, changing] = [
    await member(0n),
    await member(0n),
    await member(0n),
    await member(0n),
    await member(USD),
  ]
  for (const [{ accountId }, maximum] of [
    [carded, 20n * USD],
    [small, 20n * USD - 1n],
  ] as const)
    await kit.database.query(sql`
      insert into card_renewal (account_id, daily_maximum, state, changed_at) values (${accountId}::uuid, ${maximum}, 'on', now())`)
  await cancelAtPeriodEnd(kit.parts, { id: ending.id, by: 'customer' }, true)
  await kit.ownerDatabase.query(sql`update account set status = 'suspended' where id = ${suspended.accountId}::uuid`)
  await changePlan(kit.parts, changing.id, { planId: 'cheap' })
  for (const one of [carded, ending, suspended]) assert.deepEqual(await toldTo(one), [])
  assert.deepEqual(await toldTo(small), [['dear', `${20n * USD}`, `${20n * USD}`, MARCH]])
  assert.deepEqual(await toldTo(changing), [['cheap', `${5n * USD}`, `${4n * USD}`, MARCH]])
  await kit.database.query(sql`update card_renewal set state = 'off' where account_id = ${carded.accountId}::uuid`)
  assert.deepEqual(await toldTo(carded), [['dear', `${20n * USD}`, `${20n * USD}`, MARCH]])
})
