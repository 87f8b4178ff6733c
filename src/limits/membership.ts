import type { Mode } from './limit-store.ts'
import { WINDOW_MS } from './window.ts'

/** How long the store counts a process that says nothing more. */
export const COUNTED_MS = 15_000
/** How much later than it was sent something may still be done by the store. */
export const DEADLINE_MS = 2_000
/** What clocks of nodes and the store may differ by. */
const MARGIN_MS = 1_000

/** A window by when it began, in milliseconds since 1970 and by the monotonic clock. */
type Window = { readonly startedAt: number; readonly beganAt: number }

/**
 * What this node may grant by itself, without the store: its part of a limit (1/nodes), once the others can no longer take it for one that
 * counts with them; until then, and in a window whose counts may be lost, the part of that part (1/nodes²). So all nodes together grant at
 * most limit × (1 + 1/nodes) in a minute, whatever fails. Times are milliseconds of the monotonic clock; windows begin at milliseconds since 1970.
 */
export class Membership {
  #nodes = 1
  #isWith = false
  /** Until when the store can count this process, or the one that had its place before. */
  #countedUntil: number
  /** Until when the store surely keeps what was leased for this process. */
  #leasedUntil = 0
  readonly #modes = new Map<number, Mode>()

  /** The process registered its node at this time. */
  constructor(registeredAt: number) {
    this.#countedUntil = registeredAt + DEADLINE_MS + COUNTED_MS
  }

  /** Whether the store answers and counts this process. */
  get isWith(): boolean {
    return this.#isWith
  }

  get nodes(): number {
    return this.#nodes
  }

  /** Whether this is the only node and counts by itself: its part of a limit, and of that part, is all of it. */
  get isAlone(): boolean {
    return this.#nodes === 1 && !this.#isWith
  }

  /** How many nodes live, this one among them. */
  setNodes(count: number): void {
    this.#nodes = Math.max(1, count)
  }

  /** A message is sent that makes the store count this process; returns what takes that back, for a message that it refused. */
  onSending(now: number): () => void {
    const before = this.#countedUntil
    this.#countedUntil = Math.max(before, now + DEADLINE_MS + COUNTED_MS)
    return () => {
      this.#countedUntil = before
    }
  }

  /** The store answered a message of that kind that was sent at this time: it counts this process. */
  onJoined(sentAt: number): void {
    this.#isWith = true
    this.#leasedUntil = sentAt + COUNTED_MS - MARGIN_MS
  }

  onAway(): void {
    this.#isWith = false
  }

  /** The store said who grants in a window. Where it says another thing than before, it has lost its counts. */
  learn(startedAt: number, mode: Mode): void {
    const known = this.#modes.get(startedAt)
    this.#modes.set(startedAt, known === undefined || known === mode ? mode : 'closed')
    for (const old of this.#modes.keys()) if (old < startedAt - 2 * WINDOW_MS) this.#modes.delete(old)
  }

  /** Who grants in a window, as far as this node was told. */
  modeOf(startedAt: number): Mode | undefined {
    return this.#modes.get(startedAt)
  }

  /** Requests or tokens of a limit that may be granted in a window besides what was leased; `beganAt` is its beginning by the monotonic clock. */
  ownPart(limit: number, { startedAt, beganAt }: Window): number {
    const mode = this.modeOf(startedAt)
    if (mode === 'alone') return this.#part(limit)
    if (mode === 'closed') return this.#partOfPart(limit)
    if (mode === 'shared') return this.#isWith ? 0 : this.#partOfPart(limit)
    if (this.#isWith) return 0
    return this.#isForgotten(beganAt) ? this.#part(limit) : this.#partOfPart(limit)
  }

  /** Places of a limit that may be taken, of which so many were leased, at a time within that window. */
  places(limit: number, { leased, startedAt, beganAt, now }: Window & { readonly leased: number; readonly now: number }): number {
    const mode = this.modeOf(startedAt)
    if (this.#isWith) {
      if (mode === 'alone') return Math.min(leased, this.#part(limit))
      return mode === 'closed' ? Math.min(leased, this.#partOfPart(limit)) : leased
    }
    if (mode === 'alone' || (mode === undefined && this.#isForgotten(beganAt))) return this.#part(limit)
    return now < this.#leasedUntil ? Math.max(leased, this.#partOfPart(limit)) : this.#partOfPart(limit)
  }

  #isForgotten(beganAt: number): boolean {
    return beganAt >= this.#countedUntil + MARGIN_MS
  }

  #part(limit: number): number {
    return Math.floor(limit / this.#nodes)
  }

  #partOfPart(limit: number): number {
    return Math.floor(limit / this.#nodes / this.#nodes)
  }
}
