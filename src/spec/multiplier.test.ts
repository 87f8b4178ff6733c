// Guarantee: a multiplier is read and written exactly, and nothing that is none is taken for one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatMultiplier, MULTIPLIER_MAX, parseMultiplier } from './index.ts'

test('every multiplier is written so that it is read as itself', () => {
  for (const [text, millionths] of [
    ['1', 1_000_000],
    ['0.9', 900_000],
    ['0.000001', 1],
    ['1000', MULTIPLIER_MAX],
    ['12.345', 12_345_000],
  ] as const) {
    assert.equal(parseMultiplier(text), millionths)
    assert.equal(formatMultiplier(millionths), text)
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MULTIPLIER_MAX }), (millionths) => {
      assert.equal(parseMultiplier(formatMultiplier(millionths)), millionths)
    }),
  )
})

test('what is no multiplier is refused', () => {
  const none = [
    '',
    '0',
    '0.0',
    '-1',
    '+1',
    '1.',
    '.5',
    '1e3',
    '0.0000001',
    '1000.000001',
    '1001',
    '10000',
    'x',
    ' 1',
    '1 ',
    '1,5',
    '１',
    'NaN',
    'Infinity',
  ]
  for (const text of none) assert.equal(parseMultiplier(text), undefined, JSON.stringify(text))
})
