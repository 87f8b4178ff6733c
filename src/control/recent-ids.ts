import { writeUuid } from '../lib/index.ts'

/** Words of 32 bits in an id. */
const WORDS = 4

/**
 * The last UUIDs that were seen, at least `most` of them, in two halves, so that forgetting costs nothing. They lie as numbers in one block
 * each: so many texts would cost their owner more to keep alive than all that it does for a call.
 */
export class RecentIds {
  readonly #most: number
  #now: IdTable
  #before: IdTable
  readonly #bytes = Buffer.alloc(16)
  readonly #id = new Uint32Array(WORDS)

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
    for (let word = 0; word < WORDS; word += 1) this.#id[word] = this.#bytes.readUInt32LE(word * 4)
    return this.#id
  }
}

/** A hash table of ids with open addressing, at most half full; four zeros are a free place, as the nil UUID is nobody's id. */
class IdTable {
  readonly #words: Uint32Array
  readonly #mask: number
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
  }

  has(id: Uint32Array): boolean {
    return !this.#isFree(this.#placeOf(id))
  }

  clear(): void {
    this.#words.fill(0)
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
