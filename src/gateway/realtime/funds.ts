import { FailureError } from '../../failures.ts'
import type { LimitState } from '../../protocols/index.ts'
import type { Outcome } from '../../spec/index.ts'
import type { Gateway } from '../gateway.ts'
import { type Payer, Purse } from './purse.ts'

/** What a session holds: before anything goes out that can cost something, the most that it can cost is set aside. */
export class Funds {
  readonly responses: Purse
  readonly transcripts: Purse
  limits: LimitState = {}
  #covering: Promise<void> | undefined
  #waiting: (() => void)[] = []

  constructor(gateway: Gateway, payer: Omit<Payer, 'setLimits'>) {
    const setLimits = (limits: LimitState): void => {
      this.limits = limits
    }
    this.responses = new Purse(gateway, { ...payer, setLimits })
    this.transcripts = new Purse(gateway, { ...payer, setLimits })
  }

  get openCount(): number {
    return this.responses.openCount + this.transcripts.openCount
  }

  /**
   * Resolves when as many holds are ready as are wanted. A refusal is final only when nothing is under way: what is gives money and limits
   * back when it ends. Fails as holds do; throws SessionOver.
   */
  async cover(): Promise<void> {
    while (this.responses.isLacking || this.transcripts.isLacking) {
      this.#covering ??= this.#coverAll().finally(() => {
        this.#covering = undefined
      })
      await this.#covering
    }
  }

  /** Something has been settled: who waits for its money asks again. */
  noteSettled(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  /** Resolves when nothing is under way, or after so many milliseconds. */
  async idle(millisMax: number): Promise<void> {
    const late = new Promise<void>((resolve) => setTimeout(resolve, millisMax).unref())
    let isLate = false
    void late.then(() => {
      isLate = true
    })
    while (this.openCount > 0 && !isLate) await Promise.race([late, this.#nextSettled()])
  }

  /** Settles and gives back everything. */
  close(outcome: Outcome, status: number): void {
    this.responses.close(outcome, status)
    this.transcripts.close(outcome, status)
    this.noteSettled()
  }

  async #coverAll(): Promise<void> {
    for (const purse of [this.responses, this.transcripts]) {
      while (purse.isLacking) {
        try {
          await purse.add()
        } catch (thrown) {
          if (!(thrown instanceof FailureError) || this.openCount === 0) throw thrown
          await this.#nextSettled()
        }
      }
    }
  }

  #nextSettled(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
