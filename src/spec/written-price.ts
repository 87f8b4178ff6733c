import { formatUsd } from '../lib/index.ts'
import { cardOf, type Price, type RateCard, type Rates, ratesFrom, SERVICE_TIERS, type ServiceTier } from './price.ts'
import { COUNTED_CLASSES, type UsageClass } from './usage.ts'

/** What people call the classes of a price. */
export const PRICE_CLASS_NAMES = {
  input: 'input',
  output: 'output',
  cacheRead: 'cache_read',
  cacheWrite5m: 'cache_write_5m',
  cacheWrite1h: 'cache_write_1h',
  reasoning: 'reasoning',
  imageInput: 'image_input',
  audioInput: 'audio_input',
  imageOutput: 'image_output',
  audioOutput: 'audio_output',
  embedding: 'embedding',
  images: 'image',
  webSearches: 'web_search',
  toolCalls: 'tool_call',
  calls: 'call',
  audioSeconds: 'audio_second',
  characters: 'character',
} as const satisfies Record<UsageClass, string>

/** The name of a class in a written price. */
export type PriceClassName = (typeof PRICE_CLASS_NAMES)[UsageClass]

/** Service tiers that have cards of their own beside those of standard service. */
export const EXTRA_TIERS = ['flex', 'priority', 'batch'] as const satisfies readonly ServiceTier[]
export type ExtraTier = (typeof EXTRA_TIERS)[number]

/** Rates as people write them: decimal strings of USD for a million tokens, or for one image, web_search, tool_call, call, audio_second, character. */
export type WrittenRates = { readonly [Name in PriceClassName]?: string | undefined }

/** Rates, and those of longer prompts: each of `above` holds for the whole of a call whose prompt has more tokens. */
export type WrittenCards = WrittenRates & {
  readonly above?: readonly (WrittenRates & { readonly prompt_tokens: number })[] | undefined
}

/** A price as people write it: the cards of standard service, and those of other service tiers. */
export type WrittenPrice = WrittenCards & {
  readonly service_tiers?: { readonly [Tier in ExtraTier]?: WrittenCards | undefined } | undefined
}

/**
 * A price as people write it. The first five classes are always there; another is when it costs something else than what follows from
 * input and output, and a piece when it costs something else than on the first card.
 */
export function showPrice(price: Price): WrittenPrice {
  const base = cardOf(price, 0, 'standard').rates
  const tiers = EXTRA_TIERS.flatMap((tier) => {
    const cards = cardsOf(price, tier)
    return cards.length === 0 ? [] : [[tier, showCards(cards, base)] as const]
  })
  const standard = showCards(cardsOf(price, 'standard'), undefined)
  return tiers.length === 0 ? standard : { ...standard, service_tiers: Object.fromEntries(tiers) }
}

const cardsOf = (price: Price, tier: ServiceTier): readonly RateCard[] =>
  price.filter((card) => card.serviceTier === tier).toSorted((a, b) => a.inputAbove - b.inputAbove)

function showCards(cards: readonly RateCard[], outer: Rates | undefined): WrittenCards {
  const first = cards.find((card) => card.inputAbove === 0)
  // What a longer card leaves out costs what it costs on the first card of the same tier.
  const own = first?.rates ?? outer
  const above = cards
    .filter((card) => card.inputAbove > 0)
    .map((card) => ({ prompt_tokens: card.inputAbove, ...showRates(card.rates, own) }))
  return { ...(first === undefined ? {} : showRates(first.rates, outer)), ...(above.length === 0 ? {} : { above }) }
}

const ALWAYS: ReadonlySet<UsageClass> = new Set(['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'])
const COUNTED: ReadonlySet<UsageClass> = new Set(COUNTED_CLASSES)

function showRates(rates: Rates, first: Rates | undefined): WrittenRates {
  const follows = ratesFrom({ input: rates.input, output: rates.output })
  const shown = [...CLASS_OF_NAME.values()].filter((name) => {
    const usual = COUNTED.has(name) ? (first?.[name] ?? 0n) : follows[name]
    return ALWAYS.has(name) || rates[name] !== usual
  })
  return Object.fromEntries(shown.map((name) => [PRICE_CLASS_NAMES[name], formatUsd(rates[name])]))
}

/** What a card is called where cards are told apart in words: "standard", "flex above 200000". */
export const cardName = ({ serviceTier, inputAbove }: Pick<RateCard, 'serviceTier' | 'inputAbove'>): string =>
  inputAbove === 0 ? serviceTier : `${serviceTier} above ${inputAbove}`

/** The place of a card in a canonical price: by service tier, then by length. */
export const cardOrder = (a: RateCard, b: RateCard): number =>
  SERVICE_TIERS.indexOf(a.serviceTier) - SERVICE_TIERS.indexOf(b.serviceTier) || a.inputAbove - b.inputAbove

/** Every class by the name people write it by, in the order they are written. */
export const CLASS_OF_NAME: ReadonlyMap<string, UsageClass> = new Map(
  Object.entries(PRICE_CLASS_NAMES).map(([name, written]) => [written, name as UsageClass]),
)
