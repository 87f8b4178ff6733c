// Protects: migrations run once, whole and unchanged, whoever runs them and however often, and hold nobody up for a table that is in use; a server
// that could lose money is refused.
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { processEnvironment } from '../config.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { clientConfig } from './connection.ts'
import { connect } from './database.ts'
import { applyMigration, compareMigrations, MIGRATIONS, MigrationFailedError, migrate, readMigrations } from './migrate.ts'
import { checkServer } from './server-check.ts'
import { type Sql, sql } from './sql.ts'
import { createEmptyDatabase, runScript } from './testing.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'farebox-migrations-'))
})
after(() => rm(directory, { recursive: true }))
beforeEach(async () => {
  await rm(directory, { recursive: true })
  await cp(MIGRATIONS, directory, { recursive: true })
})

async function withEmpty(work: (connection: string) => Promise<void>): Promise<void> {
  const { connection, drop } = await createEmptyDatabase()
  try {
    await work(connection)
  } finally {
    await drop()
  }
}

async function ask(connection: string, statement: Sql): Promise<readonly Record<string, unknown>[]> {
  const database = connect({ connection, role: undefined, poolMax: 1 })
  try {
    return await database.query(statement)
  } finally {
    await database.end()
  }
}

const refused = (expected: RegExp) => (thrown: unknown) => {
  ok(thrown instanceof ConfigRefusedError)
  match(thrown.problems.map((problem) => `${problem.path} ${problem.expected} ${problem.mend}`).join('\n'), expected)
  return true
}

test('the second run does nothing, and of four at once one runs', async () => {
  const names = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql'))
  await withEmpty(async (connection) => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => migrate(connection)))
    deepEqual(
      runs.map(({ applied }) => applied.length).sort((a, b) => a - b),
      [0, 0, 0, names.length],
    )
    deepEqual(await migrate(connection), { applied: [] })
  })
})

test('a migration that fails leaves nothing of itself, and what came before stays', async () => {
  await withEmpty(async (connection) => {
    const count = (await readdir(directory)).length
    const [good, bad] = [count + 1, count + 2].map((number) => String(number).padStart(4, '0'))
    await writeFile(join(directory, `${good}-good.sql`), 'create table good ();')
    await writeFile(join(directory, `${bad}-bad.sql`), `create table half (); select 'canary'::integer;`)
    await rejects(migrate(connection, directory), (thrown) => {
      ok(thrown instanceof MigrationFailedError)
      deepEqual([thrown.migration, thrown.code, thrown.message.includes('canary')], [`${bad}-bad.sql`, '22P02', false])
      return true
    })
    deepEqual(await ask(connection, sql`select to_regclass('good') is null as good, to_regclass('half') is null as half`), [
      { good: false, half: true },
    ])
    await writeFile(join(directory, `${bad}-bad.sql`), 'create table whole ();')
    deepEqual(await migrate(connection, directory), { applied: [`${bad}-bad.sql`] })
  })
})

/** A session of its own, which is ended with whatever it holds. */
async function withSession(connection: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client(clientConfig(connection, { role: undefined, statementTimeoutMs: 5_000, connectTimeoutMs: 10_000 }))
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

/** A migration that changes table account, the next of `directory`. */
async function writeNext(): Promise<string> {
  const name = `${String((await readdir(directory)).length + 1).padStart(4, '0')}-next.sql`
  await writeFile(join(directory, name), 'create table beside (); alter table account add column next integer;')
  return name
}

const WAITING = sql`select 1 from pg_locks where mode = 'AccessExclusiveLock' and not granted and relation = 'account'::regclass`

test('a table that a backup reads holds a migration up, and the migration holds nobody up who uses the table', async () => {
  await withEmpty(async (connection) => {
    await migrate(connection)
    const name = await writeNext()
    await withSession(connection, async (backup) => {
      await backup.query('begin; lock table account in access share mode')
      const running = migrate(connection, directory)
      while ((await ask(connection, WAITING)).length === 0) await delay(20)
      await withSession(connection, async (calls) => {
        for (let count = 0; count < 3; count += 1) equal((await calls.query('select from account')).rowCount, 0)
      })
      equal((await ask(connection, sql`select from migration where name = ${name}`)).length, 0)
      await backup.query('commit')
      deepEqual(await running, { applied: [name] })
    })
    deepEqual(await migrate(connection, directory), { applied: [] })
  })
})

test('a migration whose table stays in use fails, leaves nothing of itself, and says what to look for', async () => {
  await withEmpty(async (connection) => {
    await migrate(connection)
    await writeNext()
    const migration = (await readMigrations(directory)).at(-1)
    ok(migration)
    const patience = { lockMs: 50, pauseMs: 10, triesMax: 3 }
    await withSession(connection, async (runner) => {
      await withSession(connection, async (backup) => {
        await backup.query('begin; lock table account in access share mode')
        await rejects(applyMigration(runner, migration, patience), (thrown) => {
          ok(thrown instanceof MigrationFailedError)
          equal(thrown.code, '55P03')
          match(thrown.message, /-next\.sql: 55P03.*a backup.*start again/)
          return true
        })
        deepEqual(await ask(connection, sql`select to_regclass('beside') is null as is_whole`), [{ is_whole: true }])
      })
      deepEqual((await runner.query('show lock_timeout')).rows, [{ lock_timeout: '0' }])
      await applyMigration(runner, migration, patience)
    })
    deepEqual(await migrate(connection, directory), { applied: [] })
  })
})

test('a changed migration and one that we do not know are refused', async () => {
  await withEmpty(async (connection) => {
    await migrate(connection, directory)
    const next = `${String((await readdir(directory)).length + 1).padStart(4, '0')}-more.sql`
    await writeFile(join(directory, next), '-- alone: as a test says so\ncreate table more ();')
    await migrate(connection, directory)
    await writeFile(join(directory, next), 'create table more (); -- changed')
    await rejects(migrate(connection, directory), refused(/as it was when it ran/))
    await rm(join(directory, next))
    await rejects(migrate(connection, directory), refused(/whose migrations this Farebox knows/))
  })
})

test('a program that does not know the newest migrations runs beside those that only add, and beside no others', async () => {
  const count = (await readdir(MIGRATIONS)).length
  const named = (after: number) => `${String(count + after).padStart(4, '0')}-next.sql`
  await withEmpty(async (connection) => {
    // A database of before this was noted.
    await migrate(connection)
    await ask(connection, sql`alter table migration drop column runs_with_before`)
    await writeFile(join(directory, named(1)), 'create table added (id integer);')
    await writeFile(join(directory, named(2)), 'alter table added add column more integer;')
    deepEqual(await migrate(connection, directory), { applied: [named(1), named(2)] })
    deepEqual(await migrate(connection), { applied: [] })
    deepEqual(await compareMigrations(connection), { problems: [], waiting: 0, ahead: 2 })
    await ask(connection, sql`update migration set applied_at = now() - interval '8 days'`)
    await rejects(migrate(connection), refused(/whose migrations this Farebox knows/))
    await ask(connection, sql`update migration set applied_at = now() - interval '6 days'`)
    deepEqual(await migrate(connection), { applied: [] })
    await ask(connection, sql`update migration set name = '9998-next.sql' where name = ${named(2)}`)
    await rejects(migrate(connection), refused(/whose migrations this Farebox knows/))
    await ask(connection, sql`update migration set name = ${named(2)} where name = '9998-next.sql'`)
    await ask(connection, sql`update migration set checksum = 'x' where name like '0001-%'`)
    await rejects(migrate(connection), refused(/as it was when it ran/))
  })
  const takers = ['-- alone: what it adds refuses what others write\nselect 1;', 'create table t (); drop table t;']
  for (const text of [
    ...takers,
    'create table r (); alter table r rename to s;',
    'create table n (a integer); alter table n alter a set not null;',
  ])
    await withEmpty(async (connection) => {
      await rm(join(directory, named(2)), { force: true })
      await writeFile(join(directory, named(1)), text)
      await migrate(connection, directory)
      await rejects(migrate(connection), refused(/whose migrations this Farebox knows/), text)
    })
})

test('a gap or a misnamed file is a mistake of ours', async () => {
  await writeFile(join(directory, '0099-gap.sql'), 'select 1;')
  await rejects(migrate('postgres://nobody@127.0.0.1:1/none', directory), TypeError)
})

test('an ordinary user with the two grants it needs can migrate, and is told what to run without them', async () => {
  await withEmpty(async (connection) => {
    await migrate(connection) // makes the roles, which belong to the whole server
    await ask(connection, sql`drop schema farebox cascade`)
    const name = new URL(connection).pathname.slice(1)
    const user = `plain_${name}`
    const run = (text: string) => runScript(connection, text)
    await run(`create role ${user} login password 'plain'`)
    try {
      const url = new URL(connection)
      url.username = user
      url.password = 'plain'
      await rejects(
        migrate(url.href),
        refused(/DATABASE_URL .*farebox_app and farebox_ledger.*grant farebox_app, farebox_ledger to plain_/),
      )
      await run(`grant farebox_app, farebox_ledger to ${user}`)
      await rejects(migrate(url.href), refused(/create a schema.*grant create on database/))
      await run(`grant create on database ${name} to ${user}`)
      ok((await migrate(url.href)).applied.length > 0)
      const database = connect({ connection: url.href, role: 'farebox_ledger', poolMax: 1 })
      deepEqual(await database.query(sql`select current_user::text as user`), [{ user: 'farebox_ledger' }])
      await database.end()
    } finally {
      await run(`drop owned by ${user} cascade; drop role ${user}`)
    }
  })
})

const isForeign = (processEnvironment().FAREBOX_TEST_DATABASE_URL ?? '') !== ''

test('a server whose commits do not wait for the disk is refused with each reason', { skip: isForeign && 'not our server' }, async () => {
  await withEmpty(async (connection) => {
    await rejects(checkServer(connection), (thrown) => {
      ok(thrown instanceof ConfigRefusedError)
      deepEqual(
        thrown.problems.map(({ got }) => got),
        ['fsync off', 'full_page_writes off', 'synchronous_commit off'],
      )
      equal(
        thrown.problems.every(({ path, mend }) => path === 'DATABASE_URL' && mend.includes('alter system')),
        true,
      )
      return true
    })
  })
})
