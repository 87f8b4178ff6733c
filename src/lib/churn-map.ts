const PLACES_LEAST = 64
/** Characters of a text, from its end on, that say where it lies: ids differ there. */
const HASHED = 6

/**
 * A map by texts of what comes and goes many thousand times a second: places of arrays, the first free one from where the text belongs. V8 grows a
 * Map into a table that the old one points to, so one old table that was not collected yet keeps all later ones alive, and with them whatever they
 * held; here nothing is made anew while it is written, and what is taken out is let go of at once. Values are not undefined.
 */
export class ChurnMap<Value> {
  #keys: string[] = new Array<string>(PLACES_LEAST).fill('')
  #values: (Value | undefined)[] = new Array<Value | undefined>(PLACES_LEAST).fill(undefined)
  /** When each came, by count. */
  #turns = new Float64Array(PLACES_LEAST)
  #turn = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  has(key: string): boolean {
    return this.#values[this.#placeOf(key)] !== undefined
  }

  get(key: string): Value | undefined {
    return this.#values[this.#placeOf(key)]
  }

  set(key: string, value: Value): void {
    let place = this.#placeOf(key)
    if (this.#values[place] === undefined) {
      if ((this.#size + 1) * 2 > this.#keys.length) {
        this.#grow()
        place = this.#placeOf(key)
      }
      this.#put(place, key, this.#turn)
      this.#turn += 1
      this.#size += 1
    }
    this.#values[place] = value
  }

  /** Takes a value out; undefined when there was none. */
  take(key: string): Value | undefined {
    const place = this.#placeOf(key)
    const value = this.#values[place]
    if (value === undefined) return undefined
    this.#size -= 1
    this.#free(place)
    return value
  }

  delete(key: string): void {
    this.take(key)
  }

  clear(): void {
    this.#keys.fill('')
    this.#values.fill(undefined)
    this.#size = 0
  }

  /** All values that are there now, the first that came first. */
  values(): readonly Value[] {
    const places = [...this.#values.keys()].filter((place) => this.#values[place] !== undefined)
    const byTurn = places.toSorted((a, b) => (this.#turns[a] ?? 0) - (this.#turns[b] ?? 0))
    return byTurn.flatMap((place) => this.#values[place] ?? [])
  }

  #put(place: number, key: string, turn: number): void {
    this.#keys[place] = key
    this.#turns[place] = turn
  }

  /** Where a text is, or would be put. */
  #placeOf(key: string): number {
    const mask = this.#keys.length - 1
    let place = hashOf(key) & mask
    while (this.#values[place] !== undefined && this.#keys[place] !== key) place = (place + 1) & mask
    return place
  }

  /** Frees a place and closes the gap: what was put further on than its own place as this one was taken comes nearer. */
  #free(freed: number): void {
    const mask = this.#keys.length - 1
    let gap = freed
    for (let place = (freed + 1) & mask; this.#values[place] !== undefined; place = (place + 1) & mask) {
      const key = this.#keys[place] ?? ''
      const isPastGap = ((place - (hashOf(key) & mask)) & mask) >= ((place - gap) & mask)
      if (!isPastGap) continue
      this.#put(gap, key, this.#turns[place] ?? 0)
      this.#values[gap] = this.#values[place]
      gap = place
    }
    this.#keys[gap] = ''
    this.#values[gap] = undefined
  }

  #grow(): void {
    const [keys, values, turns] = [this.#keys, this.#values, this.#turns]
    this.#keys = new Array<string>(2 * keys.length).fill('')
    this.#values = new Array<Value | undefined>(2 * keys.length).fill(undefined)
    this.#turns = new Float64Array(2 * keys.length)
    for (const [at, value] of values.entries()) {
      if (value === undefined) continue
      const key = keys[at] ?? ''
      const place = this.#placeOf(key)
      this.#put(place, key, turns[at] ?? 0)
      this.#values[place] = value
    }
  }
}

function hashOf(key: string): number {
  let hash = 0
  for (let at = Math.max(0, key.length - HASHED); at < key.length; at += 1) hash = Math.imul(hash, 31) + codeAt(key, at)
  return hash
}

/** As for the bytes of ids: asked for by name, V8 looks the method up for each character once it has met texts of many kinds. */
const codeAt = (text: string, at: number): number => String.prototype.charCodeAt.call(text, at)
