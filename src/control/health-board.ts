import type { GatewayMessage } from '../channel/index.ts'
import type { Clock } from '../lib/index.ts'
import { BREAKER_STATES, type Catalog, type PartHealth, type RouteHealthView, TROUBLES, type UpstreamHealthView } from '../spec/index.ts'

type RouteTold = GatewayMessage<'routeHealth'>
type KeyTold = GatewayMessage<'keyHealth'>
/** What was told, and when by the clock. */
type Heard<Told> = { readonly told: Told; readonly at: number }
type GatewayHealth = { readonly routes: Map<number, Heard<RouteTold>>; readonly keys: Map<string, Heard<KeyTold>> }
type Counts = { attempts: number; failures: number; otherModels: number }

/** How routes and keys do, as the gateways of this node tell it; of what is not in the catalogue nothing is kept. */
export class HealthBoard {
  readonly #clock: Pick<Clock, 'now'>
  readonly #gateways = new Map<string, GatewayHealth>()
  /** Counts of gateways that are gone, by the serial of a route. */
  readonly #past = new Map<number, Counts>()
  #catalog: Catalog = { version: 0, upstreams: [], models: [], unpriced: [] }
  #routes: ReadonlySet<number> = new Set()
  /** How many keys each upstream has, by its serial. */
  #keyCounts: ReadonlyMap<number, number> = new Map()

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  learn(catalog: Catalog): void {
    this.#catalog = catalog
    this.#routes = new Set(catalog.models.flatMap(({ routes }) => routes.map(({ serial }) => serial)))
    this.#keyCounts = new Map(catalog.upstreams.map(({ serial, keyPool = [] }) => [serial, keyPool.length + 1]))
    for (const serial of this.#past.keys()) if (!this.#routes.has(serial)) this.#past.delete(serial)
    for (const { routes, keys } of this.#gateways.values()) {
      for (const serial of routes.keys()) if (!this.#routes.has(serial)) routes.delete(serial)
      for (const [name, { told }] of keys) if (!this.#hasKey(told)) keys.delete(name)
    }
  }

  hearRoute(gatewayId: string, told: RouteTold): void {
    if (this.#routes.has(told.routeSerial)) this.#of(gatewayId).routes.set(told.routeSerial, { told, at: this.#clock.now() })
  }

  hearKey(gatewayId: string, told: KeyTold): void {
    if (!this.#hasKey(told)) return
    this.#of(gatewayId).keys.set(`${told.upstreamSerial}/${told.keyIndex}`, { told, at: this.#clock.now() })
  }

  /** A gateway is gone: what it counted stays, how things were with it does not. */
  forget(gatewayId: string): void {
    for (const { told } of this.#gateways.get(gatewayId)?.routes.values() ?? []) {
      const { attempts, failures, otherModels } = this.#past.get(told.routeSerial) ?? NO_COUNTS
      this.#past.set(told.routeSerial, {
        attempts: attempts + told.attempts,
        failures: failures + told.failures,
        otherModels: otherModels + told.otherModels,
      })
    }
    this.#gateways.delete(gatewayId)
  }

  /** How every upstream of the catalogue does, by its id. */
  report(): ReadonlyMap<string, UpstreamHealthView> {
    return new Map(this.#catalog.upstreams.map(({ id, serial }) => [id, this.#viewOf(serial)]))
  }

  #viewOf(upstreamSerial: number): UpstreamHealthView {
    const routes = this.#catalog.models.flatMap((model) =>
      model.routes
        .filter((route) => route.upstreamSerial === upstreamSerial)
        .map((route) => this.#routeView(route.serial, { model: model.id, upstream_model: route.upstreamModel })),
    )
    const keys = this.#keyViews(upstreamSerial)
    return { ...worstOf([...routes, ...keys]), in_flight: sumOf(routes, ({ in_flight }) => in_flight), routes, keys }
  }

  #routeView(serial: number, names: Pick<RouteHealthView, 'model' | 'upstream_model'>): RouteHealthView {
    const heard = [...this.#gateways.values()].flatMap(({ routes }) => routes.get(serial) ?? [])
    const past = this.#past.get(serial) ?? NO_COUNTS
    return {
      ...names,
      ...partOf(heard),
      latency_ms: Math.max(0, ...heard.map(({ told }) => told.latencyMs)),
      attempts: past.attempts + sumOf(heard, ({ told }) => told.attempts),
      failures: past.failures + sumOf(heard, ({ told }) => told.failures),
      other_models: past.otherModels + sumOf(heard, ({ told }) => told.otherModels),
    }
  }

  #keyViews(upstreamSerial: number): UpstreamHealthView['keys'] {
    const heard = [...this.#gateways.values()].flatMap(({ keys }) =>
      [...keys.values()].filter(({ told }) => told.upstreamSerial === upstreamSerial),
    )
    const byIndex = Map.groupBy(heard, ({ told }) => told.keyIndex)
    return [...byIndex].toSorted(([a], [b]) => a - b).map(([key, told]) => ({ key, ...partOf(told) }))
  }

  #hasKey({ upstreamSerial, keyIndex }: KeyTold): boolean {
    return keyIndex < (this.#keyCounts.get(upstreamSerial) ?? 0)
  }

  #of(gatewayId: string): GatewayHealth {
    const known = this.#gateways.get(gatewayId) ?? { routes: new Map(), keys: new Map() }
    this.#gateways.set(gatewayId, known)
    return known
  }
}

const NO_COUNTS: Readonly<Counts> = { attempts: 0, failures: 0, otherModels: 0 }

const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number => items.reduce((sum, item) => sum + of(item), 0)

type PartTold = Pick<RouteTold, 'state' | 'restMs' | 'inFlight' | 'lastTrouble'>

/** What several gateways tell of one part: the worst state, the longest rest, the latest trouble. */
function partOf(heard: readonly Heard<PartTold>[]): PartHealth {
  return worstOf(
    heard
      .toSorted((a, b) => a.at - b.at)
      .map(({ told, at }) => ({
        state: BREAKER_STATES[told.state] ?? 'closed',
        in_flight: told.inFlight,
        last_trouble: TROUBLES[told.lastTrouble] ?? 'none',
        open_until: told.restMs === 0 ? null : new Date(at + told.restMs),
      })),
  )
}

function worstOf(parts: readonly PartHealth[]): PartHealth {
  const states = parts.map(({ state }) => BREAKER_STATES.indexOf(state))
  const rests = parts.flatMap(({ open_until }) => open_until?.getTime() ?? [])
  return {
    state: BREAKER_STATES[Math.max(0, ...states)] ?? 'closed',
    in_flight: sumOf(parts, ({ in_flight }) => in_flight),
    last_trouble: parts.findLast(({ last_trouble }) => last_trouble !== 'none')?.last_trouble ?? 'none',
    open_until: rests.length === 0 ? null : new Date(Math.max(...rests)),
  }
}
