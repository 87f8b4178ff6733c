import type { Clock } from '../lib/index.ts'
import type { CallLimits } from '../spec/index.ts'
import type { UsedInMinute } from './read-minute.ts'
import { type LimitKind, type Share, type Shares, WHOLE } from './shares.ts'
import { currentWindow, resetMs, type Window, windowStart } from './window.ts'

/** Whose limit: a key, an account, an address tag. */
export type Subject = { readonly id: string; readonly limits: CallLimits }

/** State of the limit closest to its end; undefined members have no limit. */
export type LimitReport = {
  readonly requests: { readonly limit: number; readonly remaining: number } | undefined
  readonly tokens: { readonly limit: number; readonly remaining: number } | undefined
  readonly resetMs: number
}

/** Answer to a call: its permits, or the first limit that is reached. */
export type Admission =
  | { readonly isAdmitted: true; readonly permits: Permits }
  | {
      readonly isAdmitted: false
      readonly reason: 'requests' | 'tokens' | 'concurrency'
      readonly limit: number
      readonly retryAfterMs: number
    }

/** What a call holds of each limit until it ends. */
export type Permits = {
  readonly subjects: readonly Subject[]
  /** What is counted of each subject. */
  readonly states: readonly State[]
  readonly tokens: number
  readonly startedAt: number
  /** It is a part of something that has a place of its own. */
  readonly isPart: boolean
}

/** What a call lacks of a limit of which this node may grant a part only, and what it takes of it altogether. */
export type Lack = {
  readonly id: string
  readonly kind: LimitKind
  readonly limit: number
  readonly count: number
  readonly takes: number
}

/** What a subject uses on this node: requests and tokens of the window that began at `startedAt`, and places. */
export type Used = Readonly<Record<LimitKind, number>> & { readonly startedAt: number }

/** A call that was admitted by another process; `startedAt` in milliseconds since 1970. */
export type Before = { readonly tokens: number; readonly startedAt: number; readonly isPart: boolean }

type Taking = { readonly tokens: number; readonly startedAt: number; readonly isPart: boolean }

/** Places among concurrent calls that a call takes. */
const placesOf = (isPart: boolean): number => (isPart ? 0 : 1)

type State = { requests: Window; tokens: Window; concurrent: number; usedAt: number }

const FORGET_MS = 120_000
const BUSY_RETRY_MS = 1_000

/**
 * Requests, tokens and concurrent calls of every subject on this node, in memory; checked and taken in one step, so exact for all gateways.
 * Where other nodes grant from the same limits, `shares` say how much of each is this one's.
 */
export class LimitBook {
  readonly #clock: Clock
  readonly #shares: Shares
  /** What the monotonic clock lacks to the time of day when this began: windows follow it, so that no step of the clock opens one twice. */
  readonly #origin: number
  readonly #states = new Map<string, State>()
  #latest = 0

  constructor(clock: Clock, shares: Shares = WHOLE) {
    this.#clock = clock
    this.#shares = shares
    this.#origin = clock.now() - clock.monotonic()
  }

  /**
   * Takes one permit of each limit of each subject, or none. `tokens` is the call's upper bound, corrected when it ends. What `isPart` of
   * something open takes no place among concurrent calls.
   */
  admit(subjects: readonly Subject[], tokens: number, isPart = false): Admission {
    const now = this.#now()
    const taking = { tokens, startedAt: windowStart(now), isPart }
    const states: State[] = []
    for (const subject of subjects) {
      const state = this.#stateOf(subject.id, now)
      const refused = this.#refusalOf(subject, state, taking)
      if (refused !== undefined) return refused
      states.push(state)
    }
    take(subjects, states, taking)
    return { isAdmitted: true, permits: { subjects, states, tokens, startedAt: now, isPart } }
  }

  /** Counts a call as running that was admitted before this process began; in its minute as well, while that is not over. */
  readmit(subjects: readonly Subject[], { tokens, startedAt, isPart }: Before): Permits {
    const now = this.#now()
    const windowAt = windowStart(now)
    const isInMinute = startedAt >= windowAt
    const states = subjects.map(({ id }) => this.#stateOf(id, now))
    if (isInMinute) take(subjects, states, { tokens, startedAt: windowAt, isPart })
    else for (const state of states) state.concurrent += placesOf(isPart)
    return { subjects, states, tokens, startedAt: isInMinute ? now : startedAt, isPart }
  }

  /** Counts what calls used of a minute that were admitted and ended before this process began, while that is not over. */
  recall({ id, requests, tokens }: UsedInMinute, startedAt: number): void {
    const now = this.#now()
    const windowAt = windowStart(now)
    if (startedAt < windowAt) return
    const state = this.#stateOf(id, now)
    currentWindow(state.requests, windowAt).used += requests
    currentWindow(state.tokens, windowAt).used += tokens
  }

  /** Ends a call: its place is free, and of its tokens only those it used count. */
  end(permits: Permits, tokensUsed: number): void {
    const now = this.#now()
    const startedAt = windowStart(now)
    const isSameWindow = startedAt === windowStart(permits.startedAt)
    let index = 0
    for (const state of permits.states) {
      state.usedAt = now
      state.concurrent = Math.max(0, state.concurrent - placesOf(permits.isPart))
      const { used } = currentWindow(state.tokens, startedAt)
      const reserved = reservedTokens(permits.subjects[index]?.limits, permits.tokens)
      if (isSameWindow) state.tokens.used = Math.max(0, used - reserved + Math.min(tokensUsed, reserved))
      index += 1
    }
  }

  /** Gives everything back: the call never began. */
  giveBack(permits: Permits): void {
    this.end(permits, 0)
    const startedAt = windowStart(permits.startedAt)
    for (const { requests } of permits.states) if (requests.startedAt === startedAt) requests.used = Math.max(0, requests.used - 1)
  }

  /** The state of the tightest limit of each kind, for rate headers. */
  report(subjects: readonly Subject[]): LimitReport {
    const now = this.#now()
    const startedAt = windowStart(now)
    let requests: Left | undefined
    let tokens: Left | undefined
    for (const { id, limits } of subjects) {
      const { requestsPerMinute, tokensPerMinute } = limits
      const state = this.#stateOf(id, now)
      if (requestsPerMinute !== undefined) {
        const { used } = currentWindow(state.requests, startedAt)
        requests = tighter(requests, this.#left({ id, kind: 'requests', limit: requestsPerMinute, startedAt }, used))
      }
      if (tokensPerMinute !== undefined) {
        const { used } = currentWindow(state.tokens, startedAt)
        tokens = tighter(tokens, this.#left({ id, kind: 'tokens', limit: tokensPerMinute, startedAt }, used))
      }
    }
    return { requests, tokens, resetMs: resetMs(now) }
  }

  #left(share: Share, used: number): Left {
    return { limit: share.limit, remaining: Math.max(0, this.#shares.reachable(share) - used) }
  }

  /** Drops the counts of subjects that have not called for two minutes and have nothing open. */
  sweep(): void {
    const before = this.#now() - FORGET_MS
    for (const [id, state] of this.#states) if (state.concurrent === 0 && state.usedAt < before) this.#states.delete(id)
  }

  /** What a call lacks for being let in, of limits that more can be had of; empty when none can. */
  lacking(subjects: readonly Subject[], tokens: number, isPart = false): readonly Lack[] {
    return subjects.flatMap((subject) => {
      const used = this.used(subject.id)
      return wantsOf(subject, tokens, isPart).flatMap(({ kind, limit, count }) => {
        const allowed = this.#shares.allowed({ id: subject.id, kind, limit, startedAt: used.startedAt })
        const lacks = used[kind] + count - allowed
        return lacks > 0 && allowed < limit && used[kind] < limit ? [{ id: subject.id, kind, limit, count: lacks, takes: count }] : []
      })
    })
  }

  /** What a subject uses now. */
  used(id: string): Used {
    const now = this.#now()
    const state = this.#states.get(id)
    const startedAt = windowStart(now)
    const inWindow = (window: Window | undefined): number => (window?.startedAt === startedAt ? window.used : 0)
    return { requests: inWindow(state?.requests), tokens: inWindow(state?.tokens), places: state?.concurrent ?? 0, startedAt }
  }

  /** Subjects that have calls open. */
  busy(): readonly string[] {
    return [...this.#states].flatMap(([id, { concurrent }]) => (concurrent > 0 ? [id] : []))
  }

  /** The time that windows follow, in milliseconds since 1970; never goes back. */
  now(): number {
    return this.#now()
  }

  /** Lets the time that windows follow go back once, to that of whoever counts for all from here on. */
  rebase(): void {
    this.#latest = 0
  }

  #now(): number {
    this.#latest = Math.max(this.#latest, Math.floor(this.#origin + this.#clock.monotonic() + this.#shares.aheadMs()))
    return this.#latest
  }

  #refusalOf({ id, limits }: Subject, state: State, { tokens, startedAt, isPart }: Taking): Admission | undefined {
    const { requestsPerMinute, tokensPerMinute, concurrentCalls } = limits
    const shares = this.#shares
    if (
      !isPart &&
      concurrentCalls !== undefined &&
      state.concurrent >= shares.allowed({ id, kind: 'places', limit: concurrentCalls, startedAt })
    ) {
      return { isAdmitted: false, reason: 'concurrency', limit: concurrentCalls, retryAfterMs: BUSY_RETRY_MS }
    }
    if (requestsPerMinute !== undefined) {
      const { used } = currentWindow(state.requests, startedAt)
      if (used >= shares.allowed({ id, kind: 'requests', limit: requestsPerMinute, startedAt }))
        return { isAdmitted: false, reason: 'requests', limit: requestsPerMinute, retryAfterMs: resetMs(this.#latest) }
    }
    if (tokensPerMinute !== undefined) {
      const wanted = currentWindow(state.tokens, startedAt).used + reservedTokens(limits, tokens)
      if (wanted > shares.allowed({ id, kind: 'tokens', limit: tokensPerMinute, startedAt }))
        return { isAdmitted: false, reason: 'tokens', limit: tokensPerMinute, retryAfterMs: resetMs(this.#latest) }
    }
    return undefined
  }

  #stateOf(id: string, now: number): State {
    const found = this.#states.get(id)
    if (found !== undefined) {
      found.usedAt = now
      return found
    }
    const state = { requests: { startedAt: 0, used: 0 }, tokens: { startedAt: 0, used: 0 }, concurrent: 0, usedAt: now }
    this.#states.set(id, state)
    return state
  }
}

/** A call whose bound is above the limit itself reserves the whole of it, so that it can run when nothing else does. */
const reservedTokens = (limits: CallLimits | undefined, tokens: number): number => Math.min(tokens, limits?.tokensPerMinute ?? tokens)

/** Takes one permit of each limit. */
function take(subjects: readonly Subject[], states: readonly State[], { tokens, startedAt, isPart }: Taking): void {
  let index = 0
  for (const state of states) {
    state.concurrent += placesOf(isPart)
    currentWindow(state.requests, startedAt).used += 1
    currentWindow(state.tokens, startedAt).used += reservedTokens(subjects[index]?.limits, tokens)
    index += 1
  }
}

type Left = NonNullable<LimitReport['requests']>

const tighter = (one: Left | undefined, other: Left): Left => (one === undefined || other.remaining < one.remaining ? other : one)

type Want = { readonly kind: LimitKind; readonly limit: number; readonly count: number }

/** What a call takes of each limit that is set. */
function wantsOf({ limits }: Subject, tokens: number, isPart: boolean): readonly Want[] {
  const { requestsPerMinute, tokensPerMinute, concurrentCalls } = limits
  return [
    ...(concurrentCalls === undefined || isPart ? [] : [{ kind: 'places', limit: concurrentCalls, count: 1 } as const]),
    ...(requestsPerMinute === undefined ? [] : [{ kind: 'requests', limit: requestsPerMinute, count: 1 } as const]),
    ...(tokensPerMinute === undefined ? [] : [{ kind: 'tokens', limit: tokensPerMinute, count: reservedTokens(limits, tokens) } as const]),
  ]
}
