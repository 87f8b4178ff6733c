import { createHistogram } from 'node:perf_hooks'
import type { Clock } from './clock.ts'

/** How often a process looks at itself, in milliseconds. */
export const LOOK_MS = 20

/**
 * How late an event loop is, by looks that come each LOOK_MS. Node's own monitor has a timer of its own, for which an idle process wakes up as often
 * again; these looks are taken together with others that are due as often.
 */
export class LoopWatch {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #late = createHistogram()
  #lookedAt: number

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
    this.#lookedAt = clock.monotonic()
  }

  look(): void {
    const now = this.#clock.monotonic()
    const lateMicros = Math.round((now - this.#lookedAt - LOOK_MS) * 1_000)
    this.#lookedAt = now
    this.#late.record(Math.max(1, lateMicros))
  }

  /** The 99th percentile of how late it was since the last time, in microseconds; 0 without a look. */
  take(): number {
    const micros = this.#late.count === 0 ? 0 : this.#late.percentile(99)
    this.#late.reset()
    return micros
  }
}
