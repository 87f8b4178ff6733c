import { EXTRA_TIERS, type PriceClassName, type ServiceTier } from '../../spec/index.ts'
import { parseDecimal } from './decimal.ts'
import { objectOf } from './exact-json.ts'
import {
  type FigureReading,
  faultOfUncovered,
  isCharge,
  type ListedFigure,
  type ListedModel,
  type PriceReading,
  readPrice,
  readTokens,
  UNPRICED,
} from './price-list.ts'

const FIELDS: Readonly<Record<string, PriceClassName>> = {
  input: 'input',
  output: 'output',
  reasoning: 'reasoning',
  cache_read: 'cache_read',
  cache_write: 'cache_write_5m',
  input_audio: 'audio_input',
  output_audio: 'audio_output',
}

const PER_MILLION = parseDecimal('1')

/** Whether a parsed file looks like the api.json of models.dev. */
export const isModelsDev = (list: Told): boolean =>
  Object.values(list).some((provider) => objectOf(objectOf(provider)?.['models']) !== undefined)

type Told = Readonly<Record<string, unknown>>

/**
 * The models of models.dev, whose prices are USD per million tokens.
 * Source: https://github.com/anomalyco/models.dev/blob/dev/packages/core/src/schema.ts (2026-07).
 */
export const readModelsDev = (list: Told): readonly ListedModel[] =>
  Object.entries(list).flatMap(([provider, entry]) =>
    Object.entries(objectOf(objectOf(entry)?.['models']) ?? {}).flatMap(([model, told]) => readModel(provider, model, objectOf(told))),
  )

function readModel(provider: string, model: string, told: Told | undefined): readonly ListedModel[] {
  if (told === undefined) return []
  const limit = objectOf(told['limit'])
  const key = `${provider}/${model}`
  const isEmbedding = /embed/i.test(`${model} ${String(told['family'])}`)
  const outputMax = isEmbedding ? 1 : readTokens(limit?.['output'])
  return [{ key, provider, model, context: readTokens(limit?.['context']), outputMax, ...priceOf(told, isEmbedding) }]
}

function priceOf(told: Told, isEmbedding: boolean): PriceReading {
  const cost = objectOf(told['cost'])
  if (cost === undefined) {
    const hasNone = told['cost'] === undefined || told['cost'] === null
    return hasNone ? { price: UNPRICED, faults: [] } : { price: { refused: 'cost is no price' }, faults: ['cost is no price'] }
  }
  const { tiers, context_over_200k: over200k, ...base } = cost
  const parts = [
    figuresOf(base, { serviceTier: 'standard', inputAbove: 0 }),
    // The older field tells the same again, of whatever length the tiers really begin at.
    tiers === undefined || tiers === null ? figuresOver200k(over200k) : tierFigures(tiers),
    modeFigures(objectOf(told['experimental'])?.['modes']),
  ]
  return readPrice(joined(parts), {
    perMillion: PER_MILLION,
    needsBoth: !isEmbedding,
    adjust: (figures) => (isEmbedding ? figures.flatMap(embeddingFigure) : figures),
  })
}

type Card = { readonly serviceTier: ServiceTier; readonly inputAbove: number }

const joined = (parts: readonly FigureReading[]): FigureReading => ({
  figures: parts.flatMap((part) => part.figures),
  faults: parts.flatMap((part) => part.faults),
  refused: parts.find((part) => part.refused !== undefined)?.refused,
})

const refusing = (refused: string): FigureReading => ({ figures: [], faults: [], refused })

function figuresOf(cost: Told, card: Card): FigureReading {
  const read = Object.entries(cost).map(([key, value]): FigureReading => {
    const name = FIELDS[key]
    if (name !== undefined) return { figures: [{ ...card, name, value }], faults: [], refused: undefined }
    if (!isCharge(value)) return joined([])
    const field = key.slice(0, 64)
    return { ...refusing(`it prices ${field}, which no class of a price covers`), faults: faultOfUncovered(field, value) }
  })
  return joined(read)
}

function figuresOver200k(value: unknown): FigureReading {
  if (value === undefined || value === null) return joined([])
  const cost = objectOf(value)
  return cost === undefined ? refusing('context_over_200k is no price') : figuresOf(cost, { serviceTier: 'standard', inputAbove: 200_000 })
}

/** The cards of longer prompts; a tier by anything else than the length of the prompt refuses the model. */
function tierFigures(value: unknown): FigureReading {
  const unordered = 'its tiers are not by length of prompt, each length once'
  if (!Array.isArray(value)) return refusing(unordered)
  const lengths = new Set<number>()
  const read = value.map((entry): FigureReading => {
    const { tier, ...cost } = objectOf(entry) ?? {}
    const { type = 'context', size } = objectOf(tier) ?? {}
    const length = readTokens(size) ?? 0
    const figures = figuresOf(cost, { serviceTier: 'standard', inputAbove: length })
    const isNext = type === 'context' && length > 0 && !lengths.has(length)
    lengths.add(length)
    return isNext ? figures : { ...figures, refused: unordered }
  })
  return joined(read)
}

/** The cards of service tiers, which the list keeps as modes that are asked for by `service_tier`; other modes are not sold here. */
function modeFigures(value: unknown): FigureReading {
  const read = Object.values(objectOf(value) ?? {}).map((entry): FigureReading => {
    const mode = objectOf(entry)
    const asked = objectOf(objectOf(mode?.['provider'])?.['body'])?.['service_tier']
    const serviceTier = EXTRA_TIERS.find((tier) => tier === asked)
    const cost = objectOf(mode?.['cost'])
    return serviceTier === undefined || cost === undefined ? joined([]) : figuresOf(cost, { serviceTier, inputAbove: 0 })
  })
  return joined(read)
}

/** An embedding has no output to be priced. */
const embeddingFigure = (figure: ListedFigure): readonly ListedFigure[] => {
  if (figure.name === 'input') return [{ ...figure, name: 'embedding' }]
  return figure.name === 'output' && !isCharge(figure.value) ? [] : [figure]
}
