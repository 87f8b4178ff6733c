import { NOTHING, PLAIN, TEXT_CLASS } from './json-bytes.ts'

const NO_WORDS = new Int32Array(0)

/** A TextPasser in JavaScript: four bytes at a time, to each escape. */
export class TextWords {
  /** Escapes are left to whoever asks. */
  readonly spare = 0
  #chunk: Buffer = NOTHING
  /** The chunk's bytes from the first aligned one on. */
  #words: Int32Array = NO_WORDS
  #offset = 0

  /** See TextPasser. */
  pass(chunk: Buffer, from: number): number {
    if (chunk !== this.#chunk) this.#take(chunk)
    let index = from
    while (index < chunk.length && ((index - this.#offset) & 3) !== 0) {
      if (TEXT_CLASS[chunk[index] as number] !== PLAIN) return index
      index += 1
    }
    const at = this.#passWords((index - this.#offset) >> 2)
    index = Math.max(index, this.#offset + 4 * at)
    while (index < chunk.length && TEXT_CLASS[chunk[index] as number] === PLAIN) index += 1
    return index
  }

  /** See TextPasser. */
  letGo(): void {
    this.#chunk = NOTHING
    this.#words = NO_WORDS
  }

  #take(chunk: Buffer): void {
    this.#chunk = chunk
    this.#offset = Math.min(chunk.length, (4 - (chunk.byteOffset & 3)) & 3)
    this.#words = new Int32Array(chunk.buffer, chunk.byteOffset + this.#offset, (chunk.length - this.#offset) >> 2)
  }

  /**
   * The first word from `from` on with a byte that is no plain text. Flipping bit 1 moves the quote (0x22) to 0x20 and keeps control
   * characters below it, so "below 0x21" finds both at once; the second term finds the backslash.
   */
  #passWords(from: number): number {
    const words = this.#words
    let at = from
    for (; at < words.length; at += 1) {
      const word = words[at] as number
      const quotes = word ^ 0x02020202
      const slashes = word ^ 0x5c5c5c5c
      const found = (((quotes - 0x21212121) & ~quotes) | ((slashes - 0x01010101) & ~slashes)) & 0x80808080
      if (found !== 0) break
    }
    return at
  }
}
