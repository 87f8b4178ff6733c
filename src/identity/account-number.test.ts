// Guarantee: an account number is one in any spelling of people, none with a wrong digit, and never the number of a payment card.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { holdsCardNumber } from '../lib/index.ts'
import { formatAccountNumber, makeAccountNumber, parseAccountNumber } from './account-number.ts'

const number = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => {
  const drawn = [Buffer.from(bytes)]
  // Chance of its own where the first draw is a card's.
  return makeAccountNumber((size) => drawn.pop() ?? randomBytes(size))
})

test('a number is read as people write it', () => {
  fc.assert(
    fc.property(number, (made) => {
      assert.match(made, /^[1-9]\d{15}$/)
      assert.equal(formatAccountNumber(made).length, 19)
      for (const written of [made, formatAccountNumber(made), ` ${formatAccountNumber(made).replaceAll(' ', '-')} `])
        assert.equal(parseAccountNumber(written), made)
      assert.equal(holdsCardNumber(made), false)
    }),
    { numRuns: 2000 },
  )
})

test('no wrong digit is taken, anywhere', () => {
  fc.assert(
    fc.property(number, fc.nat(15), fc.integer({ min: 1, max: 9 }), (made, place, off) => {
      const wrong = made.slice(0, place) + ((Number(made[place]) + off) % 10) + made.slice(place + 1)
      assert.equal(parseAccountNumber(wrong), undefined)
    }),
    { numRuns: 2000 },
  )
})

test('other things are no numbers', () => {
  for (const text of [
    '',
    '1',
    '4242424242424242',
    '0000000000000000',
    'a'.repeat(16),
    '１２３４５６７８９０１２３４５６',
    '12345678901234567',
  ])
    assert.equal(parseAccountNumber(text), undefined, text)
})

test('two numbers are not the same', () => {
  assert.equal(new Set(Array.from({ length: 1000 }, () => makeAccountNumber(randomBytes))).size, 1000)
})
