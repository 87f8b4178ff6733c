// Guarantee: what is kept of somebody's subscriptions is in their export, readable, and gone when they are erased; their seat is free then.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { openRightsWorld, type RightsWorld } from '../../checks/privacy/rights-world.ts'
import { identifier, sql } from '../db/index.ts'
import { createKey } from '../keys/index.ts'
import { systemIds } from '../lib/index.ts'
import { getPool, joinLine, type PlanParts, putPool, reserveKey, SUBSCRIPTION_DEFAULTS, subscribeSeats, writeGift } from './index.ts'

let world: RightsWorld
before(async () => {
  world = await openRightsWorld()
})
after(() => world.close())

const TABLES = ['subscription', 'subscription_period', 'seat_wait', 'plan_letter', 'api_key']
const USD = 1_000_000_000n

test('subscriptions, periods, places in line, letters and keys of somebody are exported and erased, and of nobody else', async () => {
  const { kit, clock, ledger, subjects } = world
  const parts: PlanParts = {
    ...{ database: kit.appDatabase, books: ledger, clock, ids: systemIds(clock.now), settings: SUBSCRIPTION_DEFAULTS, subjects },
  }
  await kit.ownerDatabase.query(sql`insert into model (id, context, output_max, source) values ('seats', 1000, 1000, 'file')`)
  await kit.ownerDatabase.query(sql`insert into plan (id, source) values ('given', 'operator')`)
  const poolId = await putPool(parts, {
    ...{ slug: 'p', description: 'x', models: ['seats'], annualDiscount: 0 },
    blocks: [
      { block: 'asia', fromMinute: 0, toMinute: 480, seats: 1, price: USD },
      { block: 'europe', fromMinute: 480, toMinute: 960, seats: 1, price: USD },
    ],
  })
  const [leaving, staying] = [await world.customer('leaving@example.com', 2n * USD), await world.customer('staying@example.com', 2n * USD)]
  const buy = (accountId: string, block: string) => subscribeSeats(parts, { accountId, poolId, blocks: [block], quantity: 1, months: 1 })
  const [seat = ''] = await buy(leaving, 'asia')
  await buy(staying, 'europe')
  await joinLine(parts, { accountId: leaving, poolId, block: 'europe' })
  await kit.appDatabase.transaction((tx) => writeGift(tx, parts, { accountId: leaving, planId: 'given', reason: 'for patience' }))
  await kit.appDatabase.transaction(async (tx) => {
    await reserveKey(tx, { accountId: leaving, subscriptionId: seat })
    const limits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }
    const key = { id: randomUUID(), accountId: leaving, name: 'k', limits, models: undefined, expiresAt: undefined, subscriptionId: seat }
    await createKey(tx, subjects, { ...key, random: randomBytes(32), now: clock.at })
  })
  await kit.appDatabase.query(sql`
    insert into plan_letter (id, account_id, template, fields, created_at)
    values (${randomUUID()}, ${leaving}::uuid, 'subscription-ended', '{"plan":"x"}', ${new Date(clock.at)})`)
  const bytes = await buffer(await world.rights.exportZip(leaving))
  for (const table of TABLES) assert.ok(bytes.includes(`${table}.json`), table)
  const rowsOf = async (accountId: string): Promise<readonly number[]> => {
    const counts = []
    for (const table of TABLES) {
      const statement = sql`select count(*)::integer as rows from ${identifier(table)} where account_id = ${accountId}::uuid`
      counts.push((await kit.ownerDatabase.query<{ rows: number }>(statement))[0]?.rows ?? -1)
    }
    return counts
  }
  assert.deepEqual(await rowsOf(leaving), [2, 2, 1, 1, 2])
  const kept = await rowsOf(staying)
  await world.rights.erase({ accountId: leaving, email: 'leaving@example.com', giveUp: 10n * USD, cause: 'operator' })
  await world.rights.resume()
  assert.deepEqual(await rowsOf(leaving), [0, 0, 0, 0, 0])
  assert.deepEqual(await rowsOf(staying), kept)
  assert.deepEqual(
    (await getPool(parts, 'p')).blocks.map(({ availableSeats }) => availableSeats),
    [1, 0],
  )
})
