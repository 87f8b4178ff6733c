import type { Catalog } from '../spec/index.ts'

/** What a route is called: the model that customers ask for and the upstream that answers, both by id. */
export type RouteName = { readonly model: string; readonly upstream: string }

/** Names of routes by their serials; those of routes that are gone stay, as calls of them are still settled. */
export class RouteNames {
  readonly #names = new Map<number, RouteName>()

  /** Learns the routes of a catalogue. */
  learn({ models, upstreams }: Pick<Catalog, 'models' | 'upstreams'>): void {
    const ids = new Map(upstreams.map(({ serial, id }) => [serial, id]))
    for (const model of models)
      for (const { serial, upstreamSerial } of model.routes) {
        const upstream = ids.get(upstreamSerial)
        if (upstream !== undefined) this.#names.set(serial, { model: model.id, upstream })
      }
  }

  /** The name of a route; undefined for one that was never seen, such as that of a call that met none. */
  of(routeSerial: number): RouteName | undefined {
    return this.#names.get(routeSerial)
  }
}
