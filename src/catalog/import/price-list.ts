import { CLASS_OF_NAME, COUNTED_CLASSES, cardName, PRICE_CLASS_NAMES, type PriceClassName, type ServiceTier } from '../../spec/index.ts'
import { missingRates } from '../rates.ts'
import { type Decimal, DecimalError, isAbove, parseDecimal, times, toNano } from './decimal.ts'
import { ExactNumber } from './exact-json.ts'

/** Formats of price lists: LiteLLM's model_prices_and_context_window.json, the api.json of models.dev, and models as farebox.yaml has them. */
export const PRICE_LIST_FORMATS = ['litellm', 'models.dev', 'farebox'] as const
export type PriceListFormat = (typeof PRICE_LIST_FORMATS)[number]

/** What a list asks on one card: exact USD per million tokens, or for one piece. */
export type ListedAmounts = { readonly [Name in PriceClassName]?: Decimal }

/** One card of a list, complete: what the list does not say of a longer prompt or another tier is as on the card below it. */
export type ListedCard = { readonly serviceTier: ServiceTier; readonly inputAbove: number; readonly amounts: ListedAmounts }

/** What a list asks for a model. */
export type ListedPrice = { readonly cards: readonly ListedCard[] }

/** Why a listed price is not taken; `isUnpriced` where the list gives none at all. */
export type Refused = { readonly refused: string; readonly isUnpriced?: true }

/** What a list says a model costs; `faults` are what makes the whole list untrustworthy, each with the name of its field. */
export type PriceReading = { readonly price: ListedPrice | Refused; readonly faults: readonly string[] }

/** Figures as they were read, with what is wrong beside them; `refused` is why the model is not taken whatever the figures are. */
export type FigureReading = {
  readonly figures: readonly ListedFigure[]
  readonly faults: readonly string[]
  readonly refused: string | undefined
}

/** A model that the list gives no price for. */
export const UNPRICED: Refused = { refused: 'the list gives no price for it', isUnpriced: true }

/** One model of a list; `model` is the name its provider knows it by, `key` what the list calls it. */
export type ListedModel = {
  readonly key: string
  readonly provider: string
  readonly model: string
  readonly context: number | undefined
  readonly outputMax: number | undefined
  /** Whether the list says all of a price, so that what it leaves out is not sold. */
  readonly isWhole?: true
} & PriceReading

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
 * How figures are taken: `perMillion` makes those for tokens USD per million; `needsBoth` where input and output go together; `adjust`
 * gives them the classes that the kind of model means.
 */
export type ReadingRules = {
  readonly perMillion: Decimal
  readonly needsBoth: boolean
  readonly adjust: (figures: readonly ListedFigure[]) => readonly ListedFigure[]
}

/**
 * The price of a model from its figures. A figure that is negative or no decimal, or one of input and output without the other where
 * both are needed, is a fault of the list; one that is zero or absurd refuses this model alone. Of two figures for one class the dearer counts.
 */
export function readPrice(reading: FigureReading, { perMillion, needsBoth, adjust }: ReadingRules): PriceReading {
  const told = reading.figures.filter(({ value }) => value !== undefined && value !== null)
  // Where something else is priced that we have no class for, that may stand for the half that is not told.
  const missing = needsBoth && reading.refused === undefined ? missingHalf(told) : []
  const faults = [...reading.faults, ...told.toSorted(byCard).flatMap(faultOf), ...missing]
  const [fault] = faults
  if (fault !== undefined) return { price: { refused: fault }, faults }
  const read: Amount[] = []
  let refused = reading.refused
  for (const figure of adjust(told).toSorted(byCard)) {
    const amount = readFigure(figure, perMillion)
    if (amount === undefined) continue
    if ('refused' in amount) refused ??= amount.refused
    else read.push({ ...figure, amount })
  }
  if (refused !== undefined) return { price: { refused }, faults }
  return { price: read.length === 0 ? UNPRICED : assemble(read), faults }
}

const byCard = (a: ListedFigure, b: ListedFigure): number => a.inputAbove - b.inputAbove || NAMES.indexOf(a.name) - NAMES.indexOf(b.name)

/** What makes a figure no price that any list may give: it is negative, or no decimal number. */
function faultOf({ name, value, ...card }: ListedFigure): readonly string[] {
  const read = readNumber(value)
  if (read === undefined) return [`${name}${ofCard(card)} is not a number`]
  return read.digits < 0n ? [`${name}${ofCard(card)} is negative`] : []
}

/** The fault of a field that prices what we have no class for: below zero is wrong whatever it prices. */
export function faultOfUncovered(field: string, value: unknown): readonly string[] {
  const read = readNumber(value)
  return read !== undefined && read.digits < 0n ? [`${field} is negative`] : []
}

/** One of input and output where the other is told. */
function missingHalf(told: readonly ListedFigure[]): readonly string[] {
  const names = new Set(told.flatMap((figure) => (figure.serviceTier === 'standard' && figure.inputAbove === 0 ? figure.name : [])))
  if (names.has('embedding') || names.has('input') === names.has('output')) return []
  return [`${names.has('input') ? 'output' : 'input'} is missing`]
}

type Amount = Omit<ListedFigure, 'value'> & { readonly amount: Decimal }

function readFigure({ value, name, ...card }: ListedFigure, perMillion: Decimal): Decimal | Refused | undefined {
  const refuse = (what: string): Refused => ({ refused: `${name}${ofCard(card)} is ${what}` })
  const read = readNumber(value)
  if (read === undefined || read.digits < 0n) throw new TypeError('a figure without a fault is a number, not below zero')
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
  return readNumber(value)?.digits !== 0n
}

/** A whole number of tokens, or undefined when it is none that a model can have. */
export function readTokens(value: unknown): number | undefined {
  const tokens = value instanceof ExactNumber ? Number(value.source) : Number.NaN
  return Number.isInteger(tokens) && tokens >= 1 && tokens <= 100_000_000 ? tokens : undefined
}

function readNumber(value: unknown): Decimal | undefined {
  if (!(value instanceof ExactNumber)) return undefined
  try {
    return parseDecimal(value.source)
  } catch (thrown) {
    if (thrown instanceof DecimalError) return undefined
    throw thrown
  }
}
