import type { TroubleKind } from '../../spec/index.ts'
import { Breaker, type BreakerRule, type Chance } from './breaker.ts'
import { PeakEwma } from './peak-ewma.ts'

/** Where there is another way, a route that fails is passed over soon and tried again soon: to try costs a customer some milliseconds. */
const ROUTE_RULE: BreakerRule = { inRow: 5, inWindow: 10, restMs: 1_000, restMsMax: 30_000 }

/** How one route does, as this process sees it. */
export class RouteHealth {
  readonly serial: number
  readonly breaker: Breaker
  inFlight = 0
  lastTrouble: TroubleKind = 'none'
  /** Attempts so far, those that failed, and answers that named another model than was asked for. */
  attempts = 0
  failures = 0
  otherModels = 0
  /** Time to the first byte; answers that come whole have theirs when they are made, so the two are kept apart. */
  readonly #streamed: PeakEwma
  readonly #whole: PeakEwma

  constructor(serial: number, chance: Chance) {
    this.serial = serial
    this.breaker = new Breaker(ROUTE_RULE, chance)
    this.#streamed = new PeakEwma(chance.clock)
    this.#whole = new PeakEwma(chance.clock)
  }

  /** `now`: the time of the monotonic clock, where it is at hand. */
  observe(isStream: boolean, millis: number, now?: number): void {
    this.#of(isStream).observe(millis, now)
  }

  /** Milliseconds to the first byte lately. */
  latencyMs(isStream: boolean): number {
    return this.#of(isStream).value
  }

  #of(isStream: boolean): PeakEwma {
    return isStream ? this.#streamed : this.#whole
  }
}
