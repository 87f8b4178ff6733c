import type { NanoUsd } from '../lib/index.ts'
import {
  COUNTED_CLASSES,
  INPUT_CLASSES,
  inputTokensOf,
  NO_USAGE,
  OUTPUT_CLASSES,
  piecesOf,
  USAGE_CLASSES,
  type Usage,
  type UsageClass,
} from './usage.ts'

/** What each class costs: nano-USD for a million tokens, or for one piece of COUNTED_CLASSES. */
export type Rates = Readonly<Record<UsageClass, NanoUsd>>

/**
 * What an upstream can be asked for instead of its usual service; the order is the number on the control channel and in the database, so
 * new ones go to the end.
 */
export const SERVICE_TIERS = ['standard', 'flex', 'priority', 'batch'] as const
export type ServiceTier = (typeof SERVICE_TIERS)[number]

/** Rates and when they hold: for one service tier, and for the whole of a call whose prompt has more than `inputAbove` tokens. */
export type RateCard = { readonly serviceTier: ServiceTier; readonly inputAbove: number; readonly rates: Rates }

/** The cards of one price version; one of them is for standard service and any prompt (`inputAbove` 0). */
export type Price = readonly RateCard[]

/** What a call is priced by beside its usage; `multiplier` is in millionths, 1,000,000 being the list price. */
export type Terms = { readonly serviceTier: ServiceTier; readonly multiplier: number }

/** A multiplier of one, in millionths. */
export const MULTIPLIER_ONE = 1_000_000

/** Largest multiplier: a thousand times the list price. */
export const MULTIPLIER_MAX = 1_000 * MULTIPLIER_ONE

/** The list price of standard service. */
export const LIST_TERMS: Terms = { serviceTier: 'standard', multiplier: MULTIPLIER_ONE }

const MILLION = 1_000_000n
/** Rates are for a million tokens, multipliers in millionths. */
const DIVISOR = MILLION * MILLION

/**
 * The price of a usage in nano-USD: the exact sum over the classes at the card that holds, times the multiplier, rounded up once to a
 * whole nano-dollar. Reasoning tokens are taken out of the output and priced at their own rate.
 */
export function priceOf(price: Price, usage: Usage, terms: Terms = LIST_TERMS): NanoUsd {
  const { rates } = cardOf(price, inputTokensOf(usage), terms.serviceTier)
  return roundUp(sumOf(rates, usage) * BigInt(terms.multiplier))
}

/** The card of a prompt of so many tokens: that of the service tier, or of standard service where the tier has none. */
export function cardOf(price: Price, inputTokens: number, serviceTier: ServiceTier): RateCard {
  let found: RateCard | undefined
  for (const card of price) {
    if (card.serviceTier !== serviceTier || (card.inputAbove > 0 && inputTokens <= card.inputAbove)) continue
    if (found === undefined || card.inputAbove > found.inputAbove) found = card
  }
  if (found !== undefined) return found
  if (serviceTier === 'standard') throw new RangeError('a price without a card for standard service')
  return cardOf(price, inputTokens, 'standard')
}

/** One line of a bill: how many of a class, at which rate, and the exact product in millionths of a nano-USD. */
export type PriceLine = { readonly name: UsageClass; readonly count: number; readonly rate: NanoUsd; readonly microNano: bigint }

/** What a usage costs at some rates, class by class; classes with nothing in them are left out, reasoning stands apart from output. */
export const priceLines = (rates: Rates, usage: Usage): readonly PriceLine[] =>
  USAGE_CLASSES.flatMap((name) => {
    const count = name === 'output' ? usage.output - Math.min(usage.reasoning, usage.output) : pricedCount(usage, name)
    return count === 0 ? [] : [{ name, count, rate: rates[name], microNano: BigInt(count) * rates[name] * unitOf(name) }]
  })

const pricedCount = (usage: Usage, name: UsageClass): number =>
  name === 'reasoning' ? Math.min(usage.reasoning, usage.output) : usage[name]

/** A rate for one piece is one for a million of them, a million times over. */
const unitOf = (name: UsageClass): bigint => (COUNTED.has(name) ? MILLION : 1n)
const COUNTED: ReadonlySet<UsageClass> = new Set(COUNTED_CLASSES)

function sumOf(rates: Rates, usage: Usage): bigint {
  const reasoning = Math.min(usage.reasoning, usage.output)
  let sum = BigInt(usage.input) * rates.input + BigInt(usage.output - reasoning) * rates.output
  // Most calls have nothing of most classes, and big numbers are dear.
  if (usage.cacheRead > 0) sum += BigInt(usage.cacheRead) * rates.cacheRead
  if (reasoning > 0) sum += BigInt(reasoning) * rates.reasoning
  if (rareTokensOf(usage) > 0) for (const name of RARE_TOKENS) sum += BigInt(usage[name]) * rates[name]
  return sum + sumOfPieces(rates, usage)
}

const RARE_TOKENS = ['cacheWrite5m', 'cacheWrite1h', 'imageInput', 'audioInput', 'imageOutput', 'audioOutput', 'embedding'] as const

const rareTokensOf = (usage: Pick<Usage, (typeof RARE_TOKENS)[number]>): number =>
  usage.cacheWrite5m + usage.cacheWrite1h + usage.imageInput + usage.audioInput + usage.imageOutput + usage.audioOutput + usage.embedding

/** What so many of each counted class cost; most calls have none. */
function sumOfPieces(rates: Rates, counts: UsageBound['counts']): bigint {
  if (piecesOf(counts) === 0) return 0n
  let sum = 0n
  for (const name of COUNTED_CLASSES) sum += BigInt(counts[name] ?? 0) * rates[name]
  return sum * MILLION
}

const roundUp = (sum: bigint): NanoUsd => (sum + DIVISOR - 1n) / DIVISOR

/** The most that a call can use: tokens each way with the classes they can fall into, and pieces of the counted classes. */
export type UsageBound = {
  readonly inputMax: number
  readonly outputMax: number
  readonly inputClasses: readonly (typeof INPUT_CLASSES)[number][]
  readonly outputClasses: readonly (typeof OUTPUT_CLASSES)[number][]
  readonly counts: Readonly<Partial<Record<(typeof COUNTED_CLASSES)[number], number>>>
  /** Service tiers that can be charged. */
  readonly serviceTiers: readonly ServiceTier[]
}

/** The most that a call can cost: every token at the dearest class that it can fall into, on the dearest card that can apply. */
export function worstPriceOf(price: Price, bound: UsageBound, multiplier: number = MULTIPLIER_ONE): NanoUsd {
  let worst = 0n
  for (const serviceTier of bound.serviceTiers) {
    // A tier need not have a card for short prompts; those then meet that of standard service.
    const hasShort = price.some((card) => card.serviceTier === serviceTier && card.inputAbove === 0)
    for (const card of price) {
      const isMet = card.serviceTier === serviceTier || (!hasShort && card.serviceTier === 'standard')
      const isReached = card.inputAbove === 0 || card.inputAbove < bound.inputMax
      if (isMet && isReached) worst = maxOf(worst, worstSumOf(card.rates, bound))
    }
  }
  return roundUp(worst * BigInt(multiplier))
}

function worstSumOf(rates: Rates, bound: UsageBound): bigint {
  let [input, output] = [0n, 0n]
  for (const name of bound.inputClasses) input = maxOf(input, rates[name])
  for (const name of bound.outputClasses) output = maxOf(output, name === 'output' ? maxOf(rates.output, rates.reasoning) : rates[name])
  return BigInt(bound.inputMax) * input + BigInt(bound.outputMax) * output + sumOfPieces(rates, bound.counts)
}

const maxOf = (a: NanoUsd, b: NanoUsd): NanoUsd => (a > b ? a : b)

/** Rates that have to be given; all others follow from them. */
export type GivenRates = Pick<Rates, 'input' | 'output'> & Partial<Rates>

/**
 * Rates with what was not given filled in: tokens read cost what input costs, tokens made what output costs, pieces nothing.
 */
export function ratesFrom(given: GivenRates): Rates {
  const defaults: Record<UsageClass, NanoUsd> = { ...ZERO_RATES }
  for (const name of INPUT_CLASSES) defaults[name] = given.input
  for (const name of OUTPUT_CLASSES) defaults[name] = given.output
  return { ...defaults, reasoning: given.output, ...given }
}

/** A price of one card. */
export const flatPrice = (given: GivenRates): Price => [{ serviceTier: 'standard', inputAbove: 0, rates: ratesFrom(given) }]

/** Nothing for everything. */
export const ZERO_RATES: Rates = {
  ...{ input: 0n, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n, output: 0n, reasoning: 0n },
  ...{ imageInput: 0n, audioInput: 0n, imageOutput: 0n, audioOutput: 0n, embedding: 0n },
  ...{ images: 0n, webSearches: 0n, toolCalls: 0n, calls: 0n, audioSeconds: 0n, characters: 0n },
}

/** A price as JSON holds it: amounts as decimal strings of nano-USD. */
export type PriceJson = readonly (Omit<RateCard, 'rates'> & { readonly rates: Readonly<Partial<Record<UsageClass, string | bigint>>> })[]

/** A price as JSON. */
export const priceToJson = (price: Price): PriceJson =>
  price.map(({ serviceTier, inputAbove, rates }) => ({
    ...{ serviceTier, inputAbove },
    rates: Object.fromEntries(USAGE_CLASSES.map((name) => [name, rates[name].toString()])),
  }))

/** The price of such a JSON, which our own code has written; a class that came later than it costs what ratesFrom says. */
export const priceOfJson = (json: PriceJson): Price =>
  json.map(({ serviceTier, inputAbove, rates }) => {
    const given: Partial<Record<UsageClass, NanoUsd>> = {}
    for (const name of USAGE_CLASSES) if (rates[name] !== undefined) given[name] = BigInt(rates[name])
    return { serviceTier, inputAbove, rates: ratesFrom({ input: 0n, output: 0n, ...given }) }
  })

/** Whether two prices are the same, card by card. */
export const isSamePrice = (a: Price, b: Price): boolean => JSON.stringify(priceToJson(a)) === JSON.stringify(priceToJson(b))

/** Whether nothing costs anything. */
export const isFreePrice = (price: Price): boolean => price.every(({ rates }) => USAGE_CLASSES.every((name) => rates[name] === 0n))

/** A usage of nothing but some tokens. */
export const usageFrom = (some: Partial<Usage>): Usage => ({ ...NO_USAGE, ...some })
