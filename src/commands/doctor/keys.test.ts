// Guarantee: doctor says where keys of persons lie, and refuses what would part them: several nodes without a common database of keys, keys in
// the database that they protect, a database of keys that loses what it commits.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from '../../db/index.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import { openKeyDatabase } from '../../privacy/index.ts'
import { ConfigRefusedError } from '../../spec/index.ts'
import { checkConfiguration } from './configuration.ts'
import { checkKeys } from './keys.ts'

let kit: TestDatabase
let dataDir = ''
before(async () => {
  kit = await createTestDatabase()
  dataDir = mkdtempSync(join(tmpdir(), 'farebox-doctor-'))
})
after(async () => {
  rmSync(dataDir, { recursive: true })
  await kit.drop()
})

const setupOf = (environment: Readonly<Record<string, string>>) => ({
  environment: { FAREBOX_DATA_DIR: dataDir, ...environment },
  version: 'v24.0.0',
  execArgv: [],
})
const states = async (environment: Readonly<Record<string, string>>) =>
  (await checkKeys(setupOf(environment))).map(({ state, subject }) => `${subject} ${state}`)

test('one node keeps its keys in the data directory; a second one that serves from its database is refused', async () => {
  assert.deepEqual(await states({}), ['keys ok'])
  const own = randomUUID()
  writeFileSync(join(dataDir, 'node-id'), `${own}\n`)
  await kit.ledgerDatabase.query(sql`insert into node (id, is_answering) values (${own}, true)`)
  assert.deepEqual(await states({ DATABASE_URL: kit.connection }), ['keys ok', 'keys ok'])
  const other = randomUUID()
  await kit.ledgerDatabase.query(sql`insert into node (id, is_answering) values (${other}, true)`)
  assert.deepEqual(await states({ DATABASE_URL: kit.connection }), ['keys ok', 'keys refused'])
  await kit.ledgerDatabase.query(sql`update node set seen_at = now() - interval '2 minutes' where id = ${other}`)
  assert.deepEqual(await states({ DATABASE_URL: kit.connection }), ['keys ok', 'keys ok'])
})

test('a database of keys has to answer and to keep what it commits', async () => {
  const durable = await createEmptyDatabase({ isDurable: true })
  const careless = await createEmptyDatabase()
  assert.deepEqual(await states({ DATABASE_URL: kit.connection, FAREBOX_KEYS_URL: durable.connection }), ['keys ok'])
  const [refused] = await checkKeys(setupOf({ DATABASE_URL: kit.connection, FAREBOX_KEYS_URL: careless.connection }))
  assert.deepEqual([refused?.state, new Set(refused?.problems.map(({ path }) => path))], ['refused', new Set(['FAREBOX_KEYS_URL'])])
  await assert.rejects(openKeyDatabase(careless.connection), (thrown) => {
    assert.ok(thrown instanceof ConfigRefusedError)
    return thrown.problems.every(({ path }) => path === 'FAREBOX_KEYS_URL')
  })
  assert.deepEqual(await states({ DATABASE_URL: kit.connection, FAREBOX_KEYS_URL: 'postgres://nobody@127.0.0.1:1/none' }), ['keys failed'])
  await Promise.all([durable.drop(), careless.drop()])
})

test('keys do not lie in the database that they protect, and no secret of an address is told', async () => {
  for (const environment of [
    { DATABASE_URL: 'postgres://a:pw-secret@h:5432/farebox', FAREBOX_KEYS_URL: 'postgres://b:pw-secret@h/farebox?sslmode=require' },
    { FAREBOX_KEYS_URL: 'postgres://b:pw-secret@h/keys' },
  ]) {
    const [finding] = await checkConfiguration(setupOf(environment))
    assert.deepEqual(
      finding?.problems.map(({ path }) => path),
      ['FAREBOX_KEYS_URL'],
    )
    assert.ok(!JSON.stringify(finding).includes('pw-secret'))
  }
})
