// Guarantee: of a system that runs each thing that has to be mended is told with what to do, what is well is told as well, and where none runs
// nothing is said of it.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type DataDirLock, lockDataDir, sql } from '../../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import type { Setup } from './finding.ts'
import { checkBackups, checkCertificate, checkDisk } from './host-state.ts'
import { checkRunning } from './running.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'farebox-doctor-'))
let kit: TestDatabase
let lock: DataDirLock | undefined
let upstream: Server
before(async () => {
  kit = await createTestDatabase()
  upstream = createServer()
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const address = upstream.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  for (const [id, url] of [
    ['here', `http://127.0.0.1:${port}/v1`],
    ['gone', 'http://127.0.0.1:1/v1'],
  ] as const)
    await kit.ownerDatabase.query(
      sql`insert into upstream (id, kind, base_url, placement, source) values (${id}, 'openai-compatible', ${url}, 'local', 'file')`,
    )
})
after(async () => {
  await lock?.release()
  await new Promise((resolve) => upstream.close(resolve))
  await kit.drop()
  rmSync(dataDir, { recursive: true })
})

const setup = (more: Readonly<Record<string, string>> = {}): Setup => ({
  environment: { DATABASE_URL: kit.connection, FAREBOX_DATA_DIR: dataDir, ...more },
  version: '24.0.0',
  execArgv: [],
})
const briefly = (findings: Awaited<ReturnType<typeof checkRunning>>): readonly string[] =>
  findings.map(({ state, subject }) => `${subject} ${state}`)

test('nothing is said of a system that does not run', async () => {
  assert.deepEqual(await checkRunning(setup()), [])
})

test('what is well and what is not', async () => {
  lock = await lockDataDir(dataDir)
  const first = await checkRunning(setup())
  assert.deepEqual(briefly(first), [
    ...['clocks ok', 'partitions failed', 'retention ok', 'books ok', 'alarms ok'],
    ...['upstreams warning', 'upstreams ok'],
  ])
  assert.match(first.find(({ state }) => state === 'warning')?.detail ?? '', /^gone takes none \(ECONNREFUSED\)/)
  await kit.ownerDatabase.query(sql`select ensure_usage_partition(((clock_timestamp() at time zone 'UTC')::date + 1))`)
  await kit.ownerDatabase.query(sql`
    insert into key_alarm (id, account_id, key_id, kind, amount, is_paused, raised_at)
    values (${randomUUID()}::uuid, ${randomUUID()}::uuid, ${randomUUID()}::uuid, 'spike', 5, false, clock_timestamp())`)
  await kit.ownerDatabase.query(sql`select ensure_usage_partition('2020-01-01'::date)`)
  const second = briefly(await checkRunning(setup()))
  assert.deepEqual(second.slice(0, 5), ['clocks ok', 'partitions ok', 'retention failed', 'books ok', 'alarms warning'])
})

test('backups by their age, the disk, and a certificate that is none', async () => {
  assert.deepEqual(briefly(await checkBackups(setup())), ['backups warning'])
  writeFileSync(join(dataDir, 'last-backup'), `${new Date(Date.now() - 3_700_000).toISOString()}\n`)
  assert.deepEqual(briefly(await checkBackups(setup())), ['backups ok'])
  writeFileSync(join(dataDir, 'last-backup'), '2020-01-01T00:00:00Z\n')
  assert.deepEqual(briefly(await checkBackups(setup())), ['backups warning'])
  writeFileSync(join(dataDir, 'last-backup'), `${new Date(Date.now() + 365 * 86_400_000).toISOString()}\n`)
  const [ahead] = await checkBackups(setup())
  assert.equal(ahead?.state, 'warning', ahead?.detail)
  assert.match(ahead.detail, /clock/)
  writeFileSync(join(dataDir, 'last-backup'), `${new Date(Date.now() + 60_000).toISOString()}\n`)
  assert.deepEqual(briefly(await checkBackups(setup())), ['backups ok'], 'clocks that are set by a little are no news')
  assert.equal((await checkDisk(setup()))[0]?.subject, 'disk')
  assert.deepEqual(await checkCertificate(setup()), [])
  const file = join(dataDir, 'cert.pem')
  writeFileSync(file, 'no certificate')
  assert.deepEqual(briefly(await checkCertificate(setup({ FAREBOX_TLS_CERT: file, FAREBOX_TLS_KEY: file }))), ['certificate failed'])
})
