import { FailureError, failure } from '../failures.ts'
import type { Clock } from '../lib/index.ts'

/** The place of a call that has begun and has no hold yet: whose it is, when it asked for it and when it got it, by the monotonic clock. */
export type Place = { readonly accountId: string; readonly askedAt: number; readonly since: number }

/** What a call that waited is told: its place, or that it waited too long. */
export type Turn = Place | FailureError

type Waiter = { readonly since: number; readonly tell: (turn: Turn) => void }

/** The calls of an account that wait, the oldest first. */
type Line = { readonly accountId: string; readonly waiters: Waiter[] }

/** How often it is looked for what was kept or waited for too long, in milliseconds. */
export const LOOK_MS = 20
/** An event loop that is later than this has more to do than it can. */
const LATE_MS = 40
/** So many may have begun and have no hold yet. More would only queue at control, where nobody asks whose they are and each takes 20 µs; of fewer each waits in line here, which costs more than that. */
export const PLACES = 32
/**
 * So many of them are for an account with a crowd beside others, and each rests for a millisecond when it was left: calls that begin together
 * share messages and turns, and in the pause the processors are the others'.
 */
export const CROWD_PLACES = 6
const REST_MS = 1
/** Others are there whose last call began no longer ago than this. */
export const COMPANY_MS = 1_000
/** So many more may have begun of accounts of which nothing else has, so that who calls now and then does not queue behind who always does. */
export const GUESTS = 8
/** A place is kept for so long at most, so that what control waits for holds up no others; longer where it is this process that is slow. */
const PLACE_MS_MAX = 20
const PLACE_MS_MAX_LATE = 200
/** So long may a call wait for its turn; who would wait longer is told to come again. */
const WAIT_MS_MAX = 2_000
const WAITERS_MAX = 10_000
/** Fewer are no burden; to begin a call twice is, and so are few at a time, which share less of the work. */
export const CROWD = 64
const RETRY_S = 2

const NOBODY = { accountId: '', since: Number.NEGATIVE_INFINITY } as const

/**
 * Lets calls begin in turn, account by account, as few at a time as keep control and this process busy. So the queue of what is more than can
 * be done is here, where an account with thousands of calls waits for itself and no other waits for it: beside others it has some of the places, and an account's
 * only call begins at once, while there are not too many of those. What waited for two seconds is refused, and so is what is more than 10,000, of the account with the most.
 */
export class Admission {
  readonly #clock: Clock
  /** The oldest first; so few that a list is the least of a burden: what V8 makes of a Set that is written with each call grows old. */
  readonly #begun: Place[] = []
  /** What was left and rests: nobody has it, but its account may have no other instead. */
  readonly #resting: Place[] = []
  /** Who waits, by account. */
  readonly #lines = new Map<string, Line>()
  /** The same in their turn, the next to begin one first; lines that have ended are passed over. */
  readonly #turns: Line[] = []
  /** Whose call began last, and the last of anybody else. */
  #latest: Pick<Place, 'accountId' | 'since'> = NOBODY
  #other: Pick<Place, 'accountId' | 'since'> = NOBODY
  #waiting = 0
  #isFilling = false
  #isLate = false
  #lookedAt: number
  #refused = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#lookedAt = clock.monotonic()
  }

  /** Calls refused as there was too much to do, since this process began. */
  get refused(): number {
    return this.#refused
  }

  /** Whether so many wait that it matters what each is kept as. */
  get isCrowded(): boolean {
    return this.#waiting >= CROWD
  }

  /** Whether a call of an account may begin now. */
  hasPlaceFor(accountId: string): boolean {
    if (this.#lines.has(accountId)) return false
    const { length } = this.#begun
    return length < PLACES || (length < PLACES + GUESTS && countOf(this.#begun, accountId) === 0)
  }

  /** A place for an account's call, now or when it is its turn; to be left when the call has its hold. Rejects with unavailable. */
  enter(accountId: string): Place | Promise<Place> {
    if (this.hasPlaceFor(accountId)) {
      const now = this.#clock.monotonic()
      return this.#begin({ accountId, askedAt: now, since: now })
    }
    return new Promise((resolve, reject) => {
      this.wait(accountId, (turn) => (turn instanceof FailureError ? reject(turn) : resolve(turn)))
    })
  }

  /** Has a call of an account wait for its turn, and tells it; its place is to be left. For whoever can keep a call as less than it grows to. */
  wait(accountId: string, tell: (turn: Turn) => void): void {
    const waiter = { since: this.#clock.monotonic(), tell }
    const line = this.#lines.get(accountId)
    if (line === undefined) this.#open({ accountId, waiters: [waiter] })
    else line.waiters.push(waiter)
    this.#waiting += 1
    if (this.#waiting > WAITERS_MAX) this.#refuseOne()
  }

  /** Gives a place to the next, which is no call of the same account for a moment where that has a crowd beside others; nothing when it was left before. */
  leave(place: Place): void {
    const begun = this.#begun
    const at = begun.indexOf(place)
    if (at < 0) return
    const mustRest = this.#mustRest(place)
    // By hand, as splice makes a list of what it takes out.
    for (let next = at + 1; next < begun.length; next += 1) begun[next - 1] = begun[next] ?? place
    begun.pop()
    if (mustRest && this.#resting.push(place) === 1) setTimeout(() => this.#endRest(), REST_MS)
    if (this.#waiting > 0) this.#fill()
  }

  /** Gives a place to the next while a long body comes, unless this process is late: then what it cannot do yet stays with the clients. */
  leaveForBody(place: Place): void {
    if (!this.#isLate) this.leave(place)
  }

  /** Takes back places that were kept for too long, and refuses who waited for too long; to be called every LOOK_MS. */
  look(): void {
    const now = this.#clock.monotonic()
    this.#isLate = now - this.#lookedAt > LOOK_MS + LATE_MS
    this.#lookedAt = now
    const before = now - (this.#isLate ? PLACE_MS_MAX_LATE : PLACE_MS_MAX)
    while (this.#begun[0] !== undefined && this.#begun[0].since <= before) this.#begun.shift()
    for (const line of this.#lines.values()) {
      while (line.waiters[0] !== undefined && now - line.waiters[0].since > WAIT_MS_MAX) this.#refuse(line.waiters.shift())
      if (line.waiters.length === 0) this.#lines.delete(line.accountId)
    }
    this.#fill()
  }

  /** What an account that was alone had more of does not rest. */
  #mustRest({ accountId }: Place): boolean {
    if (!this.isCrowded) return false
    const line = this.#lines.get(accountId)
    if (line === undefined || line.waiters.length < CROWD || this.#isAlone(accountId, this.#clock.monotonic())) return false
    return this.#takenOf(accountId) <= CROWD_PLACES
  }

  #endRest(): void {
    this.#resting.length = 0
    this.#fill()
  }

  #takenOf(accountId: string): number {
    return countOf(this.#begun, accountId) + countOf(this.#resting, accountId)
  }

  #mayBegin({ accountId, waiters }: Line, now: number): boolean {
    return waiters.length < CROWD || this.#takenOf(accountId) < CROWD_PLACES || this.#isAlone(accountId, now)
  }

  #isAlone(accountId: string, now: number): boolean {
    const { since } = this.#latest.accountId === accountId ? this.#other : this.#latest
    return since < now - COMPANY_MS
  }

  #open(line: Line): void {
    this.#lines.set(line.accountId, line)
    this.#turns.push(line)
  }

  #begin(place: Place): Place {
    this.#begun.push(place)
    if (place.accountId !== this.#latest.accountId) this.#other = this.#latest
    this.#latest = place
    return place
  }

  /** Whoever is told of his place may leave it at once, which is for the loop that told him to see. */
  #fill(): void {
    if (this.#isFilling) return
    this.#isFilling = true
    while (this.#waiting > 0 && this.#begun.length < PLACES && this.#beginNext());
    this.#isFilling = false
  }

  /** Begins the first call of the next account that may have one more, which then is the last; false where there is none. */
  #beginNext(): boolean {
    const now = this.#clock.monotonic()
    const line = this.#takeTurn(now)
    if (line === undefined) return false
    const waiter = line.waiters.shift()
    if (waiter === undefined) return true
    this.#waiting -= 1
    if (line.waiters.length > 0) this.#turns.push(line)
    else this.#lines.delete(line.accountId)
    waiter.tell(this.#begin({ accountId: line.accountId, askedAt: waiter.since, since: now }))
    return true
  }

  /** Takes the next account that may have one more call out of its turn. */
  #takeTurn(now: number): Line | undefined {
    const turns = this.#turns
    for (let at = 0; at < turns.length; at += 1) {
      const line = turns[at]
      if (line !== undefined && this.#mayBegin(line, now)) return at === 0 ? turns.shift() : turns.splice(at, 1)[0]
    }
    return undefined
  }

  /** Refuses the latest call of the account with the most. */
  #refuseOne(): void {
    const { accountId, waiters } = this.#turns.reduce((most, one) => (one.waiters.length > most.waiters.length ? one : most))
    this.#refuse(waiters.pop())
    if (waiters.length === 0) this.#lines.delete(accountId)
  }

  #refuse(waiter: Waiter | undefined): void {
    this.#waiting -= 1
    this.#refused += 1
    waiter?.tell(new FailureError(failure('unavailable', { seconds: RETRY_S })))
  }
}

function countOf(places: readonly Place[], accountId: string): number {
  let count = 0
  for (const place of places) if (place.accountId === accountId) count += 1
  return count
}
