import { fail } from '../failures.ts'
import type { ModelView, Protocol } from '../protocols/index.ts'
import { type Model, showPrice } from '../spec/index.ts'
import type { Caller } from './callers.ts'
import type { Gateway, IndexedCatalog } from './gateway.ts'

/** Who asks for models, in which protocol, and for which one; `id` is still percent-encoded. */
export type ModelsQuestion = { readonly protocol: Protocol; readonly caller: Caller; readonly id: string | undefined }

/**
 * The models a caller may use over routes that its key may take, or one of them, with price, bounds and the privacy label of each route.
 * Fails with model_unknown, unavailable.
 */
export function listModels(gateway: Gateway, { protocol, caller, id }: ModelsQuestion): Buffer {
  const indexed = gateway.catalog ?? fail('unavailable', { seconds: 1 })
  const views = indexed.catalog.models
    .filter((model) => caller.models === undefined || caller.models.has(model.serial))
    .map((model) => viewOf(indexed, model, caller))
    .filter((view) => view.routes.length > 0)
  if (id === undefined) return Buffer.from(JSON.stringify(protocol.presentModels.list(views)))
  const name = decoded(id)
  return Buffer.from(JSON.stringify(protocol.presentModels.one(views.find((view) => view.id === name) ?? fail('model_unknown'))))
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return fail('model_unknown')
  }
}

const viewOf = (indexed: IndexedCatalog, model: Model, { upstreams }: Caller): ModelView => ({
  id: model.id,
  createdAt: model.createdAt,
  context: model.context,
  outputMax: model.outputMax,
  price: showPrice(model.price),
  routes: model.routes
    .filter((route) => upstreams?.has(route.upstreamSerial) !== false)
    .map((route) => {
      const upstream = indexed.upstreamBySerial.get(route.upstreamSerial)
      return { upstream: upstream?.id ?? 'unknown', placement: upstream?.placement ?? 'third_party', privacy: upstream?.privacy ?? {} }
    }),
})
