// Guarantee: that deleted rows leave the server's log is said only where our user has the right to see to it, and where nothing keeps copies.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { PERSONAL_DATA } from '../inventory.ts'
import { readWalTurnover, retentionJobs, rewriteDeleted, turnWal } from './index.ts'

let at: TestDatabase
before(async () => {
  at = await createTestDatabase()
})
after(() => at.drop())

const fileOfLog = async (): Promise<string | undefined> => {
  const [row] = await at.ownerDatabase.query<{ file: string }>(sql`select pg_walfile_name(pg_current_wal_lsn()) as file`)
  return row?.file
}

test('on a server of our own the log is turned by the role that purges', async () => {
  assert.deepEqual(await readWalTurnover(at.appDatabase), { by: 'turned', lacks: [], isRecycling: false, isCopied: false })
  const before = await fileOfLog()
  assert.equal(await turnWal(at.ledgerDatabase), true)
  assert.notEqual(await fileOfLog(), before)
  await assert.rejects(turnWal(at.appDatabase), { code: '42501' })
  assert.equal(await rewriteDeleted(at.ledgerDatabase), 25)
  await assert.rejects(at.ledgerDatabase.query(sql`select rewrite_deleted('balance')`), { code: '22023' })
})

test('a table that is in use is left for the next time, and whoever uses it waits for no other', async () => {
  await at.ownerDatabase.transaction(async (tx) => {
    await tx.query(sql`lock table open_call in row exclusive mode`)
    const rewriting = rewriteDeleted(at.ledgerDatabase)
    const waiting = sql`
      select from pg_locks join pg_database on pg_database.oid = database
      where not granted and datname = current_database() and relation = 'open_call'::regclass`
    const isWaiting = async (): Promise<boolean> => (await at.ownerDatabase.query(waiting)).length > 0
    while (!(await isWaiting()) && (await Promise.race([rewriting.then(() => false), nextTurn(true)])));
    await tx.query(sql`lock table idempotency in row exclusive mode nowait`)
    assert.equal(await rewriting, 24)
  })
})

/** Tables that grow with calls and payments, which would be locked for too long; their deleted rows go with the vacuum of the server. */
const LARGE = ['account_event', 'spend_window', 'stripe_event', 'webhook_delivery']

test('every table that rows are deleted from by their age is written anew, but the large ones', async () => {
  const aged = retentionJobs(PERSONAL_DATA).flatMap(({ table, by }) => (by === 'partition' ? [] : [table]))
  const [row] = await at.ledgerDatabase.query<{ names: readonly string[] }>(sql`select rewritten_tables() as names`)
  assert.deepEqual(aged.filter((table) => row?.names.includes(table) !== true).toSorted(), LARGE)
})

test('an owner without the rights turns nothing and says which rights it lacks', async () => {
  const owner = `farebox_poor_${process.pid}`
  await at.ownerDatabase.transaction(async (tx) => {
    await tx.query(sql`select set_config('farebox.poor', ${owner}, true)`)
    await tx.query(sql`
      do $$ begin
        execute format('create role %I', current_setting('farebox.poor'));
        execute format('grant usage, create on schema farebox to %I', current_setting('farebox.poor'));
        execute format('alter function farebox.wal_turnover() owner to %I', current_setting('farebox.poor'));
      end $$`)
  })
  try {
    const found = await readWalTurnover(at.ledgerDatabase)
    assert.deepEqual(found, { by: 'server', lacks: ['pg_checkpoint', 'execute on pg_switch_wal()'], isRecycling: false, isCopied: false })
    const before = await fileOfLog()
    assert.equal(await turnWal(at.ledgerDatabase), false)
    assert.equal(await fileOfLog(), before)
  } finally {
    await at.ownerDatabase.transaction(async (tx) => {
      await tx.query(sql`select set_config('farebox.poor', ${owner}, true)`)
      await tx.query(sql`
        do $$ begin
          execute format('reassign owned by %I to current_user', current_setting('farebox.poor'));
          execute format('drop owned by %I', current_setting('farebox.poor'));
          execute format('drop role %I', current_setting('farebox.poor'));
        end $$`)
    })
  }
})
