import { type Failure, failure } from '../../failures.ts'
import type { HealthBook } from './health-book.ts'
import type { KeyHealth } from './key-health.ts'
import type { Routed } from './order-ways.ts'
import { rendezvous } from './rendezvous.ts'
import type { Trouble } from './trouble.ts'
import type { UpstreamHealth } from './upstream-health.ts'

/** Where a call goes next, after so many milliseconds. */
export type Stop<Item> = { readonly item: Item; readonly key: KeyHealth; readonly waitMs: number }

/** What an itinerary is made of. `untilMs`: a time of the monotonic clock after which no try begins. */
export type Journey<Item> = {
  readonly health: HealthBook
  /** In the order in which to try them. */
  readonly ways: readonly Item[]
  /** Stands for the prompt's beginning, so that it meets the same key again. */
  readonly tag: number | undefined
  readonly untilMs: number
}

type Visit<Item> = { readonly item: Item; readonly upstream: UpstreamHealth; tried: readonly KeyHealth[]; isGivenUp: boolean }

/** A stop, and the way that it is on. */
type Found<Item> = Stop<Item> & { readonly visit: Visit<Item> }

const NONE: readonly KeyHealth[] = []

const ATTEMPTS_MAX = 6
const RETRIES_MAX = 1
const RETRY_MS_MIN = 50
const RETRY_MS_MAX = 400

/**
 * The tries of one call, all of them before its first byte: each way that is well, then one that is not when no other is left, then once
 * more where what failed may have passed. A way whose breaker is open goes last but is never the reason to refuse a call; a limit that an
 * upstream told is kept to, and so is the room that an upstream has.
 */
export class Itinerary<Item extends Routed> {
  readonly #journey: Journey<Item>
  readonly #visits: readonly Visit<Item>[]
  readonly #troubles: Trouble[] = []
  #last: Found<Item> | undefined
  #attempts = 0
  #retries = 0
  #isDesperate = false

  constructor(journey: Journey<Item>) {
    this.#journey = journey
    this.#visits = journey.ways.map((item) => {
      const upstream = journey.health.upstream(item.target.upstream.serial)
      return { item, upstream, tried: NONE, isGivenUp: false }
    })
  }

  /** Where to go next; undefined when there is nowhere. */
  next(): Stop<Item> | undefined {
    const isLate = this.#attempts > 0 && this.#now > this.#journey.untilMs
    if (isLate || this.#attempts >= ATTEMPTS_MAX) return undefined
    const stop = this.#wellStop() ?? this.#desperateStop() ?? this.#repeatedStop()
    if (stop === undefined) return undefined
    this.#attempts += 1
    this.#last = stop
    const { visit } = stop
    // Most are tried once.
    visit.tried = visit.tried === NONE ? [stop.key] : [...visit.tried, stop.key]
    return stop
  }

  /** The last stop came to nothing. */
  failed(trouble: Trouble): void {
    this.#troubles.push(trouble)
    if (this.#last !== undefined && (trouble.scope === 'route' || trouble.scope === 'request')) this.#last.visit.isGivenUp = true
  }

  /** What the customer is told when no try was answered: that an upstream is at its limit only if nothing worse was met. */
  failure(): Failure {
    const worse = this.#troubles.findLast(({ kind }) => kind !== 'limited')
    if (worse !== undefined) return worse.told
    const told = this.#troubles.flatMap(({ told: { retryAfterSeconds } }) => retryAfterSeconds ?? [])
    const seconds = told.length > 0 ? Math.min(...told) : this.#waitSeconds()
    return seconds === undefined ? failure('upstream_failed') : failure('upstream_limited', { seconds })
  }

  #wellStop(): Found<Item> | undefined {
    for (const visit of this.#visits) {
      const { item, upstream } = visit
      if (visit.isGivenUp || !upstream.hasRoom || !this.#journey.health.route(item.target.route).breaker.isAdmitting) continue
      const key = this.#wellKey(visit)
      if (key !== undefined) return { item, key, waitMs: 0, visit }
    }
    return undefined
  }

  /** One way that is known to fail, once: it may have been mended. */
  #desperateStop(): Found<Item> | undefined {
    if (this.#isDesperate) return undefined
    for (const visit of this.#visits) {
      if (visit.isGivenUp || visit.tried.length > 0 || !visit.upstream.hasRoom) continue
      const serial = visit.item.target.route.serial
      const [key] = keysOf(visit)
        .filter((one) => !one.isToldToRest(serial))
        .toSorted((a, b) => a.breaker.restMsLeft + a.coolMsLeft(serial) - b.breaker.restMsLeft - b.coolMsLeft(serial))
      if (key === undefined) continue
      this.#isDesperate = true
      return { item: visit.item, key, waitMs: 0, visit }
    }
    return undefined
  }

  #repeatedStop(): Found<Item> | undefined {
    const last = this.#last
    if (last === undefined || this.#retries >= RETRIES_MAX || this.#troubles.at(-1)?.isPassing !== true) return undefined
    if (!last.visit.upstream.hasRoom) return undefined
    this.#retries += 1
    const jitterMs = RETRY_MS_MIN + this.#journey.health.chance.random() * (RETRY_MS_MAX - RETRY_MS_MIN)
    return { ...last, waitMs: jitterMs + last.key.coolMsLeft(last.item.target.route.serial) }
  }

  /** One of the keys that may be used and are well. */
  #wellKey(visit: Visit<Item>): KeyHealth | undefined {
    const { serial } = visit.item.target.route
    const isWell = (key: KeyHealth): boolean => !visit.tried.includes(key) && key.coolMsLeft(serial) === 0 && key.breaker.isAdmitting
    const keys = keysOf(visit)
    const [first] = keys
    // Most upstreams have one.
    if (keys.length === 1) return first !== undefined && isWell(first) ? first : undefined
    return this.#pickKey(keys.filter(isWell))
  }

  /** The key that the same prompt met before; else the one with the fewest calls, among equals any. */
  #pickKey(keys: readonly KeyHealth[]): KeyHealth | undefined {
    if (keys.length < 2) return keys[0]
    const { tag, health } = this.#journey
    if (tag !== undefined) return rendezvous(keys, tag, (key) => key.number)
    const least = Math.min(...keys.map(({ inFlight }) => inFlight))
    const free = keys.filter(({ inFlight }) => inFlight === least)
    return free[Math.floor(health.chance.random() * free.length)]
  }

  /** Seconds until a limit or a lack of room may be over; undefined when neither is in the way. */
  #waitSeconds(): number | undefined {
    const waits = this.#visits.flatMap((visit) => {
      const { serial } = visit.item.target.route
      const cools = keysOf(visit)
        .map((key) => key.coolMsLeft(serial))
        .filter((millis) => millis > 0)
      return visit.upstream.hasRoom ? cools : [1_000, ...cools]
    })
    return waits.length === 0 ? undefined : Math.max(1, Math.ceil(Math.min(...waits) / 1_000))
  }

  get #now(): number {
    return this.#journey.health.chance.clock.monotonic()
  }
}

/** The keys for the address that a call knows, whatever the catalogue says since. */
const keysOf = <Item extends Routed>({ item, upstream }: Visit<Item>): readonly KeyHealth[] =>
  upstream.keysFor(item.target.upstream.baseUrl)
