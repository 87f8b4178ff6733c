import type { Clock, NanoUsd } from '../lib/index.ts'
import { type SpendLimit, spendSpanOf } from '../spec/index.ts'
import type { InheritedWindow } from './inheritance.ts'
import { type HoldResult, SliceBook, type SliceHooks, type SliceSource } from './slice-book.ts'
import { writeSpendRef } from './spend-ref.ts'
import type { WindowTerms } from './statements.ts'

/** A call that is bounded by limits; `at` is when it asked, in milliseconds since 1970, which says in what windows it spends. */
export type SpendAsk = {
  readonly accountId: string
  readonly limits: readonly SpendLimit[]
  readonly amount: NanoUsd
  readonly at: number
}

/** What a call holds of its limits: the windows by name, and the subscription that pays for it instead of the balance. */
export type HeldSpending = { readonly names: readonly string[]; readonly coveredBy: string | undefined }

/** Answer to an ask; `lacking` names the limit that has not so much left in its window. */
export type SpendAnswer =
  | { readonly result: 'granted'; readonly held: HeldSpending }
  | { readonly result: 'busy' }
  | { readonly result: 'lacking'; readonly limit: SpendLimit; readonly endsAt: number | undefined }

/** A window; it `isLowered` while calls are open that were held before its limit was lowered. */
type Known = { terms: WindowTerms; usedAt: number; isLowered: boolean }
type Place = { readonly name: string; readonly limit: SpendLimit; readonly terms: WindowTerms }

/** What is known of a window is forgotten when nothing was held there for so long; by then its slice has gone back. */
const FORGET_MS = 600_000

/**
 * Holds of this node's open calls in windows of spending. Each window is to a slice book what an account is to it: grants are committed
 * before they are held, so no number of calls, processes or nodes spends more than the limit. A call stays in the windows it was held in.
 */
export class SpendBook {
  readonly #clock: Clock
  readonly #slices: SliceBook
  readonly #known = new Map<string, Known>()

  constructor(writer: SliceSource, clock: Clock, hooks: SliceHooks = {}) {
    this.#clock = clock
    const source: SliceSource = {
      get isHealthy() {
        return writer.isHealthy
      },
      take: (take) => writer.take({ ...take, spending: this.#known.get(take.accountId)?.terms }),
      release: (release, options) => writer.release(release, options),
    }
    this.#slices = new SliceBook(source, clock, hooks)
  }

  /** The terms of a window that something is held in; undefined for others. */
  termsOf(name: string): WindowTerms | undefined {
    return this.#known.get(name)?.terms
  }

  /** Takes over what this node's last control process was granted; it is reserved until `endInheritance`. */
  inherit(windows: readonly InheritedWindow[]): void {
    for (const { name, amount, terms } of windows) {
      this.#know({ name, terms })
      this.#slices.inherit(name, amount)
    }
  }

  endInheritance(): void {
    this.#slices.endInheritance()
  }

  /** Holds an amount in the window of each limit, or in none: at once where this node has been granted enough. */
  hold(ask: SpendAsk): SpendAnswer | Promise<SpendAnswer> {
    const places = placesOf(ask)
    for (const place of places) {
      if (ask.amount > place.terms.cap) return lacking(place)
      this.#learn(place)
    }
    return this.#holdFrom(ask, places, 0)
  }

  /** Takes up what the last control process had granted a call; undefined when nothing here covers it. */
  renew(ask: SpendAsk): HeldSpending | undefined {
    const places = placesOf(ask)
    for (const [index, place] of places.entries()) {
      this.#know(place)
      if (this.#slices.renew(place.name, ask.amount)) continue
      this.#cancel(places.slice(0, index), ask.amount)
      return undefined
    }
    return heldOf(ask, places)
  }

  /** Turns a hold into what was spent; the rest of it is free at once, in its own windows. */
  charge({ names }: HeldSpending, charged: { readonly hold: NanoUsd; readonly cost: NanoUsd }): void {
    for (const name of names) this.#slices.charge(name, charged)
  }

  /** What was spent is in the books, or was there already. */
  chargeWritten(names: readonly string[], written: { readonly cost: NanoUsd; readonly isNew: boolean }): void {
    for (const name of names) this.#slices.chargeWritten(name, written)
  }

  /** Another node lacks what is left of a window. */
  giveBack(name: string): void {
    this.#slices.giveBack(name)
  }

  /** Gives back what is idle, or all. Called every second. */
  releaseIdle(options?: { readonly isAll: boolean }): void {
    this.#slices.releaseIdle(options)
    const before = this.#clock.monotonic() - FORGET_MS
    for (const [name, { usedAt }] of this.#known) if (usedAt < before && !this.#slices.has(name)) this.#known.delete(name)
  }

  /** Sums over all windows, for metrics and checks. */
  totals(): ReturnType<SliceBook['totals']> {
    return this.#slices.totals()
  }

  #holdFrom(ask: SpendAsk, places: readonly Place[], from: number): SpendAnswer | Promise<SpendAnswer> {
    for (let index = from; index < places.length; index += 1) {
      const place = places[index]
      if (place === undefined) break
      const result = this.#slices.hold(place.name, ask.amount)
      const onResult = (told: HoldResult): SpendAnswer | undefined => this.#refusalOf({ ask, places, index }, told)
      if (typeof result !== 'string') return result.then((told) => onResult(told) ?? this.#holdFrom(ask, places, index + 1))
      const refused = onResult(result)
      if (refused !== undefined) return refused
    }
    return { result: 'granted', held: heldOf(ask, places) }
  }

  #refusalOf({ ask, places, index }: Reached, told: HoldResult): SpendAnswer | undefined {
    if (told === 'granted') return undefined
    this.#cancel(places.slice(0, index), ask.amount)
    const place = places[index]
    return told === 'busy' || place === undefined ? { result: 'busy' } : lacking(place)
  }

  #cancel(places: readonly Place[], amount: NanoUsd): void {
    for (const { name } of places) this.#slices.charge(name, { hold: amount, cost: 0n })
  }

  /**
   * A limit that was lowered holds at once: what this node was granted and has not held goes back, and is asked for anew. So does what the
   * calls leave over that were held before it was lowered, until none of them is open.
   */
  #learn(place: Place): void {
    const known = this.#know(place)
    if (!known.isLowered) return
    this.#slices.giveBack(place.name)
    known.isLowered = this.#slices.hasOpen(place.name)
  }

  #know({ name, terms }: Pick<Place, 'name' | 'terms'>): Known {
    const known = this.#known.get(name) ?? { terms, usedAt: 0, isLowered: false }
    known.usedAt = this.#clock.monotonic()
    if (terms.cap < known.terms.cap) known.isLowered = true
    if (terms.cap !== known.terms.cap) known.terms = terms
    this.#known.set(name, known)
    return known
  }
}

type Reached = { readonly ask: SpendAsk; readonly places: readonly Place[]; readonly index: number }

/** The windows a call spends in; a limit without a bound has none. */
function placesOf({ accountId, limits, at }: SpendAsk): readonly Place[] {
  const places: Place[] = []
  for (const limit of limits) {
    if (limit.limit === undefined) continue
    const { startsAt, endsAt } = spendSpanOf(limit.window, at)
    const name = writeSpendRef({ subjectId: limit.subjectId, window: limit.window, startsAt })
    places.push({ name, limit, terms: { accountId, cap: limit.limit, endsAt } })
  }
  return places
}

const heldOf = ({ limits }: SpendAsk, places: readonly Place[]): HeldSpending => ({
  names: places.map(({ name }) => name),
  coveredBy: limits.find(({ covers }) => covers)?.subjectId,
})

const lacking = ({ limit, terms }: Place): SpendAnswer => ({ result: 'lacking', limit, endsAt: terms.endsAt })
