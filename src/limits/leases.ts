import type { LeaseGiven, LeaseItem } from './limit-store.ts'
import { LIMIT_KINDS, type LimitKind, type Share } from './shares.ts'
import { WINDOW_MS } from './window.ts'

/** What this node has leased of one limit; `room` is what was left of it for anybody when it was last told, at `toldAt`. */
export type Lease = { limit: number; startedAt: number; granted: number; room: number; toldAt: number }

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

  /** A subject calls. */
  use(id: string, now: number): void {
    const held = this.#held.get(id)
    if (held !== undefined) held.usedAt = now
  }

  /** A question for more of a limit. */
  ask({ id, kind, limit, startedAt }: Share, count: number): LeaseItem {
    const granted = this.leaseOf({ id, kind, startedAt })?.granted ?? 0
    const ahead = Math.min(Math.floor((granted + count) / 2), Math.ceil(limit / AHEAD_PART))
    return { kind, name: this.#held.get(id)?.name ?? this.#nameOf(id), limit, count, ahead, window: startedAt / WINDOW_MS }
  }

  /** The answer to it. */
  take(share: Share, { given, room }: LeaseGiven, now: number): void {
    const lease = this.#lease(share, now)
    if (share.kind !== 'places' && lease.startedAt !== share.startedAt) Object.assign(lease, { granted: 0, startedAt: share.startedAt })
    Object.assign(lease, { granted: lease.granted + given, limit: share.limit, room, toldAt: now })
  }

  /** What is given back now, which is no longer leased from here on: what nobody used for a while. */
  giveBack(usedOf: (id: string) => Used & { readonly startedAt: number }, now: number): readonly LeaseItem[] {
    const items: LeaseItem[] = []
    for (const [id, held] of this.#held) {
      const idleMs = now - held.usedAt
      if (idleMs < IDLE_MS) continue
      const used = usedOf(id)
      for (const kind of LIMIT_KINDS) {
        const lease = held[kind]
        // One place stays while there is room for everybody, so that who calls now and then need not wait for the store.
        const spare = kind === 'places' && idleMs < FORGET_MS && lease.room > lease.limit / 2 ? 1 : 0
        const unused = lease.granted - used[kind] - spare
        const isPast = kind !== 'places' && lease.startedAt !== used.startedAt
        if (unused <= 0 || isPast) continue
        lease.granted -= unused
        items.push({ kind, name: held.name, limit: lease.limit, count: -unused, ahead: 0, window: lease.startedAt / WINDOW_MS })
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

  /** The store counts this process anew and has no places of it. */
  forgetPlaces(): void {
    for (const { places } of this.#held.values()) places.granted = 0
  }

  #lease({ id, kind }: Share, now: number): Lease {
    const held = this.#held.get(id) ?? { name: this.#nameOf(id), usedAt: now, requests: nothing(), tokens: nothing(), places: nothing() }
    this.#held.set(id, held)
    return held[kind]
  }
}

const nothing = (): Lease => ({ limit: 0, startedAt: 0, granted: 0, room: 0, toldAt: 0 })
