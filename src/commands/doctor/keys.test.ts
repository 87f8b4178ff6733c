// Guarantee: doctor says where keys of persons lie, and refuses what would part them: several nodes without a common database of keys, keys in
// the database that they protect, a database of keys that loses what it commits, files that hold something else than was written.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openNodeId } from '../../control/index.ts'
import { sql } from '../../db/index.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import { isUuid, systemClock, systemIds } from '../../lib/index.ts'
import { openKeyDatabase, openKeyring, openKeyVault } from '../../privacy/index.ts'
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

test('a file of the data directory that holds something else is named with what to do, and nothing is opened on it', async () => {
  const damaged = mkdtempSync(join(tmpdir(), 'farebox-damaged-'))
  const keyring = openKeyring(damaged)
  const config = { dataDir: damaged, keysUrl: undefined }
  const vault = () => openKeyVault({ config, connection: kit.connection, keyring, clock: systemClock })
  const opened = await vault()
  const [stays, goes] = [randomUUID(), randomUUID()]
  for (const subject of [stays, goes]) await opened.subjects.create(subject)
  await opened.subjects.destroy(goes)
  await opened.close()
  const doctor = () => checkKeys(setupOf({ FAREBOX_DATA_DIR: damaged }))
  assert.deepEqual(
    (await doctor()).map(({ state }) => state),
    ['ok'],
  )
  const shards = join(damaged, 'keys', 'subjects')
  const files = [join(damaged, 'erasures'), ...readdirSync(shards).map((name) => join(shards, name))]
  for (const path of files) {
    const whole = readFileSync(path)
    // Records that are whole would be ids of one shard.
    for (const bytes of [Buffer.alloc(640, 'garbage'), Buffer.alloc(200, path.includes('010') ? 2 : 1)]) {
      writeFileSync(path, bytes)
      const [finding] = await doctor()
      assert.equal(finding?.state, 'refused', path)
      assert.match(JSON.stringify(finding.problems), new RegExp(path))
      await assert.rejects(vault(), (thrown) => thrown instanceof ConfigRefusedError && (thrown.problems[0]?.expected ?? '').includes(path))
      assert.deepEqual(readFileSync(path), bytes)
    }
    writeFileSync(path, whole)
  }
  for (const id of ['', 'garbage\n', `${randomUUID()}${randomUUID()}`]) {
    writeFileSync(join(damaged, 'node-id'), id)
    assert.match(JSON.stringify((await doctor())[0]?.problems), /node-id/)
    assert.throws(() => openNodeId(damaged, systemIds(systemClock.now)), ConfigRefusedError)
  }
  rmSync(join(damaged, 'node-id'))
  assert.ok(isUuid(openNodeId(damaged, systemIds(systemClock.now))))
  await (await vault()).close()
  rmSync(damaged, { recursive: true })
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
