// Protects: a login or a database that would wait for no disk is refused where the server waits, and what is told to type mends it; a standby is
// refused as what may pass, and so is one that is set to take no writes.
import { equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { processEnvironment } from '../config.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { ROLES } from './connection.ts'
import { openLogins } from './logins.ts'
import { checkServer } from './server-check.ts'
import { createTestDatabase, runScript } from './testing.ts'

const isForeign = (processEnvironment().FAREBOX_TEST_DATABASE_URL ?? '') !== ''

/** What a refused server is told to mend; a server that is taken is none of this. */
async function mendOf(connection: string): Promise<string> {
  let mend = ''
  await rejects(checkServer(connection), (thrown) => {
    ok(thrown instanceof ConfigRefusedError)
    equal(thrown.problems.map(({ got }) => got).join(), 'synchronous_commit off')
    mend = thrown.problems[0]?.mend ?? ''
    return true
  })
  return mend
}

test('wherever waiting for the disk was set off it is found by who connects so, and the statement sets it on', {
  skip: isForeign && 'not our server',
}, async () => {
  const { connection, drop } = await createTestDatabase({ isDurable: true })
  const database = new URL(connection).pathname.slice(1)
  const { connections } = await openLogins(connection)
  const names = ROLES.map((role) => new URL(connections[role]).username)
  try {
    for (const [index, role] of ROLES.entries()) {
      for (const where of [`role ${names[index]}`, `role ${names[index]} in database ${database}`, `database ${database}`]) {
        await checkServer(connections[role])
        await runScript(connection, `alter ${where} set synchronous_commit = off`)
        const mend = await mendOf(connections[role])
        equal(mend, `run on the server: alter ${where} reset synchronous_commit;`)
        await runScript(connection, mend.replace('run on the server: ', ''))
      }
      await checkServer(connections[role])
    }
    await runScript(connection, `alter role ${names[0]} set synchronous_commit = off`)
    // Its owner does not see it.
    await checkServer(connection)
    const lax = new URL(connection)
    lax.searchParams.set('options', '-c synchronous_commit=off')
    equal(await mendOf(lax.href), 'take synchronous_commit out of the options in DATABASE_URL')
  } finally {
    for (const name of names) await runScript(connection, `drop owned by ${name}; drop role ${name}`)
    await drop()
  }
})

test('a standby is refused, as one that may be about to be made the primary', { skip: isForeign && 'not our server' }, async () => {
  const { connection, drop } = await createTestDatabase({ isDurable: true })
  try {
    await checkServer(connection)
    // What PostgreSQL says of itself, in this database alone.
    await runScript(
      connection,
      'create or replace function pg_catalog.pg_is_in_recovery() returns boolean language sql as $$ select true $$',
    )
    await rejects(checkServer(connection), (thrown) => {
      ok(thrown instanceof ConfigRefusedError)
      equal(thrown.problems.map(({ got, mayPass }) => `${got}: ${mayPass}`).join(), 'a standby in recovery: true')
      return true
    })
  } finally {
    await drop()
  }
})

test('a database that is set to take no writes is refused, as one whose setting may pass', async () => {
  const { connection, drop } = await createTestDatabase({ isDurable: true })
  try {
    await runScript(connection, `alter database ${new URL(connection).pathname.slice(1)} set default_transaction_read_only = on`)
    await rejects(checkServer(connection), (thrown) => {
      ok(thrown instanceof ConfigRefusedError)
      equal(
        thrown.problems.map(({ got, mayPass }) => `${got}: ${mayPass}`).join(),
        'one that takes none (default_transaction_read_only): true',
      )
      return true
    })
  } finally {
    await drop()
  }
})
