// Guarantee: a backup of the database alone opens nobody's name; with the keys it is restored on an empty host, with the same rows, books that
// agree, whoever was erased since erased again, and operators who were ended since ended again. Everything that is wrong with it is named before anything is written.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { Command } from 'commander'
import { createAccount, getAccount } from '../accounts/index.ts'
import { readConfig } from '../config.ts'
import { connect, hasTables, sql } from '../db/index.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { FailureError } from '../failures.ts'
import { makeLedger } from '../ledger/index.ts'
import { systemClock, systemIds } from '../lib/index.ts'
import { createOperator, getOperator, operatorTokenOf } from '../operators/index.ts'
import { type KeyVault, openKeyring, openKeyVault, openOwnKeyring, tombstoneFile } from '../privacy/index.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { backup } from './backup.ts'
import { restore } from './restore.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-restore-'))
const [here, rows, keys] = [join(folder, 'here'), join(folder, 'rows.backup'), join(folder, 'keys.backup')]
const [publicKey, privateKey] = [join(folder, 'public.pem'), join(folder, 'private.pem')]
const ids = systemIds(systemClock.now)
let kit: TestDatabase
let vault: KeyVault
const people: string[] = []
const operators: string[] = []

before(async () => {
  kit = await createTestDatabase({ isDurable: true })
  mkdirSync(here)
  const pair = generateKeyPairSync('x25519')
  writeFileSync(publicKey, pair.publicKey.export({ type: 'spki', format: 'pem' }))
  writeFileSync(privateKey, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  vault = await openKeyVault({
    ...{ config: { dataDir: here, keysUrl: undefined }, connection: kit.connection },
    ...{ keyring: openKeyring(here), clock: systemClock },
  })
  const ledger = makeLedger(kit.ledgerDatabase, { ids, subjects: vault.subjects })
  for (const email of ['stays@example.com', 'goes@example.com']) {
    const { id } = await createAccount(kit.appDatabase, vault.subjects, { id: ids.uuid(), email, now: systemClock.now() })
    await ledger.openAccount(id)
    await ledger.credit({ accountId: id, amount: 5_000_000_001n, kind: 'manual', sourceKey: ids.uuid(), reason: `for ${email}` })
    people.push(id)
  }
  for (const name of ['stays', 'goes']) {
    const [id, token] = [ids.uuid(), operatorTokenOf(randomBytes(32))]
    await createOperator(kit.appDatabase, { id, name, role: 'owner', token, now: systemClock.now() })
    operators.push(id)
  }
})
after(async () => {
  await vault.close()
  await kit.drop()
  rmSync(folder, { recursive: true })
})

async function run(dataDir: string, connection: string, ...argv: readonly string[]): Promise<unknown> {
  const written: string[] = []
  const print = (text: string) => void written.push(text)
  const environment = { DATABASE_URL: connection, FAREBOX_DATA_DIR: dataDir }
  const program = new Command().exitOverride()
  const context = { environment, config: () => readConfig(environment), print, note: print }
  backup(program.command('backup'), context)
  restore(program.command('restore'), context)
  const secret = argv[0] === 'backup' ? ['--recipient', publicKey] : ['--identity', privateKey]
  await program.parseAsync([...argv, ...(argv.includes('--passphrase-file') ? [] : secret), '--json'], { from: 'user' })
  return JSON.parse(written.join('\n'))
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (thrown) => (thrown instanceof FailureError ? thrown.failure.code : String(thrown)),
  )

test('two files are written, for their owner alone, and neither shows a name or a key', async () => {
  const made = (await run(here, kit.connection, 'backup', rows, '--keys', keys)) as { rows: number; tables: number }
  assert.ok(made.rows > 4 && made.tables > 50)
  assert.equal(await codeOf(run(here, kit.connection, 'backup', rows)), 'file_unwritable')
  const master = readFileSync(join(here, 'keys', 'master-1.key'))
  for (const file of [rows, keys]) assert.ok(!readFileSync(file).includes(master) && !readFileSync(file).includes('example.com'))
  assert.ok(existsSync(join(here, 'last-backup')))
})

test('a series names its files after the moment, keeps its days, and keeps keys and who was erased apart', async () => {
  const [into, keysInto] = [join(folder, 'series', 'rows'), join(folder, 'series', 'keys')]
  mkdirSync(into, { recursive: true })
  writeFileSync(join(into, 'farebox-20200101T000000Z.backup'), 'of long ago')
  writeFileSync(join(into, 'of-somebody.backup'), 'not of the series')
  const made = (await run(here, kit.connection, 'backup', '--into', into, '--keys-into', keysInto)) as {
    file: string
    keys: string
    removed: number
  }
  assert.equal(made.removed, 1)
  assert.deepEqual(readdirSync(into).toSorted(), [basename(made.file), 'of-somebody.backup'].toSorted())
  assert.match(made.file, /rows\/farebox-\d{8}T\d{6}Z\.backup$/)
  assert.equal(statSync(keysInto).mode & 0o777, 0o700)
  assert.deepEqual(
    readdirSync(keysInto).filter((name) => name !== 'erasures'),
    [basename(made.keys)],
  )
  assert.equal(existsSync(join(keysInto, 'erasures')), existsSync(join(here, 'erasures')))
  for (const wrong of [
    ['backup'],
    ['backup', '--into', into],
    ['backup', '--into', into, '--keys-into', into],
    ['backup', 'a.backup', '--into', into, '--keys-into', keysInto],
    ['backup', '--into', into, '--keys-into', keysInto, '--keep-days', '0'],
  ])
    assert.equal(await codeOf(run(here, kit.connection, ...wrong)), 'invalid_field', wrong.join(' '))
})

test('no backup is made beside keys that are not those of its database', async () => {
  const [none, other, file] = [join(folder, 'none-of-keys'), join(folder, 'other-keys'), join(folder, 'never.backup')]
  mkdirSync(other)
  openKeyring(other)
  await openOwnKeyring(kit.appDatabase, here)
  for (const [dataDir, got] of [
    [none, 'none'],
    [other, 'other ones'],
  ] as const) {
    await assert.rejects(run(dataDir, kit.connection, 'backup', file, '--keys', `${file}.keys`), (thrown) => {
      assert.ok(thrown instanceof ConfigRefusedError)
      return thrown.problems.every((problem) => problem.path === 'FAREBOX_DATA_DIR' && problem.got === got)
    })
    assert.ok(!existsSync(file) && !existsSync(`${file}.keys`) && !existsSync(join(dataDir, 'last-backup')), got)
  }
  assert.ok(!existsSync(none))
  await run(here, kit.connection, 'backup', join(folder, 'own.backup'))
})

test('a backup has its name from when it is whole, and what an interrupted one left is no hindrance', async () => {
  const [file, keyFile] = [join(folder, 'named.backup'), join(folder, 'named.keys')]
  writeFileSync(`${file}.part`, 'half of one')
  writeFileSync(keyFile, 'not to be written over')
  assert.equal(await codeOf(run(here, kit.connection, 'backup', file, '--keys', keyFile)), 'file_unwritable')
  assert.ok(!existsSync(file))
  await run(here, kit.connection, 'backup', file)
  assert.ok(existsSync(file) && !existsSync(`${file}.part`))
  assert.equal(await codeOf(run(here, kit.connection, 'backup', join(folder, 'no-folder', 'x'))), 'file_unwritable')
})

test('a database that nothing was set up in has nothing to back up', async () => {
  const empty = await createEmptyDatabase({ isDurable: true })
  const file = join(folder, 'nothing.backup')
  assert.equal(await codeOf(run(here, empty.connection, 'backup', file)), 'backup_nothing')
  assert.ok(!existsSync(file) && !existsSync(`${file}.part`))
  await empty.drop()
})

test('whom a data directory knows to be erased stays erased, whichever older copies are restored beside it', async () => {
  const [from, known] = [join(folder, 'known'), randomBytes(32)]
  mkdirSync(from)
  const keyring = openKeyring(here)
  const tag = { tag: known, destroyedAt: 5 }
  await tombstoneFile(join(from, 'erasures'), keyring.derive('erasures', Buffer.alloc(0))).append([tag])
  const older = join(folder, 'older')
  writeFileSync(older, '')
  const empty = await createEmptyDatabase({ isDurable: true })
  await run(from, empty.connection, 'restore', rows, '--keys', keys, '--erasures', older)
  const database = connect({ connection: empty.connection, role: 'farebox_app', poolMax: 1 })
  assert.equal((await database.query(sql`select from erasure where subject_tag = ${known}`)).length, 1)
  await database.end()
  await empty.drop()
})

test('what is wrong is named, and nothing is written', async () => {
  const empty = await createEmptyDatabase({ isDurable: true })
  const there = join(folder, 'wrong')
  mkdirSync(there)
  const whole = readFileSync(rows)
  const spoilt = Buffer.from(whole)
  spoilt.writeUInt8(spoilt.readUInt8(whole.length - 4000) ^ 1, whole.length - 4000)
  const file = (name: string, bytes: Buffer) => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  const otherWord = file('word', Buffer.from('another long passphrase\n'))
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['backup_truncated', [file('cut', whole.subarray(0, -100)), '--keys', keys]],
    ['backup_altered', [file('spoilt', spoilt), '--keys', keys]],
    ['backup_foreign', [file('foreign', Buffer.from('PGDMP and more')), '--keys', keys]],
    ['backup_secret_wrong', [rows, '--keys', keys, '--passphrase-file', otherWord]],
    ['backup_kind', [keys, '--keys', keys]],
    ['backup_kind', [rows, '--keys', rows]],
    ['backup_unreadable', [join(folder, 'none'), '--keys', keys]],
    ['restore_keys_missing', [rows]],
    ['backup_unreadable', [rows, '--keys', keys, '--erasures', join(folder, 'none')]],
    ['backup_unreadable', [rows, '--keys', keys, '--erasures', file('no-erasures', Buffer.alloc(256, 7))]],
  ]
  for (const [code, argv] of cases) {
    assert.equal(await codeOf(run(there, empty.connection, 'restore', ...argv)), code)
    assert.ok(!existsSync(join(there, 'keys', 'master-1.key')), code)
  }
  openKeyring(there)
  assert.equal(await codeOf(run(there, empty.connection, 'restore', rows)), 'restore_keys_differ')
  assert.equal(await codeOf(run(there, empty.connection, 'restore', rows, '--keys', keys)), 'restore_keys_present')
  assert.equal(await hasTables(empty.connection), false)
  assert.equal(await codeOf(run(here, kit.connection, 'restore', rows)), 'restore_not_empty')
  await empty.drop()
})

test('on an empty host all is there again, but for whom was erased since', async () => {
  const [stays = '', goes = ''] = people
  await vault.subjects.destroy(goes)
  await vault.subjects.destroy(operators[1] ?? '')
  const empty = await createEmptyDatabase({ isDurable: true })
  const there = join(folder, 'there')
  const done = (await run(there, empty.connection, 'restore', rows, '--keys', keys, '--erasures', join(here, 'erasures'))) as {
    erased_again: number
    operators_ended_again: number
    books: { ok: boolean; checked: Record<string, number> }
  }
  assert.deepEqual([done.erased_again, done.operators_ended_again], [1, 1])
  assert.ok(done.books.ok)
  const restored = await openKeyVault({
    ...{ config: { dataDir: there, keysUrl: undefined }, connection: empty.connection },
    ...{ keyring: openKeyring(there), clock: systemClock },
  })
  const database = connect({ connection: empty.connection, role: 'farebox_app', poolMax: 2 })
  assert.equal((await getAccount(database, restored.subjects, stays)).email, 'stays@example.com')
  assert.equal((await getAccount(database, restored.subjects, goes)).email, undefined)
  assert.ok(await restored.subjects.isDestroyed(goes))
  assert.deepEqual([(await getOperator(database, 'stays')).ways, (await getOperator(database, 'goes')).ways], [['token'], []])
  await database.end()
  await restored.close()
  await empty.drop()
})
