import type { Pace } from './pace.ts'

/** What comes in larger pieces is no stream of tokens, or has been waiting already. */
const PIECE_BYTES_MAX = 1_024
/** So many pieces of one reply wait at most. */
const PIECES_MAX = 8

/** The pieces of a reply as they come: small ones may have to wait for their turn, and what comes after one that waits does, too. */
export class Pieces {
  readonly #pace: Pace
  readonly #pass: (piece: Buffer) => void
  readonly #waiting: Buffer[] = []

  constructor(pace: Pace, pass: (piece: Buffer) => void) {
    this.#pace = pace
    this.#pass = pass
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Passes a piece on, now or later. `isUrgent`: it does not wait for its turn. */
  take(piece: Buffer, isUrgent: boolean): void {
    if (this.isEmpty && (isUrgent || piece.length > PIECE_BYTES_MAX || this.#pace.take())) {
      this.#pass(piece)
      return
    }
    this.#waiting.push(piece)
    if (this.#waiting.length > PIECES_MAX) this.passAll()
    else if (this.#waiting.length === 1) this.#pace.wait(() => this.passAll())
  }

  /** Passes on what waits. */
  passAll(): void {
    for (let piece = this.#waiting.shift(); piece !== undefined; piece = this.#waiting.shift()) this.#pass(piece)
  }
}
