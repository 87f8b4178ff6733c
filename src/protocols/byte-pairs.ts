import type { Vocabulary } from './vocabulary.ts'

/** Most bytes of a piece of text. A rank and a place in a piece make one number. */
export const PIECE_BYTES_MAX = 4_096
const NO_TOKEN = -1

/**
 * Counts the tokens that byte-pair encoding makes of a piece of text: of all parts that together with the next are a token, those of the lowest rank
 * become one, the first of them first, until none are left. Takes time by the length of a piece and its logarithm.
 */
export class BytePairs {
  readonly #vocabulary: Vocabulary
  /** Where the part that begins at a byte ends, and where the part before it begins. */
  readonly #ends = new Uint16Array(PIECE_BYTES_MAX + 1)
  readonly #befores = new Uint16Array(PIECE_BYTES_MAX + 1)
  /** The rank of the token that the part at a byte and the next are together. */
  readonly #ranks = new Int32Array(PIECE_BYTES_MAX + 1)
  /** A heap of such pairs, by their rank and place, with some that are no more; each merge adds two. */
  readonly #heap = new Int32Array(3 * PIECE_BYTES_MAX)
  #heapSize = 0

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary
  }

  /** Tokens of the first `length` bytes, of which there are PIECE_BYTES_MAX at most. */
  count(bytes: Uint8Array, length: number): number {
    if (length < 2 || this.#vocabulary.rankOf(bytes, 0, length) !== NO_TOKEN) return Math.min(length, 1)
    for (let at = 0; at < length; at += 1) {
      this.#ends[at] = at + 1
      this.#befores[at] = at - 1
    }
    this.#heapSize = 0
    for (let at = 0; at < length; at += 1) this.#pair(bytes, at, length)
    let count = length
    while (this.#heapSize > 0) {
      const least = this.#pop()
      const at = least % PIECE_BYTES_MAX
      if (this.#ranks[at] !== Math.floor(least / PIECE_BYTES_MAX)) continue
      this.#merge(at, length)
      this.#pair(bytes, at, length)
      if (at > 0) this.#pair(bytes, this.#befores[at] ?? 0, length)
      count -= 1
    }
    this.#forget(length)
    return count
  }

  /** The ranks of tokens say what was written. */
  #forget(length: number): void {
    this.#ranks.fill(NO_TOKEN, 0, length)
    this.#heap.fill(0, 0, 3 * length)
  }

  #merge(at: number, length: number): void {
    const second = this.#ends[at] ?? 0
    const end = this.#ends[second] ?? 0
    this.#ends[at] = end
    this.#ranks[second] = NO_TOKEN
    if (end < length) this.#befores[end] = at
  }

  /** Notes what the part at a byte and the next are together. */
  #pair(bytes: Uint8Array, at: number, length: number): void {
    const end = this.#ends[at] ?? 0
    const rank = end < length ? this.#vocabulary.rankOf(bytes, at, this.#ends[end] ?? 0) : NO_TOKEN
    this.#ranks[at] = rank
    if (rank !== NO_TOKEN) this.#push(rank * PIECE_BYTES_MAX + at)
  }

  #push(key: number): void {
    const heap = this.#heap
    let at = this.#heapSize
    this.#heapSize += 1
    while (at > 0) {
      const above = (at - 1) >> 1
      const other = heap[above] ?? 0
      if (other <= key) break
      heap[at] = other
      at = above
    }
    heap[at] = key
  }

  #pop(): number {
    const heap = this.#heap
    const least = heap[0] ?? 0
    this.#heapSize -= 1
    const last = heap[this.#heapSize] ?? 0
    let at = 0
    for (let below = 1; below < this.#heapSize; below = 2 * at + 1) {
      if (below + 1 < this.#heapSize && (heap[below + 1] ?? 0) < (heap[below] ?? 0)) below += 1
      const least = heap[below] ?? 0
      if (least >= last) break
      heap[at] = least
      at = below
    }
    heap[at] = last
    return least
  }
}
