import type { Clock } from '../lib/index.ts'

/** So long may all of it take in one turn of the event loop, and one step more. */
const TURN_MS = 3

/**
 * Shares a few milliseconds of each turn of the event loop among all that have long work: each has a step when it is its turn, and the rest of the
 * time is everybody else's.
 */
export class TimeShares {
  readonly #clock: Clock
  #waiting: (() => void)[] = []
  #isDue = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `step` when it is its turn; it does not throw, and may wait again. */
  wait(step: () => void): void {
    this.#waiting.push(step)
    this.#plan()
  }

  #plan(): void {
    if (this.#isDue || this.#waiting.length === 0) return
    this.#isDue = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    const until = this.#clock.monotonic() + TURN_MS
    do this.#waiting.shift()?.()
    while (this.#waiting.length > 0 && this.#clock.monotonic() < until)
    this.#isDue = false
    this.#plan()
  }
}
