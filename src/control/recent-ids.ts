import { writeUuid } from '../lib/index.ts'

/** Words of 32 bits in an id. */
const WORDS = 4
/** Bits that say, by the last word of an id, whether it can be in a table at all. */
const MARKS = 2 ** 20

/**
 * The last UUIDs that were seen, at least `most` of them, in two halves, so that forgetting costs nothing. They lie as numbers in one block
 * each: so many texts would cost their owner more to keep alive than all that it does for a call.
 */
export class RecentIds {
  readonly #most: number
  #now: IdTable
  #before: IdTable
  readonly #block = new ArrayBuffer(WORDS * 4)
  readonly #bytes = Buffer.from(this.#block)
  readonly #id = new Uint32Array(this.#block)

  constructor(most: number) {
    this.#most = most
    this.#now = new IdTable(most)
    this.#before = new IdTable(most)
  }

  add(id: string): void {
    this.#now.add(this.#read(id))
    if (this.#now.size < this.#most) return
    const oldest = this.#before
    this.#before = this.#now
    this.#now = oldest
    oldest.clear()
  }

  has(id: string): boolean {
    const words = this.#read(id)
    return this.#now.has(words) || this.#before.has(words)
  }

  #read(id: string): Uint32Array {
    if (!writeUuid(id, this.#bytes, 0)) throw new TypeError('not the spelling of a UUID')
    return this.#id
  }
}

/**
 * A hash table of ids with open addressing, at most half full; four zeros are a free place, as the nil UUID is nobody's id. Most that are looked
 * for are new: bits of a small block, which stays near to the processor as the table does not, say so of nineteen in twenty.
 */
class IdTable {
  readonly #words: Uint32Array
  readonly #mask: number
  readonly #marks = new Uint32Array(MARKS / 32)
  size = 0

  constructor(most: number) {
    const places = 2 ** Math.ceil(Math.log2(most * 2))
    this.#words = new Uint32Array(places * WORDS)
    this.#mask = places - 1
  }

  add(id: Uint32Array): void {
    const at = this.#placeOf(id)
    if (this.#isFree(at)) this.size += 1
    this.#words.set(id, at)
    const last = id[3] ?? 0
    this.#marks[markAt(last)] = (this.#marks[markAt(last)] ?? 0) | (1 << (last & 31))
  }

  has(id: Uint32Array): boolean {
    const last = id[3] ?? 0
    const isMarked = (this.#marks[markAt(last)] ?? 0) & (1 << (last & 31))
    return isMarked !== 0 && !this.#isFree(this.#placeOf(id))
  }

  clear(): void {
    this.#words.fill(0)
    this.#marks.fill(0)
    this.size = 0
  }

  /** Where an id is, or would be. */
  #placeOf(id: Uint32Array): number {
    // Its last word is random.
    for (let place = id[3] ?? 0; ; place += 1) {
      const at = (place & this.#mask) * WORDS
      if (this.#isFree(at) || this.#isAt(at, id)) return at
    }
  }

  #isFree(at: number): boolean {
    const words = this.#words
    return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 0
  }

  #isAt(at: number, id: Uint32Array): boolean {
    const words = this.#words
    return words[at] === id[0] && words[at + 1] === id[1] && words[at + 2] === id[2] && words[at + 3] === id[3]
  }
}

/** Where the mark of an id stands, by its last word, which is random. */
const markAt = (last: number): number => (last >>> 5) & (MARKS / 32 - 1)
