// Guarantee: the effect of a margin is exact to the nano-dollar, each rate rounded up, and its multiplier is the one that the server takes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectOf, multiplierOf } from './margin.ts'

test('a margin on a call', () => {
  const tokens = { input: 2000, output: 500 }
  assert.deepEqual(effectOf({ input: '3.00', output: '15.00' }, 20, tokens), { cost: '0.0135', price: '0.0162', kept: '0.0027' })
  assert.deepEqual(effectOf({ input: '0.075', output: '0.30' }, 0, tokens), { cost: '0.0003', price: '0.0003', kept: '0.00' })
  assert.deepEqual(effectOf({ input: '0.000000001', output: '0.00' }, 1, { input: 1_000_000, output: 0 }).price, '0.000000002')
})

test('a multiplier is a decimal text', () => {
  assert.deepEqual([0, 5, 20, 100, 250].map(multiplierOf), ['1.00', '1.05', '1.20', '2.00', '3.50'])
})
