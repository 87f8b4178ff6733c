import { type Clock, NANO_USD_MAX, type NanoUsd } from '../lib/index.ts'
import type { Reclaimed } from './reclaim.ts'
import type { Release, Take } from './statements.ts'

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
  /** A take is with the writer, and counts on what is free now. */
  isAsking: boolean
  /** Until then another node lacks this account's money: what is free goes back at once. */
  wantedUntil: number
  usedAt: number
  /** How many calls' worth is taken beyond what is asked for, and when that was last done. */
  prefetchCalls: bigint
  takenAt: number
  /** More is taken before anybody waits for it once less than this is free; nothing where the account had not all that was asked for. */
  lowMark: NanoUsd
}

/** Where a slice book's money comes from and goes back to: the writer of a node, for accounts or for windows of spending. */
export type SliceSource = {
  readonly isHealthy: boolean
  readonly take: (take: Take) => Promise<NanoUsd | undefined>
  readonly release: (release: Release, options?: { readonly isAwaited: boolean }) => void
}

/** What a slice book calls besides its writer. */
export type SliceHooks = {
  /** Asks other nodes to give back what they have idle of an account. Without it an account's own money is all there is. */
  readonly reclaim?: (accountId: string) => Promise<Reclaimed>
  /** How long to wait before each look whether other nodes gave some back, in milliseconds (300 in all when left out). */
  readonly reclaimWaitsMs?: readonly number[]
  /** Told of an account whose holds do not add up; it is served no more. */
  readonly onUnsound?: (accountId: string) => void
}

const PREFETCH_CALLS = 16n
/** An account that needs more before this time has passed gets twice as much ahead as the last time, up to the most. */
const BUSY_MS = 2_000
/** One that needs no more for so long begins with the least again. */
const CALM_MS = 8_000
const PREFETCH_CALLS_MAX = 4_096n
const PREFETCH_MAX: NanoUsd = 1_000_000_000n
const IDLE_MS = 2_000
const WAITERS_MAX = 10_000
/** How often those who wait are looked at while the database does not answer. */
const LOOK_MS = 100
/** 300 ms in all. */
const RECLAIM_WAITS_MS = [10, 20, 30, 50, 80, 110]
/** How long an account's money is kept together after a node lacked it. */
const WANTED_MS = 1_000

/**
 * Holds of this node's open calls, each cut from a slice that is committed in the database: what is open, charged and reserved is
 * never more than the slice, so no number of calls can overdraw an account.
 */
export class SliceBook {
  readonly #writer: SliceSource
  readonly #clock: Clock
  readonly #hooks: SliceHooks
  readonly #slices = new Map<string, AccountSlice>()
  readonly #frozen = new Set<string>()

  constructor(writer: SliceSource, clock: Clock, hooks: SliceHooks = {}) {
    this.#writer = writer
    this.#clock = clock
    this.#hooks = hooks
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
    if (this.#frozen.has(accountId) || !this.#writer.isHealthy) return 'busy'
    const left = freeOf(slice) - amount
    if (slice.waiters.length === 0 && left >= 0n) {
      slice.open += amount
      if (left < slice.lowMark && !slice.isTaking) void this.#takeAhead(accountId, slice, amount)
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
    if (this.#frozen.has(accountId) || slice.reserved + freeOf(slice) < amount) return false
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
    this.#assertSound(accountId, slice)
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

  /** Serves no more calls of an account. */
  freeze(accountId: string): void {
    this.#frozen.add(accountId)
    for (const waiter of this.#slices.get(accountId)?.waiters.splice(0) ?? []) waiter.resolve('busy')
  }

  /** Serves an account again, unless its holds here do not add up. */
  thaw(accountId: string): void {
    const slice = this.#slices.get(accountId)
    if (slice === undefined || isSound(slice)) this.#frozen.delete(accountId)
    else this.#hooks.onUnsound?.(accountId)
  }

  /** Whether calls of an account are served; false while its books do not agree. */
  serves(accountId: string): boolean {
    return !this.#frozen.has(accountId)
  }

  /** Whether anything is known of an account here. */
  has(accountId: string): boolean {
    return this.#slices.has(accountId)
  }

  /** Whether anything is held for open calls of an account, or may yet be told of. */
  hasOpen(accountId: string): boolean {
    const slice = this.#slices.get(accountId)
    return slice !== undefined && (slice.open > 0n || slice.reserved > 0n)
  }

  /** Another node lacks an account's money: gives back what is free, now and for the next second. */
  giveBack(accountId: string): void {
    const slice = this.#slices.get(accountId)
    if (slice === undefined) return
    slice.wantedUntil = this.#clock.monotonic() + WANTED_MS
    this.#giveBackWanted(accountId, slice)
  }

  /** Gives back what idle slices have free, or all slices. Called every second. */
  releaseIdle(options: { readonly isAll: boolean } = { isAll: false }): void {
    const before = this.#clock.monotonic() - IDLE_MS
    for (const [accountId, slice] of this.#slices) {
      const isIdle = options.isAll || slice.usedAt <= before
      if (!isIdle || slice.waiters.length > 0 || slice.isTaking) continue
      this.#release(accountId, slice)
      if (slice.committed === 0n && slice.open === 0n && slice.pending === 0n) this.#slices.delete(accountId)
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
    const taking = { isTaking: false, isAsking: false, prefetchCalls: PREFETCH_CALLS, takenAt: Number.NEGATIVE_INFINITY }
    const slice = { ...money, ...taking, lowMark: 0n, waiters: [], wantedUntil: 0, usedAt: 0 }
    this.#slices.set(accountId, slice)
    return slice
  }

  /** Grants whom the slice covers, in order; takes more for the first whom it does not. */
  #serve(accountId: string, slice: AccountSlice): void {
    this.#grant(slice)
    if (slice.waiters[0] !== undefined && !slice.isTaking) void this.#takeMore(accountId, slice)
    this.#giveBackWanted(accountId, slice)
  }

  #grant(slice: AccountSlice): void {
    while (slice.waiters[0] !== undefined && freeOf(slice) >= slice.waiters[0].amount) {
      const waiter = slice.waiters.shift()
      if (waiter === undefined) return
      slice.open += waiter.amount
      waiter.resolve('granted')
    }
  }

  async #takeMore(accountId: string, slice: AccountSlice): Promise<void> {
    slice.isTaking = true
    const answer = await this.#takeOrReclaim(accountId, slice)
    slice.isTaking = false
    if (answer !== 'taken') this.#refuse(slice, answer)
    this.#serve(accountId, slice)
  }

  /** Takes what the first waiter lacks; when the account has less, also from what other nodes have idle. */
  async #takeOrReclaim(accountId: string, slice: AccountSlice): Promise<'taken' | Refused> {
    let answer = await this.#take(accountId, slice)
    if (answer === 'taken' || answer.result !== 'credit') return answer
    const { others, available } = (await this.#hooks.reclaim?.(accountId).catch(() => undefined)) ?? NOBODY
    if (others === 'nobody' && available < answer.lacking) return this.#refusal(slice, answer)
    slice.wantedUntil = others === 'nobody' ? 0 : this.#clock.monotonic() + WANTED_MS
    for (const waitMs of others === 'nobody' ? [0] : (this.#hooks.reclaimWaitsMs ?? RECLAIM_WAITS_MS)) {
      this.#giveBackWanted(accountId, slice)
      await delay(waitMs)
      answer = await this.#take(accountId, slice)
      if (answer === 'taken' || answer.result !== 'credit') return answer
    }
    return this.#refusal(slice, { ...answer, result: others === 'silent' ? 'busy' : 'credit' })
  }

  /** While inherited money is reserved it may yet come free: that is our delay, not the customer's lack. */
  #refusal(slice: AccountSlice, refused: Refused): Refused {
    return slice.reserved > 0n ? { ...refused, result: 'busy' } : refused
  }

  /** Asks the writer for what the first waiter lacks, and some more for those to come; refused with `credit` when the account has less. */
  async #take(accountId: string, slice: AccountSlice): Promise<'taken' | Refused> {
    const lacking = lackOf(slice)
    if (lacking <= 0n) return 'taken'
    const asked = slice.waiters.reduce((sum, waiter) => sum + waiter.amount, 0n)
    const ahead = this.#aheadOf(slice, slice.waiters[0]?.amount ?? 0n)
    const taken = await this.#ask(slice, { accountId, need: lacking, want: asked - freeOf(slice) + ahead }, ahead)
    if (taken === undefined) return UNHEALTHY
    return taken > 0n ? 'taken' : { result: 'credit', lacking }
  }

  /** Takes more for calls like the last one before they lack it, so that none of them waits for a commit; whatever comes of it refuses nobody. */
  async #takeAhead(accountId: string, slice: AccountSlice, amount: NanoUsd): Promise<void> {
    slice.isTaking = true
    const ahead = this.#aheadOf(slice, amount)
    slice.lowMark = 0n
    if (ahead > freeOf(slice)) await this.#ask(slice, { accountId, need: 0n, want: ahead - freeOf(slice) }, ahead)
    slice.isTaking = false
    this.#serve(accountId, slice)
  }

  /** Takes from the account what it has of `want`; undefined when the database cannot be asked. Whoever waits meanwhile is refused once the writer is not healthy. */
  async #ask(slice: AccountSlice, take: Take, ahead: NanoUsd): Promise<NanoUsd | undefined> {
    const want = min(take.want, NANO_USD_MAX)
    const look = setInterval(() => {
      if (!this.#writer.isHealthy) this.#refuse(slice, UNHEALTHY)
    }, LOOK_MS).unref()
    slice.isAsking = true
    const taken = await this.#writer.take({ ...take, want })
    slice.isAsking = false
    clearInterval(look)
    if (taken === undefined) return undefined
    slice.committed += taken
    slice.lowMark = taken === want ? ahead / 2n : 0n
    this.#grant(slice)
    return taken
  }

  #aheadOf(slice: AccountSlice, amount: NanoUsd): NanoUsd {
    return this.#isWanted(slice) ? 0n : min(amount * this.#prefetchCallsOf(slice), PREFETCH_MAX)
  }

  #isWanted(slice: AccountSlice): boolean {
    return slice.wantedUntil > 0 && this.#clock.monotonic() < slice.wantedUntil
  }

  #giveBackWanted(accountId: string, slice: AccountSlice): void {
    if (this.#isWanted(slice) && !slice.isAsking) this.#release(accountId, slice, { isAwaited: true })
  }

  #release(accountId: string, slice: AccountSlice, options?: { readonly isAwaited: boolean }): void {
    const free = freeOf(slice)
    if (free <= 0n) return
    slice.committed -= free
    this.#writer.release({ accountId, amount: free }, options)
  }

  #prefetchCallsOf(slice: AccountSlice): bigint {
    const now = this.#clock.monotonic()
    const calm = now - slice.takenAt
    if (calm < BUSY_MS) slice.prefetchCalls = min(slice.prefetchCalls * 2n, PREFETCH_CALLS_MAX)
    else if (calm >= CALM_MS) slice.prefetchCalls = PREFETCH_CALLS
    slice.takenAt = now
    return slice.prefetchCalls
  }

  /** Refuses all who lack at least `lacking`. */
  #refuse(slice: AccountSlice, { result, lacking }: Refused): void {
    const free = freeOf(slice)
    const refused = slice.waiters.filter((waiter) => waiter.amount - free >= lacking)
    slice.waiters = slice.waiters.filter((waiter) => waiter.amount - free < lacking)
    for (const waiter of refused) waiter.resolve(result)
  }

  /** What may never happen, asserted in production: an account that breaks it is served no more. */
  #assertSound(accountId: string, slice: AccountSlice): void {
    if (isSound(slice)) return
    this.freeze(accountId)
    this.#hooks.onUnsound?.(accountId)
  }
}

/** How those who wait are refused: all who lack at least so much. */
type Refused = { readonly result: HoldResult; readonly lacking: NanoUsd }

const UNHEALTHY: Refused = { result: 'busy', lacking: 1n }
const NOBODY: Reclaimed = { others: 'nobody', available: 0n }

const freeOf = (slice: AccountSlice): NanoUsd => slice.committed - slice.open - slice.pending - slice.reserved
/** What the slice is short of for its first waiter; nothing when nobody waits. */
const lackOf = (slice: AccountSlice): NanoUsd => (slice.waiters[0] === undefined ? 0n : slice.waiters[0].amount - freeOf(slice))
const isSound = (slice: AccountSlice): boolean => slice.open >= 0n && slice.pending >= 0n && freeOf(slice) >= 0n
const min = (a: NanoUsd, b: NanoUsd): NanoUsd => (a < b ? a : b)
const delay = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))
