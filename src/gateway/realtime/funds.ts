import { FailureError } from '../../failures.ts'
import type { LimitState } from '../../protocols/index.ts'
import type { Outcome } from '../../spec/index.ts'
import type { Gateway } from '../gateway.ts'
import type { Plan } from '../route.ts'
import { type Payer, Purse } from './purse.ts'

/** What a session holds: before anything goes out that can cost something, the most that it can cost is set aside. */
export class Funds {
  readonly responses: Purse
  /** Of each model that writes down, by the upstream's name for it. */
  readonly #transcripts = new Map<string, Purse>()
  readonly #newPurse: () => Purse
  limits: LimitState = {}
  #covering: Promise<void> | undefined
  #waiting: (() => void)[] = []

  constructor(gateway: Gateway, payer: Omit<Payer, 'setLimits'>) {
    const setLimits = (limits: LimitState): void => {
      this.limits = limits
    }
    this.#newPurse = () => new Purse(gateway, { ...payer, setLimits })
    this.responses = this.#newPurse()
  }

  get openCount(): number {
    return this.#all.reduce((sum, purse) => sum + purse.openCount, 0)
  }

  /** A model may write down what is heard: from now on one of its transcripts is held for. */
  addTranscriber(upstreamModel: string, plan: () => Plan): void {
    const purse = this.#transcripts.get(upstreamModel) ?? this.#newPurse()
    this.#transcripts.delete(upstreamModel)
    this.#transcripts.set(upstreamModel, purse)
    purse.plan = plan
    purse.wanted = 1
  }

  /** The holds of the model that writes down now; of all others nothing more is held. */
  keepTranscriber(upstreamModel: string | undefined): Purse | undefined {
    // Whatever it is called there, it is the one that was chosen last.
    const kept = upstreamModel === undefined ? undefined : (this.#transcripts.get(upstreamModel) ?? [...this.#transcripts.values()].at(-1))
    for (const purse of this.#transcripts.values()) if (purse !== kept) purse.rest()
    return kept
  }

  /** The holds under which a transcript is under way. */
  transcriptsOf(itemId: string): Purse | undefined {
    return [...this.#transcripts.values()].find((purse) => purse.partOf(itemId) !== undefined)
  }

  /**
   * Resolves when as many holds are ready as are wanted. A refusal is final only when nothing is under way: what is gives money and limits
   * back when it ends. Fails as holds do; throws SessionOver.
   */
  async cover(): Promise<void> {
    while (this.#all.some(({ isLacking }) => isLacking)) {
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

  /** Resolves when nothing is under way and nothing is awaited, which may change with each settlement, or after so many milliseconds. */
  async idle(millisMax: number, isAwaiting: () => boolean): Promise<void> {
    const late = new Promise<void>((resolve) => setTimeout(resolve, millisMax).unref())
    let isLate = false
    void late.then(() => {
      isLate = true
    })
    while ((this.openCount > 0 || isAwaiting()) && !isLate) await Promise.race([late, this.#nextSettled()])
  }

  /** Settles and gives back everything. */
  close(outcome: Outcome, status: number): void {
    for (const purse of this.#all) purse.close(outcome, status)
    this.noteSettled()
  }

  async #coverAll(): Promise<void> {
    for (const purse of this.#all) while (purse.isLacking) await this.#addTo(purse)
  }

  async #addTo(purse: Purse): Promise<void> {
    try {
      await purse.add()
    } catch (thrown) {
      if (!(thrown instanceof FailureError) || this.openCount === 0) throw thrown
      await this.#nextSettled()
    }
  }

  get #all(): readonly Purse[] {
    return [this.responses, ...this.#transcripts.values()]
  }

  #nextSettled(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
