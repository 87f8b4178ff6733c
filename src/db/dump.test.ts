// Guarantee: a database filled with a dump holds exactly the rows that were dumped, its triggers watch again and its sequences go on; rows that
// are not those that were dumped leave it empty. It names the migrations that made what is in it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { dumpDatabase } from './dump.ts'
import type { DumpRecord } from './dump-record.ts'
import { LoadRefusedError, loadDatabase } from './load.ts'
import { inOrderOfReferences } from './reference-order.ts'
import { sql } from './sql.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

/** One day is so large that it is filled without its indexes. */
const DAYS = [
  { day: '2026-11-20', calls: 40_000 },
  { day: '2026-11-21', calls: 5_000 },
]

let from: TestDatabase
let to: TestDatabase
before(async () => {
  from = await createTestDatabase()
  to = await createTestDatabase()
  const id = '018f0000-0000-7000-8000-000000000001'
  const { ownerDatabase: owner } = from
  await owner.query(
    sql`insert into account (id, created_at, email_sealed) values (${id}::uuid, now(), ${Buffer.from([0, 9, 10, 92, 255])})`,
  )
  await owner.query(sql`select ensure_usage_partition('2026-11-20'::date), ensure_usage_partition('2026-11-21'::date)`)
  for (const { day, calls } of DAYS)
    await owner.query(sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version,
      outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m,
      cache_write_1h, output, reasoning, more, hold, cost, upstream_cost)
    select ${day}::date, gen_random_uuid(), ${day}::date, ${id}::uuid, gen_random_uuid(), now(), 1, 1, 1,
      0, 200, 1, 1, false, false, 5, n, 1, 2, 3, 7, 4, array[1, null], 9007199254740993, n, null from generate_series(1, ${calls}::integer) as n`)
})
after(() => Promise.all([from.drop(), to.drop()]))

async function dump({ connection }: TestDatabase): Promise<readonly DumpRecord[]> {
  const records: DumpRecord[] = []
  await dumpDatabase(connection, async (record) => void records.push(record))
  return records
}

async function* each(records: readonly DumpRecord[]): AsyncGenerator<DumpRecord> {
  yield* records
}

/** Rows of a dump may come in another order the second time; their number and sum may not. */
const withoutRows = (records: readonly DumpRecord[]) => records.filter(({ kind }) => kind !== 'rows')
const countOf = async ({ ownerDatabase }: TestDatabase): Promise<bigint | undefined> =>
  (await ownerDatabase.query<{ count: bigint }>(sql`select count(*) from account`))[0]?.count

test('rows that are not those that were dumped are refused, and nothing of them is there', async () => {
  const records = await dump(from)
  for (const spoilt of [
    records.map((record) => (record.kind === 'table-end' && record.rows === 5000 ? { ...record, rows: 4999 } : record)),
    records.map((record) => (record.kind === 'table-end' && record.rows === 5000 ? { ...record, sum: '0'.repeat(64) } : record)),
    records.map((record) => (record.kind === 'table' && record.table === 'account' ? { ...record, columns: ['id'] } : record)),
    records.map((record) => (record.kind === 'end' ? { ...record, tables: record.tables + 1 } : record)),
  ])
    await assert.rejects(loadDatabase(to.connection, each(spoilt)), LoadRefusedError)
  assert.equal(await countOf(to), 0n)
})

test('a dump of what was filled is the dump that it was filled with', async () => {
  const records = await dump(from)
  const loaded = await loadDatabase(to.connection, each(records))
  assert.ok(loaded.rows >= 45_001)
  assert.deepEqual(withoutRows(await dump(to)), withoutRows(records))
  assert.equal(await countOf(to), 1n)
})

test('tables, parts, indexes, constraints and triggers are those of a database that never was filled from a dump', async () => {
  const shapeOf = ({ ownerDatabase }: TestDatabase) =>
    ownerDatabase.query(sql`
      select 'index' as kind, indexrelid::regclass::text as name, concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid, inhparent::regclass) as told
      from pg_index join pg_class c on c.oid = indexrelid left join pg_inherits on inhrelid = indexrelid where c.relnamespace = 'farebox'::regnamespace
      union all select 'constraint', concat_ws('.', conrelid::regclass, conname), concat_ws(' ', pg_get_constraintdef(oid), conislocal, coninhcount, convalidated)
      from pg_constraint where connamespace = 'farebox'::regnamespace and conrelid <> 0
      union all select 'trigger', concat_ws('.', tgrelid::regclass, tgname), concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled, tgparentid <> 0)
      from pg_trigger t join pg_class c on c.oid = tgrelid where c.relnamespace = 'farebox'::regnamespace and not tgisinternal
      union all select 'part', c.oid::regclass::text, concat_ws(' ', pg_get_expr(relpartbound, c.oid), relkind, relacl)
      from pg_class c where c.relnamespace = 'farebox'::regnamespace and relkind in ('r', 'p')
      order by 1, 2, 3`)
  assert.deepEqual(await shapeOf(to), await shapeOf(from))
  const bytes = (await dump(from))
    .flatMap((record) => (record.kind === 'rows' ? [record.bytes.length] : []))
    .reduce((sum, one) => sum + one, 0)
  assert.ok(bytes > 5_000_000, 'blind: no day is large')
})

test('triggers watch again, logins keep their own secret', async () => {
  const { rows } = {
    rows: await to.ownerDatabase.query<{ off: bigint }>(sql`select count(*) as off from pg_trigger where tgenabled = 'D'`),
  }
  assert.equal(rows[0]?.off, 0n)
  const secretOf = async ({ ownerDatabase }: TestDatabase) => await ownerDatabase.query(sql`select count(*) as secrets from login_secret`)
  assert.deepEqual(await secretOf(to), [{ secrets: 1n }])
  const dumped = (await dump(from)).flatMap((record) => (record.kind === 'table' ? [record.table] : []))
  assert.ok(dumped.includes('usage_event_20261121') && !dumped.includes('login_secret') && !dumped.includes('migration'))
})

test('a dump that begins while a migration runs names the migrations that made the tables it has', async () => {
  const migrated = await createTestDatabase()
  try {
    const { ownerDatabase: owner } = migrated
    const dumping = await owner.transaction(async (tx) => {
      await tx.query(sql`alter table account add column newest integer`)
      await tx.query(sql`insert into migration (name, checksum) values ('9999-newest.sql', 'sum')`)
      const begun = dump(migrated)
      while ((await from.ownerDatabase.query(waitingIn(migrated))).length === 0) await delay(10)
      return { begun }
    })
    const [first, ...rest] = await dumping.begun
    assert.ok(first?.kind === 'migrations' && !rest.some(({ kind }) => kind === 'migrations'))
    const account = rest.find((record) => record.kind === 'table' && record.table === 'account')
    assert.ok(account?.kind === 'table' && account.columns.includes('newest'))
    assert.equal(first.migrations.at(-1)?.name, '9999-newest.sql')
  } finally {
    await migrated.drop()
  }
})

test('a day that a purge drops while a dump waits for it is not in the dump, which has the rest', async () => {
  const purged = await createTestDatabase()
  try {
    const { ownerDatabase: owner } = purged
    await owner.query(sql`select ensure_usage_partition('2026-11-20'::date), ensure_usage_partition('2026-11-21'::date)`)
    const dumping = await owner.transaction(async (tx) => {
      await tx.query(sql`drop table usage_event_20261120`)
      const begun = dump(purged)
      while ((await from.ownerDatabase.query(waitingIn(purged))).length === 0) await delay(10)
      return { begun }
    })
    const tables = (await dumping.begun).flatMap((record) => (record.kind === 'table' ? [record.table] : []))
    assert.ok(!tables.includes('usage_event_20261120') && tables.includes('usage_event_20261121') && tables.includes('account'))
  } finally {
    await purged.drop()
  }
})

const waitingIn = ({ connection }: TestDatabase) =>
  sql`select from pg_locks join pg_database d on d.oid = database where not granted and datname = ${new URL(connection).pathname.slice(1)}`

test('what others refer to comes first, and a ring is refused', () => {
  assert.deepEqual(
    inOrderOfReferences(new Set(['c', 'b', 'a']), [
      ['a', 'b'],
      ['b', 'c'],
      ['elsewhere', 'a'],
    ]),
    ['a', 'b', 'c'],
  )
  assert.throws(
    () =>
      inOrderOfReferences(new Set(['a', 'b']), [
        ['a', 'b'],
        ['b', 'a'],
      ]),
    /ring/,
  )
})
