// Guarantee: an amount is written exactly, with two decimals at least and none that says nothing, and reads as the amount that it was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatUsd, formatUsdExactly, NANO_USD_MAX, parseUsd } from './money.ts'

/** Amounts of all sizes, many of them with zeros at their end. */
const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: NANO_USD_MAX }), fc.integer({ min: 0, max: 19 }), fc.integer({ min: 0, max: 19 }))
  .map(([nano, cut, zeros]) => ((nano / 10n ** BigInt(cut)) * 10n ** BigInt(zeros)) % (NANO_USD_MAX + 1n))

test('what is written reads as the same amount', () => {
  fc.assert(
    fc.property(amount, (nano) => {
      assert.match(formatUsd(nano), /^(?:0|[1-9]\d*)\.\d{2}(?:\d{0,6}[1-9])?$/)
      assert.equal(parseUsd(formatUsd(nano)), nano)
    }),
    { verbose: 1, numRuns: 2_000 },
  )
})

test('finer units and debts are written like it', () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 9, max: 24 }), (fine, decimals) => {
      const [whole = '', fraction = ''] = formatUsdExactly(fine, decimals).split('.')
      assert.equal(BigInt(whole + fraction.padEnd(decimals, '0')), fine)
      assert.match(fraction, /^\d\d(?:\d*[1-9])?$/)
      if (fine > 0n) assert.equal(formatUsdExactly(-fine, decimals), `-${whole}.${fraction}`)
    }),
    { verbose: 1, numRuns: 2_000 },
  )
})
