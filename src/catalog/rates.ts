import { type NanoUsd, parseUsd } from '../lib/index.ts'
import {
  CLASS_OF_NAME,
  COUNTED_CLASSES,
  cardOrder,
  EXTRA_TIERS,
  flatPrice,
  type GivenRates,
  type Price,
  type RateCard,
  type Rates,
  ratesFrom,
  type ServiceTier,
  type UsageClass,
  type WrittenCards,
  type WrittenPrice,
  type WrittenRates,
  ZERO_RATES,
} from '../spec/index.ts'

/**
 * The price of what people write, which has been validated. A missing cache_read costs what input costs. Missing cache writes cost 1.25
 * times (5 min) and 2 times (1 h) the input price when a route speaks Anthropic's protocol, as Anthropic asks that; else what input costs.
 * Odd nano-dollars are rounded up. Source: platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing (2026-11-21).
 * Other classes follow as in ratesFrom, from the input and output of their own card; pieces cost on every card what they cost on the first.
 */
export function completePrice(price: WrittenPrice, hasAnthropicRoute: boolean): Price {
  const pieces = piecesOf(price, {})
  const cards = [...cardsOf('standard', price, { pieces, hasAnthropicRoute })]
  for (const tier of EXTRA_TIERS) {
    const written = price.service_tiers?.[tier]
    if (written !== undefined) cards.push(...cardsOf(tier, written, { pieces: piecesOf(written, pieces), hasAnthropicRoute }))
  }
  return cards.toSorted(cardOrder)
}

/** What an upstream asks of us; undefined when nobody said. */
export const costOf = (cost: WrittenPrice, isAnthropic: boolean): Price | undefined =>
  missingRates(cost).length > 0 ? undefined : completePrice(cost, isAnthropic)

/** The price of a model that is given away. */
export const FREE_PRICE: Price = flatPrice(ZERO_RATES)

/**
 * Which of input and output a card still needs. Both follow from an embedding price, as models that embed make nothing; a card that
 * prices no tokens at all but images, calls, seconds of sound or characters needs neither, and tokens are free then.
 */
export function missingRates(card: WrittenRates): readonly ('input' | 'output')[] {
  const isFlat = FLAT_NAMES.some((name) => card[name] !== undefined) && !TOKEN_NAMES.some((name) => card[name] !== undefined)
  if (isFlat || card.embedding !== undefined) return []
  return (['input', 'output'] as const).filter((name) => card[name] === undefined)
}

/** Pieces that something can be sold by alone. */
const FLAT_NAMES = ['image', 'call', 'audio_second', 'character'] as const

type Pieces = { readonly [Class in (typeof COUNTED_CLASSES)[number]]?: NanoUsd }
type Surroundings = { readonly pieces: Pieces; readonly hasAnthropicRoute: boolean }

const COUNTED: ReadonlySet<UsageClass> = new Set(COUNTED_CLASSES)
const TOKEN_NAMES = ([...CLASS_OF_NAME] as [keyof WrittenRates, UsageClass][]).flatMap(([name, own]) => (COUNTED.has(own) ? [] : [name]))

function cardsOf(serviceTier: ServiceTier, written: WrittenCards, around: Surroundings): readonly RateCard[] {
  const { above = [], ...first } = written
  const longer = above.map((card) => ({ serviceTier, inputAbove: card.prompt_tokens, rates: completeRates(card, around) }))
  return [{ serviceTier, inputAbove: 0, rates: completeRates(first, around) }, ...longer]
}

function completeRates(card: WrittenRates, { pieces, hasAnthropicRoute }: Surroundings): Rates {
  const given = givenOf(card)
  const { input = given.embedding ?? 0n, output = given.embedding ?? 0n } = given
  const times = (quarters: bigint) => (hasAnthropicRoute ? (input * quarters + 3n) / 4n : input)
  return ratesFrom({ cacheWrite5m: times(5n), cacheWrite1h: times(8n), ...pieces, ...given, input, output })
}

const piecesOf = (card: WrittenRates, outer: Pieces): Pieces => {
  const given = givenOf(card)
  return { ...outer, ...Object.fromEntries(COUNTED_CLASSES.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]))) }
}

function givenOf(card: WrittenRates): Partial<GivenRates> {
  const given: Partial<Record<UsageClass, NanoUsd>> = {}
  for (const [name, own] of CLASS_OF_NAME) {
    const text = card[name as keyof WrittenRates]
    if (text !== undefined) given[own] = nano(text)
  }
  return given
}

function nano(text: string): NanoUsd {
  const amount = parseUsd(text)
  if (amount === undefined) throw new TypeError('a price that was not validated')
  return amount
}
