// Guarantee: once a person's key is destroyed nothing sealed under it opens again, whatever happened in which order, wherever a crash came, and
// whichever old copies were restored; and a key that is missing without having been destroyed is never taken for one that was.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { sql } from '../../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import { keyringOf } from '../seal.ts'
import { openKeyFolder } from './key-folder.ts'
import type { KeyStore } from './key-store.ts'
import { makeSubjectKeys, type SubjectKeys } from './subject-keys.ts'
import { tombstoneFile } from './tombstone-file.ts'
import { makeTombstones, type Tombstones } from './tombstones.ts'

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
const clock = { now: () => Date.parse('2026-11-26T12:00:00Z'), monotonic: () => performance.now() }
const [PLAIN, PURPOSE] = [Buffer.from('ada@example.com'), 'test']

let kit: TestDatabase
let dataDir: string

before(async () => {
  process.stdout.write(`seed ${seed}\n`)
  kit = await createTestDatabase()
})
after(() => kit.drop())
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'farebox-keys-'))
  await forgetErasures()
})

/** What a backup of the database from before would hold. */
async function forgetErasures(): Promise<void> {
  await kit.ownerDatabase.query(sql`alter table erasure disable trigger erasure_immutable`)
  await kit.ownerDatabase.query(sql`delete from erasure`)
  await kit.ownerDatabase.query(sql`alter table erasure enable trigger erasure_immutable`)
}

type Parts = { readonly store: KeyStore; readonly tombstones: Tombstones }

const folderOf = () => join(dataDir, 'keys', 'subjects')
const partsOf = async (): Promise<Parts> => ({
  store: await openKeyFolder(folderOf()),
  tombstones: makeTombstones(kit.appDatabase, tombstoneFile(join(dataDir, 'erasures'), keyring.derive('erasures', Buffer.alloc(0)))),
})
const openOn = ({ store, tombstones }: Parts): SubjectKeys => makeSubjectKeys({ store, keyring, tombstones, clock })
const open = async (): Promise<SubjectKeys> => openOn(await partsOf())

async function* each(subjects: readonly string[]): AsyncIterable<string> {
  yield* subjects
}

test('what is sealed opens for its subject and purpose alone, also after a restart', async () => {
  const [mine, other] = [randomUUID(), randomUUID()]
  const keys = await open()
  await keys.create(mine)
  await keys.create(mine)
  await keys.create(other)
  const sealed = await keys.seal(mine, PLAIN, PURPOSE)
  assert.deepEqual(await (await open()).unseal(mine, sealed, PURPOSE), PLAIN)
  await assert.rejects(keys.unseal(other, sealed, PURPOSE), { code: 'SEAL_BROKEN' })
  await assert.rejects(keys.unseal(mine, sealed, 'another'), { code: 'SEAL_BROKEN' })
  await assert.rejects(keys.unseal(mine, keyring.seal(PLAIN, PURPOSE), PURPOSE), { code: 'SEAL_VERSION' })
  assert.deepEqual(await keys.fingerprint(mine, PLAIN, PURPOSE), await (await open()).fingerprint(mine, PLAIN, PURPOSE))
  assert.notDeepEqual(await keys.fingerprint(mine, PLAIN, PURPOSE), await keys.fingerprint(other, PLAIN, PURPOSE))
})

test('a key that is missing and was not destroyed is told loudly', async () => {
  const subject = randomUUID()
  const keys = await open()
  await assert.rejects(keys.seal(subject, PLAIN, PURPOSE), { code: 'SUBJECT_KEY_MISSING' })
  await keys.create(subject)
  const sealed = await keys.seal(subject, PLAIN, PURPOSE)
  rmSync(folderOf(), { recursive: true })
  await assert.rejects((await open()).unseal(subject, sealed, PURPOSE), { code: 'SUBJECT_KEY_MISSING' })
  await assert.rejects((await open()).fingerprint(subject, PLAIN, PURPOSE), { code: 'SUBJECT_KEY_MISSING' })
})

test('destroyed: nothing opens, nothing is sealed, no key is made again, and no byte of the key is left in the folder', async () => {
  const subject = randomUUID()
  const parts = await partsOf()
  const wrapped: Buffer[] = []
  const add = (tag: Buffer, bytes: Buffer): Promise<Buffer> => {
    wrapped.push(bytes)
    return parts.store.add(tag, bytes)
  }
  const spy = { ...parts.store, add }
  const keys = openOn({ ...parts, store: spy })
  await keys.create(subject)
  const sealed = await keys.seal(subject, PLAIN, PURPOSE)
  const everything = () => Buffer.concat(readdirSync(folderOf()).map((name) => readFileSync(join(folderOf(), name))))
  const [key = Buffer.alloc(0)] = wrapped
  assert.ok(everything().includes(key))
  assert.ok(readdirSync(folderOf()).every((name) => (statSync(join(folderOf(), name)).mode & 0o077) === 0))
  await keys.destroy(subject)
  assert.ok(!everything().includes(key.subarray(14, 46)))
  assert.equal(await keys.unseal(subject, sealed, PURPOSE), undefined)
  assert.equal(await keys.fingerprint(subject, PLAIN, PURPOSE), undefined)
  assert.ok(await keys.isDestroyed(subject))
  await assert.rejects(keys.seal(subject, PLAIN, PURPOSE), { code: 'SUBJECT_DESTROYED' })
  await assert.rejects(keys.create(subject), { code: 'SUBJECT_DESTROYED' })
  await keys.destroy(subject)
})

type Operation = { readonly what: 'create' | 'seal' | 'unseal' | 'destroy' | 'restart' | 'replay'; readonly whose: number }
const operation: fc.Arbitrary<Operation> = fc.record({
  what: fc.constantFrom('create', 'seal', 'unseal', 'unseal', 'destroy', 'restart', 'replay'),
  whose: fc.integer({ min: 0, max: 2 }),
})

test('in any order of operations, a subject reads what it sealed until it is destroyed, and never after', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 25 }), async (operations) => {
      const subjects = [randomUUID(), randomUUID(), randomUUID()]
      const sealed = new Map<string, Buffer>()
      const [made, gone] = [new Set<string>(), new Set<string>()]
      let keys = await open()
      for (const { what, whose } of operations) {
        const subject = subjects[whose] ?? ''
        if (what === 'restart') keys = await open()
        else if (what === 'replay') {
          assert.deepEqual(new Set(await keys.replayErasures(() => each(subjects))), gone)
        } else if (what === 'destroy') {
          await keys.destroy(subject)
          gone.add(subject)
        } else if (what === 'create') {
          await (gone.has(subject) ? assert.rejects(keys.create(subject), { code: 'SUBJECT_DESTROYED' }) : keys.create(subject))
          made.add(subject)
        } else if (what === 'seal' && made.has(subject) && !gone.has(subject)) {
          sealed.set(subject, await keys.seal(subject, PLAIN, PURPOSE))
        }
        for (const [owner, bytes] of sealed) {
          assert.deepEqual(await keys.unseal(owner, bytes, PURPOSE), gone.has(owner) ? undefined : PLAIN)
        }
      }
    }),
    { seed, numRuns: 25 },
  )
})

/** The steps of a destruction, each of which can be the one before which everything stops. */
const crashing = (parts: Parts, crashAt: number): Parts => {
  let step = 0
  const stepped =
    <A extends readonly unknown[], T>(work: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      step += 1
      if (step === crashAt) throw new Error('crashed')
      return await work(...given)
    }
  const file = tombstoneFile(join(dataDir, 'erasures'), keyring.derive('erasures', Buffer.alloc(0)))
  const database = { ...kit.appDatabase, query: stepped(kit.appDatabase.query) as typeof kit.appDatabase.query }
  const tombstones = makeTombstones(database, { all: file.all, append: stepped(file.append) })
  return { tombstones, store: { ...parts.store, remove: stepped(parts.store.remove) } }
}

test('a crash before any step of a destruction leaves the data readable, or destroyed once erasures were replayed; never both', async () => {
  const outcomes: string[] = []
  for (let crashAt = 1; crashAt <= 5; crashAt += 1) {
    const subject = randomUUID()
    const parts = await partsOf()
    await openOn(parts).create(subject)
    const sealed = await openOn(parts).seal(subject, PLAIN, PURPOSE)
    const crashed = openOn(crashing(parts, crashAt))
    const isDone = await crashed.destroy(subject).then(
      () => true,
      () => false,
    )
    // Whoever goes on in the same process keeps to what is remembered; who starts anew replays first.
    const restarted = await open()
    const again = await restarted.replayErasures(() => each([subject]))
    const opened = await restarted.unseal(subject, sealed, PURPOSE)
    const isRemembered = await restarted.isDestroyed(subject)
    assert.equal(opened === undefined, isRemembered)
    assert.deepEqual(again, isRemembered ? [subject] : [])
    if (isDone) assert.ok(isRemembered)
    outcomes.push(`${isDone ? 'done' : 'crashed'} ${isRemembered ? 'destroyed' : 'readable'}`)
    await restarted.destroy(subject)
    assert.equal(await restarted.unseal(subject, sealed, PURPOSE), undefined)
  }
  assert.deepEqual(outcomes, ['crashed readable', 'crashed readable', 'crashed destroyed', 'crashed destroyed', 'done destroyed'])
})

test('a destruction that failed half way is not readable in the process that goes on', async () => {
  for (const crashAt of [3, 4]) {
    const subject = randomUUID()
    const parts = await partsOf()
    const sealing = openOn(parts)
    await sealing.create(subject)
    const sealed = await sealing.seal(subject, PLAIN, PURPOSE)
    const keys = openOn(crashing(parts, crashAt))
    await assert.rejects(keys.destroy(subject), /crashed/)
    assert.equal(await keys.unseal(subject, sealed, PURPOSE), undefined)
    await keys.destroy(subject)
    assert.equal(await (await open()).unseal(subject, sealed, PURPOSE), undefined)
  }
})

for (const restored of ['keys', 'database', 'keys and database'] as const) {
  test(`an old copy of the ${restored} brings nobody back`, async () => {
    const [erased, kept] = [randomUUID(), randomUUID()]
    const keys = await open()
    await keys.create(erased)
    await keys.create(kept)
    const sealed = await Promise.all([erased, kept].map((subject) => keys.seal(subject, PLAIN, PURPOSE)))
    cpSync(folderOf(), join(dataDir, 'backup'), { recursive: true })
    await keys.destroy(erased)
    if (restored.includes('keys')) cpSync(join(dataDir, 'backup'), folderOf(), { recursive: true })
    if (restored.includes('database')) await forgetErasures()

    const restarted = await open()
    assert.deepEqual(await restarted.replayErasures(() => each([erased, kept])), [erased])
    assert.equal(await restarted.unseal(erased, sealed[0] ?? PLAIN, PURPOSE), undefined)
    assert.deepEqual(await restarted.unseal(kept, sealed[1] ?? PLAIN, PURPOSE), PLAIN)
    // Both places remember again, and the key itself is gone.
    rmSync(join(dataDir, 'erasures'))
    assert.deepEqual(await (await open()).replayErasures(() => each([erased, kept])), [erased])
    await forgetErasures()
    rmSync(join(dataDir, 'erasures'))
    await assert.rejects((await open()).unseal(erased, sealed[0] ?? PLAIN, PURPOSE), { code: 'SUBJECT_KEY_MISSING' })
  })
}

test('a file of erasures: a torn end counts for nothing, a changed record is told', async () => {
  const path = join(dataDir, 'erasures')
  const file = tombstoneFile(path, Buffer.alloc(32, 1))
  const record = () => ({ tag: randomBytes(32), destroyedAt: 1_700_000_000_000 })
  const written = [record(), record(), record()]
  await file.append(written.slice(0, 2))
  await file.append(written.slice(2))
  assert.deepEqual(await file.all(), written)
  const bytes = readFileSync(path)
  for (const length of [64 * 2, 64 * 2 + 1, 64 * 3 - 1]) {
    writeFileSync(path, bytes.subarray(0, length))
    assert.deepEqual(await file.all(), written.slice(0, 2))
  }
  writeFileSync(path, Buffer.concat([bytes.subarray(0, 128), Buffer.alloc(64)]))
  const later = record()
  await file.append([later])
  assert.deepEqual(await file.all(), [...written.slice(0, 2), later])
  const changed = Buffer.from(bytes)
  changed.writeUInt8(changed.readUInt8(70) ^ 1, 70)
  writeFileSync(path, changed)
  await assert.rejects(file.all(), /TOMBSTONES_BROKEN/)
})

test('many keys share few files, and slots of destroyed ones are used again', async () => {
  const store = await openKeyFolder(folderOf())
  const tags = Array.from({ length: 40 }, () => Buffer.concat([Buffer.from([7, 16]), randomBytes(30)]))
  await Promise.all(tags.map((tag) => store.add(tag, tag.subarray(0, 20))))
  const path = join(folderOf(), '071.keys')
  assert.equal(statSync(path).size, 40 * 128)
  for (const tag of tags) assert.deepEqual(await store.read(tag), tag.subarray(0, 20))
  await store.remove(tags.slice(0, 10))
  for (const tag of tags.slice(0, 10)) assert.equal(await store.read(tag), undefined)
  await Promise.all(tags.slice(0, 10).map((tag) => store.add(tag, Buffer.from('new'))))
  assert.equal(statSync(path).size, 40 * 128)
  assert.deepEqual(await store.add(tags[0] ?? PLAIN, Buffer.from('newer')), Buffer.from('new'))
  // A torn last slot is written over.
  writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(50, 1)]))
  await store.add(Buffer.concat([Buffer.from([7, 16]), Buffer.alloc(30, 9)]), PLAIN)
  assert.equal(statSync(path).size, 41 * 128)
})
