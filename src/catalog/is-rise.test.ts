// Guarantee: a price that costs anything more anywhere, of any class, in any service tier, at any length of prompt, is a rise, and no other is:
// not what was not sold before. Seed printed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cardOf, type Price, SERVICE_TIERS, USAGE_CLASSES, type WrittenCards, type WrittenPrice } from '../spec/index.ts'
import { isRise } from './price-notice.ts'
import { completePrice } from './rates.ts'

const SEED = Date.now() % 1_000_000
const LENGTHS = [100, 200, 300]
const rate = fc.constantFrom('1', '2', '3')
const rates = fc.record({ input: rate, output: rate })
const cards: fc.Arbitrary<WrittenCards> = fc.tuple(rates, fc.subarray(LENGTHS), rates).map(([first, lengths, long]) => ({
  ...first,
  ...(lengths.length === 0 ? {} : { above: lengths.map((length) => ({ prompt_tokens: length, ...long })) }),
}))
const price: fc.Arbitrary<Price> = fc
  .tuple(cards, fc.option(cards, { nil: undefined }), fc.option(cards, { nil: undefined }))
  .map(([standard, flex, batch]): WrittenPrice => ({ ...standard, service_tiers: { flex, batch } }))
  .map((written) => completePrice(written, false))

const costsMore = (before: Price, after: Price): boolean =>
  SERVICE_TIERS.filter((tier) => before.some(({ serviceTier }) => serviceTier === tier)).some((tier) =>
    [1, ...LENGTHS.flatMap((length) => [length, length + 1]), 1_000_000].some((tokens) => {
      const [old, now] = [cardOf(before, tokens, tier).rates, cardOf(after, tokens, tier).rates]
      return USAGE_CLASSES.some((name) => now[name] > old[name])
    }),
  )

test(`a rise is told wherever it is (seed ${SEED})`, () => {
  fc.assert(
    fc.property(price, price, (before, after) => assert.equal(isRise(before, after), costsMore(before, after))),
    { numRuns: 3_000, seed: SEED },
  )
})
