import { type Catalog, flatPrice, type Model, type Route, type Strategy, UPSTREAM_KINDS, type Upstream } from '../../spec/index.ts'
import { HealthBook } from './health-book.ts'

/** A clock that tests move, and chance that a seed gives. */
export type TestChance = {
  readonly clock: { readonly monotonic: () => number }
  readonly random: () => number
  readonly pass: (millis: number) => void
}

/** Chance from a seed: the same numbers each time. Source: mulberry32, public domain. */
export function testChance(seed = 1): TestChance {
  let at = 1_000_000
  let state = seed >>> 0
  const random = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0
    const once = Math.imul(state ^ (state >>> 15), state | 1)
    const twice = once ^ (once + Math.imul(once ^ (once >>> 7), once | 61))
    return ((twice ^ (twice >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    clock: { monotonic: () => at },
    random,
    pass: (millis) => {
      at += millis
    },
  }
}

/** A way of a test's catalogue. */
export type TestWay = { readonly target: { readonly route: Route; readonly upstream: Upstream } }

/** What differs between the ways of a test: each has an upstream of its own. */
export type TestWayOptions = Partial<Pick<Route, 'priority' | 'weight'>> & Partial<Omit<Upstream, 'serial' | 'id'>>

/** Ways with serials from 1, and a book that knows them. */
export function testWays(options: readonly TestWayOptions[], chance: TestChance, strategy: Strategy = 'priority') {
  const ways = options.map(({ priority = 1, weight = 1, ...more }, index): TestWay => {
    const serial = index + 1
    const usual = {
      kind: UPSTREAM_KINDS[0],
      baseUrl: 'http://127.0.0.1',
      apiKey: `key-${serial}-0`,
      placement: 'third_party',
      privacy: {},
    } as const
    return {
      target: {
        route: { serial, upstreamSerial: serial, upstreamModel: 'up', priority, weight, cost: undefined },
        upstream: { ...usual, ...more, serial, id: `u${serial}` },
      },
    }
  })
  const health = new HealthBook(chance)
  const catalog = testCatalog(ways, strategy)
  health.learn(catalog)
  return { ways, health, catalog }
}

/** A catalogue with one model over ways. */
export function testCatalog(ways: readonly TestWay[], strategy: Strategy): Catalog {
  const routes = ways.map(({ target }) => target.route)
  const limits = { context: 1_000, outputMax: 100, createdAt: 0, priceVersion: 1, price: flatPrice({ input: 1n, output: 1n }) }
  const model: Model = { serial: 1, id: 'm', ...limits, strategy, routes }
  return { version: 1, upstreams: ways.map(({ target }) => target.upstream), models: [model], unpriced: [] }
}
