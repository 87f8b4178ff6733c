import { bytesToUuid } from '../lib/index.ts'

/** As many keys and accounts as call in the same moment; more of them find their text made anew, and nothing else. */
const PLACES = 4_096
const WORDS = 4

/**
 * The texts of UUIDs that come again and again, those of keys and accounts: the same bytes give the same text, which is not made nor hashed
 * anew for each call. Each has one place by its last bytes, which are random, and the last that came has it.
 */
export class RecurringIds {
  readonly #words = new Int32Array(PLACES * WORDS)
  readonly #texts: string[] = Array.from({ length: PLACES }, () => '')

  /** The text of the 16 bytes at a place. */
  read(bytes: Buffer, at: number): string {
    const words = this.#words
    const first = bytes.readInt32LE(at)
    const second = bytes.readInt32LE(at + 4)
    const third = bytes.readInt32LE(at + 8)
    const last = bytes.readInt32LE(at + 12)
    const place = last & (PLACES - 1)
    const from = place * WORDS
    const isSame = words[from + 3] === last && words[from + 2] === third && words[from + 1] === second && words[from] === first
    const known = this.#texts[place]
    if (isSame && known !== undefined && known !== '') return known
    const text = bytesToUuid(bytes, at)
    words[from] = first
    words[from + 1] = second
    words[from + 2] = third
    words[from + 3] = last
    this.#texts[place] = text
    return text
  }
}
