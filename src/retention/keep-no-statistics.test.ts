// Guarantee: no value of a column that tells of somebody and goes one day is copied into the catalogue, where it would outlive its row.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { PERSONAL_DATA } from '../inventory.ts'
import { isForgettable, keepNoStatistics } from './index.ts'

let at: TestDatabase
before(async () => {
  at = await createTestDatabase()
})
after(() => at.drop())

const NAMES = ['ada', 'grace', 'edsger', 'barbara', 'tony', 'leslie']
const gathered = async (): Promise<ReadonlySet<string>> => {
  await at.ownerDatabase.query(sql`analyze`)
  const rows = await at.ownerDatabase.query<{ name: string }>(sql`
    select tablename || '.' || attname as name from pg_stats where schemaname = 'farebox'`)
  return new Set(rows.map(({ name }) => name))
}

test('what is forgettable is not gathered, also of partitions made later; the rest is planned by as before', async () => {
  const forgettable = PERSONAL_DATA.filter(isForgettable).map(({ table, column }) => `${table}.${column}`)
  for (const name of [
    'account.email_sealed',
    'api_key.name_sealed',
    'idempotency.response',
    'usage_event.request_id',
    'rail_entry.external_id',
  ])
    assert.ok(forgettable.includes(name), name)
  assert.ok((await keepNoStatistics(at.connection, PERSONAL_DATA)) > 10)
  assert.equal(await keepNoStatistics(at.connection, PERSONAL_DATA), 0, 'what is done is done again')
  await at.ledgerDatabase.query(sql`select ensure_usage_partition('2026-03-04')`)
  for (const [index, name] of NAMES.entries()) {
    await at.appDatabase.query(sql`with made as (
        insert into account (id, email_sealed, email_lookup) values (gen_random_uuid(), ${Buffer.from(name)}, ${Buffer.from(name)}) returning id
      ) insert into api_key (id, account_id, hash, name_sealed, hint) select gen_random_uuid(), id, sha256(${name}::bytea), ${name}::bytea, 'h' from made`)
    await at.ownerDatabase.query(sql`
      insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version, outcome,
        status, usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m, cache_write_1h, output,
        reasoning, hold, cost)
      select '2026-03-04', gen_random_uuid(), '2026-03-04', id, gen_random_uuid(), '2026-03-04', ${index}::integer, 0, 1, 0,
        200, 0, 0, false, false, 1, 1, 0, 0, 0, 1, 0, 0, 0 from account`)
  }
  const found = await gathered()
  assert.ok(found.has('api_key.created_at') && found.has('usage_event.model_serial') && found.has('usage_event_20260304.model_serial'))
  for (const name of forgettable) {
    assert.ok(!found.has(name), name)
    for (const table of ['usage_event', 'usage_key_day']) assert.ok(!found.has(name.replace(`${table}.`, `${table}_20260304.`)), name)
  }
})
