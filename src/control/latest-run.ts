/** Work that is done anew for each change it is told of: one run at a time, and one more where there was a change meanwhile. `work` never rejects. */
export class LatestRun {
  readonly #work: () => Promise<void>
  #isRunning = false
  #isStale = false
  #isClosed = false

  constructor(work: () => Promise<void>) {
    this.#work = work
  }

  /** Whether it has ended. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Something may have changed. */
  ask(): void {
    this.#isStale = true
    if (this.#isRunning || this.#isClosed) return
    this.#isRunning = true
    void this.#run()
  }

  /** Ends; what runs goes to its end, and nothing begins any more. */
  close(): void {
    this.#isClosed = true
  }

  async #run(): Promise<void> {
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false
      await this.#work()
    }
    this.#isRunning = false
  }
}
