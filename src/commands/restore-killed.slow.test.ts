// Guarantee: a restore that is killed at whatever step loses nothing and leaves nothing that could be taken for an installation: doctor names it,
// nothing starts on a part of it, and the same restore, typed again, brings all of it back.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createAccount, getAccount } from '../accounts/index.ts'
import { connect, isRestoring } from '../db/index.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { makeLedger } from '../ledger/index.ts'
import { systemClock, systemIds } from '../lib/index.ts'
import { openKeyVault, openOwnKeyring } from '../privacy/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-killed-'))
const [here, rows, keys, word] = ['here', 'rows.backup', 'keys.backup', 'passphrase'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
  string,
]
const PROGRAM = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
const EMAIL = 'stays@example.com'
let kit: TestDatabase
let accountId = ''

/** Counts what a process writes, to files and to the database, and kills it before the one that is named. */
const KILLER = `
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { writeFileSync } from 'node:fs'
import pg from 'pg'
let steps = 0
const step = () => {
  steps += 1
  if (steps === Number(process.env.KILL_AT)) process.kill(process.pid, 'SIGKILL')
}
for (const [owner, names] of [[promises, ['open', 'mkdir', 'rename', 'rm', 'copyFile']], [pg.Client.prototype, ['query']]])
  for (const name of names) {
    const real = owner[name]
    owner[name] = function (...given) { step(); return real.apply(this, given) }
  }
syncBuiltinESMExports()
process.on('exit', () => { if (process.env.STEPS) writeFileSync(process.env.STEPS, String(steps)) })
`

before(async () => {
  kit = await createTestDatabase({ isDurable: true })
  mkdirSync(here)
  writeFileSync(word, 'a passphrase that is long enough\n')
  writeFileSync(join(folder, 'killer.mjs'), KILLER.replace("'pg'", `'${import.meta.resolve('pg')}'`))
  const vault = await openKeyVault({
    ...{ config: { dataDir: here, keysUrl: undefined }, connection: kit.connection },
    ...{ keyring: await openOwnKeyring(kit.appDatabase, here), clock: systemClock },
  })
  const ids = systemIds(systemClock.now)
  const ledger = makeLedger(kit.ledgerDatabase, { ids, subjects: vault.subjects })
  accountId = (await createAccount(kit.appDatabase, vault.subjects, { id: ids.uuid(), email: EMAIL, now: systemClock.now() })).id
  await ledger.openAccount(accountId)
  await ledger.credit({ accountId, amount: 7_000_000_001n, kind: 'manual', sourceKey: ids.uuid(), reason: 'test' })
  await vault.close()
  const made = farebox({ dataDir: here, connection: kit.connection }, ['backup', rows, '--keys', keys, '--passphrase-file', word])
  assert.equal(made.code, 0, made.told)
})
after(async () => {
  await kit.drop()
  rmSync(folder, { recursive: true })
})

type Where = { readonly dataDir: string; readonly connection: string }
type Ended = { readonly code: number | null; readonly signal: string | null; readonly told: string }

const environmentOf = ({ dataDir, connection }: Where) => ({
  ...{ PATH: process.env['PATH'] ?? '', HOME: folder, NO_COLOR: '1', FAREBOX_DATA_DIR: dataDir, DATABASE_URL: connection },
  ...{ FAREBOX_LISTEN: '127.0.0.1:0', FAREBOX_OPERATOR_LISTEN: '127.0.0.1:0', FAREBOX_GATEWAYS: '1' },
})

function farebox(where: Where, argv: readonly string[], more: Record<string, string> = {}): Ended {
  const killer = Object.keys(more).length === 0 ? [] : ['--import', join(folder, 'killer.mjs')]
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', ...killer, PROGRAM, ...argv], {
    ...{ cwd: folder, env: { ...environmentOf(where), ...more }, encoding: 'utf8', timeout: 120_000 },
  })
  return { code: status, signal, told: `${stdout}${stderr}` }
}

const RESTORE = ['restore', rows, '--keys', keys, '--passphrase-file', word]
const WITHOUT_KEYS = ['restore', rows, '--passphrase-file', word]

/** How a start ends; one that begins to serve is stopped. */
async function start(where: Where): Promise<Ended> {
  const child = spawn(process.execPath, ['--no-warnings', PROGRAM, 'serve'], { cwd: folder, env: environmentOf(where) })
  let told = ''
  let isServing = false
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      told += chunk
      if (!isServing && /http:\/\//.test(told)) child.kill('SIGTERM')
      isServing ||= /http:\/\//.test(told)
    })
  return await new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, told })))
}

async function assertWhole({ dataDir, connection }: Where): Promise<void> {
  const database = connect({ connection, role: 'farebox_app', poolMax: 2 })
  const keyring = await openOwnKeyring(database, dataDir)
  const vault = await openKeyVault({ config: { dataDir, keysUrl: undefined }, connection, keyring, clock: systemClock })
  assert.equal((await getAccount(database, vault.subjects, accountId)).email, EMAIL)
  await vault.close()
  await database.end()
  assert.ok(!existsSync(join(dataDir, 'restoring')))
}

/** How many steps a restore takes that nobody kills. */
async function countSteps(): Promise<number> {
  const empty = await createEmptyDatabase({ isDurable: true })
  const where = { dataDir: join(folder, 'whole'), connection: empty.connection }
  const done = farebox(where, RESTORE, { STEPS: join(folder, 'steps') })
  assert.equal(done.code, 0, done.told)
  await assertWhole(where)
  await empty.drop()
  return Number(readFileSync(join(folder, 'steps'), 'utf8'))
}

async function killAt(step: number): Promise<void> {
  const empty = await createEmptyDatabase({ isDurable: true })
  const where = { dataDir: join(folder, `killed-${step}`), connection: empty.connection }
  mkdirSync(where.dataDir)
  const killed = farebox(where, RESTORE, { KILL_AT: String(step) })
  assert.equal(killed.signal, 'SIGKILL', killed.told)
  const isBegun = existsSync(join(where.dataDir, 'restoring')) || (await isRestoring(where.connection))
  if (isBegun) {
    const [looked, started, backedUp] = [
      farebox(where, ['doctor']),
      await start(where),
      farebox(where, ['backup', join(folder, `${step}.backup`), '--passphrase-file', word]),
    ]
    for (const refused of [looked, started, backedUp]) {
      assert.equal(refused.code, 78, refused.told)
      assert.match(refused.told, /run farebox restore again with the same files/)
    }
  }
  const again = farebox(where, RESTORE)
  // Where keys are and no restore is under way on them any more, they are the ones that it brought.
  const done = /Restore without --keys/.test(again.told) ? farebox(where, WITHOUT_KEYS) : again
  if (isBegun) assert.equal(done.code, 0, done.told)
  await assertWhole(where)
  await empty.drop()
}

test('a restore that is killed at any step is begun anew by typing it again, and nothing starts before', async (context) => {
  const steps = await countSteps()
  const seed = Date.now() % 100_000
  context.diagnostic(`seed ${seed}, ${steps} steps`)
  // Files are first brought beside where they belong, then put there; statements of migrations follow, then rows, and what ends it.
  const spread = [4, 12, 22, steps - 30].map((from, index) => from + ((seed * (index + 3)) % 9))
  for (const step of [...spread, steps - (seed % 3)]) await killAt(step)
})
