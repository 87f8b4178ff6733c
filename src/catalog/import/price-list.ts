import { CLASS_OF_NAME, COUNTED_CLASSES, cardName, PRICE_CLASS_NAMES, type PriceClassName, type ServiceTier } from '../../spec/index.ts'
import { missingRates } from '../rates.ts'
import { type Decimal, DecimalError, isAbove, parseDecimal, times, toNano } from './decimal.ts'
import { ExactNumber } from './exact-json.ts'

/** Formats of price lists: LiteLLM's model_prices_and_context_window.json, and the api.json of models.dev. */
export const PRICE_LIST_FORMATS = ['litellm', 'models.dev'] as const
export type PriceListFormat = (typeof PRICE_LIST_FORMATS)[number]

/** What a list asks on one card: exact USD per million tokens, or for one piece. */
export type ListedAmounts = { readonly [Name in PriceClassName]?: Decimal }

/** One card of a list, complete: what the list does not say of a longer prompt or another tier is as on the card below it. */
export type ListedCard = { readonly serviceTier: ServiceTier; readonly inputAbove: number; readonly amounts: ListedAmounts }

/** What a list asks for a model. */
export type ListedPrice = { readonly cards: readonly ListedCard[] }

/** Why a listed price is not taken. */
export type Refused = { readonly refused: string }

/** One model of a list; `model` is the name its provider knows it by, `key` what the list calls it. */
export type ListedModel = {
  readonly key: string
  readonly provider: string
  readonly model: string
  readonly context: number | undefined
  readonly outputMax: number | undefined
  readonly price: ListedPrice | Refused
}

/** One figure of a list: what it prices, on which card, by the value as parsed. */
export type ListedFigure = {
  readonly serviceTier: ServiceTier
  readonly inputAbove: number
  readonly name: PriceClassName
  readonly value: unknown
}

const NAMES = [...CLASS_OF_NAME.keys()]
const PIECES: ReadonlySet<string> = new Set(COUNTED_CLASSES.map((name) => PRICE_CLASS_NAMES[name]))

/** Prices above or below these USD are mistakes of a unit, not prices. */
const ABSURD = {
  tokens: { above: toNano(parseDecimal('10000')), below: toNano(parseDecimal('0.0001')) },
  piece: { above: toNano(parseDecimal('1000')), below: toNano(parseDecimal('0.000001')) },
}

/**
 * The price of a model from its figures; `perMillion` is what a figure for tokens is multiplied by to be USD per million. The first
 * figure that is no price refuses all of them, by name. Of two figures for one class the dearer counts.
 */
export function readPrice(figures: readonly ListedFigure[], perMillion: Decimal): ListedPrice | Refused {
  const inOrder = figures.toSorted((a, b) => a.inputAbove - b.inputAbove || NAMES.indexOf(a.name) - NAMES.indexOf(b.name))
  const read: Amount[] = []
  for (const figure of inOrder) {
    const amount = readFigure(figure, perMillion)
    if (amount === undefined) continue
    if ('refused' in amount) return amount
    read.push({ ...figure, amount })
  }
  return assemble(read)
}

type Amount = Omit<ListedFigure, 'value'> & { readonly amount: Decimal }

function readFigure({ value, name, ...card }: ListedFigure, perMillion: Decimal): Decimal | Refused | undefined {
  if (value === undefined || value === null) return undefined
  const refuse = (what: string): Refused => ({ refused: `${name}${ofCard(card)} is ${what}` })
  const read = readNumber(value)
  if (typeof read === 'string') return refuse(read)
  if (read.digits < 0n) return refuse('negative')
  const isPiece = PIECES.has(name)
  // Lists write 0 for what a provider does not charge apart: writing a cache then costs what input costs, and a piece nothing.
  if (read.digits === 0n) return isPiece || name.startsWith('cache_write') ? undefined : refuse('zero')
  const amount = isPiece ? read : times(read, perMillion)
  const { above, below } = isPiece ? ABSURD.piece : ABSURD.tokens
  return toNano(amount) > above || toNano(amount) < below ? refuse('absurd') : amount
}

const ofCard = (card: Pick<ListedCard, 'serviceTier' | 'inputAbove'>): string =>
  card.serviceTier === 'standard' && card.inputAbove === 0 ? '' : ` (${cardName(card)})`

/** Puts cards together from figures: every length that is told of a tier or of standard service is a card of the tier. */
function assemble(read: readonly Amount[]): ListedPrice | Refused {
  const tiers = new Set<ServiceTier>(['standard', ...read.map((amount) => amount.serviceTier)])
  const cards = [...tiers].flatMap((serviceTier) => {
    const own = read.filter((amount) => amount.serviceTier === serviceTier || amount.serviceTier === 'standard')
    const lengths = [...new Set([0, ...own.map((amount) => amount.inputAbove)])].toSorted((a, b) => a - b)
    return lengths.map((inputAbove) => ({ serviceTier, inputAbove, amounts: amountsOf(own, { serviceTier, inputAbove }) }))
  })
  for (const card of cards) {
    const [missing] = missingRates(Object.fromEntries(Object.keys(card.amounts).map((name) => [name, 'told'])))
    if (missing !== undefined) return { refused: `${missing}${ofCard(card)} is missing` }
  }
  return { cards }
}

function amountsOf(read: readonly Amount[], card: Omit<ListedCard, 'amounts'>): ListedAmounts {
  const amounts: { [Name in PriceClassName]?: Decimal } = {}
  for (const name of new Set(read.map((amount) => amount.name))) {
    const within = read.filter((amount) => amount.name === name && amount.inputAbove <= card.inputAbove)
    const standard = nearest(within.filter((amount) => amount.serviceTier === 'standard'))
    const own = card.serviceTier === 'standard' ? undefined : nearest(within.filter((amount) => amount.serviceTier === card.serviceTier))
    const found = own === undefined || standard === undefined ? (own ?? standard) : ofTier(own, standard)
    if (found !== undefined) amounts[name] = found.amount
  }
  return amounts
}

/** The figure for the longest prompts among those that apply; of two for one length the dearer. */
const nearest = (amounts: readonly Amount[]): Amount | undefined =>
  amounts.reduce<Amount | undefined>((found, next) => {
    if (found === undefined || next.inputAbove > found.inputAbove) return next
    return next.inputAbove === found.inputAbove ? dearer(found, next) : found
  }, undefined)

/** A tier's own figure; where the list tells only standard service's for so long a prompt, the dearer of the two. */
const ofTier = (own: Amount, standard: Amount): Amount => (own.inputAbove >= standard.inputAbove ? own : dearer(own, standard))

const dearer = (a: Amount, b: Amount): Amount => (isAbove(b.amount, a.amount) ? b : a)

/** Whether a value that prices something we have no class for asks for anything; what is no number does. */
export function isCharge(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean') return false
  const read = readNumber(value)
  return typeof read === 'string' || read.digits !== 0n
}

/** A whole number of tokens, or undefined when it is none that a model can have. */
export function readTokens(value: unknown): number | undefined {
  const tokens = value instanceof ExactNumber ? Number(value.source) : Number.NaN
  return Number.isInteger(tokens) && tokens >= 1 && tokens <= 100_000_000 ? tokens : undefined
}

function readNumber(value: unknown): Decimal | 'not a number' | 'absurd' {
  if (!(value instanceof ExactNumber)) return 'not a number'
  try {
    return parseDecimal(value.source)
  } catch (thrown) {
    if (thrown instanceof DecimalError) return thrown.message === 'absurd' ? 'absurd' : 'not a number'
    throw thrown
  }
}
