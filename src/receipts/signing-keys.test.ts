// Guarantee: a key is known before it signs and stays known after; its private half is in one file for its owner and never in the database.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { listPublicKeys, openSigner, readPublicKeys } from './index.ts'
import { isSignedBy, readJws, signClaims, writeJws } from './jws.ts'
import { thumbprintOf } from './signing-keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-keys-'))
const START = Date.parse('2026-11-21T12:00:00Z')
const [HOUR, DAY] = [3_600_000, 86_400_000]
let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(async () => {
  await kit.drop()
  rmSync(folder, { recursive: true })
})

const open = (now: number) => openSigner(kit.ledgerDatabase, folder, now)
const published = async (now: number): Promise<readonly string[]> => (await listPublicKeys(kit.appDatabase, now)).map(({ kid }) => kid)

test('the thumbprint is that of RFC 8037', () => {
  assert.equal(thumbprintOf('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})

test('the first key signs at once, is made once, and lies in a file for its owner', async () => {
  const { kid } = (await open(START)).keyAt(START)
  assert.equal((await open(START + DAY)).keyAt(START + DAY).kid, kid)
  assert.deepEqual(await published(START), [kid])
  assert.deepEqual(readdirSync(folder), [`receipts-${kid}.key`])
  assert.equal(statSync(join(folder, `receipts-${kid}.key`)).mode & 0o777, 0o600)
  const [row] = await kit.ownerDatabase.query<{ text: string }>(sql`select to_jsonb(signing_key)::text as text from signing_key`)
  const secret = readFileSync(join(folder, `receipts-${kid}.key`)).subarray(-32)
  for (const encoding of ['hex', 'base64', 'base64url'] as const) assert.ok(!row?.text.includes(secret.toString(encoding)))
})

test('the next key is published an hour before it signs; the last one stays published 400 days after', async () => {
  const signer = await open(START)
  const old = signer.keyAt(START).kid
  await signer.rotate(START)
  const both = await published(START)
  assert.equal(both.length, 2)
  assert.equal(signer.keyAt(START + HOUR - 1).kid, old)
  await signer.maintain(START + HOUR - 1)
  assert.equal(readdirSync(folder).length, 2)
  const next = signer.keyAt(START + HOUR).kid
  assert.notEqual(next, old)
  await signer.maintain(START + HOUR)
  assert.deepEqual(readdirSync(folder), [`receipts-${next}.key`])
  assert.deepEqual(await published(START + 399 * DAY), both)
  assert.deepEqual(await published(START + 401 * DAY), [next])
  assert.equal((await open(START + 2 * HOUR)).keyAt(START + 2 * HOUR).kid, next)
})

test('a signature of the key before verifies while both are published', async () => {
  const signer = await open(START)
  const claims = { batch: 1, count: 1, day: '2026-11-21', node: 'n', root: '00' }
  const key = signer.keyAt(START + 2 * HOUR)
  const text = writeJws(key.kid, claims, signClaims(key, claims))
  await signer.rotate(START + 2 * HOUR)
  await signer.maintain(START + 4 * HOUR)
  const keys = readPublicKeys(JSON.stringify({ keys: await listPublicKeys(kit.appDatabase, START + 4 * HOUR) }))
  const jws = readJws(text)
  const publicKey = keys?.get(key.kid)
  assert.ok(jws && publicKey)
  assert.ok(isSignedBy(jws, publicKey))
  assert.notEqual(signer.keyAt(START + 4 * HOUR).kid, key.kid)
})

test('a key is followed after ninety days without anybody asking', async () => {
  const signer = await open(START + 4 * HOUR)
  const { kid } = signer.keyAt(START + 4 * HOUR)
  await signer.maintain(START + 80 * DAY)
  assert.equal(signer.keyAt(START + 81 * DAY).kid, kid)
  await signer.maintain(START + 92 * DAY)
  assert.equal(signer.keyAt(START + 92 * DAY).kid, kid)
  assert.notEqual(signer.keyAt(START + 92 * DAY + HOUR).kid, kid)
})

test('a key that the database lost is told to it again', async () => {
  const signer = await open(START + 93 * DAY)
  await signer.maintain(START + 93 * DAY)
  const { kid } = signer.keyAt(START + 93 * DAY)
  await kit.ownerDatabase.query(sql`delete from signing_key`)
  assert.equal((await open(START + 93 * DAY)).keyAt(START + 93 * DAY).kid, kid)
  assert.deepEqual(await published(START + 93 * DAY), [kid])
})

test('other spellings of the same signed text, and other algorithms, are not read', () => {
  const text = `${Buffer.from('{"alg":"EdDSA","kid":"k"}').toString('base64url')}.e30.${Buffer.alloc(64).toString('base64url')}`
  assert.ok(readJws(text))
  const header = (json: string) => text.replace(/^[^.]+/, Buffer.from(json).toString('base64url'))
  const wrong = [
    `${text}=`,
    `${text}.`,
    text.replace(/A$/, 'B'),
    `${text} `,
    header('{"alg":"none","kid":"k"}'),
    header('{"kid":"k","alg":"EdDSA"}'),
  ]
  for (const other of [...wrong, '', '..', 'a.b.c', text.slice(0, -1)]) assert.equal(readJws(other), undefined, other)
})
