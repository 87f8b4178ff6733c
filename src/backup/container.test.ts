// Guarantee: a container gives back exactly what went in, to whom has its secret and to nobody else; cut off, changed, shuffled or grown in any
// way it gives out nothing but a true beginning and says what is wrong.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../failures.ts'
import { type Frame, readFrames, writeFrame } from './frames.ts'
import { readContainer } from './read-container.ts'
import type { BackupSecret } from './secret.ts'
import { writeContainer } from './write-container.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-container-'))
after(() => rmSync(folder, { recursive: true }))

const pair = generateKeyPairSync('x25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const RECIPIENT: BackupSecret = { recipient: pair.publicKey }
const IDENTITY: BackupSecret = { identity: pair.privateKey }
const PASSPHRASE: BackupSecret = { passphrase: 'correct horse battery' }
let made = 0

async function withNew<T>(work: (file: FileHandle) => Promise<T>): Promise<T> {
  made += 1
  const file = await open(join(folder, String(made)), 'wx+')
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

async function sealed(pieces: readonly Buffer[], secret = RECIPIENT): Promise<Buffer> {
  return await withNew(async (file) => {
    const container = await writeContainer(file, { kind: 'database', secret, madeAt: 0 })
    for (const piece of pieces) await container.write(piece)
    await container.finish()
    return await readWhole(file)
  })
}

async function readWhole(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat()
  const bytes = Buffer.alloc(size)
  await file.read(bytes, 0, size, 0)
  return bytes
}

/** What reading gives: the plain bytes that came out before it ended, and how it did. */
async function opened(bytes: Buffer, secret = IDENTITY): Promise<{ readonly plain: Buffer; readonly end: string }> {
  return await withNew(async (file) => {
    await file.writeFile(bytes)
    const out: Buffer[] = []
    try {
      for await (const piece of (await readContainer(file, { kind: 'database', secret })).plain()) out.push(piece)
      return { plain: Buffer.concat(out), end: 'whole' }
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown
      return { plain: Buffer.concat(out), end: thrown.failure.code }
    }
  })
}

/** Lengths around those of pieces. */
const plain = fc
  .oneof(fc.nat(300), fc.constantFrom(0, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073))
  .map((length) => Buffer.from(Array.from({ length }, (_, index) => (index * 31) % 251)))

test('what went in comes out, in whatever pieces it was written', async () => {
  await fc.assert(
    fc.asyncProperty(plain, fc.array(fc.nat(70_000), { maxLength: 4 }), async (bytes, cuts) => {
      const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length]
      const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      const { plain: out, end } = await opened(await sealed(pieces))
      assert.equal(end, 'whole')
      assert.ok(out.equals(bytes))
    }),
    { numRuns: 60, verbose: 1 },
  )
})

test('cut off or changed anywhere it is refused, and what came out before is a true beginning', async () => {
  await fc.assert(
    fc.asyncProperty(
      plain,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom('cut', 'flip', 'grow'),
      async (bytes, where, how) => {
        const whole = await sealed([bytes])
        const at = Math.min(whole.length - 1, Math.floor(where * whole.length))
        const { plain: out, end } = await opened(spoil(whole, at, how))
        assert.match(end, /^backup_(foreign|newer|kind|truncated|altered|secret_wrong)$/)
        assert.ok(bytes.subarray(0, out.length).equals(out))
        if (how === 'cut' && at > 400) assert.equal(end, 'backup_truncated')
      },
    ),
    { numRuns: 200, verbose: 1 },
  )
})

function spoil(whole: Buffer, at: number, how: string): Buffer {
  if (how === 'cut') return whole.subarray(0, at)
  if (how === 'grow') return Buffer.concat([whole.subarray(0, at), Buffer.from([0]), whole.subarray(at)])
  const other = Buffer.from(whole)
  other.writeUInt8(other.readUInt8(at) ^ 1, at)
  return other
}

test('pieces that change places, and an end taken from before, are noticed', async () => {
  const whole = await sealed([Buffer.alloc(65_536 * 3, 7)])
  const start = whole.length - 12 - 3 * 65_552
  const piece = (index: number) => whole.subarray(start + index * 65_552, start + (index + 1) * 65_552)
  const end = whole.subarray(-12)
  const head = whole.subarray(0, start)
  assert.equal((await opened(Buffer.concat([head, piece(1), piece(0), piece(2), end]))).end, 'backup_altered')
  assert.equal((await opened(Buffer.concat([head, piece(0), piece(1), end]))).end, 'backup_altered')
  assert.equal((await opened(Buffer.concat([head, piece(0), piece(2), end]))).end, 'backup_altered')
  assert.equal((await opened(Buffer.concat([head, piece(0), piece(1), piece(2), end]))).end, 'whole')
})

test('only the secret that closed it opens it', async () => {
  const other = generateKeyPairSync('x25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const forOwner = await sealed([Buffer.from('rows')])
  const byWord = await sealed([Buffer.from('rows')], PASSPHRASE)
  assert.deepEqual(await opened(byWord, PASSPHRASE), { plain: Buffer.from('rows'), end: 'whole' })
  for (const secret of [{ passphrase: 'correct horse bettery' }, IDENTITY])
    assert.deepEqual(await opened(byWord, secret), { plain: Buffer.alloc(0), end: 'backup_secret_wrong' })
  for (const secret of [{ identity: other.privateKey }, PASSPHRASE, RECIPIENT])
    assert.deepEqual(await opened(forOwner, secret), { plain: Buffer.alloc(0), end: 'backup_secret_wrong' })
  assert.equal((await opened(forOwner, { identity: 'no key' })).end, 'backup_secret_invalid')
  await assert.rejects(sealed([], { passphrase: 'too short' }), (thrown) => codeOf(thrown) === 'backup_secret_weak')
})

const codeOf = (thrown: unknown): string => (thrown instanceof FailureError ? thrown.failure.code : String(thrown))

test('a container of a later version and one of the other kind are named', async () => {
  const whole = await sealed([Buffer.from('rows')])
  const later = Buffer.from(whole.toString('latin1').replace('"version":1', '"version":2'), 'latin1')
  assert.equal((await opened(later)).end, 'backup_newer')
  const keys = await withNew(async (file) => {
    await (await writeContainer(file, { kind: 'keys', secret: RECIPIENT, madeAt: 0 })).finish()
    return await readWhole(file)
  })
  assert.equal((await opened(keys)).end, 'backup_kind')
  assert.equal((await opened(Buffer.from('PGDMP'))).end, 'backup_foreign')
})

test('frames come out as they went in', async () => {
  const frame: fc.Arbitrary<Frame> = fc.oneof(
    fc.record({ told: fc.jsonValue() }),
    fc.record({ bytes: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 20 }), fc.integer({ min: 1, max: 50 }), async (frames, step) => {
      const written: Buffer[] = []
      for (const one of frames) await writeFrame({ write: async (bytes) => void written.push(bytes), finish: async () => undefined }, one)
      const bytes = Buffer.concat(written)
      const pieces = async function* () {
        for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
      }
      const read: Frame[] = []
      for await (const one of readFrames(pieces())) read.push(one)
      assert.deepEqual(read, JSON.parse(JSON.stringify(frames), revive))
    }),
    { numRuns: 200, verbose: 1 },
  )
})

/** JSON has one zero; buffers come back as they were. */
const revive = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value
    ? Buffer.from(value.data as number[])
    : value
