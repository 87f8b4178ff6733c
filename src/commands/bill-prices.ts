import type { PublishedPrice } from '../api/contract/index.ts'
import { formatUsd, type NanoUsd, parseUsd } from '../lib/index.ts'
import { NAMED_CLASSES, type Price, type RateCard, type UsageClass, ZERO_RATES } from '../spec/index.ts'

/** A price version as a bill or the published list tells it; `heldFrom` is undefined in a bill from before that was told. */
export type ToldPrice = {
  readonly version: number
  readonly model: string
  readonly price: Price
  readonly effectiveAt: number | undefined
  /** When it could be asked at the earliest: it was effective and it was written. Milliseconds. */
  readonly heldFrom: number | undefined
}

/** A published price, read; a text where it says what is wrong with it. */
export function readListedPrice(listed: PublishedPrice): ToldPrice | string {
  const cards = listed.cards.map(readCard)
  const [effectiveAt, createdAt] = [Date.parse(listed.effective_at), Date.parse(listed.created_at)]
  const wrong = cards.find((card) => typeof card === 'string')
  if (wrong !== undefined) return wrong
  if (Number.isNaN(effectiveAt) || Number.isNaN(createdAt)) return 'a time is none'
  const price = cards.filter((card) => typeof card !== 'string')
  const places = new Set(price.map(placeOf))
  if (places.size < price.length) return 'two cards for the same calls'
  if (!places.has(BASE)) return 'no card for standard service and any prompt'
  return { version: listed.version, model: listed.model, price, effectiveAt, heldFrom: Math.max(effectiveAt, createdAt) }
}

/** What is different between two tellings of one price version. */
export function differencesOf(told: ToldPrice, right: ToldPrice): readonly string[] {
  const places = [...new Set([...told.price, ...right.price].map(placeOf))]
  const isOtherTime = told.effectiveAt !== undefined && right.effectiveAt !== undefined && told.effectiveAt !== right.effectiveAt
  return [
    ...(told.model === right.model ? [] : [`it is for ${told.model}, not for ${right.model}`]),
    ...(isOtherTime ? [`it holds from ${timeOf(told.effectiveAt)}, not from ${timeOf(right.effectiveAt)}`] : []),
    ...places.flatMap((place) => cardDifferences(place, cardAt(told.price, place), cardAt(right.price, place))),
  ]
}

/** A version takes effect on all nodes within this time, and their clocks are so close: within it the one before is right as well. */
const CHANGE_MS = 60_000

/** Whether a version could be the one that held when a call began, as far as `others` tell. */
export function timeProblems(told: ToldPrice, at: string, others: Iterable<ToldPrice>): readonly string[] {
  const began = Date.parse(at)
  if (Number.isNaN(began)) return ['its time is none']
  if (told.heldFrom === undefined) return []
  if (told.heldFrom > began + CHANGE_MS) return [`price version ${told.version} did not hold before ${timeOf(told.heldFrom)}`]
  for (const other of others) {
    if (other.model === told.model && isAfter(other, told) && other.heldFrom !== undefined && other.heldFrom <= began - CHANGE_MS)
      return [`price version ${other.version} held from ${timeOf(other.heldFrom)} instead of ${told.version}`]
  }
  return []
}

/** The version that holds is the latest one whose time has come, of two at a time the one that was written later. */
function isAfter(other: ToldPrice, told: ToldPrice): boolean {
  if (other.version === told.version) return false
  const [theirs, ours] = [other.effectiveAt ?? 0, told.effectiveAt ?? 0]
  return theirs === ours ? other.version > told.version : theirs > ours
}

function readCard({
  service_tier: serviceTier,
  prompt_above: inputAbove,
  rates: told,
}: PublishedPrice['cards'][number]): RateCard | string {
  const rates: Record<UsageClass, NanoUsd> = { ...ZERO_RATES }
  for (const { class: key, name } of NAMED_CLASSES) {
    const amount = parseUsd(told[name])
    if (amount === undefined) return `the rate of ${name} is no amount`
    rates[key] = amount
  }
  return { serviceTier, inputAbove, rates }
}

const BASE = 'standard'
const placeOf = ({ serviceTier, inputAbove }: RateCard): string => (inputAbove === 0 ? serviceTier : `${serviceTier} above ${inputAbove}`)
const cardAt = (price: Price, place: string): RateCard | undefined => price.find((card) => placeOf(card) === place)

function cardDifferences(place: string, told: RateCard | undefined, right: RateCard | undefined): readonly string[] {
  if (told === undefined || right === undefined) return [`the card for ${place} is ${told === undefined ? 'missing' : 'made up'}`]
  return NAMED_CLASSES.flatMap(({ class: key, name }) =>
    told.rates[key] === right.rates[key] ? [] : [`${name} (${place}) is ${formatUsd(told.rates[key])}, not ${formatUsd(right.rates[key])}`],
  )
}

const timeOf = (millis: number | undefined): string => (millis === undefined ? 'none' : new Date(millis).toISOString())
