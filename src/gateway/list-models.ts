import type { IncomingMessage } from 'node:http'
import { fail } from '../failures.ts'
import { formatUsd, isoTime } from '../lib/index.ts'
import type { Model } from '../spec/index.ts'
import type { Caller } from './callers.ts'
import type { Gateway, IndexedCatalog } from './gateway.ts'

export type ModelsQuestion = { readonly request: IncomingMessage; readonly caller: Caller; readonly id: string | undefined }

/**
 * The models a caller may use, or one of them, in the shape its SDK expects: Anthropic's where the request names that API's version,
 * OpenAI's otherwise, with price, bounds and the privacy label of each route. Fails with model_unknown, unavailable.
 */
export function listModels(gateway: Gateway, { request, caller, id }: ModelsQuestion): Buffer {
  const indexed = gateway.catalog ?? fail('unavailable', { seconds: 1 })
  const isAnthropic = request.headers['anthropic-version'] !== undefined
  const present = isAnthropic ? presentAnthropic : (model: Model) => presentOpenai(indexed, model)
  const models = indexed.catalog.models.filter((model) => caller.models === undefined || caller.models.has(model.serial))
  if (id !== undefined) {
    const found = models.find((model) => model.id === decoded(id)) ?? fail('model_unknown')
    return Buffer.from(JSON.stringify(present(found)))
  }
  const data = models.map(present)
  const ends = { first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null, has_more: false }
  return Buffer.from(JSON.stringify(isAnthropic ? { data, ...ends } : { object: 'list', data }))
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return fail('model_unknown')
  }
}

const presentAnthropic = (model: Model): object => ({
  type: 'model',
  id: model.id,
  display_name: model.id,
  created_at: isoTime(model.createdAt * 1000),
})

const presentOpenai = (indexed: IndexedCatalog, model: Model): object => ({
  id: model.id,
  object: 'model',
  created: model.createdAt,
  owned_by: 'farebox',
  context_length: model.context,
  max_output_tokens: model.outputMax,
  price_usd_per_million_tokens: {
    input: formatUsd(model.rates.input),
    output: formatUsd(model.rates.output),
    cache_read: formatUsd(model.rates.cacheRead),
    cache_write_5m: formatUsd(model.rates.cacheWrite5m),
    cache_write_1h: formatUsd(model.rates.cacheWrite1h),
  },
  routes: model.routes.map((route) => {
    const upstream = indexed.upstreamBySerial.get(route.upstreamSerial)
    return { upstream: upstream?.id ?? 'unknown', placement: upstream?.placement ?? 'third_party', privacy: upstream?.privacy ?? {} }
  }),
})
