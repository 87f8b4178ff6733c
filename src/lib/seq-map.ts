const PLACES_LEAST_BITS = 6
const PLACES_LEAST = 1 << PLACES_LEAST_BITS
/** 2^32 over the golden ratio: its multiples, modulo 2^32, of numbers one after the other lie as far apart as they can. Source: Knuth, The Art of Computer Programming 3, §6.4 (1998). */
const APART = 0x9e3779b1

/**
 * A map by numbers that are given out one after the other, of which few are there at a time: places of two arrays, the first free one from the
 * number's own on. Own places lie apart, as in a row of hundreds each that is freed would have all after it looked at. Unlike a Map, and a ChurnMap, it
 * makes nothing anew while it is written, so nothing of it grows old. Values are not undefined.
 */
export class SeqMap<Value> {
  #seqs = new Uint32Array(PLACES_LEAST)
  #values: (Value | undefined)[] = new Array<Value | undefined>(PLACES_LEAST).fill(undefined)
  #size = 0
  /** Bits of a number's multiple that say no place. */
  #shift = 32 - PLACES_LEAST_BITS

  get size(): number {
    return this.#size
  }

  /** `seq`: a whole number of 32 bits. */
  get(seq: number): Value | undefined {
    return this.#values[this.#placeOf(seq)]
  }

  set(seq: number, value: Value): void {
    let place = this.#placeOf(seq)
    if (this.#values[place] === undefined) {
      this.#size += 1
      if (this.#size * 2 > this.#seqs.length) {
        this.#grow()
        place = this.#placeOf(seq)
      }
    }
    this.#seqs[place] = seq
    this.#values[place] = value
  }

  /** Takes a value out; undefined when there was none. */
  take(seq: number): Value | undefined {
    const place = this.#placeOf(seq)
    const value = this.#values[place]
    if (value === undefined) return undefined
    this.#size -= 1
    this.#free(place)
    return value
  }

  delete(seq: number): void {
    this.take(seq)
  }

  clear(): void {
    this.#values.fill(undefined)
    this.#size = 0
  }

  /** All values that are there now, by their numbers, the least first. */
  values(): readonly Value[] {
    const places = [...this.#values.keys()].filter((place) => this.#values[place] !== undefined)
    const bySeq = places.toSorted((a, b) => (this.#seqs[a] ?? 0) - (this.#seqs[b] ?? 0))
    return bySeq.flatMap((place) => this.#values[place] ?? [])
  }

  #ownPlaceOf(seq: number): number {
    return Math.imul(seq, APART) >>> this.#shift
  }

  /** Where a number is, or would be put. */
  #placeOf(seq: number): number {
    const mask = this.#seqs.length - 1
    let place = this.#ownPlaceOf(seq)
    while (this.#values[place] !== undefined && this.#seqs[place] !== seq) place = (place + 1) & mask
    return place
  }

  /** Frees a place and closes the gap: what was put further on than its own place as this one was taken comes nearer. */
  #free(freed: number): void {
    const mask = this.#seqs.length - 1
    let gap = freed
    for (let place = (freed + 1) & mask; this.#values[place] !== undefined; place = (place + 1) & mask) {
      const seq = this.#seqs[place] ?? 0
      const isPastGap = ((place - this.#ownPlaceOf(seq)) & mask) >= ((place - gap) & mask)
      if (!isPastGap) continue
      this.#seqs[gap] = seq
      this.#values[gap] = this.#values[place]
      gap = place
    }
    this.#values[gap] = undefined
  }

  #grow(): void {
    const [seqs, values] = [this.#seqs, this.#values]
    this.#shift -= 1
    this.#seqs = new Uint32Array(2 * seqs.length)
    this.#values = new Array<Value | undefined>(2 * seqs.length).fill(undefined)
    for (const [at, value] of values.entries()) {
      if (value === undefined) continue
      const seq = seqs[at] ?? 0
      const place = this.#placeOf(seq)
      this.#seqs[place] = seq
      this.#values[place] = value
    }
  }
}
