// Guarantee: addresses that a key is used from add up over nodes, each counted once, however calls fall on them; it is told of once in a day by all of
// them together; nothing is written of a key that cannot be in too many hands, by a node that is alone, or of yesterday.
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { type MoneyStore, openMoneyStore } from '../control/testing.ts'
import { connect, type Database, sql } from '../db/index.ts'
import { findShared, makeSharingWatch, raiseAlarm } from './index.ts'

const MOST = 6
const DAY_MS = 86_400_000
const SEED = Date.now() % 1_000_000

let store: MoneyStore
let database: Database
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
})
after(async () => {
  await database.end()
  await store.drop()
})
beforeEach(async () => {
  await store.ownerDatabase.query(sql`update node set is_answering = false`)
  await store.ownerDatabase.query(sql`delete from key_address`)
})

const clock = { at: Date.now(), now: () => clock.at }

/** Nodes that live, each with a watch. */
async function nodes(count: number) {
  for (let node = 0; node < count; node += 1)
    await store.ownerDatabase.query(sql`
      insert into node (id, epoch, seen_at, is_answering) values (${randomUUID()}, ${node + 1}, clock_timestamp() + interval '1 hour', true)`)
  const placeTag = async (place: number) => createHash('sha256').update(String(place)).digest()
  return Array.from({ length: count }, () => {
    const watch = makeSharingWatch(MOST, clock)
    return { watch, find: () => findShared({ database, watch, most: MOST, clock, placeTag }) }
  })
}

const written = async (): Promise<number> => (await database.query(sql`select from key_address`)).length

test('a node that is alone counts by itself and writes nothing down', async () => {
  const [node] = await nodes(1)
  assert.ok(node !== undefined)
  const key = { keyId: randomUUID(), accountId: randomUUID() }
  for (let place = 0; place < MOST; place += 1) node.watch.note({ ...key, ipTag: place })
  assert.deepEqual(await node.find(), [])
  node.watch.note({ ...key, ipTag: MOST })
  assert.deepEqual(await node.find(), [{ ...key, addresses: MOST + 1 }])
  node.watch.tell(key.keyId)
  node.watch.note({ ...key, ipTag: MOST + 1 })
  assert.deepEqual(await node.find(), [])
  assert.equal(await written(), 0)
})

test(`over nodes a key is found where its addresses are too many together, and only there; seed ${SEED}`, async () => {
  const three = await nodes(3)
  const calls = fc.array(fc.record({ node: fc.nat(2), place: fc.nat(11) }), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(calls, async (made) => {
      await store.ownerDatabase.query(sql`delete from key_address`)
      const key = { keyId: randomUUID(), accountId: randomUUID() }
      for (const { node, place } of made) three[node]?.watch.note({ ...key, ipTag: place })
      const found = []
      for (let round = 0; round < 2; round += 1) for (const { find } of three) found.push(...(await find()))
      const places = new Set(made.map(({ place }) => place)).size
      assert.equal(
        found.some(({ keyId }) => keyId === key.keyId),
        places > MOST,
        `${places} places`,
      )
      for (const { watch } of three) watch.tell(key.keyId)
    }),
    { seed: SEED, numRuns: 40 },
  )
})

test('of a key that few use nothing is written; what is written goes with its day', async () => {
  const [one, two] = await nodes(2)
  assert.ok(one !== undefined && two !== undefined)
  const [few, many] = [
    { keyId: randomUUID(), accountId: randomUUID() },
    { keyId: randomUUID(), accountId: randomUUID() },
  ]
  for (let place = 0; place < MOST / 2; place += 1) for (const { watch } of [one, two]) watch.note({ ...few, ipTag: place })
  for (let place = 0; place < MOST; place += 1) one.watch.note({ ...many, ipTag: place })
  two.watch.note({ ...many, ipTag: MOST })
  for (const { find } of [one, two]) await find()
  assert.equal(await written(), MOST + 1)
  assert.deepEqual(await database.query(sql`select distinct key_id from key_address`), [{ key_id: many.keyId }])
  clock.at += DAY_MS
  for (const { find } of [one, two]) assert.deepEqual(await find(), [])
  assert.equal(await written(), 0)
})

test('of what all nodes find one alarm is raised in a day', async () => {
  const { accountId, keyId } = await store.newCustomer(10n)
  const raise = (now: number) =>
    raiseAlarm(database, { id: randomUUID(), keyId, accountId, kind: 'shared', addresses: 7, isPausing: false, now })
  const midnight = Math.ceil(clock.at / DAY_MS) * DAY_MS
  assert.equal(await raise(midnight), true)
  assert.equal(await raise(midnight + DAY_MS / 2), false)
  assert.equal(await raise(midnight + DAY_MS - 1), false)
  assert.equal(await raise(midnight + DAY_MS), true)
})
