import type { Clock } from '../lib/index.ts'

/** How many nodes limits are divided by, as the database tells it now and then. */
export class NodeCount {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #liveMs: number
  #known: number
  /** Since when the database has told it each time; undefined while it does not. */
  #toldSince: number | undefined

  /** `liveMs`: a node that was silent for so long is not counted; `before`: how many there were when one was last heard. */
  constructor(clock: Pick<Clock, 'monotonic'>, { liveMs, before }: { readonly liveMs: number; readonly before: number }) {
    this.#clock = clock
    this.#liveMs = liveMs
    this.#known = before
  }

  /**
   * The database told how many there are; returns how many count. While it was away nobody could say that he lives, so there are no fewer than
   * there were until everybody has had the time to.
   */
  told(count: number): number {
    const now = this.#clock.monotonic()
    this.#toldSince ??= now
    if (count >= this.#known || now - this.#toldSince >= this.#liveMs) this.#known = count
    return this.#known
  }

  /** The database could not be asked: there are as many as there were. */
  untold(): void {
    this.#toldSince = undefined
  }
}
