// Protects: a change told by the database is heard, also after the connection was lost, or leads to what became a standby.
import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { processEnvironment } from '../config.ts'
import { listenForChanges } from './listen.ts'
import { sql } from './sql.ts'
import { createTestDatabase, runScript, type TestDatabase } from './testing.ts'

let at: TestDatabase
before(async () => {
  at = await createTestDatabase()
})
after(() => at.drop())

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries++) {
    if (tries > 400) throw new Error('waited for two seconds')
    await delay(5)
  }
}

test('payloads come in order; a new connection says that something may have been missed', async () => {
  const heard: (string | undefined)[] = []
  const listening = await listenForChanges(at.connection, 'farebox_change', (payload) => heard.push(payload))
  await at.ownerDatabase.query(sql`select pg_notify('farebox_change', 'one'), pg_notify('farebox_change', 'two')`)
  await until(() => heard.length === 2)
  await at.ownerDatabase.query(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`,
  )
  await until(() => heard.length === 3)
  await at.ownerDatabase.query(sql`select pg_notify('farebox_change', 'three')`)
  await until(() => heard.length === 4)
  deepEqual(heard, ['one', 'two', undefined, 'three'])
  await listening.end()
  const left = await at.ownerDatabase.query(
    sql`select 1 from pg_stat_activity where query like 'listen %' and datname = current_database()`,
  )
  equal(left.length, 0)
})

test('a committed change of a key or of the catalogue is told, one rolled back is not', async () => {
  const heard: (string | undefined)[] = []
  const listening = await listenForChanges(at.connection, 'farebox_change', (payload) => heard.push(payload))
  const id = '01900000-0000-7000-8000-000000000001'
  const { appDatabase } = at
  await appDatabase.query(sql`insert into account (id) values (${id})`)
  await appDatabase.query(sql`insert into api_key (id, account_id, hash, hint) values (${id}, ${id}, ${Buffer.alloc(32)}, 'h')`)
  const undone = appDatabase.transaction(async (tx) => {
    await tx.query(sql`update api_key set revoked_at = now() where id = ${id}`)
    throw new RangeError('undone')
  })
  await rejects(undone, RangeError)
  await appDatabase.query(sql`update api_key set revoked_at = now() where id = ${id}`)
  await appDatabase.query(sql`insert into model (id, context, output_max, source) values ('m', 1, 1, 'file')`)
  await until(() => heard.length === 2)
  deepEqual(heard, [`key:${id}`, 'catalog:'])
  await listening.end()
})

test('a server that is not there is told at once', async () => {
  await rejects(
    listenForChanges('postgres://nobody@127.0.0.1:1/none', 'farebox_change', () => undefined),
    { code: 'ECONNREFUSED' },
  )
})

test('a connection to a server that became a standby is left for a new one', {
  skip: (processEnvironment().FAREBOX_TEST_DATABASE_URL ?? '') !== '' && 'not our server',
}, async ({ mock }) => {
  mock.timers.enable({ apis: ['setInterval'] })
  const { connection, ownerDatabase, drop } = await createTestDatabase()
  const heard: (string | undefined)[] = []
  const listening = await listenForChanges(connection, 'farebox_change', (payload) => heard.push(payload))
  try {
    mock.timers.tick(10_000)
    await ownerDatabase.query(sql`select pg_notify('farebox_change', 'one')`)
    await until(() => heard.length === 1)
    await runScript(
      connection,
      'create or replace function pg_catalog.pg_is_in_recovery() returns boolean language sql as $$ select true $$',
    )
    mock.timers.tick(10_000)
    await until(() => heard.length === 2)
    deepEqual(heard, ['one', undefined])
  } finally {
    await listening.end()
    await drop()
  }
})
