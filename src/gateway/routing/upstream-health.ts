import type { Upstream } from '../../spec/index.ts'
import type { Chance } from './breaker.ts'
import { KeyHealth } from './key-health.ts'

/** How an upstream does as a whole: its keys, and how many calls are with it. */
export class UpstreamHealth {
  readonly serial: number
  inFlight = 0
  #concurrencyMax = Number.POSITIVE_INFINITY
  #keys: readonly KeyHealth[] = []
  #keysSoFar = 0

  constructor(serial: number) {
    this.serial = serial
  }

  get keys(): readonly KeyHealth[] {
    return this.#keys
  }

  /** Whether it may be given one more call. */
  get hasRoom(): boolean {
    return this.inFlight < this.#concurrencyMax
  }

  /** Takes over what is configured now; a key that stays keeps what is known of it. */
  learn({ apiKey, keyPool = [], maxConcurrency }: Upstream, chance: Chance): void {
    this.#concurrencyMax = maxConcurrency ?? Number.POSITIVE_INFINITY
    const known = new Map(this.#keys.map((health) => [health.key, health]))
    const all = [...new Set([...(apiKey === undefined ? [] : [apiKey]), ...keyPool])]
    const keys: readonly (string | undefined)[] = all.length === 0 ? [undefined] : all
    this.#keys = keys.map((key) => known.get(key) ?? new KeyHealth(key, this.#nextNumber(), chance))
  }

  #nextNumber(): number {
    this.#keysSoFar += 1
    return this.#keysSoFar
  }
}
