import type { SeededRandom } from '../../sim/index.ts'
import { type Price, type RateCard, type Rates, ratesFrom, type ServiceTier } from '../../src/spec/index.ts'

/** Prompt lengths above which made-up prices change. */
const LENGTHS = [100, 2_000, 128_000, 200_000] as const

const MULTIPLIERS = [1_000_000, 1_000_000, 500_000, 1_234_567, 3_000_000, 1] as const

/** A seeded multiplier, in millionths. */
export const makeMultiplier = (random: SeededRandom): number => random.pick(MULTIPLIERS)

/** A seeded price with a card for a service tier and for others, for long prompts, and with rates as they are usual or as they are not. */
export function makePrice(random: SeededRandom, asked: ServiceTier): Price {
  const tiers = new Set<ServiceTier>(['standard', asked, ...(random.below(3) === 0 ? (['flex', 'priority'] as const) : [])])
  const standard = makeRates(random)
  const cards: RateCard[] = []
  for (const serviceTier of tiers) {
    const rates = serviceTier === 'standard' ? standard : random.below(4) === 0 ? makeRates(random) : times(standard, TIMES[serviceTier])
    // A tier need not have a card for short prompts; the usual one then holds for these.
    if (serviceTier === 'standard' || random.below(5) > 0) cards.push({ serviceTier, inputAbove: 0, rates })
    else cards.push({ serviceTier, inputAbove: random.pick(LENGTHS), rates })
    if (random.below(3) > 0) continue
    const inputAbove = random.pick(LENGTHS)
    if (!cards.some((card) => card.serviceTier === serviceTier && card.inputAbove === inputAbove)) {
      cards.push({ serviceTier, inputAbove, rates: random.below(4) === 0 ? makeRates(random) : times(rates, [2n, 1n]) })
    }
  }
  return cards
}

type Factor = readonly [bigint, bigint]

const TIMES: Readonly<Record<ServiceTier, Factor>> = { standard: [1n, 1n], flex: [1n, 2n], priority: [7n, 4n], batch: [1n, 2n] }

function times(rates: Rates, [by, over]: Factor): Rates {
  const entries = Object.entries(rates).map(([name, rate]) => [name, (rate * by) / over] as const)
  return { ...rates, ...Object.fromEntries(entries) }
}

function makeRates(random: SeededRandom): Rates {
  const rate = (): bigint => BigInt(1 + random.below(20_000)) * BigInt(10 ** random.below(7))
  const [input, output] = [rate(), rate()]
  // Cached tokens mostly cost less to read and more to write, sound costs more than text; operators may ask anything.
  const usual = {
    ...{ cacheRead: input / 10n + 1n, cacheWrite5m: (input * 5n + 3n) / 4n, cacheWrite1h: input * 2n },
    ...{ imageInput: input, audioInput: input * 16n, imageOutput: output * 4n, audioOutput: output * 8n },
    ...(random.below(2) === 0 ? { webSearches: 10_000_000n } : {}),
  }
  const odd = {
    ...{ cacheRead: rate(), cacheWrite5m: rate(), cacheWrite1h: rate(), reasoning: rate() },
    ...{ imageInput: rate(), audioInput: rate(), imageOutput: rate(), audioOutput: rate() },
    ...{ webSearches: rate() / 100n, toolCalls: rate() / 100n, calls: rate() / 100n },
  }
  return ratesFrom({ input, output, ...(random.below(3) === 0 ? odd : usual) })
}
