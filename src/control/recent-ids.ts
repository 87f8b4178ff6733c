/** The last ids that were seen, at least `most` of them, in two halves, so that forgetting costs nothing. */
export class RecentIds {
  readonly #most: number
  #now = new Set<string>()
  #before = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  add(id: string): void {
    this.#now.add(id)
    if (this.#now.size < this.#most) return
    this.#before = this.#now
    this.#now = new Set()
  }

  has(id: string): boolean {
    return this.#now.has(id) || this.#before.has(id)
  }
}
