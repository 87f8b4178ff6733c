/** How many go on in one turn of the event loop. */
const AT_ONCE = 4

/**
 * Has those that would take all of the time take turns: of all that wait only a few go on in each turn of the event loop, in the order they
 * came, so that a turn stays short, and what comes slowly or anew is served between.
 */
export class Turns {
  readonly #waiting = new Set<() => void>()
  #isDue = false

  /** Calls `goOn` in a later turn. */
  wait(goOn: () => void): void {
    this.#waiting.add(goOn)
    this.#plan()
  }

  #plan(): void {
    if (this.#isDue || this.#waiting.size === 0) return
    this.#isDue = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#isDue = false
    for (const goOn of this.#waiting.values().take(AT_ONCE).toArray()) {
      this.#waiting.delete(goOn)
      goOn()
    }
    this.#plan()
  }
}
