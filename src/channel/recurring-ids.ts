import { bytesToUuid, writeUuid } from '../lib/index.ts'

/** As many keys and accounts as call in the same moment; more of them find their text made or read anew, and nothing else. */
const PLACES = 4_096
const WORDS = 4
const NINE = 0x39

/** Bytes, and a view of the same. */
type Both = { readonly bytes: Buffer; readonly view: DataView }

/**
 * The UUIDs that come again and again, those of keys and accounts: the same bytes give the same text, which is neither made nor hashed anew for each
 * call, and the same text the same bytes. Each has one place by its last digits, which are random, and the last that came has it.
 */
export class RecurringIds {
  readonly #words = new Int32Array(PLACES * WORDS)
  readonly #texts = new Array<string | undefined>(PLACES).fill(undefined)

  /** The text of the 16 bytes at a place. */
  read({ bytes, view }: Both, at: number): string {
    const words = this.#words
    const last = view.getInt32(at + 12)
    const place = last & (PLACES - 1)
    const from = place * WORDS
    const known = this.#texts[place]
    const isSame =
      words[from + 3] === last &&
      words[from + 2] === view.getInt32(at + 8) &&
      words[from + 1] === view.getInt32(at + 4) &&
      words[from] === view.getInt32(at)
    if (isSame && known !== undefined) return known
    const text = bytesToUuid(bytes, at)
    this.#note(view, at, text)
    return text
  }

  /** Writes the 16 bytes of a text to a place; false when it is no UUID. */
  write({ bytes, view }: Both, at: number, text: string): boolean {
    const place = placeOf(text)
    if (this.#texts[place] !== text) {
      if (!writeUuid(text, bytes, at)) return false
      // A text that is spelled otherwise than it is read is known by how it is read.
      const read = bytesToUuid(bytes, at)
      this.#note(view, at, read === text ? text : read)
      return true
    }
    const words = this.#words
    const from = place * WORDS
    view.setInt32(at, words[from] ?? 0)
    view.setInt32(at + 4, words[from + 1] ?? 0)
    view.setInt32(at + 8, words[from + 2] ?? 0)
    view.setInt32(at + 12, words[from + 3] ?? 0)
    return true
  }

  #note(view: DataView, at: number, text: string): void {
    const words = this.#words
    const place = view.getInt32(at + 12) & (PLACES - 1)
    const from = place * WORDS
    for (let word = 0; word < WORDS; word += 1) words[from + word] = view.getInt32(at + 4 * word)
    this.#texts[place] = text
  }
}

/** The place of a text by its last three digits; of one that is no UUID any. */
const placeOf = (text: string): number => ((digitAt(text, 33) << 8) | (digitAt(text, 34) << 4) | digitAt(text, 35)) & (PLACES - 1)

function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code > NINE ? (code & 15) + 9 : code & 15
}
