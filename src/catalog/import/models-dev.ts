import { EXTRA_TIERS, type PriceClassName, type ServiceTier } from '../../spec/index.ts'
import { parseDecimal } from './decimal.ts'
import { objectOf } from './exact-json.ts'
import { isCharge, type ListedFigure, type ListedModel, type ListedPrice, type Refused, readPrice, readTokens } from './price-list.ts'

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
  const price = priceOf(told, isEmbedding)
  const outputMax = isEmbedding ? 1 : readTokens(limit?.['output'])
  return [{ key, provider, model, context: readTokens(limit?.['context']), outputMax, price }]
}

function priceOf(told: Told, isEmbedding: boolean): ListedPrice | Refused {
  const cost = objectOf(told['cost'])
  if (cost === undefined) return { refused: 'input is missing' }
  const { tiers, context_over_200k: over200k, ...base } = cost
  const parts = [
    figuresOf(base, { serviceTier: 'standard', inputAbove: 0 }),
    // The older field tells the same again, of whatever length the tiers really begin at.
    tiers === undefined || tiers === null ? figuresOver200k(over200k) : tierFigures(tiers),
    modeFigures(objectOf(told['experimental'])?.['modes']),
  ]
  const refused = parts.find((part) => 'refused' in part)
  if (refused !== undefined && 'refused' in refused) return refused
  const figures = parts.flatMap((part) => ('refused' in part ? [] : part))
  return readPrice(isEmbedding ? figures.flatMap(embeddingFigure) : figures, PER_MILLION)
}

type Card = { readonly serviceTier: ServiceTier; readonly inputAbove: number }

function figuresOf(cost: Told, card: Card): readonly ListedFigure[] | Refused {
  const figures: ListedFigure[] = []
  for (const [key, value] of Object.entries(cost)) {
    const name = FIELDS[key]
    if (name !== undefined) figures.push({ ...card, name, value })
    else if (isCharge(value)) return { refused: `it prices ${key.slice(0, 64)}, which no class of a price covers` }
  }
  return figures
}

function figuresOver200k(value: unknown): readonly ListedFigure[] | Refused {
  if (value === undefined || value === null) return []
  const cost = objectOf(value)
  return cost === undefined
    ? { refused: 'context_over_200k is no price' }
    : figuresOf(cost, { serviceTier: 'standard', inputAbove: 200_000 })
}

/** The cards of longer prompts; a tier by anything else than the length of the prompt refuses the model. */
function tierFigures(value: unknown): readonly ListedFigure[] | Refused {
  const refused = { refused: 'its tiers are not by length of prompt, each length once' }
  if (!Array.isArray(value)) return refused
  const figures: ListedFigure[] = []
  const lengths = new Set<number>()
  for (const entry of value) {
    const { tier, ...cost } = objectOf(entry) ?? {}
    const { type = 'context', size } = objectOf(tier) ?? {}
    const length = readTokens(size)
    if (type !== 'context' || length === undefined || lengths.has(length)) return refused
    lengths.add(length)
    const read = figuresOf(cost, { serviceTier: 'standard', inputAbove: length })
    if ('refused' in read) return read
    figures.push(...read)
  }
  return figures
}

/** The cards of service tiers, which the list keeps as modes that are asked for by `service_tier`; other modes are not sold here. */
function modeFigures(value: unknown): readonly ListedFigure[] | Refused {
  const figures: ListedFigure[] = []
  for (const mode of Object.values(objectOf(value) ?? {}).map(objectOf)) {
    const asked = objectOf(objectOf(mode?.['provider'])?.['body'])?.['service_tier']
    const serviceTier = EXTRA_TIERS.find((tier) => tier === asked)
    const cost = objectOf(mode?.['cost'])
    if (serviceTier === undefined || cost === undefined) continue
    const read = figuresOf(cost, { serviceTier, inputAbove: 0 })
    if ('refused' in read) return read
    figures.push(...read)
  }
  return figures
}

/** An embedding has no output to be priced. */
const embeddingFigure = (figure: ListedFigure): readonly ListedFigure[] => {
  if (figure.name === 'input') return [{ ...figure, name: 'embedding' }]
  return figure.name === 'output' && !isCharge(figure.value) ? [] : [figure]
}
