/** So many small pieces of streams are passed on in one turn of the event loop, which is about a millisecond. */
const AT_ONCE = 32
/** Where so many wait the next does not: what comes faster than it is passed on is left with the system. */
const WAITING_MAX = 4_096

/**
 * Has small pieces of streams wait where many come at once, so that calls that begin, are granted or have their first byte are served between
 * them: of 2,000 streams that send together each of these waited for all the others.
 */
export class Pace {
  #left = AT_ONCE
  #waiting: (() => void)[] = []
  #isDue = false
  readonly #turn = (): void => {
    this.#isDue = false
    this.#left = AT_ONCE
    for (const goOn of this.#waiting.splice(0, AT_ONCE)) goOn()
    if (this.#waiting.length > 0) this.#plan()
  }

  /** Whether a piece may be passed on at once; who may not asks to `wait`. */
  take(): boolean {
    this.#plan()
    if (this.#waiting.length >= WAITING_MAX) return true
    if (this.#waiting.length > 0 || this.#left === 0) return false
    this.#left -= 1
    return true
  }

  /** Calls `goOn` in a later turn, or at the end of this one, in the order in which it was asked. */
  wait(goOn: () => void): void {
    this.#waiting.push(goOn)
  }

  #plan(): void {
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(this.#turn)
  }
}
