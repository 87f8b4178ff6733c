// Guarantee: wherever wrapped keys lie, the first that is put under a tag stays, what is removed is gone and its bytes with it, and many
// at once do not harm each other; nodes with other master keys are told apart before one seals what the others cannot read.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { connect, readLiveColumns, sql } from '../../db/index.ts'
import { createEmptyDatabase, createTestDatabase, stopTestServer } from '../../db/testing.ts'
import { ConfigRefusedError } from '../../spec/index.ts'
import { keyringOf } from '../seal.ts'
import { openKeyDatabase } from './key-database.ts'
import { openKeyFolder } from './key-folder.ts'
import type { KeyStore } from './key-store.ts'
import { openKeyVault } from './open-key-vault.ts'
import { KEY_DATABASE_DATA } from './personal-data.ts'

after(stopTestServer)

type Opened = { readonly open: () => Promise<KeyStore>; readonly close: () => Promise<void> }
const STORES: Readonly<Record<string, () => Promise<Opened>>> = {
  folder: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'farebox-store-'))
    return { open: () => openKeyFolder(join(folder, 'subjects')), close: async () => rmSync(folder, { recursive: true }) }
  },
  database: async () => {
    const kit = await createEmptyDatabase({ isDurable: true })
    return { open: () => openKeyDatabase(kit.connection), close: kit.drop }
  },
}

for (const [name, openStore] of Object.entries(STORES)) {
  test(`${name}: the first key stays, a removed one is gone, another may come`, async () => {
    const { open, close } = await openStore()
    const store = await open()
    const [tag, other, first, second] = [randomBytes(32), randomBytes(32), randomBytes(62), randomBytes(62)]
    assert.equal(await store.read(tag), undefined)
    assert.deepEqual(await store.add(tag, first), first)
    assert.deepEqual(await store.add(tag, second), first)
    await store.add(other, second)
    const again = await open()
    assert.deepEqual(await again.read(tag), first)
    await again.remove([tag, randomBytes(32)])
    await again.remove([tag])
    assert.equal(await store.read(tag), undefined)
    assert.deepEqual(await store.read(other), second)
    assert.deepEqual(await store.add(tag, second), second)
    await Promise.all([store.close(), again.close()])
    await close()
  })

  test(`${name}: many at once agree on one key each`, async () => {
    const { open, close } = await openStore()
    const store = await open()
    // All of one file of the folder.
    const tags = Array.from({ length: 20 }, () => Buffer.concat([Buffer.from([1, 1]), randomBytes(30)]))
    const told = await Promise.all([...tags, ...tags, ...tags].map((tag) => store.add(tag, randomBytes(62))))
    for (const [index, tag] of tags.entries()) {
      assert.deepEqual(told[index + 20], told[index])
      assert.deepEqual(await store.read(tag), told[index + 40])
    }
    await Promise.all(tags.map((tag) => store.remove([tag])))
    for (const tag of tags) assert.equal(await store.read(tag), undefined)
    await store.close()
    await close()
  })
}

test('once tidied, a removed key is in no page of its table, and the columns are those that are declared', async () => {
  const kit = await createEmptyDatabase({ isDurable: true })
  const store = await openKeyDatabase(kit.connection)
  const owner = connect({ connection: kit.connection, role: undefined, poolMax: 1 })
  const [tag, wrapped] = [randomBytes(32), randomBytes(62)]
  await store.add(tag, wrapped)
  for (const other of [1, 2, 3]) await store.add(randomBytes(32), Buffer.alloc(62, other))
  const holds = async (): Promise<boolean> => {
    await owner.query(sql`checkpoint`)
    const [file] = await owner.query<{ readonly bytes: Buffer }>(sql`
      select pg_read_binary_file(pg_relation_filepath('farebox.subject_key')) as bytes`)
    return file?.bytes.includes(wrapped) ?? false
  }
  assert.ok(await holds())
  await store.tidy()
  assert.ok(await holds())
  await store.remove([tag])
  await store.tidy()
  assert.equal(await holds(), false)
  const live = (await readLiveColumns(owner)).map(({ table, column }) => `${table}.${column}`)
  assert.deepEqual(live.sort(), KEY_DATABASE_DATA.map(({ table, column }) => `${table}.${column}`).sort())
  await Promise.all([owner.end(), store.close()])
  await kit.drop()
})

test('two nodes with one database of keys read what the other sealed and know what it destroyed; other master keys are refused', async () => {
  const [main, shared] = [await createTestDatabase(), await createEmptyDatabase({ isDurable: true })]
  const folders = [1, 2, 3].map(() => mkdtempSync(join(tmpdir(), 'farebox-node-')))
  const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
  const time = { at: 0 }
  const clock = { now: () => 1_700_000_000_000, monotonic: () => time.at }
  const openOn = (dataDir = '', ring = keyring) =>
    openKeyVault({ config: { dataDir, keysUrl: shared.connection }, connection: main.connection, keyring: ring, clock })
  const [one, two] = [await openOn(folders[0]), await openOn(folders[1])]
  const subject = randomUUID()
  await one.subjects.create(subject)
  const sealed = await two.subjects.seal(subject, Buffer.from('ada'), 'test')
  assert.equal(String(await one.subjects.unseal(subject, sealed, 'test')), 'ada')
  const tag = await one.ipTags.ipTag('203.0.113.7', clock.now())
  assert.deepEqual(await two.ipTags.ipTag('203.0.113.7', clock.now()), tag)
  await one.subjects.destroy(subject)
  assert.equal(await one.subjects.unseal(subject, sealed, 'test'), undefined)
  assert.ok(await two.subjects.isDestroyed(subject))
  time.at += 10_001
  assert.equal(await two.subjects.unseal(subject, sealed, 'test'), undefined)
  await assert.rejects(openOn(folders[2], keyringOf(new Map([[1, randomBytes(32)]]))), (thrown) => thrown instanceof ConfigRefusedError)
  await Promise.all([one.close(), two.close()])
  for (const folder of folders) rmSync(folder, { recursive: true })
  await Promise.all([main.drop(), shared.drop()])
})
