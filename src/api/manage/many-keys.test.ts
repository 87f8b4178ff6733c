// Guarantee: an account sees every key that it has in use, and all that its keys spent, however many keys it made and ended since.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { type MoneyStore, openMoneyStore } from '../../control/testing.ts'
import { connect, type Database, sql } from '../../db/index.ts'
import { createManagementKey } from '../../keys/index.ts'
import { systemIds } from '../../lib/index.ts'
import { customerApp } from '../customer-app.ts'
import type { ApiEnv } from '../dependencies.ts'
import { send, testWorld } from '../test-world.ts'

const clock = { at: Date.now(), now: () => clock.at, monotonic: () => clock.at }
const ids = systemIds(clock.now)
let store: MoneyStore
let database: Database
let app: Hono<ApiEnv>
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
  const own = { appDatabase: database, ledger: store.ledger, subjects: store.subjects, ids, clock }
  app = customerApp({ ...testWorld(database).dependencies, ...own, manage: { rails: {} } })
})
after(async () => {
  await database.end()
  await store.drop()
})

test('a key stays in the list, in the credit and in the usage however many were made and ended since, and what is used adds up', async () => {
  const { accountId } = await store.newCustomer(0n)
  const { secret } = await createManagementKey(database, store.subjects, {
    ...{ id: ids.uuid(), accountId, name: 'm', random: randomBytes(32), now: clock.now() },
  })
  const get = async (path: string) => (await send(app, `GET ${path}`, { headers: { authorization: `Bearer ${secret}` } })).json.data
  const idsOf = async () => (await get('/api/keys')).map(({ id }: { id: string }) => id)
  const live: readonly string[] = await idsOf()
  const later = systemIds(() => clock.at + 60_000)
  const many = Array.from({ length: 1_001 }, () => later.uuid()).sort()
  const [ended = ''] = many
  await store.ownerDatabase.query(sql`
    insert into api_key (id, account_id, hash, hint, created_at, is_temporary, expires_at, revoked_at)
    select id, ${accountId}::uuid, sha256(id::text::bytea), 'fbx_…', now(), true, now(), case when id = ${ended}::uuid then null else now() end
    from unnest(${many}::uuid[]) as id`)
  await store.ownerDatabase.query(sql`select ensure_usage_partition((now() at time zone 'utc')::date)`)
  await store.ownerDatabase.query(sql`
    insert into usage_key_day (day, account_id, key_id, model_serial, posted_day, calls, input, cache_read, cache_write_5m, cache_write_1h, output,
      reasoning, cost, covered)
    select today, ${accountId}::uuid, id, 1, today, 1, 0, 0, 0, 0, 0, 0, 2, 0
    from (select (now() at time zone 'utc')::date as today) as days, unnest(${[...live, ended]}::uuid[]) as id`)
  assert.deepEqual(await idsOf(), live)
  assert.equal((await get('/api/billing/credits')).creditKeyCount, live.length)
  const used = (await get('/api/usage')).keys
  const costs = new Map(used.map((one: { keyId: string; today: { cost: string } }) => [one.keyId, one.today.cost]))
  assert.deepEqual(costs, new Map([...live, ended].map((id) => [id, '0.000000002'])))
})
