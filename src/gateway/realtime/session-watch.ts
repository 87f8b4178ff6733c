import { FailureError } from '../../failures.ts'
import type { Caller } from '../callers.ts'
import type { Gateway } from '../gateway.ts'
import { callerOfDigest } from '../identify.ts'
import { CLOSE_CODES } from './bounds.ts'
import type { RealtimeSession } from './session.ts'
import type { OpenSession } from './session-book.ts'

const AGAIN_MS = 1_000
const TIMER_MS_MAX = 2_147_483_647

/** The key of a session; `check` throws a failure where a caller may not go on with it, from where its connection comes. */
export type WatchedKey = { readonly digest: string; readonly check: (caller: Caller) => void }

/** Whose session it is, for as long as it is open: it ends with its key. */
export class SessionWatch {
  readonly #gateway: Gateway
  readonly #key: WatchedKey
  #caller: Caller
  #timer: NodeJS.Timeout | undefined
  #open: OpenSession | undefined

  constructor(gateway: Gateway, key: WatchedKey, caller: Caller) {
    this.#gateway = gateway
    this.#key = key
    this.#caller = caller
  }

  get caller(): Caller {
    return this.#caller
  }

  begin(session: RealtimeSession): void {
    const { keyId, accountId } = this.#caller
    this.#open = { keyId, accountId, recheck: () => void this.#recheck(session), end: (ending) => session.end(ending) }
    this.#gateway.sessions.add(this.#open)
    this.#waitForExpiry(session)
    // The key may have been revoked while the session was being opened.
    void this.#recheck(session)
  }

  end(): void {
    clearTimeout(this.#timer)
    if (this.#open !== undefined) this.#gateway.sessions.remove(this.#open)
    this.#open = undefined
  }

  async #recheck(session: RealtimeSession): Promise<void> {
    try {
      this.#caller = await callerOfDigest(this.#gateway, this.#key.digest)
      this.#key.check(this.#caller)
      this.#waitForExpiry(session)
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown
      const { failure } = thrown
      if (failure.code !== 'unavailable')
        return session.end({ code: CLOSE_CODES.refused, failure, outcome: 'client-aborted', status: failure.status })
      if (this.#open !== undefined) this.#check(session, AGAIN_MS)
    }
  }

  #waitForExpiry(session: RealtimeSession): void {
    const leftMs = this.#caller.expiresAt - this.#gateway.clock.monotonic()
    if (leftMs !== Number.POSITIVE_INFINITY) this.#check(session, Math.min(Math.max(leftMs, 0) + 1, TIMER_MS_MAX))
  }

  #check(session: RealtimeSession, afterMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#recheck(session), afterMs)
  }
}
