/**
 * A map of what comes and goes many thousand times a second. V8 grows a Map into a table that the old one points to, so one old table that
 * was not collected yet keeps all later ones alive, and with them whatever they held: here they hold numbers, and values are let go at once.
 */
export class ChurnMap<Value> {
  readonly #places = new Map<string, number>()
  readonly #values: (Value | undefined)[] = []
  readonly #free: number[] = []

  get size(): number {
    return this.#places.size
  }

  has(key: string): boolean {
    return this.#places.has(key)
  }

  get(key: string): Value | undefined {
    const place = this.#places.get(key)
    return place === undefined ? undefined : this.#values[place]
  }

  set(key: string, value: Value): void {
    const known = this.#places.get(key)
    const place = known ?? this.#free.pop() ?? this.#values.length
    if (known === undefined) this.#places.set(key, place)
    this.#values[place] = value
  }

  /** Takes a value out; undefined when there was none. */
  take(key: string): Value | undefined {
    const place = this.#places.get(key)
    if (place === undefined) return undefined
    const value = this.#values[place]
    this.#places.delete(key)
    this.#values[place] = undefined
    this.#free.push(place)
    return value
  }

  delete(key: string): void {
    this.take(key)
  }

  clear(): void {
    for (const key of this.#places.keys()) this.take(key)
  }

  /** All values that are there now, the first that came first. */
  values(): readonly Value[] {
    return [...this.#places.values()].flatMap((place) => this.#values[place] ?? [])
  }
}
