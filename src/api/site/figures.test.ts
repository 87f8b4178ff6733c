// Guards: figures on the site are true to the last digit: no rounding up of an uptime, no float in a price, and sums that a bill would have.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { completePrice } from '../../catalog/index.ts'
import { formatUsd, parseUsd } from '../../lib/index.ts'
import { NO_USAGE, priceOf } from '../../spec/index.ts'
import { chargedOf, deltaOf, percentOf, productOf, shortCount } from './figures.ts'

test('100 % is all of it: a single minute missed shows', () => {
  assert.equal(percentOf(90 * 1440, 90 * 1440), '100\u202F%')
  assert.equal(percentOf(90 * 1440 - 1, 90 * 1440), '99.99\u202F%')
  assert.equal(percentOf(0, 5), '0\u202F%')
  assert.equal(percentOf(1, 3), '33.33\u202F%')
  assert.equal(percentOf(994, 1000), '99.4\u202F%')
})

test('a sample receipt charges what the books would charge', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 12n }).map(formatUsd)
  const count = fc.integer({ min: 0, max: 10_000_000 })
  fc.assert(
    fc.property(amount, amount, count, count, (input, output, inputs, outputs) => {
      const price = completePrice({ input, output }, false)
      const charged = priceOf(price, { ...NO_USAGE, input: inputs, output: outputs })
      assert.equal(
        chargedOf([
          { count: inputs, rate: input },
          { count: outputs, rate: output },
        ]),
        formatUsd(charged),
      )
    }),
  )
  assert.equal(productOf(1_204, '1.00'), '0.001204')
  assert.equal(productOf(381, '0.000000001'), '0.000000000000381')
})

test('a price is told from another by whole per cent towards it, never beyond', () => {
  assert.equal(deltaOf('2.70', '3.00'), -10n)
  assert.equal(deltaOf('3.00', '3.00'), 0n)
  assert.equal(deltaOf('2.999', '3.00'), 0n)
  assert.equal(deltaOf('3.30', '3.00'), 10n)
  assert.equal(deltaOf('1.00', '0.00'), undefined)
  assert.ok((parseUsd('0.000000001') ?? 0n) > 0n)
})

test('contexts are spoken of shortly only where that is exact', () => {
  assert.deepEqual([200_000, 1_050_000, 1_000_000, 131_072, 1_047_576, 999].map(shortCount), [
    '200K',
    '1.05M',
    '1M',
    '131\u202F072',
    '1\u202F047\u202F576',
    '999',
  ])
})
