import type { Clock } from '../lib/index.ts'

/** Few settlements are gathered for so long: a commit of ten takes nearly as much as one of forty, and calls wait for a processor meanwhile. */
const QUIET_MS = 200
/** From so many on they are a crowd, which is gathered for so long, so that its commits stay short. */
const CROWD = 64
const CROWD_MS = 50

/** Says when a commit is started for which nobody waits. */
export class Gathering {
  readonly #clock: Clock
  readonly #quietMs: number
  readonly #start: () => void
  #timer: NodeJS.Timeout | undefined
  #isCrowd = false
  #began = 0

  /** `quietMs` is how long few settlements are gathered, in milliseconds (200 when left out). */
  constructor({ clock, gatherMs = QUIET_MS }: { readonly clock: Clock; readonly gatherMs?: number }, start: () => void) {
    this.#clock = clock
    this.#quietMs = gatherMs
    this.#start = start
  }

  /** Lets more come than the settlements that are there. */
  gather(settlements: number): void {
    if (this.#timer === undefined) {
      this.#began = this.#clock.monotonic()
      this.#isCrowd = settlements >= CROWD
    } else if (this.#isCrowd || settlements < CROWD) return
    else this.#isCrowd = true
    clearTimeout(this.#timer)
    const millis = this.#isCrowd ? Math.min(CROWD_MS, this.#quietMs) : this.#quietMs
    this.#timer = setTimeout(this.#start, this.#began + millis - this.#clock.monotonic())
  }

  /** What was gathered is written now. */
  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
