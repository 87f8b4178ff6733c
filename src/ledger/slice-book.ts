import { type Clock, NANO_USD_MAX, type NanoUsd } from '../lib/index.ts'
import type { GroupCommit } from './group-commit.ts'

/** What became of a hold that was asked for. */
export type HoldResult = 'granted' | 'credit' | 'busy'

type Waiter = { readonly amount: NanoUsd; readonly resolve: (result: HoldResult) => void }

/** This node's money of one account, all of it committed as a slice in the database. */
type AccountSlice = {
  /** Committed in the database, less what was given back. */
  committed: NanoUsd
  /** Set aside for open calls. */
  open: NanoUsd
  /** Charged, and not yet taken out of the committed slice. */
  pending: NanoUsd
  /** Inherited from this node's last control process, for calls that its gateways have yet to tell of. */
  reserved: NanoUsd
  isInheriting: boolean
  waiters: Waiter[]
  isTaking: boolean
  isFrozen: boolean
  usedAt: number
  /** How many calls' worth is taken beyond what is asked for, and when that was last done. */
  prefetchCalls: bigint
  takenAt: number
}

const PREFETCH_CALLS = 16n
/** An account that needs more before this time has passed gets twice as much ahead as the last time, up to the most. */
const BUSY_MS = 2_000
const PREFETCH_CALLS_MAX = 256n
const PREFETCH_MAX: NanoUsd = 1_000_000_000n
const IDLE_MS = 2_000
const WAITERS_MAX = 10_000
/** How often those who wait are looked at while the database does not answer. */
const LOOK_MS = 100

/**
 * Holds of this node's open calls, each cut from a slice that is committed in the database: what is open, charged and reserved is
 * never more than the slice, so no number of calls can overdraw an account.
 */
export class SliceBook {
  readonly #writer: GroupCommit
  readonly #clock: Clock
  readonly #slices = new Map<string, AccountSlice>()

  constructor(writer: GroupCommit, clock: Clock) {
    this.#writer = writer
    this.#clock = clock
  }

  /** Takes over a slice of this node's last control process; its money is reserved until `endInheritance`. */
  inherit(accountId: string, amount: NanoUsd): void {
    const slice = this.#sliceOf(accountId)
    slice.committed += amount
    slice.reserved += amount
    slice.isInheriting = true
  }

  /** Nothing more will be told of the last control process: what is left of its slices is free. */
  endInheritance(): void {
    for (const [accountId, slice] of this.#slices) {
      slice.reserved = 0n
      slice.isInheriting = false
      this.#serve(accountId, slice)
    }
  }

  /** Holds `amount`: at once when the slice has it, else after taking more from the account. */
  hold(accountId: string, amount: NanoUsd): HoldResult | Promise<HoldResult> {
    const slice = this.#sliceOf(accountId)
    slice.usedAt = this.#clock.monotonic()
    if (slice.isFrozen || !this.#writer.isHealthy) return 'busy'
    if (slice.waiters.length === 0 && freeOf(slice) >= amount) {
      slice.open += amount
      return 'granted'
    }
    if (slice.waiters.length >= WAITERS_MAX) return 'busy'
    return new Promise((resolve) => {
      slice.waiters.push({ amount, resolve })
      this.#serve(accountId, slice)
    })
  }

  /** Takes up a hold that the last control process had granted; false when nothing here covers it. */
  renew(accountId: string, amount: NanoUsd): boolean {
    const slice = this.#sliceOf(accountId)
    if (slice.isFrozen || slice.reserved + freeOf(slice) < amount) return false
    slice.reserved -= min(slice.reserved, amount)
    slice.open += amount
    return true
  }

  /** Turns a hold into its charge; the rest of it is free at once. */
  charge(accountId: string, { hold, cost }: { readonly hold: NanoUsd; readonly cost: NanoUsd }): void {
    const slice = this.#sliceOf(accountId)
    slice.open -= hold
    slice.pending += cost
    slice.usedAt = this.#clock.monotonic()
    this.#assertSound(slice)
    this.#serve(accountId, slice)
  }

  /**
   * A charge is in the books (`isNew`), or was there already and is taken back here: to what is reserved, while other gateways have yet
   * to tell of calls that the last control process had granted.
   */
  chargeWritten(accountId: string, { cost, isNew }: { readonly cost: NanoUsd; readonly isNew: boolean }): void {
    const slice = this.#sliceOf(accountId)
    slice.pending -= cost
    if (isNew) slice.committed -= cost
    else if (slice.isInheriting) slice.reserved += cost
    this.#serve(accountId, slice)
  }

  /** Serves no more calls of an account whose books refuse a settlement. */
  freeze(accountId: string): void {
    this.#freeze(this.#sliceOf(accountId))
  }

  /** Gives back what idle slices have free, or all slices. Called every second. */
  releaseIdle(options: { readonly isAll: boolean } = { isAll: false }): void {
    const before = this.#clock.monotonic() - IDLE_MS
    for (const [accountId, slice] of this.#slices) {
      const isIdle = options.isAll || slice.usedAt <= before
      if (!isIdle || slice.waiters.length > 0 || slice.isTaking) continue
      const free = freeOf(slice)
      if (free > 0n) {
        slice.committed -= free
        this.#writer.release({ accountId, amount: free })
      }
      if (slice.committed === 0n && slice.open === 0n && slice.pending === 0n && !slice.isFrozen) this.#slices.delete(accountId)
    }
  }

  /** Sums over all accounts, for metrics and checks. */
  totals(): { readonly committed: NanoUsd; readonly open: NanoUsd; readonly pending: NanoUsd } {
    let [committed, open, pending] = [0n, 0n, 0n]
    for (const slice of this.#slices.values()) {
      committed += slice.committed
      open += slice.open
      pending += slice.pending
    }
    return { committed, open, pending }
  }

  #sliceOf(accountId: string): AccountSlice {
    const found = this.#slices.get(accountId)
    if (found !== undefined) return found
    const money = { committed: 0n, open: 0n, pending: 0n, reserved: 0n, isInheriting: false }
    const taking = { isTaking: false, prefetchCalls: PREFETCH_CALLS, takenAt: Number.NEGATIVE_INFINITY }
    const slice = { ...money, ...taking, waiters: [], isFrozen: false, usedAt: 0 }
    this.#slices.set(accountId, slice)
    return slice
  }

  /** Grants whom the slice covers, in order; takes more for the first whom it does not. */
  #serve(accountId: string, slice: AccountSlice): void {
    while (slice.waiters[0] !== undefined && freeOf(slice) >= slice.waiters[0].amount) {
      const waiter = slice.waiters.shift()
      if (waiter === undefined) return
      slice.open += waiter.amount
      waiter.resolve('granted')
    }
    if (slice.waiters[0] !== undefined && !slice.isTaking) void this.#takeMore(accountId, slice)
  }

  async #takeMore(accountId: string, slice: AccountSlice): Promise<void> {
    slice.isTaking = true
    const first = slice.waiters[0]?.amount ?? 0n
    const free = freeOf(slice)
    const asked = slice.waiters.reduce((sum, waiter) => sum + waiter.amount, 0n)
    const need = first - free
    const want = min(asked - free + min(first * this.#prefetchCallsOf(slice), PREFETCH_MAX), NANO_USD_MAX)
    const look = setInterval(() => {
      if (!this.#writer.isHealthy) this.#refuse(slice, { result: 'busy', lacking: 1n })
    }, LOOK_MS).unref()
    const taken = await this.#writer.take({ accountId, need, want })
    clearInterval(look)
    slice.isTaking = false
    if (taken === undefined) this.#refuse(slice, { result: 'busy', lacking: 1n })
    else if (taken > 0n) slice.committed += taken
    // While inherited money is reserved it may yet come free: that is our delay, not the customer's lack.
    else this.#refuse(slice, { result: slice.reserved > 0n ? 'busy' : 'credit', lacking: need })
    this.#serve(accountId, slice)
  }

  #prefetchCallsOf(slice: AccountSlice): bigint {
    const now = this.#clock.monotonic()
    slice.prefetchCalls = now - slice.takenAt < BUSY_MS ? min(slice.prefetchCalls * 2n, PREFETCH_CALLS_MAX) : PREFETCH_CALLS
    slice.takenAt = now
    return slice.prefetchCalls
  }

  /** Refuses all who lack at least `lacking`. */
  #refuse(slice: AccountSlice, { result, lacking }: { readonly result: HoldResult; readonly lacking: NanoUsd }): void {
    const free = freeOf(slice)
    const refused = slice.waiters.filter((waiter) => waiter.amount - free >= lacking)
    slice.waiters = slice.waiters.filter((waiter) => waiter.amount - free < lacking)
    for (const waiter of refused) waiter.resolve(result)
  }

  #freeze(slice: AccountSlice): void {
    slice.isFrozen = true
    for (const waiter of slice.waiters.splice(0)) waiter.resolve('busy')
  }

  /** What may never happen, asserted in production: an account that breaks it is served no more. */
  #assertSound(slice: AccountSlice): void {
    if (slice.open < 0n || slice.pending < 0n || freeOf(slice) < 0n) this.#freeze(slice)
  }
}

const freeOf = (slice: AccountSlice): NanoUsd => slice.committed - slice.open - slice.pending - slice.reserved
const min = (a: NanoUsd, b: NanoUsd): NanoUsd => (a < b ? a : b)
