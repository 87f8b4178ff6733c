import type { Clock } from '../../lib/index.ts'

/** After so long a figure weighs a third of what it did. */
const DECAY_MS = 10_000

/**
 * A moving average that goes up at once and down slowly, so that one slow answer is heard before it is many. Source: Finagle, "Peak EWMA",
 * https://twitter.github.io/finagle/guide/Clients.html#power-of-two-choices-p2c-peak-ewma (2026-11-26).
 */
export class PeakEwma {
  readonly #clock: Pick<Clock, 'monotonic'>
  #value = 0
  #at = 0

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  observe(millis: number, now = this.#clock.monotonic()): void {
    const weight = this.#weight(now)
    this.#value = millis > this.#value ? millis : this.#value * weight + millis * (1 - weight)
    this.#at = now
  }

  /** Milliseconds; goes towards 0 while nothing is observed, so that what once was slow is tried again. */
  get value(): number {
    return this.#value * this.#weight(this.#clock.monotonic())
  }

  #weight(now: number): number {
    return Math.exp(-Math.max(0, now - this.#at) / DECAY_MS)
  }
}
