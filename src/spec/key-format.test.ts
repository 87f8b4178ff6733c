// Guards: a key that was mistyped is refused without a look-up, and no key that was minted ever is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashKey, isWellFormedKey, KEY_PREFIX, mintSecret } from './key-format.ts'

const random = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

test('every minted key is well formed, has 53 characters and tells its bytes apart', () => {
  fc.assert(
    fc.property(random, random, (one, other) => {
      const key = mintSecret(one)
      assert.ok(isWellFormedKey(key))
      assert.equal(key.length, 53)
      assert.ok(key.startsWith(KEY_PREFIX))
      assert.equal(key === mintSecret(other), one.equals(other))
    }),
  )
})

test('the format is what it was when the first keys were given out', () => {
  assert.equal(mintSecret(Buffer.alloc(32)), 'fbx_00000000000000000000000000000000000000000002WQlVx')
  assert.equal(mintSecret(Buffer.alloc(32, 0xff)), 'fbx_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp10cvfM9')
  assert.equal(hashKey('fbx_').toString('hex'), '39495620270e3d9cf5d7d121c1f11b33d887f7a38acd9f221cf4a0455ca04d3f')
})

test('every typo of one character is refused: all places, all letters', () => {
  const key = mintSecret(Buffer.from(Array.from({ length: 32 }, (_, index) => (index * 37) % 256)))
  let tried = 0
  for (let place = 0; place < key.length; place += 1) {
    for (const letter of `${ALPHABET}_- é\n`) {
      if (letter === key.charAt(place)) continue
      tried += 1
      assert.equal(isWellFormedKey(key.slice(0, place) + letter + key.slice(place + 1)), false)
    }
  }
  assert.ok(tried > 3400)
})

test('typos of one character, swaps of neighbours, and cut or lengthened keys are refused, for any key', () => {
  fc.assert(
    fc.property(random, fc.nat(52), fc.nat(61), (bytes, place, letter) => {
      const key = mintSecret(bytes)
      const typo = key.slice(0, place) + ALPHABET.charAt(letter) + key.slice(place + 1)
      assert.equal(isWellFormedKey(typo), typo === key)
      const swapped =
        key.slice(0, place) +
        key
          .slice(place, place + 2)
          .split('')
          .reverse()
          .join('') +
        key.slice(place + 2)
      assert.equal(isWellFormedKey(swapped), swapped === key)
      assert.equal(isWellFormedKey(key.slice(0, place)), false)
      assert.equal(isWellFormedKey(key + ALPHABET.charAt(letter)), false)
    }),
    { numRuns: 2000 },
  )
})

test('what is not a key is refused, however long it is, in linear time', () => {
  for (const text of ['', 'fbx_', 'fbx_not_a_key', 'sk-abc', `fbx_${'0'.repeat(49)}`, `fbx_${'A'.repeat(1_000_000)}`, '\0'.repeat(53)])
    assert.equal(isWellFormedKey(text), false)
  fc.assert(fc.property(fc.string({ maxLength: 80 }), (text) => !isWellFormedKey(text)))
})
