import { z } from 'zod'
import { parseUsd } from '../lib/index.ts'
import { CLASS_OF_NAME, COUNTED_CLASSES, EXTRA_TIERS, PRICE_CLASS_NAMES } from '../spec/index.ts'
import { missingRates } from './rates.ts'

/** What is said of a value that breaks a rule of its own or with its neighbours; `got` where the value itself must not be shown. */
export type Told = { readonly expected: string; readonly mend: string; readonly got?: string }

/** What people read when an amount is not right. */
export const MONEY_FIELD = {
  expected: 'a decimal string of USD per million tokens',
  mend: 'write it with digits and at most 9 decimals, in quotes: "3.00"',
}

/** What people read when the amount for a piece is not right. */
export const PIECE_FIELD = {
  expected: 'a decimal string of USD for one',
  mend: 'write it with digits and at most 9 decimals, in quotes: "0.01"',
}

const PRICE = { expected: 'a mapping with input and output', mend: 'write it like { input: "3.00", output: "15.00" }' }
const TIME = { expected: 'a time such as 2026-12-01T00:00:00Z', mend: 'write date, time and zone: "2026-12-01T00:00:00Z"' }

/** What people read when a part of a price is not right, by its name; one that ends with a dot is an entry of a list. */
const PARTS: Readonly<Record<string, Told>> = {
  '': PRICE,
  above: {
    expected: 'a list of cards for longer prompts',
    mend: 'write it like [{ prompt_tokens: 200000, input: "6.00", output: "22.50" }]',
  },
  'above.': {
    expected: 'a card with prompt_tokens, input and output',
    mend: 'write it like { prompt_tokens: 200000, input: "6.00", output: "22.50" }',
  },
  prompt_tokens: { expected: 'a whole number of tokens from 1 to 100000000', mend: 'write it like 200000, without quotes or separators' },
  service_tiers: {
    expected: `a mapping with ${EXTRA_TIERS.join(', ')}`,
    mend: 'write it like { flex: { input: "1.50", output: "7.50" } }',
  },
  effective_at: TIME,
  ...Object.fromEntries(EXTRA_TIERS.map((tier) => [tier, PRICE])),
}

const PIECES: ReadonlySet<string> = new Set(COUNTED_CLASSES.map((name) => PRICE_CLASS_NAMES[name]))

/** A step to a value in a file or body. */
type Step = string | number

/** What to say of a part of a price that is not right; undefined for a path that leads into no price. */
export function priceField(path: readonly Step[]): Told | undefined {
  const steps = priceSteps(path)
  if (steps === undefined) return undefined
  const name = steps.at(-1) ?? ''
  if (typeof name === 'number') return PARTS[`${steps.at(-2)}.`] ?? PRICE
  if (CLASS_OF_NAME.has(name)) return PIECES.has(name) ? PIECE_FIELD : MONEY_FIELD
  return PARTS[name] ?? PRICE
}

/** Names of the parts that the mapping at a path may have; undefined for a path that leads into no price. */
export function priceKeys(path: readonly Step[]): readonly string[] | undefined {
  const steps = priceSteps(path)
  if (steps === undefined) return undefined
  const classes = [...CLASS_OF_NAME.keys()]
  if (steps.at(-1) === 'service_tiers') return EXTRA_TIERS
  if (typeof steps.at(-1) === 'number') return [...classes, 'prompt_tokens']
  if (steps.length > 0) return [...classes, 'above']
  const isTimed = path.includes('price') || path.includes('price_changes')
  return [...classes, 'above', 'service_tiers', ...(isTimed ? ['effective_at'] : [])]
}

/** A plan's price is one amount, and no card of rates. */
function priceSteps(path: readonly Step[]): readonly Step[] | undefined {
  if (path[0] === 'plans') return undefined
  const at = path.findIndex((step) => step === 'price' || step === 'cost' || step === 'price_changes')
  if (at < 0) return undefined
  if (path[at] !== 'price_changes') return path.slice(at + 1)
  return path.length > at + 1 ? path.slice(at + 2) : undefined
}

/** Whether a text is an amount that a price can have, zero included: at most a million USD. */
export const isAmount = (text: string): boolean => {
  const amount = parseUsd(text)
  return amount !== undefined && amount <= 1_000_000_000_000_000n
}

const CARDS_MAX = 16
const CHANGES_MAX = 16

const money = z.string().refine(isAmount).describe(`${MONEY_FIELD.expected}, or for one piece`).meta({ id: 'amount' })

const rates = Object.fromEntries([...CLASS_OF_NAME.keys()].map((name) => [name, money.optional()])) as {
  [Name in (typeof PRICE_CLASS_NAMES)[keyof typeof PRICE_CLASS_NAMES]]: z.ZodOptional<typeof money>
}

const longCard = z.strictObject({ prompt_tokens: z.int().min(1).max(100_000_000), ...rates }).meta({ id: 'longCard' })
const above = z.array(longCard).min(1).max(CARDS_MAX).optional()
const tierCards = z.strictObject({ ...rates, above }).meta({ id: 'tierCards' })
const cards = {
  ...rates,
  above,
  service_tiers: z.strictObject({ flex: tierCards.optional(), priority: tierCards.optional(), batch: tierCards.optional() }).optional(),
}
const time = z.iso.datetime({ offset: true }).describe(TIME.expected)

/** What an upstream asks. */
export const costSchema = z.strictObject(cards)

/** A price, and from when it holds; without a time from now on. */
export const priceSchema = z.strictObject({ ...cards, effective_at: time.optional() })

/** Prices that will hold. */
export const priceChanges = z.array(z.strictObject({ ...cards, effective_at: time })).max(CHANGES_MAX)

/** What is wrong with a price and where, as steps from it. */
export type PriceFault = { readonly path: readonly Step[]; readonly told: Told }

/** How a price is meant: given away, sold, or asked of us, when nothing may cost nothing. */
export type PriceMeaning = 'free' | 'sold' | 'cost'

/** The rules that hold between the parts of a price; runs also on one with other mistakes, so the value may be anything. */
export function priceFaults(value: unknown, meaning: PriceMeaning): readonly PriceFault[] {
  return [[[], value] as const, ...tierEntries(value)].flatMap(([path, first]) => [
    ...cardFaults(first, path, meaning),
    ...lengthFaults(first, path),
    ...entriesOf(first).flatMap((card, index) => cardFaults(card, [...path, 'above', index], meaning)),
  ])
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined

const tierEntries = (value: unknown): readonly (readonly [readonly Step[], unknown])[] =>
  Object.entries(recordOf(recordOf(value)?.['service_tiers']) ?? {})
    .filter(([tier]) => EXTRA_TIERS.some((known) => known === tier))
    .map(([tier, written]) => [['service_tiers', tier], written])

function entriesOf(value: unknown): readonly unknown[] {
  const list = recordOf(value)?.['above']
  return Array.isArray(list) ? list : []
}

const NOT_ZERO: Told = { expected: 'more than zero', mend: 'set a price, or say "free: true" on the model' }
const NOT_PRICED: Told = { expected: 'no price on a free model', mend: 'take out "free: true", or the price' }

function cardFaults(value: unknown, path: readonly Step[], meaning: PriceMeaning): readonly PriceFault[] {
  const card = recordOf(value)
  if (card === undefined) return []
  const amounts = Object.entries(card).filter(([name, text]) => CLASS_OF_NAME.has(name) && typeof text === 'string' && isAmount(text))
  const zeros = amounts.flatMap(([name, text]) => {
    const isZero = parseUsd(String(text)) === 0n
    if (meaning === 'sold' && isZero) return [{ path: [...path, name], told: NOT_ZERO }]
    return meaning === 'free' && !isZero ? [{ path: [...path, name], told: NOT_PRICED }] : []
  })
  const isUnsaid = meaning === 'cost' && path.length === 0 && Object.keys(card).length === 0
  const missing = isUnsaid ? [] : missingRates(card).map((name) => ({ path: [...path, name], told: MONEY_FIELD }))
  return [...zeros, ...missing]
}

function lengthFaults(value: unknown, path: readonly Step[]): readonly PriceFault[] {
  const lengths = entriesOf(value).map((card) => recordOf(card)?.['prompt_tokens'])
  return lengths.flatMap((length, index) => {
    if (typeof length !== 'number' || lengths.indexOf(length) === index) return []
    const told = { expected: 'a length of its own', got: `${length} a second time`, mend: 'keep one card for each length' }
    return [{ path: [...path, 'above', index, 'prompt_tokens'], told }]
  })
}
