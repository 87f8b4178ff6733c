import { CLOSE_CODES } from './bounds.ts'
import type { SessionEnd } from './session-end.ts'

/** A session as the rest of the gateway sees it. */
export type OpenSession = {
  readonly keyId: string
  readonly accountId: string
  /** Ends it if its key may not call any more. */
  readonly recheck: () => void
  readonly end: (ending: SessionEnd) => void
}

/** The sessions of a gateway. */
export class SessionBook {
  readonly #open = new Set<OpenSession>()
  #isClosed = false
  #waiting: (() => void)[] = []

  add(session: OpenSession): void {
    this.#open.add(session)
    if (this.#isClosed) end(session)
  }

  remove(session: OpenSession): void {
    this.#open.delete(session)
    if (this.#open.size === 0) for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Something changed about the keys that match: sessions that they opened are looked at again. */
  recheck(matches: (session: OpenSession) => boolean): void {
    for (const session of this.#open) if (matches(session)) session.recheck()
  }

  /** Resolves when every session is settled. */
  async idle(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Ends all that are left and all that are still to come, as their gateway ends. */
  endAll(): void {
    this.#isClosed = true
    for (const session of this.#open) end(session)
  }
}

const end = (session: OpenSession): void => session.end({ code: CLOSE_CODES.goingAway, outcome: 'client-aborted', status: 503 })
