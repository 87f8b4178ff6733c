// Guarantee: argon2 is what others compute by the same parameters, a hash is told whole in its text, and nothing that would take too much is begun.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashArgon2id, parseArgon2, verifyArgon2 } from './argon2.ts'

const CHEAP = { memory: 64, passes: 1, parallelism: 1 }

// Source: README of github.com/P-H-C/phc-winner-argon2 (2026-11-26).
const REFERENCE = '$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG'

test('the hash of the reference implementation is right for its password and no other', async () => {
  assert.equal(await verifyArgon2('password', REFERENCE), true)
  assert.equal(await verifyArgon2('passwore', REFERENCE), false)
})

test('a new hash has the cost that is promised, a salt of its own, and is right for its password alone', async () => {
  const [one, other] = [await hashArgon2id('correct horse', randomBytes), await hashArgon2id('correct horse', randomBytes)]
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(one, other)
  assert.deepEqual([await verifyArgon2('correct horse', one), await verifyArgon2('correct horsf', one)], [true, false])
})

test('any password is right for its own hash and wrong for that of another', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ maxLength: 60 }), async (password, other) => {
      const hash = await hashArgon2id(password, randomBytes, CHEAP)
      assert.equal(await verifyArgon2(password, hash), true)
      assert.equal(await verifyArgon2(other, hash), Buffer.from(other).equals(Buffer.from(password)))
    }),
    { numRuns: 100 },
  )
})

test('what is no hash, or takes more than a sign-in is worth, is wrong at once', async () => {
  const tooMuch = [
    'm=99999999,t=2,p=4',
    'm=262145,t=2,p=1',
    'm=65536,t=11,p=1',
    'm=65536,t=2,p=9',
    'm=7,t=1,p=1',
    'm=64,t=0,p=1',
    'm=64,t=1,p=0',
  ]
  for (const cost of tooMuch) assert.equal(parseArgon2(REFERENCE.replace('m=65536,t=2,p=4', cost)), undefined, cost)
  for (const text of ['', '$argon2id$', REFERENCE.replace('v=19', 'v=16'), `${REFERENCE}=`, REFERENCE.replace('argon2i', 'argon3')])
    assert.equal(await verifyArgon2('password', text), false, text)
})
