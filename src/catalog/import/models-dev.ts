import { parseDecimal } from './decimal.ts'
import { ExactNumber, objectOf } from './exact-json.ts'
import { isAbove, type ListedModel, type ListedPrice, type PriceFields, type Refused, readPrice, readTokens } from './price-list.ts'

const PRICES: PriceFields = {
  fields: { input: 'input', output: 'output', cache_read: 'cache_read', cache_write_5m: 'cache_write' },
  perMillion: parseDecimal('1'),
}

/** Whether a parsed file looks like the api.json of models.dev. */
export const isModelsDev = (list: Readonly<Record<string, unknown>>): boolean =>
  Object.values(list).some((provider) => objectOf(objectOf(provider)?.['models']) !== undefined)

/**
 * The models of models.dev, whose prices are USD per million tokens.
 * Source: https://github.com/anomalyco/models.dev/blob/dev/packages/core/src/schema.ts (2026-11).
 */
export const readModelsDev = (list: Readonly<Record<string, unknown>>): readonly ListedModel[] =>
  Object.entries(list).flatMap(([provider, entry]) =>
    Object.entries(objectOf(objectOf(entry)?.['models']) ?? {}).flatMap(([model, told]) => readModel(provider, model, objectOf(told))),
  )

function readModel(provider: string, model: string, told: Readonly<Record<string, unknown>> | undefined): readonly ListedModel[] {
  if (told === undefined) return []
  const limit = objectOf(told['limit'])
  const price = coveredPrice(objectOf(told['cost']))
  const key = `${provider}/${model}`
  return [{ key, provider, model, context: readTokens(limit?.['context']), outputMax: readTokens(limit?.['output']), price }]
}

function coveredPrice(cost: Readonly<Record<string, unknown>> | undefined): ListedPrice | Refused {
  if (cost === undefined) return { refused: 'input is missing' }
  const price = readPrice(cost, PRICES)
  if ('refused' in price) return price
  // Whatever is no plain number prices something by a condition, such as context_over_200k.
  const hasTiers = Object.values(cost).some((value) => typeof value === 'object' && value !== null && !(value instanceof ExactNumber))
  if (hasTiers) return { refused: 'it asks by length of prompt, which one price per class cannot cover' }
  if (isAbove(cost['reasoning'], price.output, PRICES.perMillion)) return { refused: 'it asks more for reasoning than for output' }
  return price
}
