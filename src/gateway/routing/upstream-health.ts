import type { Upstream } from '../../spec/index.ts'
import type { Chance } from './breaker.ts'
import { KeyHealth } from './key-health.ts'

/** An address of an upstream, and the keys that were given for it. */
type Place = { readonly baseUrl: string; readonly keys: readonly KeyHealth[] }

const NOWHERE: Place = { baseUrl: '', keys: [] }

/** How an upstream does as a whole: its keys, and how many calls are with it. */
export class UpstreamHealth {
  readonly serial: number
  inFlight = 0
  #concurrencyMax = Number.POSITIVE_INFINITY
  #place = NOWHERE
  /** Where it was before it moved to another host. */
  #left = NOWHERE
  #keysSoFar = 0

  constructor(serial: number) {
    this.serial = serial
  }

  get keys(): readonly KeyHealth[] {
    return this.#place.keys
  }

  /** The keys for calls that go to an address: no key goes to a host that it was not given for, so calls that began before a move have those of then. */
  keysFor(baseUrl: string): readonly KeyHealth[] {
    if (isSameHost(this.#place, baseUrl)) return this.#place.keys
    return isSameHost(this.#left, baseUrl) ? this.#left.keys : []
  }

  /** Whether it may be given one more call. */
  get hasRoom(): boolean {
    return this.inFlight < this.#concurrencyMax
  }

  /** Takes over what is configured now; a key that stays keeps what is known of it. */
  learn({ baseUrl, apiKey, keyPool = [], maxConcurrency }: Upstream, chance: Chance): void {
    this.#concurrencyMax = maxConcurrency ?? Number.POSITIVE_INFINITY
    if (!isSameHost(this.#place, baseUrl)) this.#left = this.#place
    const known = new Map(this.keysFor(baseUrl).map((health) => [health.key, health]))
    const all = [...new Set([...(apiKey === undefined ? [] : [apiKey]), ...keyPool])]
    const keys: readonly (string | undefined)[] = all.length === 0 ? [undefined] : all
    this.#place = { baseUrl, keys: keys.map((key) => known.get(key) ?? new KeyHealth(key, this.#nextNumber(), chance)) }
  }

  #nextNumber(): number {
    this.#keysSoFar += 1
    return this.#keysSoFar
  }
}

const isSameHost = (place: Place, baseUrl: string): boolean =>
  place.baseUrl === baseUrl || (place !== NOWHERE && new URL(place.baseUrl).origin === new URL(baseUrl).origin)
