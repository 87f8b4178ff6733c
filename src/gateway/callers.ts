import type { Clock, Network } from '../lib/index.ts'

/** Who a key is. `models` holds serials; undefined means every model. `expiresAt` is a time of the monotonic clock, Infinity for never. */
export type Caller = {
  readonly keyId: string
  readonly accountId: string
  /** What the key is known by; absent for callers without one. */
  readonly digest?: string
  readonly expiresAt: number
  readonly models: ReadonlySet<number> | undefined
  /** Serials of the upstreams its calls may go to; undefined: all. */
  readonly upstreams?: ReadonlySet<number> | undefined
  /** The ranges of addresses that its calls may come from; undefined: everywhere. */
  readonly networks?: readonly Network[] | undefined
  /** What this caller pays of the list price, in millionths. */
  readonly multiplier: number
}

const CALLERS_MAX = 100_000
const FRESH_MS = 60_000

/** Callers by the hash of their key, for a minute; what control revokes is dropped at once. */
export class CallerCache {
  readonly #byHash = new Map<string, { readonly caller: Caller; readonly freshUntil: number }>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  find(hash: string): Caller | undefined {
    const found = this.#byHash.get(hash)
    if (found === undefined || found.freshUntil < this.#clock.monotonic()) return undefined
    return found.caller
  }

  /** A caller that is no longer fresh; used only while control cannot be asked, so that its trouble is never told as 401. */
  findStale(hash: string): Caller | undefined {
    return this.#byHash.get(hash)?.caller
  }

  remember(hash: string, caller: Caller): void {
    if (this.#byHash.size >= CALLERS_MAX) this.#dropOldest()
    this.#byHash.delete(hash)
    this.#byHash.set(hash, { caller, freshUntil: this.#clock.monotonic() + FRESH_MS })
  }

  forgetKey(keyId: string): void {
    this.#forgetWhere((caller) => caller.keyId === keyId)
  }

  forgetAccount(accountId: string): void {
    this.#forgetWhere((caller) => caller.accountId === accountId)
  }

  /** Forgets callers whose routing was worked out by a catalogue that holds no longer. */
  forgetRouted(): void {
    this.#forgetWhere((caller) => caller.upstreams !== undefined)
  }

  forgetAll(): void {
    this.#byHash.clear()
  }

  #forgetWhere(matches: (caller: Caller) => boolean): void {
    for (const [hash, { caller }] of this.#byHash) if (matches(caller)) this.#byHash.delete(hash)
  }

  #dropOldest(): void {
    const oldest = this.#byHash.keys().next()
    if (oldest.done !== true) this.#byHash.delete(oldest.value)
  }
}
