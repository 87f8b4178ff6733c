import { NOTHING } from './json-bytes.ts'
import { parseText } from './usage-figures.ts'

/** Longest text that is found, in bytes with its quotes. */
const WORD_BYTES_MAX = 64

/** Finds short texts in what passes, by their offsets with their quotes; of earlier chunks only so much is kept as one of them can have. */
export class ShortWords {
  #known: Buffer = NOTHING
  #base = 0

  /** Takes the next bytes, before anything in them is looked for. */
  push(chunk: Buffer): void {
    const tail = this.#known.subarray(Math.max(0, this.#known.length - WORD_BYTES_MAX))
    this.#base += this.#known.length - tail.length
    this.#known = tail.length === 0 ? chunk : Buffer.concat([tail, chunk])
  }

  /** The text there; undefined where it is long, long gone, or none. */
  at(start: number, end: number): string | undefined {
    if (end - start > WORD_BYTES_MAX || end === start || start < this.#base) return undefined
    return parseText(this.#known.subarray(start - this.#base, end - this.#base))
  }
}
