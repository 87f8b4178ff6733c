import { type Clock, errorCode, type Log } from '../lib/index.ts'
import type { CallLimits } from '../spec/index.ts'
import { Leases } from './leases.ts'
import { type Admission, type Before, LimitBook, type LimitReport, type Permits, type Subject } from './limit-book.ts'
import {
  type JoinAnswer,
  type LeaseAnswer,
  type LeaseGiven,
  type LeaseItem,
  type LimitStore,
  type Member,
  StoreRefusedError,
} from './limit-store.ts'
import { COUNTED_MS, DEADLINE_MS, Membership } from './membership.ts'
import type { UsedInMinute } from './read-minute.ts'
import type { Share, Shares } from './shares.ts'
import { windowStart } from './window.ts'

/** What limits are shared with. */
export type SharedLimitsOptions = {
  readonly clock: Clock
  readonly log: Log
  readonly nodeId: string
  /** What nodes count together in; undefined where each grants its part alone. */
  readonly store: LimitStore | undefined
  /** What the store knows a subject by. */
  readonly nameOf: (id: string) => string
  /** Makes what tells this process from others of its node. */
  readonly newTag: () => string
}

type Waiter = {
  readonly subjects: readonly Subject[]
  readonly tokens: number
  readonly isPart: boolean
  readonly answer: (admission: Admission) => void
  rounds: number
}

const ROUNDS_MAX = 3
const BATCH_MAX = 100
/** For how long nothing is asked for of which nothing was left. */
const DRY_MS = 250
/** A store whose clock is behind by more than this was set back, or is another one: it is joined anew. */
const BEHIND_MS_MAX = 1_000
/** How long the best reading of the store's clock holds. */
const READING_MS = 30_000

/**
 * Limits that several nodes grant from. What is leased from the store is granted at once; for more, a call waits for one trip to it, shared by
 * all that wait, of 200 ms at most. Without the store each node grants its own part, by the rules of `Membership`.
 */
export class SharedLimits {
  readonly #options: SharedLimitsOptions
  readonly #membership: Membership
  readonly #leases: Leases
  readonly #book: LimitBook
  #waiting: Waiter[] = []
  readonly #short = new Map<string, Share>()
  #isAsking = false
  #isTicking = false
  #tag = ''
  #aheadMs = 0
  #readAt = Number.NEGATIVE_INFINITY

  /** This process has just registered its node. */
  constructor(options: SharedLimitsOptions) {
    this.#options = options
    this.#membership = new Membership(options.clock.monotonic())
    this.#leases = new Leases(options.nameOf)
    const shares: Shares = {
      allowed: (share) => this.#allowed(share),
      reachable: (share) => this.#reachable(share),
      aheadMs: () => this.#aheadMs,
    }
    this.#book = new LimitBook(options.clock, shares)
  }

  /** Whether limits are counted with the other nodes now. */
  get isShared(): boolean {
    return this.#membership.isWith
  }

  /** How many nodes count. */
  get nodes(): number {
    return this.#membership.nodes
  }

  /** How many nodes live, this one among them. */
  setNodes(count: number): void {
    this.#membership.setNodes(count)
  }

  /** As `LimitBook.admit`; a promise where the store has to be asked. */
  admit(subjects: readonly Subject[], tokens: number, isPart = false): Admission | Promise<Admission> {
    const admission = this.#book.admit(subjects, tokens, isPart)
    if (!this.#membership.isWith) return admission
    this.#use(subjects)
    if (admission.isAdmitted) this.#leaseAhead(subjects)
    if (admission.isAdmitted || !this.#isWorthAsking(subjects, tokens, isPart)) return admission
    return new Promise((answer) => {
      this.#waiting.push({ subjects, tokens, isPart, answer, rounds: 0 })
      void this.#askForWaiting()
    })
  }

  /** As `LimitBook.readmit`; requests and tokens of before are counted by the store, where there is one. */
  readmit(subjects: readonly Subject[], call: Before): Permits {
    const isCounted = this.#options.store !== undefined
    return this.#book.readmit(subjects, isCounted ? { ...call, startedAt: 0 } : call)
  }

  /** Counts what ended before this process began, as `LimitBook.recall`, as of `now`; where a store counts, it knows that. */
  recall(used: readonly UsedInMinute[], now: number): void {
    if (this.#options.store === undefined) for (const one of used) this.#book.recall(one, now)
  }

  end(permits: Permits, tokensUsed: number): void {
    this.#book.end(permits, tokensUsed)
  }

  giveBack(permits: Permits): void {
    this.#book.giveBack(permits)
  }

  report(subjects: readonly Subject[]): LimitReport {
    return this.#book.report(subjects)
  }

  sweep(): void {
    this.#book.sweep()
  }

  /** Goes on counting with the others, or begins to again; gives back what is idle. Called every second; never rejects, never runs twice at once. */
  async tick(): Promise<void> {
    const { store, log } = this.#options
    if (store === undefined || this.#isTicking) return
    this.#isTicking = true
    try {
      if (this.#membership.isWith) await this.#keep(store)
      else await this.#join(store)
    } catch (thrown) {
      if (this.#membership.isWith) log({ event: 'limits-alone', code: errorCode(thrown) })
      this.#membership.onAway()
    }
    this.#isTicking = false
  }

  async close(): Promise<void> {
    await this.#options.store?.close()
  }

  get #member(): Member {
    return { nodeId: this.#options.nodeId, tag: this.#tag }
  }

  get #deadline(): number {
    return Math.floor(this.#book.now() + DEADLINE_MS)
  }

  async #join(store: LimitStore): Promise<void> {
    const told = await store.time()
    if (!this.#read(told)) {
      this.#book.rebase()
      this.#aheadMs += told - this.#book.now()
      this.#book.rebase()
    }
    this.#tag = `${this.#options.nodeId}:${this.#options.newTag()}`
    const sentAt = this.#options.clock.monotonic()
    const { result } = await this.#count(store, sentAt)
    if (result === 'late') return
    this.#leases.forgetPlaces()
    if (!(await this.#exchange(store, this.#declared()))) return
    this.#membership.onJoined(sentAt)
    this.#options.log({ event: 'limits-shared' })
  }

  async #keep(store: LimitStore): Promise<void> {
    const sentAt = this.#options.clock.monotonic()
    const { result } = await this.#count(store, sentAt)
    if (result !== 'kept') throw new LostMembershipError()
    this.#membership.onJoined(sentAt)
    const back = this.#leases.giveBack((id) => this.#book.used(id), sentAt)
    if (!(await this.#exchange(store, [...this.#declared(), ...back, ...this.#leases.touch()]))) throw new LostMembershipError()
  }

  /** Has the store count this process. What it refused, or read too late, it does at no later time, as it can what it did not answer. */
  async #count(store: LimitStore, sentAt: number): Promise<JoinAnswer> {
    const undo = this.#membership.onSending(sentAt)
    try {
      const answer = await store.join(this.#member, { deadline: this.#deadline, ttlMs: COUNTED_MS })
      if (answer.result === 'late') undo()
      return answer
    } catch (thrown) {
      if (thrown instanceof StoreRefusedError) undo()
      throw thrown
    }
  }

  #declared(): readonly LeaseItem[] {
    return this.#leases.declare(this.#book.busy(), (id) => this.#book.used(id), this.#options.clock.monotonic())
  }

  /** Sends items whose answers are not needed, some at a time. */
  async #exchange(store: LimitStore, items: readonly LeaseItem[]): Promise<boolean> {
    for (let from = 0; from === 0 || from < items.length; from += BATCH_MAX) {
      const answer = await this.#lease(store, items.slice(from, from + BATCH_MAX))
      if (answer === undefined) return false
    }
    return true
  }

  /** One trip to the store; undefined when it does not count this process any more, or was reached too late. */
  async #lease(store: LimitStore, items: readonly LeaseItem[]): Promise<Leased | undefined> {
    const answer: LeaseAnswer = await store.lease(this.#member, { deadline: this.#deadline, nodes: this.#membership.nodes, items })
    if (!this.#read(answer.now) || answer.result !== 'leased') return undefined
    const startedAt = windowStart(answer.now)
    this.#membership.learn(startedAt, answer.mode)
    return { startedAt, items: answer.items }
  }

  #use(subjects: readonly Subject[]): void {
    const now = this.#options.clock.monotonic()
    for (const { id } of subjects) this.#leases.use(id, this.#book.used(id), now)
  }

  /** Asks for more of what is nearly used up, so that the calls to come need not wait. */
  #leaseAhead(subjects: readonly Subject[]): void {
    const startedAt = windowStart(this.#book.now())
    for (const { id, limits } of subjects) {
      const used = this.#book.used(id)
      for (const [kind, limit] of sharesOf(limits)) {
        const lease = limit === undefined ? undefined : this.#leases.leaseOf({ id, kind, startedAt })
        if (limit === undefined || lease === undefined || lease.granted < AHEAD_FROM) continue
        if (lease.room > 0 && lease.granted - used[kind] < lease.granted / 8)
          this.#short.set(`${kind} ${id}`, { id, kind, limit, startedAt })
      }
    }
    if (this.#short.size > 0) void this.#askForWaiting()
  }

  /** Asks for what calls wait for until none waits; one trip for all that wait at its beginning. */
  async #askForWaiting(): Promise<void> {
    const { store, log } = this.#options
    if (this.#isAsking || store === undefined) return
    this.#isAsking = true
    while (this.#waiting.length + this.#short.size > 0) {
      const waiters = this.#waiting.splice(0, BATCH_MAX)
      try {
        if (this.#membership.isWith) await this.#askFor(store, waiters)
        else this.#short.clear()
      } catch (thrown) {
        if (this.#membership.isWith) log({ event: 'limits-alone', code: errorCode(thrown) })
        this.#membership.onAway()
        this.#short.clear()
      }
      for (const waiter of waiters) this.#decide(waiter)
    }
    this.#isAsking = false
  }

  async #askFor(store: LimitStore, waiters: readonly Waiter[]): Promise<void> {
    const wanted = new Map<string, { readonly share: Share; count: number }>()
    const startedAt = windowStart(this.#book.now())
    for (const { subjects, tokens, isPart } of waiters) {
      for (const { id, kind, limit, count, takes } of this.#book.lacking(subjects, tokens, isPart)) {
        const known = wanted.get(`${kind} ${id}`)
        if (known === undefined) wanted.set(`${kind} ${id}`, { share: { id, kind, limit, startedAt }, count })
        else known.count += takes
      }
    }
    for (const [key, share] of this.#short) if (!wanted.has(key) && wanted.size < 4 * BATCH_MAX) wanted.set(key, { share, count: 0 })
    this.#short.clear()
    const asked = [...wanted.values()]
    const answer = await this.#lease(
      store,
      asked.map(({ share, count }) => this.#leases.ask(share, count)),
    )
    if (answer === undefined) throw new LostMembershipError()
    const now = this.#options.clock.monotonic()
    for (const [index, { share }] of asked.entries()) {
      this.#leases.take({ ...share, startedAt: answer.startedAt }, answer.items[index] ?? { given: 0, room: 0 }, now)
    }
  }

  /** Lets a call in or refuses it, or has it wait once more where there is something left to ask for. */
  #decide(waiter: Waiter): void {
    const { subjects, tokens, isPart, answer } = waiter
    const admission = this.#book.admit(subjects, tokens, isPart)
    this.#use(subjects)
    waiter.rounds += 1
    const isOver = admission.isAdmitted || waiter.rounds >= ROUNDS_MAX || !this.#membership.isWith
    if (isOver || !this.#isWorthAsking(subjects, tokens, isPart)) answer(admission)
    else this.#waiting.push(waiter)
  }

  /** Whether the store can have what a call lacks: nodes share the window, and it was not told a moment ago that nothing is left. */
  #isWorthAsking(subjects: readonly Subject[], tokens: number, isPart: boolean): boolean {
    const startedAt = windowStart(this.#book.now())
    const mode = this.#membership.modeOf(startedAt)
    const dryAt = this.#options.clock.monotonic() - DRY_MS
    const lacking = this.#book.lacking(subjects, tokens, isPart)
    return (
      lacking.length > 0 &&
      lacking.every(({ id, kind, count }) => {
        if (kind !== 'places' && mode !== undefined && mode !== 'shared') return false
        const lease = this.#leases.leaseOf({ id, kind, startedAt })
        return lease === undefined || lease.toldAt < dryAt || lease.room >= count
      })
    )
  }

  #allowed({ id, kind, limit, startedAt }: Share): number {
    if (this.#membership.isAlone) return limit
    const leased = this.#leases.leaseOf({ id, kind, startedAt })?.granted ?? 0
    const now = this.#options.clock.monotonic()
    const beganAt = now - (this.#book.now() - startedAt)
    if (kind === 'places') return Math.min(limit, this.#membership.places(limit, { leased, startedAt, beganAt, now }))
    return Math.min(limit, leased + this.#membership.ownPart(limit, { startedAt, beganAt }))
  }

  #reachable(share: Share): number {
    if (this.#membership.isAlone) return share.limit
    const room = this.#membership.isWith ? (this.#leases.leaseOf(share)?.room ?? 0) : 0
    return Math.min(share.limit, this.#allowed(share) + room)
  }

  /** Takes over the time of the store; false when it is so far behind that its windows are over here. */
  #read(now: number): boolean {
    const { clock } = this.#options
    const at = this.#book.now()
    if (now < at - BEHIND_MS_MAX) return false
    const monotonic = clock.monotonic()
    const aheadMs = this.#aheadMs + (now - at)
    if (aheadMs > this.#aheadMs || monotonic - this.#readAt > READING_MS) {
      this.#aheadMs = aheadMs
      this.#readAt = monotonic
    }
    return true
  }
}

/** A lease that is smaller is not renewed before it is used up. */
const AHEAD_FROM = 8

const sharesOf = ({ requestsPerMinute, tokensPerMinute, concurrentCalls }: CallLimits) =>
  [
    ['requests', requestsPerMinute],
    ['tokens', tokensPerMinute],
    ['places', concurrentCalls],
  ] as const

type Leased = { readonly startedAt: number; readonly items: readonly LeaseGiven[] }

/** The store counts this process no more; what it had there is lost. */
class LostMembershipError extends Error {
  readonly code = 'LIMITS_FORGOTTEN'
}
