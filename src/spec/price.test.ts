// Guarantee: a price is exact to the nano-USD, rounded up once for the whole call, never negative, and never above the worst price of its
// bounds, whatever the service tier, the length of the prompt, the classes and the multiplier.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  cardOf,
  flatPrice,
  isSamePrice,
  LIST_TERMS,
  MULTIPLIER_MAX,
  type Price,
  priceLines,
  priceOf,
  priceOfJson,
  priceToJson,
  type Rates,
  ratesFrom,
  SERVICE_TIERS,
  type ServiceTier,
  type Terms,
  type UsageBound,
  worstPriceOf,
} from './price.ts'
import {
  COUNTED_CLASSES,
  INPUT_CLASSES,
  inputTokensOf,
  MORE_CLASSES,
  moreOf,
  NO_USAGE,
  OUTPUT_CLASSES,
  USAGE_CLASSES,
  type Usage,
  usageOfMore,
} from './usage.ts'

const rate = fc.oneof(fc.bigInt({ min: 0n, max: 100_000_000_000n }), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.constant(0n))
const recordOf = <V>(value: fc.Arbitrary<V>) => fc.record(Object.fromEntries(USAGE_CLASSES.map((name) => [name, value])))
const rates = recordOf(rate) as fc.Arbitrary<Rates>
const above = fc.constantFrom(1, 1000, 200_000, 272_000)
const otherCard = fc.record({ serviceTier: fc.constantFrom(...SERVICE_TIERS), inputAbove: fc.oneof(fc.constant(0), above), rates })
/** One card for standard service and any prompt, and others beside it, each for a tier and length of its own. */
const price: fc.Arbitrary<Price> = fc.tuple(rates, fc.array(otherCard, { maxLength: 6 })).map(([base, others]) => {
  const cards = new Map([{ serviceTier: 'standard' as ServiceTier, inputAbove: 0, rates: base }].map((card) => [keyOf(card), card]))
  for (const card of others) if (!cards.has(keyOf(card))) cards.set(keyOf(card), card)
  return [...cards.values()]
})
const keyOf = (card: { readonly serviceTier: string; readonly inputAbove: number }) => `${card.serviceTier} ${card.inputAbove}`
const tokens = fc.oneof(fc.nat({ max: 2_000_000 }), fc.nat({ max: 2 ** 31 - 1 }), fc.constant(0))
const usage = recordOf(tokens) as fc.Arbitrary<Usage>
const multiplier = fc.oneof(fc.constant(1_000_000), fc.integer({ min: 1, max: MULTIPLIER_MAX }))
const terms: fc.Arbitrary<Terms> = fc.record({ serviceTier: fc.constantFrom(...SERVICE_TIERS), multiplier })

/** A fraction in lowest terms, added class by class: nothing in common with the way priceOf computes. */
type Fraction = { readonly over: bigint; readonly under: bigint }
const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b))
const reduced = ({ over, under }: Fraction): Fraction => ({ over: over / divisor(over, under), under: under / divisor(over, under) })
const plus = (a: Fraction, b: Fraction): Fraction => reduced({ over: a.over * b.under + b.over * a.under, under: a.under * b.under })
const times = (a: Fraction, b: Fraction): Fraction => reduced({ over: a.over * b.over, under: a.under * b.under })
const perMillion = (amount: bigint, count: number): Fraction => reduced({ over: amount * BigInt(count), under: 1_000_000n })
const NOTHING: Fraction = { over: 0n, under: 1n }

/** The exact price, by the words of the documentation. */
function exactly(cards: Price, used: Usage, { serviceTier, multiplier: millionths }: Terms): Fraction {
  const prompt = INPUT_CLASSES.map((name) => used[name]).reduce((a, b) => a + b)
  const meets = (tier: ServiceTier) =>
    cards.filter((card) => card.serviceTier === tier && (card.inputAbove === 0 || prompt > card.inputAbove))
  const [card] = [meets(serviceTier), meets('standard')].flatMap((met) => met.toSorted((a, b) => b.inputAbove - a.inputAbove).slice(0, 1))
  if (card === undefined) return assert.fail('no card')
  const reasoning = used.reasoning < used.output ? used.reasoning : used.output
  const counts: Usage = { ...used, reasoning, output: used.output - reasoning }
  const counted: ReadonlySet<string> = new Set(COUNTED_CLASSES)
  const parts = USAGE_CLASSES.map((name) =>
    counted.has(name) ? { over: card.rates[name] * BigInt(counts[name]), under: 1n } : perMillion(card.rates[name], counts[name]),
  )
  return times(parts.reduce(plus, NOTHING), { over: BigInt(millionths), under: 1_000_000n })
}

test('a price is the smallest whole number of nano-USD that is not below the exact one', () => {
  fc.assert(
    fc.property(price, usage, terms, (cards, used, asked) => {
      const exact = exactly(cards, used, asked)
      const priced = priceOf(cards, used, asked)
      assert.ok(priced * exact.under >= exact.over, 'below the exact price')
      assert.ok((priced - 1n) * exact.under < exact.over || exact.over === 0n, 'a whole nano-USD too much')
      if (exact.over === 0n) assert.equal(priced, 0n)
    }),
    { numRuns: 3000 },
  )
})

test('the lines of a price add up to it', () => {
  fc.assert(
    fc.property(price, usage, terms, (cards, used, asked) => {
      const lines = priceLines(cardOf(cards, inputTokensOf(used), asked.serviceTier).rates, used)
      const sum = lines.reduce((total, line) => total + line.microNano, 0n) * BigInt(asked.multiplier)
      assert.equal((sum + 999_999_999_999n) / 1_000_000_000_000n, priceOf(cards, used, asked))
    }),
  )
})

test('parts that are rounded one by one would cost more; the call is rounded once', () => {
  const third = flatPrice({ input: 333_333n, output: 333_333n, cacheRead: 333_333n, cacheWrite5m: 0n, cacheWrite1h: 0n })
  assert.equal(priceOf(third, { ...NO_USAGE, input: 1, cacheRead: 1, output: 1 }), 1n)
  assert.equal(priceOf(third, { ...NO_USAGE, input: 1, cacheRead: 1, output: 2 }), 2n)
  assert.equal(priceOf(third, NO_USAGE), 0n)
  assert.equal(priceOf(third, { ...NO_USAGE, reasoning: 1_000_000 }), 0n, 'reasoning is a part of the output, and not charged beside it')
})

test('long prompts, service tiers, reasoning, pieces and multipliers, by example', () => {
  const million = 1_000_000n
  const base = ratesFrom({ input: 2n * million, output: 8n * million, reasoning: 16n * million, webSearches: 10_000_000n, calls: 7n })
  const long = ratesFrom({ input: 4n * million, output: 16n * million })
  const flex = ratesFrom({ input: million, output: 4n * million })
  const cards: Price = [
    { serviceTier: 'standard', inputAbove: 0, rates: base },
    { serviceTier: 'standard', inputAbove: 200_000, rates: long },
    { serviceTier: 'flex', inputAbove: 0, rates: flex },
  ]
  const cost = (used: Partial<Usage>, asked: Partial<Terms> = {}) => priceOf(cards, { ...NO_USAGE, ...used }, { ...LIST_TERMS, ...asked })
  assert.equal(cost({ input: 200_000, output: 1 }), 400_008n)
  assert.equal(cost({ input: 200_001, output: 1 }), 800_020n, 'one token more, and the whole call is dearer')
  assert.equal(cost({ input: 1, cacheRead: 200_000 }), 800_004n, 'cached tokens count to the length of the prompt')
  assert.equal(cost({ output: 10, reasoning: 4 }), 6n * 8n + 4n * 16n)
  assert.equal(cost({ webSearches: 3, calls: 1 }), 30_000_007n)
  assert.equal(cost({ input: 300_000 }, { serviceTier: 'flex' }), 300_000n, 'a tier without a card for long prompts asks the same for them')
  assert.equal(cost({ input: 300_000 }, { serviceTier: 'priority' }), 1_200_000n, 'a tier without a price is standard service')
  assert.equal(cost({ input: 1 }, { multiplier: 900_000 }), 2n, '1.8 is rounded up')
})

test('more of any class never costs less, while the prompt stays on its card', () => {
  const classes = USAGE_CLASSES.filter((name) => name !== 'reasoning')
  fc.assert(
    fc.property(rates, usage, fc.constantFrom(...classes), (given, used, name) => {
      const flat: Price = [{ serviceTier: 'standard', inputAbove: 0, rates: given }]
      assert.ok(priceOf(flat, { ...used, [name]: used[name] + 1 }) >= priceOf(flat, used))
    }),
  )
})

const bound: fc.Arbitrary<UsageBound> = fc.record({
  ...{ inputMax: fc.nat({ max: 2_000_000 }), outputMax: fc.nat({ max: 200_000 }) },
  inputClasses: fc.subarray([...INPUT_CLASSES], { minLength: 1 }),
  outputClasses: fc.subarray([...OUTPUT_CLASSES], { minLength: 1 }),
  counts: fc.record({ images: fc.nat({ max: 10 }), webSearches: fc.nat({ max: 20 }), calls: fc.constant(1) }),
  serviceTiers: fc.constantFrom<readonly ServiceTier[]>(['standard'], ['flex', 'standard'], ['priority', 'standard']),
})

/** A usage within a bound: shares of the tokens, spread over the classes that it allows. */
function within(limits: UsageBound, shares: readonly number[]): Usage {
  const used: { -readonly [Class in keyof Usage]: number } = { ...NO_USAGE }
  const spread = (classes: readonly (keyof Usage)[], tokensMax: number, from: number): void => {
    const cuts = classes.map((_, index) => Math.floor(((shares[from + index] ?? 0) / 1000) * tokensMax)).toSorted((a, b) => a - b)
    classes.forEach((name, index) => {
      used[name] = (cuts[index] ?? 0) - (cuts[index - 1] ?? 0)
    })
  }
  spread(limits.inputClasses, limits.inputMax, 0)
  spread(limits.outputClasses, limits.outputMax, INPUT_CLASSES.length)
  used.reasoning = Math.floor((used.output * (shares.at(-1) ?? 0)) / 1000)
  for (const name of COUNTED_CLASSES) used[name] = Math.floor(((limits.counts[name] ?? 0) * (shares.at(-2) ?? 0)) / 1000)
  return used
}

test('no usage within the bounds costs more than the worst price, however it is spread over the classes', () => {
  const shares = fc.array(fc.oneof(fc.nat({ max: 1000 }), fc.constant(1000)), { minLength: 14, maxLength: 14 })
  fc.assert(
    fc.property(price, bound, shares, multiplier, (cards, limits, parts, millionths) => {
      const worst = worstPriceOf(cards, limits, millionths)
      for (const serviceTier of limits.serviceTiers)
        assert.ok(priceOf(cards, within(limits, parts), { serviceTier, multiplier: millionths }) <= worst)
    }),
    { numRuns: 5000 },
  )
})

test('the worst price can be reached: it is no more than the dearest usage within its bounds', () => {
  fc.assert(
    fc.property(price, bound, (cards, limits) => {
      const worst = worstPriceOf(cards, limits)
      const reached = [...limits.inputClasses].flatMap((input) =>
        [...limits.outputClasses].flatMap((output) =>
          [0, limits.outputMax].flatMap((reasoning) =>
            limits.serviceTiers.flatMap((serviceTier) =>
              [limits.inputMax, ...cards.map((card) => Math.min(card.inputAbove, limits.inputMax))].map((size) =>
                priceOf(
                  cards,
                  {
                    ...NO_USAGE,
                    ...limits.counts,
                    [input]: size,
                    [output]: limits.outputMax,
                    reasoning: output === 'output' ? reasoning : 0,
                  },
                  { ...LIST_TERMS, serviceTier },
                ),
              ),
            ),
          ),
        ),
      )
      const dearest = reached.reduce((a, b) => (a > b ? a : b))
      // A shorter prompt can meet a dearer card; its tokens are then held at the number of the longest.
      assert.ok(dearest <= worst)
      if (cards.every((card) => card.inputAbove === 0)) assert.equal(dearest, worst)
    }),
    { numRuns: 1000 },
  )
})

test('a price survives JSON, and a class that JSON of older days lacks costs what follows from the others', () => {
  fc.assert(
    fc.property(price, (cards) => {
      assert.ok(isSamePrice(priceOfJson(JSON.parse(JSON.stringify(priceToJson(cards)))), cards))
    }),
  )
  const older = priceOfJson([{ serviceTier: 'standard', inputAbove: 0, rates: { input: '5', output: '7' } }])
  assert.deepEqual(older, flatPrice({ input: 5n, output: 7n }))
  assert.deepEqual([older[0]?.rates.imageInput, older[0]?.rates.reasoning, older[0]?.rates.webSearches], [5n, 7n, 0n])
})

test('the rare classes come back from the database as they went', () => {
  fc.assert(
    fc.property(usage, (used) => {
      const more = USAGE_CLASSES.slice(6).map((name) => used[name])
      const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = used
      assert.deepEqual({ input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, ...usageOfMore(more) }, { ...used })
    }),
  )
  assert.deepEqual(usageOfMore(null), usageOfMore([]))
  // A class that was forgotten would be lost where a call has nothing else that is rare.
  for (const name of MORE_CLASSES) assert.equal(usageOfMore(moreOf({ ...NO_USAGE, [name]: 3 }))[name], 3)
})
