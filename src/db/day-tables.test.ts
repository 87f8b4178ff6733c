// Guarantee: the tables of a day come without anybody waiting for it: who reads and writes calls goes on, in whatever order, and no deadlock comes of it;
// several that make the same day make it once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { clientConfig } from './connection.ts'
import { MIGRATIONS, readMigrations } from './migrate.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

const DEADLOCK = '40P01'
let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(() => kit.drop())

async function session(): Promise<Client> {
  const client = new Client(clientConfig(kit.connection, { role: undefined, statementTimeoutMs: 5000, connectTimeoutMs: 5000 }))
  await client.connect()
  return client
}

/** Somebody has read batches and goes on to calls, while a day's tables are made. Resolves with how each ended, and whether the maker had to wait. */
async function readWhileMade(day: string): Promise<{ readonly codes: readonly string[]; readonly waited: boolean }> {
  const [reader, maker] = await Promise.all([session(), session()])
  const codes: string[] = []
  const noted = (thrown: unknown): void => void codes.push((thrown as { readonly code?: string }).code ?? 'none')
  try {
    await reader.query(`set deadlock_timeout = '30ms'; begin; select count(*) from receipt_batch`)
    let isMade = false
    const making = maker.query('select ensure_usage_partition($1::date)', [day]).then(() => {
      isMade = true
    }, noted)
    const waited = await untilWaiting(reader, () => isMade)
    await reader.query('select count(*) from usage_event').catch(noted)
    await reader.query('rollback')
    await making
    return { codes, waited }
  } finally {
    await Promise.all([reader.end(), maker.end()])
  }
}

/** Whether somebody waits for a lock before a work is done. */
async function untilWaiting(reader: Client, isDone: () => boolean): Promise<boolean> {
  for (;;) {
    const { rows } = await reader.query(
      'select 1 from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())',
    )
    if (rows.length > 0) return true
    if (isDone()) return false
    await sleep(5)
  }
}

/** The function as a migration made it, to see that what is looked for can be seen. */
async function functionOf(name: string): Promise<string> {
  const migration = (await readMigrations(MIGRATIONS)).find((one) => one.name.endsWith(name))
  return /create or replace function ensure_usage_partition[\s\S]*?\nend \$\$;/.exec(migration?.text ?? '')?.[0] ?? assert.fail(name)
}

test('who reads batches and then calls is no victim of a day that is made, as it was of one made in place', async () => {
  const owner = await session()
  try {
    await owner.query(await functionOf('-retention.sql'))
    const before = await readWhileMade('2026-03-01')
    assert.deepEqual([before.waited, before.codes.includes(DEADLOCK)], [true, true])
    await owner.query(await functionOf('-sums-of-calls.sql'))
    assert.deepEqual(await readWhileMade('2026-03-02'), { codes: [], waited: false })
  } finally {
    await owner.end()
  }
})

test('a day that is dropped while somebody reads batches and then calls is left for the next time, and nobody is a victim of it', async () => {
  const [reader, dropper] = await Promise.all([session(), session()])
  const drop = () => dropper.query(`select drop_usage_partition('2026-03-01')`)
  try {
    await reader.query(`set deadlock_timeout = '1s'; begin; select count(*) from receipt_batch`)
    const dropping = assert.rejects(drop(), { code: '55P03' })
    await untilWaiting(reader, () => false)
    await reader.query('select count(*) from usage_event')
    await dropping
    await reader.query('commit')
    await drop()
    const { rows } = await reader.query(`select to_regclass('usage_event_20260301') as calls, to_regclass('house_minute_20260301') as sums`)
    assert.deepEqual(rows, [{ calls: null, sums: null }])
  } finally {
    await Promise.all([reader.end(), dropper.end()])
  }
})

test('a day that several make at the same time is made once, with all its tables and what belongs to them', async () => {
  const makers = await Promise.all(Array.from({ length: 5 }, session))
  try {
    await Promise.all(makers.map((maker) => maker.query(`select ensure_usage_partition('2026-03-04')`)))
    const [first] = makers
    const { rows } = (await first?.query(`
      select parent.relname as parent, count(distinct i.indexrelid)::int - (select count(*)::int from pg_index p where p.indrelid = parent.oid) as indices,
        (select count(*)::int from pg_trigger t where t.tgrelid = parent.oid and not tgisinternal and (tgtype & 1) = 1)
          - (select count(*)::int from pg_trigger t where t.tgrelid = child.oid and not tgisinternal) as triggers,
        (select count(*)::int from pg_constraint k where k.conrelid = parent.oid and contype <> 'n')
          - (select count(*)::int from pg_constraint k where k.conrelid = child.oid and contype <> 'n') as constraints
      from pg_inherits join pg_class child on child.oid = inhrelid join pg_class parent on parent.oid = inhparent
        left join pg_index i on i.indrelid = child.oid
      where child.relkind = 'r' and child.relname like '%\\_20260304' group by parent.oid, parent.relname, child.oid order by 1`)) ?? {
      rows: [],
    }
    assert.deepEqual(
      rows,
      ['house_minute', 'receipt_batch', 'usage_event', 'usage_key_day'].map((parent) => ({
        parent,
        indices: 0,
        triggers: 0,
        constraints: 0,
      })),
    )
  } finally {
    await Promise.all(makers.map((maker) => maker.end()))
  }
})
