// Guarantee: what the benchmark says that a call takes of the database holds all that was written there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '../../src/db/index.ts'
import { createTestDatabase } from '../../src/db/testing.ts'
import { readDatabaseUse } from './database-use.ts'

const BYTES = 1_000_000

test('what is written is counted', async (t) => {
  const { connection, ownerDatabase, drop } = await createTestDatabase()
  t.after(drop)
  const before = await readDatabaseUse(connection)
  await ownerDatabase.query(sql`create table written as select sha256(i::text::bytea) as bytes from generate_series(1, ${BYTES / 32}) as i`)
  const after = await readDatabaseUse(connection)
  // Other tests write to the same server, and drop databases of theirs.
  assert.ok(after.logBytes - before.logBytes > BYTES, `${after.logBytes - before.logBytes} bytes of the log`)
  assert.ok(after.commits > before.commits, `${after.commits - before.commits} transactions`)
  assert.ok(after.keptBytes > BYTES, `${after.keptBytes} bytes kept`)
})
