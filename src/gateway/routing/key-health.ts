import type { TroubleKind } from '../../spec/index.ts'
import { Breaker, type BreakerRule, type Chance } from './breaker.ts'

/** A key that is not taken, or without money: the operator has to do something, so it rests for long; calls that have no other try it all the same. */
const KEY_RULE: BreakerRule = { inRow: 3, inWindow: 10, restMs: 5_000, restMsMax: 300_000 }

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
  readonly #coolUntil = new Map<number, number>()

  constructor(key: string | undefined, number: number, chance: Chance) {
    this.key = key
    this.number = number
    this.#chance = chance
    this.breaker = new Breaker(KEY_RULE, chance)
  }

  /** Does not use the key for a route for so long. */
  cool(routeSerial: number, millis: number): void {
    const until = this.#chance.clock.monotonic() + millis
    this.#coolUntil.set(routeSerial, Math.max(until, this.#coolUntil.get(routeSerial) ?? 0))
  }

  /** Milliseconds until a route may use it again; 0 when it may now. */
  coolMsLeft(routeSerial: number): number {
    const until = this.#coolUntil.get(routeSerial)
    if (until === undefined) return 0
    const left = until - this.#chance.clock.monotonic()
    if (left > 0) return left
    this.#coolUntil.delete(routeSerial)
    return 0
  }

  /** Forgets routes that are no more. */
  keepRoutes(serials: ReadonlySet<number>): void {
    for (const serial of this.#coolUntil.keys()) if (!serials.has(serial)) this.#coolUntil.delete(serial)
  }
}
