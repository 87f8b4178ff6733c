import type { ServiceTier, Usage } from '../spec/index.ts'
import { type FigurePlaces, type Figures, figurePlaces } from './figure-places.ts'
import { isCount, type ReplyUsage, type UsageObject } from './usage-figures.ts'

/** Where a protocol's usage objects have their figures; at the last place is the word for a service tier, of which `served` has what each means. */
export type UsagePlaces = FigurePlaces & {
  readonly tiers: ReadonlyMap<string, ServiceTier>
  readonly words: readonly string[]
  readonly served: readonly ServiceTier[]
}

/** The figures of one reply by their places, the later object over the earlier; a protocol makes a usage of them. */
export abstract class MergedUsage implements ReplyUsage {
  readonly #places: UsagePlaces
  #figures: Figures
  #isSuspect = false
  #isRead = true
  #usage: Usage | undefined

  constructor(places: UsagePlaces) {
    this.#places = places
    this.#figures = places.none
  }

  addPlain(bytes: Buffer): boolean {
    const told = this.#places.plain(bytes)
    if (told === undefined) return false
    const earlier = this.#figures
    this.#take(earlier === this.#places.none ? told : told.map((figure, place) => (figure < 0 ? (earlier[place] ?? -1) : figure)))
    return true
  }

  add(told: UsageObject): void {
    const values = this.#places.valuesIn(told)
    this.#take(values.map((value, place) => (place === values.length - 1 ? this.#tierIn(value) : this.#countIn(value, place))))
  }

  usage(): Usage | undefined {
    if (!this.#isRead) this.#usage = this.read()
    this.#isRead = true
    return this.#usage
  }

  isSuspect(): boolean {
    this.usage()
    return this.#isSuspect
  }

  tierOf(word: unknown): ServiceTier | undefined {
    return typeof word === 'string' ? this.#places.tiers.get(word) : undefined
  }

  serviceTier(): ServiceTier | undefined {
    const word = this.figureAt(this.#figures.length - 1)
    return word < 0 ? undefined : this.#places.served[word]
  }

  /** The usage that the figures come to; undefined where they come to none. */
  protected abstract read(): Usage | undefined

  /** What was told at a place, -1 where nothing was. */
  protected figureAt(place: number): number {
    return this.#figures[place] ?? -1
  }

  /** The same, zero where nothing was. */
  protected countAt(place: number): number {
    return Math.max(0, this.figureAt(place))
  }

  /** Notes that figures contradict each other. */
  protected suspect(): void {
    this.#isSuspect = true
  }

  #take(figures: Figures): void {
    this.#figures = figures
    this.#isRead = false
  }

  #tierIn(value: unknown): number {
    const told = typeof value === 'string' ? this.#places.words.indexOf(value) : -1
    return told < 0 ? this.figureAt(this.#figures.length - 1) : told
  }

  #countIn(value: unknown, place: number): number {
    if (isCount(value)) return value === 0 ? 0 : value
    if (value !== undefined && value !== null) this.#isSuspect = true
    return this.figureAt(place)
  }
}

/** Places of which the last is that of a word for a service tier. */
export function usagePlaces(paths: readonly string[], tiers: ReadonlyMap<string, ServiceTier>): UsagePlaces {
  const words = [...tiers.keys()]
  return { ...figurePlaces(paths, words), tiers, words, served: [...tiers.values()] }
}
