import type { TroubleKind } from '../../spec/index.ts'
import { Breaker, type BreakerRule, type Chance } from './breaker.ts'

/** A key that is not taken, or without money: the operator has to do something, so it rests for long; calls that have no other try it all the same. */
const KEY_RULE: BreakerRule = { inRow: 3, inWindow: 10, restMs: 5_000, restMsMax: 300_000 }

type Cool = { readonly until: number; readonly isTold: boolean }

/** How one key of an upstream does; `key` is undefined for upstreams that want none. */
export class KeyHealth {
  readonly key: string | undefined
  /** Stays with the key while this process lives. */
  readonly number: number
  /** Opened by what speaks against the key everywhere: refused, or without money. */
  readonly breaker: Breaker
  /** Whose it is, as the upstream names that; undefined until it did. */
  account: string | undefined
  inFlight = 0
  lastTrouble: TroubleKind = 'none'
  readonly #chance: Chance
  /** Until when it rests for a route, by the route's serial: limits are counted by key and model. */
  readonly #cools = new Map<number, Cool>()

  constructor(key: string | undefined, number: number, chance: Chance) {
    this.key = key
    this.number = number
    this.#chance = chance
    this.breaker = new Breaker(KEY_RULE, chance)
  }

  /** Does not use the key for a route for so long; `isTold`: because the upstream said how long. */
  cool(routeSerial: number, { millis, isTold }: { readonly millis: number; readonly isTold: boolean }): void {
    const until = this.#chance.clock.monotonic() + millis
    const known = this.#cools.get(routeSerial)
    if (known === undefined || until > known.until || (isTold && !known.isTold)) this.#cools.set(routeSerial, { until, isTold })
  }

  /** Milliseconds until a route may use it again; 0 when it may now. */
  coolMsLeft(routeSerial: number): number {
    const cool = this.#cools.get(routeSerial)
    if (cool === undefined) return 0
    const left = cool.until - this.#chance.clock.monotonic()
    if (left > 0) return left
    this.#cools.delete(routeSerial)
    return 0
  }

  /** Whether the upstream said that a route may not use it yet; a rest of our own guess is no reason to refuse a call. */
  isToldToRest(routeSerial: number): boolean {
    return this.coolMsLeft(routeSerial) > 0 && this.#cools.get(routeSerial)?.isTold === true
  }

  /** Forgets routes that are no more. */
  keepRoutes(serials: ReadonlySet<number>): void {
    for (const serial of this.#cools.keys()) if (!serials.has(serial)) this.#cools.delete(serial)
  }
}
