// Protects: a transaction commits whole or not at all, no value of the database leaves with an error, and a lost connection ends a
// statement and never the process.
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ConnectSettings, connect, type Database } from './database.ts'
import { DatabaseError, isDatabaseError } from './database-error.ts'
import { readLiveColumns } from './live-columns.ts'
import { sql } from './sql.ts'
import { createTestDatabase, runScript, type TestDatabase } from './testing.ts'

let at: TestDatabase
let database: Database
before(async () => {
  at = await createTestDatabase()
  database = at.ownerDatabase
  await database.query(sql`create table thing (id integer primary key, amount bigint)`)
})
after(() => at.drop())

const open = (settings: Partial<ConnectSettings> = {}) => connect({ connection: at.connection, role: undefined, poolMax: 2, ...settings })
const count = async () => (await database.query<{ n: bigint }>(sql`select count(*) as n from thing`))[0]?.n
const failsWith = (code: string, isTransient: boolean) => (thrown: unknown) => {
  ok(thrown instanceof DatabaseError)
  equal(thrown.code, code)
  equal(thrown.isTransient, isTransient)
  return true
}

test('bigint, date and time come back exact', async () => {
  const list = [9_223_372_036_854_775_807n, -1n]
  const [row] = await database.query(sql`
    select ${9_223_372_036_854_775_807n}::bigint as big, array(select unnest(${list}::bigint[])) as list, date '2026-02-03' as day,
      timestamptz '2026-02-03 04:05:06.789Z' as at, 1.50::numeric as exact, null::bigint as nothing, ${undefined}::text as absent,
      array[null, 1]::bigint[] as gaps, ${new Date('2026-02-03T04:05:06.789Z')}::timestamptz as sent, ${Buffer.from([0, 255])}::bytea as bytes`)
  deepEqual(row, {
    big: 9_223_372_036_854_775_807n,
    list,
    day: '2026-02-03',
    at: new Date('2026-02-03T04:05:06.789Z'),
    exact: '1.50',
    nothing: null,
    absent: null,
    gaps: [null, 1n],
    sent: new Date('2026-02-03T04:05:06.789Z'),
    bytes: Buffer.from([0, 255]),
  })
})

test('a transaction commits whole, or leaves nothing and passes on what was thrown', async () => {
  await database.transaction(async (tx) => {
    await tx.query(sql`insert into thing values (1, ${1n})`)
    await tx.query(sql`insert into thing values (2, ${2n})`)
  })
  equal(await count(), 2n)
  const mine = new Error('mine')
  const work = database.transaction(async (tx) => {
    await tx.query(sql`insert into thing values (3, 3)`)
    throw mine
  })
  await rejects(work, mine)
  equal(await count(), 2n)
})

test('a transaction inside another can fail alone', async () => {
  await database.transaction(async (tx) => {
    await tx.query(sql`insert into thing values (10, 1)`)
    const inner = tx.transaction(async (nested) => {
      await nested.query(sql`insert into thing values (11, 1)`)
      await nested.query(sql`insert into thing values (10, 1)`)
    })
    await rejects(inner, failsWith('23505', false))
    await tx.transaction((nested) => nested.query(sql`insert into thing values (12, 1)`))
  })
  deepEqual(await database.query(sql`select id from thing where id >= 10 order by id`), [{ id: 10 }, { id: 12 }])
})

test('a swallowed failure does not pass for a commit', async () => {
  const work = database.transaction(async (tx) => {
    await tx.query(sql`insert into thing values (20, 1)`)
    await rejects(tx.query(sql`insert into thing values (20, 1)`), failsWith('23505', false))
  })
  await rejects(work, failsWith('25P02', false))
  deepEqual(await database.query(sql`select id from thing where id = 20`), [])
})

test('a transaction cannot be used after its end', async () => {
  let kept: Database | undefined
  await database.transaction(async (tx) => {
    kept = tx
  })
  await rejects(async () => kept?.query(sql`select 1`), TypeError)
})

test('an error holds the code and not a word of the server', async () => {
  const canary = 'canary-7f3a'
  const thrown = await database.query(sql`select ${canary}::uuid`).catch((error: unknown) => error)
  ok(isDatabaseError(thrown, '22P02'))
  equal(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown)).includes(canary), false)
  equal(String(thrown).includes(canary), false)
  equal('cause' in thrown, false)
})

test('only what sql made is run', async () => {
  await rejects(database.query(JSON.parse('{"text":"select 1","values":[]}')), TypeError)
})

test('a named statement is prepared once on a connection', async () => {
  const one = open({ poolMax: 1 })
  const find = (id: number) => one.query(sql.named('find-thing')`select amount from thing where id = ${id}`)
  deepEqual([await find(1), await find(2)], [[{ amount: 1n }], [{ amount: 2n }]])
  deepEqual(await one.query(sql`select name from pg_prepared_statements`), [{ name: 'find-thing' }])
  await one.end()
})

test('connections that the server cuts, idle or in a transaction, are replaced', async () => {
  const cut = open()
  const pid = async (on: Database) => (await on.query<{ pid: number }>(sql`select pg_backend_pid() as pid`))[0]?.pid
  const kill = (victim: number | undefined) => database.query(sql`select pg_terminate_backend(${victim})`)
  await kill(await pid(cut))
  const work = cut.transaction(async (tx) => {
    await kill(await pid(tx))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await tx.query(sql`select 1`)
  })
  await rejects(work, (thrown) => thrown instanceof DatabaseError && thrown.isTransient)
  equal((await cut.query(sql`select 1`)).length, 1)
  await cut.end()
})

test('what takes too long, and a server that is not there, fail in time and can be tried again', async () => {
  const hasty = open({ statementTimeoutMs: 50, connectTimeoutMs: 3000, poolMax: 1 })
  await rejects(hasty.query(sql`select pg_sleep(30)`), failsWith('57014', true))
  const leave = Promise.withResolvers<void>()
  const busy = hasty.transaction(() => leave.promise)
  await rejects(hasty.query(sql`select 1`), failsWith('connect_timeout', true))
  leave.resolve()
  await busy
  await hasty.end()
  await rejects(hasty.query(sql`select 1`), failsWith('pool_ended', false))
  const nowhere = open({ connection: 'postgres://nobody:secret@127.0.0.1:1/none' })
  await rejects(nowhere.query(sql`select 1`), failsWith('ECONNREFUSED', true))
  await nowhere.end()
})

test('a connection on which nothing can be written is replaced, as after a failover', async () => {
  const one = open({ poolMax: 1 })
  const pid = async (on: Database) => (await on.query<{ pid: number }>(sql`select pg_backend_pid() as pid`))[0]?.pid
  const write = (on: Database) => on.query(sql`update thing set amount = amount`)
  const before = await pid(one)
  await one.query(sql`set default_transaction_read_only = on`)
  equal(await pid(one), before)
  await rejects(write(one), failsWith('25006', true))
  await write(one)
  await one.query(sql`set default_transaction_read_only = on`)
  const swallowed = one.transaction(async (tx) => {
    await rejects(tx.transaction(write), failsWith('25006', true))
    equal((await tx.query(sql`select 1`)).length, 1)
    await write(tx)
  })
  await rejects(swallowed, failsWith('25006', true))
  await one.transaction(write)
  await one.end()
})

test('a server that takes no writes is not read from either, but by who says so', async () => {
  const name = new URL(at.connection).pathname.slice(1)
  const turn = (how: string) =>
    runScript(at.connection, `begin read write; alter database ${name} set default_transaction_read_only = ${how}; commit`)
  const [wary, reader] = [open({ poolMax: 1 }), open({ poolMax: 1, readsOnly: true })]
  await turn('on')
  try {
    await rejects(wary.query(sql`select 1`), failsWith('25006', true))
    equal((await reader.query(sql`select 1`)).length, 1)
  } finally {
    await turn('off')
  }
  equal((await wary.query(sql`select 1`)).length, 1)
  await Promise.all([wary.end(), reader.end()])
})

test('sixty callers on two connections all get their turn', async () => {
  const small = open()
  const adds = Array.from({ length: 60 }, (_, index) => small.query(sql`insert into thing values (${1000 + index}, ${BigInt(index)})`))
  await Promise.all(adds)
  deepEqual(await database.query(sql`select sum(amount)::bigint as total from thing where id >= 1000`), [{ total: 1770n }])
  await small.end()
})

test('the columns that are there are listed, partitions left out', async () => {
  await at.ledgerDatabase.query(sql`select ensure_usage_partition(date '2026-11-21')`)
  const columns = await readLiveColumns(database)
  ok(columns.some(({ table, column }) => table === 'usage_event' && column === 'request_id'))
  ok(columns.some(({ table, column }) => table === 'account' && column === 'email_sealed'))
  deepEqual(
    columns.filter(({ table }) => table.startsWith('usage_event_')),
    [],
  )
})
