import { FailureError, failure } from '../failures.ts'
import type { Clock } from '../lib/index.ts'

/** What turns are made of: the next one of the event loop, `setImmediate` in a gateway. */
export type AdmissionOptions = { readonly clock: Clock; readonly nextTurn: (turn: () => void) => void }

type Waiter = { readonly since: number; readonly begin: () => void; readonly refuse: (failed: FailureError) => void }

/** How often the event loop is looked at, in milliseconds. */
export const LOOK_MS = 20
/** An event loop that is later than this has more to do than it can. */
const LATE_MS = 40
/** So long may a call wait for its turn; who would wait longer is told to come again. */
const WAIT_MS_MAX = 2_000
const WAITERS_MAX = 10_000
/** How long a turn of the event loop should take while calls wait. */
const TURN_MS = 10
const BEGUN_MAX = 64
const RETRY_S = 2

/**
 * Lets calls begin at once while this process keeps up. While it is late they begin account by account in turn, so that an account with
 * thousands of calls waits for itself and no other waits for it; what waited for two seconds is refused, and so is what is more than 10,000,
 * of the account with the most.
 */
export class Admission {
  readonly #options: AdmissionOptions
  /** Who waits, by account; the first account is the next to begin one. */
  readonly #waiters = new Map<string, Waiter[]>()
  #waiting = 0
  #isLate = false
  #isTurning = false
  #lookedAt: number
  #turnedAt = 0
  #begunPerTurn = 1
  #refused = 0

  constructor(options: AdmissionOptions) {
    this.#options = options
    this.#lookedAt = options.clock.monotonic()
  }

  /** Calls refused as there was too much to do, since this process began. */
  get refused(): number {
    return this.#refused
  }

  /** Looks whether the event loop is late; to be called every LOOK_MS. */
  look(): void {
    const now = this.#options.clock.monotonic()
    this.#isLate = now - this.#lookedAt > LOOK_MS + LATE_MS
    this.#lookedAt = now
  }

  /** When an account's call may begin: undefined is now. Rejects with unavailable. */
  enter(accountId: string): Promise<void> | undefined {
    if (!this.#isLate && this.#waiting === 0) return undefined
    return new Promise((begin, refuse) => {
      const waiters = this.#waiters.get(accountId)
      const waiter = { since: this.#options.clock.monotonic(), begin, refuse }
      if (waiters === undefined) this.#waiters.set(accountId, [waiter])
      else waiters.push(waiter)
      this.#waiting += 1
      if (this.#waiting > WAITERS_MAX) this.#refuseOne()
      this.#turnSoon()
    })
  }

  #turnSoon(): void {
    if (this.#isTurning) return
    this.#isTurning = true
    this.#turnedAt = this.#options.clock.monotonic()
    this.#options.nextTurn(() => this.#turn())
  }

  /** Begins as many calls as the last turn had time for: one more when it was short, half when it was long. */
  #turn(): void {
    const now = this.#options.clock.monotonic()
    const isShort = now - this.#turnedAt <= TURN_MS
    this.#begunPerTurn = isShort ? Math.min(BEGUN_MAX, this.#begunPerTurn + 1) : Math.max(1, this.#begunPerTurn >> 1)
    for (let begun = 0; begun < this.#begunPerTurn && this.#waiting > 0; begun += this.#beginNext(now) ? 1 : 0);
    this.#isTurning = false
    if (this.#waiting > 0) this.#turnSoon()
  }

  /** Begins the first call of the next account, which then is the last; false when it waited for too long. */
  #beginNext(now: number): boolean {
    const [accountId, waiters] = this.#waiters.entries().next().value ?? NOBODY
    const waiter = waiters.shift()
    this.#waiting -= 1
    this.#waiters.delete(accountId)
    if (waiters.length > 0) this.#waiters.set(accountId, waiters)
    if (waiter === undefined || now - waiter.since > WAIT_MS_MAX) return this.#refuse(waiter)
    waiter.begin()
    return true
  }

  /** Refuses the latest call of the account with the most. */
  #refuseOne(): void {
    const [accountId, waiters] = [...this.#waiters].reduce((most, one) => (one[1].length > most[1].length ? one : most), NOBODY)
    this.#refuse(waiters.pop())
    this.#waiting -= 1
    if (waiters.length === 0) this.#waiters.delete(accountId)
  }

  #refuse(waiter: Waiter | undefined): false {
    this.#refused += 1
    waiter?.refuse(new FailureError(failure('unavailable', { seconds: RETRY_S })))
    return false
  }
}

const NOBODY: readonly [string, Waiter[]] = ['', []]
