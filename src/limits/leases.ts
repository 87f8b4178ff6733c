import type { LeaseGiven, LeaseItem } from './limit-store.ts'
import { LIMIT_KINDS, type LimitKind, type Share } from './shares.ts'
import { WINDOW_MS } from './window.ts'

/**
 * What this node has leased of one limit; `room` is what was left of it for anybody when it was last told, at `toldAt`, and what was given back
 * since. `idle` is what nothing took since something was last given back; of what `isAsked` for nothing is given back.
 */
export type Lease = { limit: number; startedAt: number; granted: number; room: number; toldAt: number; idle: number; isAsked: boolean }

type Held = { readonly name: string; usedAt: number } & Record<LimitKind, Lease>

/** Something used on this node, as `LimitBook.used` tells it. */
type Used = Readonly<Record<LimitKind, number>>

const IDLE_MS = 1_000
const FORGET_MS = 120_000
const TOUCHED_MAX = 100
/** What is had ahead is at most this part of a limit. */
const AHEAD_PART = 16

/** What this node has leased of limits that nodes share, by subject. Times are milliseconds of the monotonic clock, but for beginnings of windows. */
export class Leases {
  readonly #held = new Map<string, Held>()
  readonly #nameOf: (id: string) => string
  #turn = 0

  /** `nameOf` is what the store knows a subject by, which tells nobody who it is. */
  constructor(nameOf: (id: string) => string) {
    this.#nameOf = nameOf
  }

  /** What is leased of a limit in a window, or of places. */
  leaseOf({ id, kind, startedAt }: Omit<Share, 'limit'>): Lease | undefined {
    const lease = this.#held.get(id)?.[kind]
    return lease === undefined || (kind !== 'places' && lease.startedAt !== startedAt) ? undefined : lease
  }

  /** A subject calls, and uses so much now. */
  use(id: string, used: Used, now: number): void {
    const held = this.#held.get(id)
    if (held === undefined) return
    held.usedAt = now
    for (const kind of LIMIT_KINDS) held[kind].idle = Math.min(held[kind].idle, held[kind].granted - used[kind])
  }

  /** A question for more of a limit. */
  ask({ id, kind, limit, startedAt }: Share, count: number): LeaseItem {
    const lease = this.leaseOf({ id, kind, startedAt })
    if (lease !== undefined) lease.isAsked = true
    const granted = lease?.granted ?? 0
    const ahead = Math.min(Math.floor((granted + count) / 2), aheadOf(limit))
    return { kind, name: this.#held.get(id)?.name ?? this.#nameOf(id), limit, count, ahead, window: startedAt / WINDOW_MS }
  }

  /** The answer to it. */
  take(share: Share, { given, room }: LeaseGiven, now: number): void {
    const lease = this.#lease(share, now)
    if (share.kind !== 'places' && lease.startedAt !== share.startedAt)
      Object.assign(lease, { granted: 0, idle: 0, startedAt: share.startedAt })
    Object.assign(lease, { granted: lease.granted + given, limit: share.limit, room, toldAt: now, isAsked: false })
  }

  /**
   * What is given back now, which is no longer leased from here on: of who calls, what nothing took since the last time, but for what may be had
   * ahead, and what is more than half of what is left for others, as one of them may lack it; of who did not call for a while, all that is unused.
   */
  giveBack(usedOf: (id: string) => Used & { readonly startedAt: number }, now: number): readonly LeaseItem[] {
    const items: LeaseItem[] = []
    for (const [id, held] of this.#held) {
      const idleMs = now - held.usedAt
      const used = usedOf(id)
      for (const kind of LIMIT_KINDS) {
        const lease = held[kind]
        if (lease.isAsked || (kind !== 'places' && lease.startedAt !== used.startedAt)) continue
        const unused = lease.granted - used[kind]
        const count = unused - (idleMs < IDLE_MS ? keptInUse(lease, unused) : keptIdle(lease, kind, idleMs))
        lease.idle = unused - Math.max(0, count)
        if (count <= 0) continue
        lease.granted -= count
        lease.room += count
        items.push({ kind, name: held.name, limit: lease.limit, count: -count, ahead: 0, window: lease.startedAt / WINDOW_MS })
      }
      if (idleMs > FORGET_MS && held.places.granted === 0) this.#held.delete(id)
    }
    return items
  }

  /** Leased places whose count in the store is to live on: some each time, all in turn. */
  touch(): readonly LeaseItem[] {
    const ids = [...this.#held].filter(([, { places }]) => places.granted > 0)
    const from = ids.length > TOUCHED_MAX ? this.#turn % ids.length : 0
    this.#turn = from + TOUCHED_MAX
    return ids
      .slice(from, from + TOUCHED_MAX)
      .map(([, { name, places }]) => ({ kind: 'places', name, limit: places.limit, count: 0, ahead: 0, window: 0 }))
  }

  /** Places in use that nothing was leased for, which are told the store as they are. */
  declare(busy: readonly string[], usedOf: (id: string) => Used, now: number): readonly LeaseItem[] {
    return busy.flatMap((id) => {
      const lease = this.#lease({ id, kind: 'places', limit: 0, startedAt: 0 }, now)
      const count = usedOf(id).places - lease.granted
      if (count <= 0) return []
      lease.granted += count
      return [{ kind: 'declared', name: this.#held.get(id)?.name ?? this.#nameOf(id), limit: lease.limit, count, ahead: 0, window: 0 }]
    })
  }

  /** The store counts this process anew and has no places of it; what was asked for is not answered any more. */
  forgetPlaces(): void {
    for (const held of this.#held.values()) {
      held.places.granted = 0
      for (const kind of LIMIT_KINDS) held[kind].isAsked = false
    }
  }

  #lease({ id, kind }: Share, now: number): Lease {
    const held = this.#held.get(id) ?? { name: this.#nameOf(id), usedAt: now, requests: nothing(), tokens: nothing(), places: nothing() }
    this.#held.set(id, held)
    return held[kind]
  }
}

const aheadOf = (limit: number): number => Math.ceil(limit / AHEAD_PART)

/** What of the unused stays with who calls. */
const keptInUse = ({ limit, room, idle }: Lease, unused: number): number => Math.min(unused - idle + aheadOf(limit), Math.floor(room / 2))

/** One place stays while there is room for everybody, so that who calls now and then need not wait for the store. */
const keptIdle = ({ room, limit }: Lease, kind: LimitKind, idleMs: number): number =>
  kind === 'places' && idleMs < FORGET_MS && room > limit / 2 ? 1 : 0

const nothing = (): Lease => ({ limit: 0, startedAt: 0, granted: 0, room: 0, toldAt: 0, idle: 0, isAsked: false })
