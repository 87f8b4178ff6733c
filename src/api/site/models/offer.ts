import { KNOWN_UPSTREAMS, listModels, listUpstreams, type ModelView } from '../../../catalog/index.ts'
import type { Database } from '../../../db/index.ts'
import type { PolicyDesk, Subprocessor } from '../../../privacy/index.ts'
import type { WrittenPrice } from '../../../spec/index.ts'

/** Where a model runs: an upstream by its id, with what is known of it; `isSimulated` is the sandbox. */
export type OfferedRoute = Subprocessor & { readonly isSimulated: boolean }

/** A model that is offered, as anybody may see it. */
export type Offer = {
  readonly id: string
  readonly context: number
  readonly outputMax: number
  /** Undefined: it has none and cannot be called. */
  readonly price: WrittenPrice | undefined
  readonly priceVersion: number | undefined
  /** What its maker asks, as this release knows it. */
  readonly official: WrittenPrice | undefined
  /** In the order they are tried, each upstream once. */
  readonly routes: readonly OfferedRoute[]
}

/** What offers are read from. */
export type OfferSource = { readonly appDatabase: Database; readonly policy: PolicyDesk }

/** Every model that can be called, by id. What upstreams ask of the house is not part of it. */
export async function readOffers({ appDatabase, policy }: OfferSource): Promise<readonly Offer[]> {
  const [models, upstreams, { upstreams: known, held }] = await Promise.all([
    listModels(appDatabase),
    listUpstreams(appDatabase),
    policy.subprocessors(),
  ])
  const isHeld = (upstream: string): boolean => held.some(({ label }) => label.name === upstream)
  const byName = new Map(known.map((one) => [one.name, one]))
  const simulated = new Set(upstreams.filter(({ source }) => source === 'sandbox').map(({ id }) => id))
  const routeOf = (id: string): OfferedRoute => ({ ...(byName.get(id) ?? unknownRoute(id)), isSimulated: simulated.has(id) })
  return models
    .filter(({ is_active: isActive }) => isActive)
    .flatMap((model) => {
      const routes = model.routes.filter(({ is_active: isActive, upstream }) => isActive && !isHeld(upstream))
      if (routes.length === 0) return []
      return [{ ...offerOf(model), routes: [...new Set(routes.map(({ upstream }) => upstream))].map(routeOf) }]
    })
}

const offerOf = (model: ModelView): Omit<Offer, 'routes'> => ({
  id: model.id,
  context: model.context,
  outputMax: model.output_max,
  price: model.price ?? undefined,
  priceVersion: model.price_version ?? undefined,
  official: officialPriceOf([model.id, ...model.routes.flatMap(({ model: name, is_active: isActive }) => (isActive ? [name] : []))]),
})

/** Providers that serve models of others; what they ask is not what its maker asks. */
const RESELLERS: ReadonlySet<string> = new Set(['groq', 'openrouter', 'together', 'fireworks'])

/** What the maker of a model publishes, by any of its names; undefined where this release does not know. */
function officialPriceOf(names: readonly string[]): WrittenPrice | undefined {
  const makers = KNOWN_UPSTREAMS.filter(({ id }) => !RESELLERS.has(id))
  return makers.flatMap(({ models }) => models).find((known) => names.includes(known.id) || names.includes(known.upstreamModel ?? known.id))
    ?.price
}

const unknownRoute = (id: string): Subprocessor => ({
  ...{ name: id, host: 'unknown', placement: 'third_party' as const, country: undefined, retention: undefined, training: undefined },
  ...{ evidence: undefined, checked: undefined, isStale: true, fetchesUrls: false },
})
