// Guarantee: a price is exact to the nano-USD, rounded up once for the whole call, never negative, and never above the worst price of its bounds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { priceOf, type Rates, worstPriceOf } from './price.ts'
import { NO_USAGE, type Usage } from './usage.ts'

const rate = fc.oneof(fc.bigInt({ min: 0n, max: 100_000_000_000n }), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.constant(0n))
const rates: fc.Arbitrary<Rates> = fc.record({ input: rate, output: rate, cacheRead: rate, cacheWrite5m: rate, cacheWrite1h: rate })
const tokens = fc.oneof(fc.nat({ max: 2_000_000 }), fc.nat({ max: 2 ** 31 - 1 }), fc.constant(0))
const usage: fc.Arbitrary<Usage> = fc.record({
  ...{ input: tokens, cacheRead: tokens, cacheWrite5m: tokens, cacheWrite1h: tokens, output: tokens, reasoning: tokens },
})

/** A fraction in lowest terms, added class by class: nothing in common with the way priceOf computes. */
type Fraction = { readonly over: bigint; readonly under: bigint }
const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b))
const reduced = ({ over, under }: Fraction): Fraction => ({ over: over / divisor(over, under), under: under / divisor(over, under) })
const plus = (a: Fraction, b: Fraction): Fraction => reduced({ over: a.over * b.under + b.over * a.under, under: a.under * b.under })
const perMillion = (amount: bigint, count: number): Fraction => reduced({ over: amount * BigInt(count), under: 1_000_000n })

test('a price is the smallest whole number of nano-USD that is not below the exact sum', () => {
  fc.assert(
    fc.property(rates, usage, (price, used) => {
      const classes = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const
      const exact = classes.map((name) => perMillion(price[name], used[name])).reduce(plus, { over: 0n, under: 1n })
      const priced = priceOf(price, used)
      assert.ok(priced * exact.under >= exact.over, 'below the exact sum')
      assert.ok((priced - 1n) * exact.under < exact.over || exact.over === 0n, 'a whole nano-USD too much')
      if (exact.over === 0n) assert.equal(priced, 0n)
    }),
    { numRuns: 3000 },
  )
})

test('parts that are rounded one by one would cost more; the call is rounded once', () => {
  const third: Rates = { input: 333_333n, output: 333_333n, cacheRead: 333_333n, cacheWrite5m: 0n, cacheWrite1h: 0n }
  assert.equal(priceOf(third, { ...NO_USAGE, input: 1, cacheRead: 1, output: 1 }), 1n)
  assert.equal(priceOf(third, { ...NO_USAGE, input: 1, cacheRead: 1, output: 2 }), 2n)
  assert.equal(priceOf(third, NO_USAGE), 0n)
  assert.equal(priceOf(third, { ...NO_USAGE, reasoning: 1_000_000 }), 0n, 'reasoning is a part of the output, and not charged beside it')
})

test('more tokens of any class never cost less', () => {
  fc.assert(
    fc.property(rates, usage, fc.constantFrom('input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'), (price, used, name) => {
      assert.ok(priceOf(price, { ...used, [name]: used[name] + 1 }) >= priceOf(price, used))
    }),
  )
})

test('no usage within the bounds costs more than the worst price, however its input is spread over the classes', () => {
  const bounds = fc.record({ inputMax: fc.nat({ max: 2_000_000 }), outputMax: fc.nat({ max: 200_000 }), writesCache: fc.boolean() })
  const shares = fc.array(fc.nat({ max: 2_000_000 }), { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(rates, bounds, shares, fc.nat({ max: 200_000 }), (price, bound, cuts, output) => {
      const [first = 0, second = 0, third = 0] = cuts.map((cut) => Math.min(cut, bound.inputMax)).sort((a, b) => a - b)
      const used: Usage = {
        input: first,
        cacheRead: bound.inputMax - third,
        cacheWrite5m: bound.writesCache ? second - first : 0,
        cacheWrite1h: bound.writesCache ? third - second : 0,
        output: Math.min(output, bound.outputMax),
        reasoning: 0,
      }
      assert.ok(priceOf(price, used) <= worstPriceOf(price, bound))
    }),
    { numRuns: 3000 },
  )
})
