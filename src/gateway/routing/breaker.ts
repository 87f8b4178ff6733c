import type { Clock, Random } from '../../lib/index.ts'
import type { BreakerState } from '../../spec/index.ts'

/** When a breaker opens and for how long; times in milliseconds. */
export type BreakerRule = {
  /** So many failures in a row open it. */
  readonly inRow: number
  /** So many failures among the last 20 calls open it. */
  readonly inWindow: number
  /** The first rest; each that follows without a success between is twice as long, up to `restMsMax`, and varied by a quarter. */
  readonly restMs: number
  readonly restMsMax: number
}

/** What a breaker needs of the world. */
export type Chance = { readonly clock: Pick<Clock, 'monotonic'>; readonly random: Random }

/** One call that a breaker let go, and how often that had opened by then; its verdict comes at most once. */
export type Passage = { readonly isProbe: boolean; readonly openings: number; isOver: boolean }

const WINDOW = 20
const WINDOW_MASK = (1 << WINDOW) - 1
const RESTS_MAX = 20

/**
 * A circuit breaker: closed until calls fail, open for a rest, then half open, when one call at a time may try. It never refuses by
 * itself: whoever routes looks at it.
 */
export class Breaker {
  readonly #rule: BreakerRule
  readonly #chance: Chance
  #failuresInRow = 0
  /** The last calls as bits, 1 for a failure. */
  #window = 0
  #rests = 0
  /** How often it has opened. */
  #openings = 0
  /** undefined while closed. */
  #openUntil: number | undefined
  #probe: Passage | undefined

  constructor(rule: BreakerRule, chance: Chance) {
    this.#rule = rule
    this.#chance = chance
  }

  get state(): BreakerState {
    if (this.#openUntil === undefined) return 'closed'
    return this.#now < this.#openUntil ? 'open' : 'half-open'
  }

  /** Whether a call should go this way where there is another. */
  get isAdmitting(): boolean {
    const { state } = this
    return state === 'closed' || (state === 'half-open' && this.#probe === undefined)
  }

  /** Milliseconds until it may be tried again; 0 when it may be now. */
  get restMsLeft(): number {
    return this.#openUntil === undefined ? 0 : Math.max(0, this.#openUntil - this.#now)
  }

  /** A call goes this way. */
  begin(): Passage {
    const passage = { isProbe: this.state === 'half-open' && this.#probe === undefined, openings: this.#openings, isOver: false }
    if (passage.isProbe) this.#probe = passage
    return passage
  }

  /** The call was answered. What began before the breaker opened says nothing of how things are since. */
  succeed(passage: Passage): void {
    if (!this.#end(passage)) return
    if (this.#openUntil !== undefined && passage.openings < this.#openings) return
    this.#openUntil = undefined
    this.#rests = 0
    this.#failuresInRow = 0
    this.#window = (this.#window << 1) & WINDOW_MASK
  }

  /** The call failed; with `restMs` that alone opens the breaker, for at least so long. */
  fail(passage: Passage, restMs?: number): void {
    if (!this.#end(passage)) return
    this.#failuresInRow += 1
    this.#window = ((this.#window << 1) | 1) & WINDOW_MASK
    const isEnough = this.#failuresInRow >= this.#rule.inRow || failuresIn(this.#window) >= this.#rule.inWindow
    const opens = this.#openUntil === undefined ? isEnough || restMs !== undefined : passage.isProbe
    if (opens) this.#open(restMs ?? 0)
  }

  /** The call ended without a verdict: its client left. */
  release(passage: Passage): void {
    this.#end(passage)
  }

  #open(restMsMin: number): void {
    const { restMs, restMsMax } = this.#rule
    const rest = Math.min(restMs * 2 ** this.#rests, restMsMax) * (0.75 + this.#chance.random() / 2)
    this.#rests = Math.min(this.#rests + 1, RESTS_MAX)
    this.#openings += 1
    this.#openUntil = this.#now + Math.min(Math.max(rest, restMsMin), restMsMax)
    this.#window = 0
    this.#failuresInRow = 0
  }

  #end(passage: Passage): boolean {
    if (passage.isOver) return false
    passage.isOver = true
    if (this.#probe === passage) this.#probe = undefined
    return true
  }

  get #now(): number {
    return this.#chance.clock.monotonic()
  }
}

function failuresIn(window: number): number {
  let count = 0
  for (let bits = window; bits !== 0; bits &= bits - 1) count += 1
  return count
}
