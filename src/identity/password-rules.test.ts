// Guarantee: a password is taken by its length and by not being one that is tried first, and by nothing else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { COMMONEST_PASSWORDS } from './commonest-passwords.ts'
import { isGoodPassword } from './password-rules.ts'

test('twelve characters of any kind are enough, up to 1024 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 12, maxLength: 100 }), (text) => {
      assert.equal(isGoodPassword(text), Buffer.byteLength(text) <= 1024)
    }),
  )
  assert.deepEqual(
    [isGoodPassword('a'.repeat(1024)), isGoodPassword('a'.repeat(1025)), isGoodPassword('é'.repeat(513))],
    [true, false, false],
  )
})

test('fewer than eight are none, and the commonest are none in any letters', () => {
  for (const text of ['', 'Xy7#kQ2', '💧💧💧💧💧💧💧', 'password', 'PassWord1', 'QWERTYUIOP', '12345678910', 'abcdefgh\ud800'])
    assert.equal(isGoodPassword(text), false, text)
  for (const text of ['Xy7#kQ2!', '💧💧💧💧💧💧💧💧', 'horse-rib']) assert.equal(isGoodPassword(text), true, text)
  for (const one of COMMONEST_PASSWORDS) assert.equal(isGoodPassword(one), one.length >= 12, one)
})

test('nobody has their own e-mail for a password', () => {
  for (const text of ['somebody@mail.example', 'SomeBody@mail.example', 'somebody'])
    assert.equal(isGoodPassword(text, 'Somebody@mail.example'), false)
  assert.equal(isGoodPassword('somebody-else', 'somebody@mail.example'), true)
})
