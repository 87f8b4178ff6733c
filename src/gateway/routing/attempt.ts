import type { KeyHealth } from './key-health.ts'
import type { RouteHealth } from './route-health.ts'
import type { Trouble } from './trouble.ts'
import type { UpstreamHealth } from './upstream-health.ts'

/** Whom an attempt concerns. */
export type AttemptPlace = { readonly route: RouteHealth; readonly upstream: UpstreamHealth; readonly key: KeyHealth }

/** A failed answer is as slow as this, so that a route that fails fast does not look fast. */
const FAILED_MS = 10_000
/** How long a key rests when its upstream does not say. */
const COOL_MS_USUAL = 1_000
/** The house's money or credential does not come back by itself within a moment. */
const CREDENTIAL_REST_MS = 5_000

/** One try of one call at one place, from when it is sent until its bytes have passed. Whatever is told twice counts once. */
export class Attempt {
  readonly place: AttemptPlace
  readonly #isStream: boolean
  readonly #routePassage
  readonly #keyPassage
  #isOpen = true

  constructor(place: AttemptPlace, isStream: boolean) {
    this.place = place
    this.#isStream = isStream
    const { route, upstream, key } = place
    route.attempts += 1
    route.inFlight += 1
    upstream.inFlight += 1
    key.inFlight += 1
    this.#routePassage = route.breaker.begin()
    this.#keyPassage = key.breaker.begin()
  }

  /** It began to answer after so many milliseconds; undefined for an error about the request, which says nothing of speed. `now`: as `observe` has it. */
  answered(millis: number | undefined, now?: number): void {
    const { route, key } = this.place
    if (millis !== undefined) route.observe(this.#isStream, millis, now)
    route.breaker.succeed(this.#routePassage)
    key.breaker.succeed(this.#keyPassage)
  }

  /** It failed before its first byte, and is over. */
  failed(trouble: Trouble): void {
    const { route, key } = this.place
    if (this.#isOpen) {
      route.failures += 1
      this.#blame(trouble)
    }
    // What speaks against the key says nothing of the route, and the other way round.
    route.breaker.release(this.#routePassage)
    key.breaker.release(this.#keyPassage)
    this.end()
  }

  /** Its answer named another model than was asked for. */
  noteOtherModel(): void {
    this.place.route.otherModels += 1
  }

  /** Its answer broke off. */
  broke(): void {
    const { route } = this.place
    if (!this.#isOpen) return
    route.failures += 1
    route.lastTrouble = 'cut'
    route.breaker.fail(route.breaker.begin())
    this.end()
  }

  /** It is over, whatever came of it. */
  end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const { route, upstream, key } = this.place
    route.inFlight -= 1
    upstream.inFlight -= 1
    key.inFlight -= 1
    route.breaker.release(this.#routePassage)
    key.breaker.release(this.#keyPassage)
  }

  #blame(trouble: Trouble): void {
    const { route, upstream, key } = this.place
    const { kind, scope, retryAfterSeconds } = trouble
    if (scope === 'request') return
    route.lastTrouble = kind
    if (scope === 'route') {
      route.observe(this.#isStream, FAILED_MS)
      route.breaker.fail(this.#routePassage, retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1_000)
      return
    }
    key.lastTrouble = kind
    if (kind !== 'limited') {
      key.breaker.fail(this.#keyPassage, CREDENTIAL_REST_MS)
      return
    }
    const coolMs = retryAfterSeconds === undefined ? COOL_MS_USUAL : retryAfterSeconds * 1_000
    for (const limited of scope === 'account' ? keysOfAccount(upstream, key) : [key])
      limited.cool(route.serial, { millis: coolMs, isTold: retryAfterSeconds !== undefined })
  }
}

const keysOfAccount = ({ keys }: UpstreamHealth, key: KeyHealth): readonly KeyHealth[] =>
  key.account === undefined ? [key] : keys.filter(({ account }) => account === key.account)
