// Guarantee: what is sealed opens only whole, only for its purpose, only with its key; and the key file is made once, for its owner alone.
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { SealError } from './envelope.ts'
import { keyringOf, openKeyring } from './seal.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-seal-'))
after(() => rmSync(folder, { recursive: true }))

const ring = keyringOf(new Map([[1, Buffer.alloc(32, 7)]]))
const codeOf = (work: () => unknown) => {
  try {
    work()
  } catch (thrown) {
    return thrown instanceof SealError ? thrown.code : 'another error'
  }
  return 'none'
}

test('any bytes come back whole, and twice sealed is twice different', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, purpose) => {
      const plain = Buffer.from(bytes)
      const sealed = ring.seal(plain, purpose)
      assert.deepEqual(ring.unseal(sealed, purpose), plain)
      assert.notDeepEqual(ring.seal(plain, purpose), sealed)
    }),
    { numRuns: 200 },
  )
})

test('any changed bit, cut or other purpose is refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(), fc.integer({ min: 0, max: 7 }), (bytes, at, bit) => {
      const sealed = ring.seal(Buffer.from(bytes), 'a')
      const changed = Buffer.from(sealed)
      const index = at % changed.length
      changed[index] = (changed[index] ?? 0) ^ (1 << bit)
      assert.match(
        codeOf(() => ring.unseal(changed, 'a')),
        /^SEAL_/,
      )
      assert.match(
        codeOf(() => ring.unseal(sealed.subarray(0, index), 'a')),
        /^SEAL_/,
      )
      assert.equal(
        codeOf(() => ring.unseal(sealed, 'b')),
        'SEAL_BROKEN',
      )
    }),
    { numRuns: 300 },
  )
})

test('after rotation the old still opens, look-ups stay, the new key seals', () => {
  const both = keyringOf(
    new Map([
      [1, Buffer.alloc(32, 7)],
      [2, Buffer.alloc(32, 9)],
    ]),
  )
  assert.deepEqual(both.unseal(ring.seal(Buffer.from('x'), 'p'), 'p'), Buffer.from('x'))
  assert.equal(both.seal(Buffer.from('x'), 'p')[1], 2)
  assert.equal(
    codeOf(() => ring.unseal(both.seal(Buffer.from('x'), 'p'), 'p')),
    'SEAL_KEY_UNKNOWN',
  )
  assert.deepEqual(both.lookup('a@b', 'email'), ring.lookup('a@b', 'email'))
  assert.notDeepEqual(ring.lookup('a@b', 'email'), ring.lookup('a@b', 'phone'))
  assert.notDeepEqual(ring.derive('email', Buffer.from('a@b')), ring.lookup('a@b', 'email'))
})

test('the key file is made once, readable by its owner alone, and refused when open to others or of another size', () => {
  const sealed = openKeyring(folder).seal(Buffer.from('secret'), 'p')
  const path = join(folder, 'keys', 'master-1.key')
  const before = readFileSync(path)
  assert.deepEqual(openKeyring(folder).unseal(sealed, 'p'), Buffer.from('secret'))
  assert.deepEqual(readFileSync(path), before)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(statSync(join(folder, 'keys')).mode & 0o777, 0o700)
  assert.deepEqual(readdirSync(join(folder, 'keys')), ['master-1.key'])
  chmodSync(path, 0o644)
  assert.equal(
    codeOf(() => openKeyring(folder)),
    'SEAL_KEY_FILE',
  )
  chmodSync(path, 0o600)
  writeFileSync(path, 'short')
  assert.equal(
    codeOf(() => openKeyring(folder)),
    'SEAL_KEY_FILE',
  )
})
