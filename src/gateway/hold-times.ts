import type { GatewayMessage } from '../channel/index.ts'
import { placeAmong } from '../lib/index.ts'
import { HOLD_TIME_BOUNDS } from '../spec/index.ts'

/** How long holds took since they were last told, counted by the bounds of spec; a call costs a few comparisons, and no message of its own. */
export class HoldTimes {
  readonly #counts = new Float64Array(HOLD_TIME_BOUNDS.length + 1)
  readonly #micros = new Float64Array(HOLD_TIME_BOUNDS.length + 1)

  /** Counts one, in milliseconds. */
  add(holdMs: number): void {
    const micros = Math.max(0, Math.round(holdMs * 1_000))
    const place = placeAmong(HOLD_TIME_BOUNDS, micros)
    this.#counts[place] = (this.#counts[place] ?? 0) + 1
    this.#micros[place] = (this.#micros[place] ?? 0) + micros
  }

  /** What there is to tell, which from here on is told. */
  take(): readonly GatewayMessage<'timed'>[] {
    const told: GatewayMessage<'timed'>[] = []
    for (const [place, count] of this.#counts.entries()) {
      if (count > 0) told.push({ place, count, micros: this.#micros[place] ?? 0 })
    }
    this.#counts.fill(0)
    this.#micros.fill(0)
    return told
  }
}
