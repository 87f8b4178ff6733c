// Guarantee: a multiplier is written in one way only, exactly, and read back as it was; nothing else is read as one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatMultiplier, parseMultiplier } from './multiplier.ts'
import { MULTIPLIER_MAX } from './price.ts'

test('every multiplier comes back from its text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MULTIPLIER_MAX }), (millionths) => {
      const text = formatMultiplier(millionths)
      assert.equal(parseMultiplier(text), millionths, text)
      // The same figure in no other spelling.
      assert.equal(parseMultiplier(`${text}${text.includes('.') ? '' : '.'}0`), undefined)
      assert.equal(parseMultiplier(`0${text}`), undefined)
    }),
  )
})

test('known ones', () => {
  assert.deepEqual([1_000_000, 1_250_000, 900_000, 1, MULTIPLIER_MAX].map(formatMultiplier), ['1', '1.25', '0.9', '0.000001', '1000'])
  for (const wrong of ['', '0', '0.0', '-1', '1.', '.5', '1e3', '1000.000001', '1001', '0.0000001', ' 1', '1,5', 'NaN'])
    assert.equal(parseMultiplier(wrong), undefined, wrong)
})
