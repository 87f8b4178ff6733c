import { NOTHING } from './json-bytes.ts'
import { parseText } from './usage-figures.ts'

/** Longest text that is found, in bytes with its quotes. */
const WORD_BYTES_MAX = 64

/** Finds short texts in what passes, by their offsets with their quotes; of earlier chunks only so much is copied as one of them can have. */
export class ShortWords {
  #chunk: Buffer = NOTHING
  /** Where the chunk begins, and the bytes before it. */
  #base = 0
  #before: Buffer = NOTHING
  /** The last bytes with the chunk, for the next. */
  #tail: Buffer = NOTHING

  /** Takes the next bytes, before anything in them is looked for. */
  push(chunk: Buffer): void {
    this.#base += this.#chunk.length
    this.#before = this.#tail
    this.#chunk = chunk
    const last = chunk.length < WORD_BYTES_MAX ? Buffer.concat([this.#before, chunk]) : chunk
    this.#tail = Buffer.from(last.subarray(-WORD_BYTES_MAX))
  }

  /** The text there; undefined where it is long, long gone, or none. */
  at(start: number, end: number): string | undefined {
    const [from, to] = [start - this.#base, end - this.#base]
    if (end - start > WORD_BYTES_MAX || end === start || -from > this.#before.length) return undefined
    if (from >= 0) return parseText(this.#chunk.subarray(from, to))
    const earlier = this.#before.subarray(this.#before.length + from, this.#before.length + Math.min(to, 0))
    return parseText(Buffer.concat([earlier, this.#chunk.subarray(0, Math.max(to, 0))]))
  }
}
