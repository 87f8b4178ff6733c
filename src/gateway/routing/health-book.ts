import type { Catalog, Route } from '../../spec/index.ts'
import { Attempt } from './attempt.ts'
import type { Chance } from './breaker.ts'
import type { KeyHealth } from './key-health.ts'
import { RouteHealth } from './route-health.ts'
import { UpstreamHealth } from './upstream-health.ts'

/** How every route and upstream of the catalogue does, as this process sees it; what leaves the catalogue is forgotten. */
export class HealthBook {
  readonly chance: Chance
  readonly #routes = new Map<number, RouteHealth>()
  readonly #upstreams = new Map<number, UpstreamHealth>()

  constructor(chance: Chance) {
    this.chance = chance
  }

  get routes(): Iterable<RouteHealth> {
    return this.#routes.values()
  }

  get upstreams(): Iterable<UpstreamHealth> {
    return this.#upstreams.values()
  }

  /** Takes over a catalogue. */
  learn({ models, upstreams }: Catalog): void {
    const routes = new Set(models.flatMap((model) => model.routes.map(({ serial }) => serial)))
    for (const serial of this.#routes.keys()) if (!routes.has(serial)) this.#routes.delete(serial)
    for (const serial of routes) if (!this.#routes.has(serial)) this.#routes.set(serial, new RouteHealth(serial, this.chance))
    const serials = new Set(upstreams.map(({ serial }) => serial))
    for (const serial of this.#upstreams.keys()) if (!serials.has(serial)) this.#upstreams.delete(serial)
    for (const upstream of upstreams) {
      const health = this.#upstreams.get(upstream.serial) ?? new UpstreamHealth(upstream.serial)
      health.learn(upstream, this.chance)
      this.#upstreams.set(upstream.serial, health)
      for (const key of health.keys) key.keepRoutes(routes)
    }
  }

  /** A call that began under an older catalogue may ask for a route that is no more: it gets one of its own, which nobody keeps. */
  route({ serial }: Pick<Route, 'serial'>): RouteHealth {
    return this.#routes.get(serial) ?? new RouteHealth(serial, this.chance)
  }

  /** Likewise for upstreams; such a one has no key, so it is not called. */
  upstream(serial: number): UpstreamHealth {
    return this.#upstreams.get(serial) ?? new UpstreamHealth(serial)
  }

  /** A try of a call begins. */
  begin(route: Route, key: KeyHealth, isStream: boolean): Attempt {
    return new Attempt({ route: this.route(route), upstream: this.upstream(route.upstreamSerial), key }, isStream)
  }
}
