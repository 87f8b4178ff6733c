import { type Decimal, DecimalError, parseDecimal, times, toNano } from './decimal.ts'
import { ExactNumber } from './exact-json.ts'

/** Formats of price lists: LiteLLM's model_prices_and_context_window.json, and the api.json of models.dev. */
export const PRICE_LIST_FORMATS = ['litellm', 'models.dev'] as const
export type PriceListFormat = (typeof PRICE_LIST_FORMATS)[number]

/** Classes that a list can price, as the catalogue writes them. */
export const PRICE_CLASSES = ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h'] as const
export type PriceClass = (typeof PRICE_CLASSES)[number]

/** What a list asks for a model, exact USD per million tokens. */
export type ListedPrice = { readonly input: Decimal; readonly output: Decimal } & { readonly [Class in PriceClass]?: Decimal }

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

/** Prices above or below these USD per million tokens are mistakes of a unit, not prices. */
const ABSURD_ABOVE = toNano(parseDecimal('10000'))
const ABSURD_BELOW = toNano(parseDecimal('0.0001'))

/** Where a list keeps each class, and by what to multiply to have USD per million tokens. */
export type PriceFields = { readonly fields: { readonly [Class in PriceClass]?: string }; readonly perMillion: Decimal }

/** Reads the classes of one model; the first that is no price refuses all of it, by name. */
export function readPrice(told: Readonly<Record<string, unknown>>, { fields, perMillion }: PriceFields): ListedPrice | Refused {
  const price: { [Class in PriceClass]?: Decimal } = {}
  for (const name of PRICE_CLASSES) {
    const read = readClass(fields[name] === undefined ? undefined : told[fields[name]], name)
    if (read === undefined) continue
    if ('refused' in read) return read
    const amount = times(read, perMillion)
    const isAbsurd = toNano(amount) > ABSURD_ABOVE || toNano(amount) < ABSURD_BELOW
    if (isAbsurd) return { refused: `${name} is absurd` }
    price[name] = amount
  }
  const { input, output } = price
  if (input === undefined || output === undefined) return { refused: `${input === undefined ? 'input' : 'output'} is missing` }
  return { ...price, input, output }
}

/** Whether an amount that a list tells beside a class is above it; what is no number counts as above. */
export function isAbove(value: unknown, base: Decimal, perMillion: Decimal): boolean {
  if (value === undefined || value === null) return false
  const read = readAmount(value)
  return typeof read === 'string' || toNano(times(read, perMillion)) > toNano(base)
}

/** A whole number of tokens, or undefined when it is none that a model can have. */
export function readTokens(value: unknown): number | undefined {
  const tokens = value instanceof ExactNumber ? Number(value.source) : Number.NaN
  return Number.isInteger(tokens) && tokens >= 1 && tokens <= 100_000_000 ? tokens : undefined
}

function readClass(value: unknown, name: PriceClass): Decimal | Refused | undefined {
  if (value === undefined || value === null) return undefined
  const read = readAmount(value)
  if (typeof read === 'string') return { refused: `${name} is ${read}` }
  if (read.digits < 0n) return { refused: `${name} is negative` }
  // Lists write 0 where a provider does not charge for writing a cache; such a class costs what input costs.
  if (read.digits === 0n) return name.startsWith('cache_write') ? undefined : { refused: `${name} is zero` }
  return read
}

function readAmount(value: unknown): Decimal | 'not a number' | 'absurd' {
  if (!(value instanceof ExactNumber)) return 'not a number'
  try {
    return parseDecimal(value.source)
  } catch (thrown) {
    if (thrown instanceof DecimalError) return thrown.message === 'absurd' ? 'absurd' : 'not a number'
    throw thrown
  }
}
