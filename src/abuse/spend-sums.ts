import type { NanoUsd } from '../lib/index.ts'

/** A key of an account and what it spent, in nano-USD. */
export type KeySpent = { readonly keyId: string; readonly accountId: string; readonly spent: NanoUsd }

type Slot = { readonly at: number; sum: NanoUsd }
type Entry = { readonly accountId: string; readonly slots: Slot[]; total: NanoUsd }

const SLOT_MS = 5_000
const KEYS_MAX = 50_000

/** What keys spent in the last minutes on one node, in slots of five seconds; when there are too many keys, those that spent least are forgotten. */
export class SpendSums {
  readonly #entries = new Map<string, Entry>()
  readonly #keysMax: number

  constructor(keysMax = KEYS_MAX) {
    this.#keysMax = keysMax
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#entries.size
  }

  /** Counts what a key spent at a time in milliseconds. */
  add({ keyId, accountId, spent }: KeySpent, at: number): void {
    if (spent <= 0n) return
    const entry = this.#entries.get(keyId) ?? this.#begin(keyId, accountId)
    const slotAt = Math.floor(at / SLOT_MS) * SLOT_MS
    const last = entry.slots.at(-1)
    // A clock that was set back does not open a slot between others.
    if (last !== undefined && last.at >= slotAt) last.sum += spent
    else entry.slots.push({ at: slotAt, sum: spent })
    entry.total += spent
  }

  /** What a key spent since a time; the slot that the time falls into counts only where it begins then. */
  since(keyId: string, at: number): NanoUsd {
    return (this.#entries.get(keyId)?.slots ?? []).reduce((sum, slot) => (slot.at >= at ? sum + slot.sum : sum), 0n)
  }

  /** Keys that spent at least so much, the largest first. */
  atLeast(amount: NanoUsd): readonly KeySpent[] {
    const found: KeySpent[] = []
    for (const [keyId, { accountId, total }] of this.#entries) if (total >= amount) found.push({ keyId, accountId, spent: total })
    return found.sort(bySpent)
  }

  /** Forgets what was spent before a time: whole slots, so that what is left reaches back at least as far. */
  sweep(before: number): void {
    for (const [keyId, entry] of this.#entries) {
      const kept = entry.slots.findIndex(({ at }) => at + SLOT_MS > before)
      const gone = entry.slots.splice(0, kept === -1 ? entry.slots.length : kept)
      entry.total -= gone.reduce((sum, slot) => sum + slot.sum, 0n)
      if (entry.slots.length === 0) this.#entries.delete(keyId)
    }
  }

  #begin(keyId: string, accountId: string): Entry {
    if (this.#entries.size >= this.#keysMax) this.#forgetSmall()
    const entry: Entry = { accountId, slots: [], total: 0n }
    this.#entries.set(keyId, entry)
    return entry
  }

  #forgetSmall(): void {
    for (const { keyId } of this.atLeast(0n).slice(Math.floor(this.#keysMax / 2))) this.#entries.delete(keyId)
  }
}

const bySpent = (a: KeySpent, b: KeySpent): number => (a.spent === b.spent ? 0 : a.spent > b.spent ? -1 : 1)
