import type { JoinAnswer, LeaseAnswer, LeaseItem, LimitStore, Member, Mode } from './limit-store.ts'
import { WINDOW_MS } from './window.ts'

/** A store in memory that does what the scripts do in Valkey; a second telling of them, for tests. `reach` throws where it is away. */
export class MemoryStore {
  now: number
  #era: number | undefined
  #live = new Map<string, { until: number; since: number }>()
  #modes = new Map<number, Mode>()
  #totals = new Map<string, number>()
  #places = new Map<string, Map<string, number>>()
  #hasLapsed = false

  constructor(now: number) {
    this.now = now
  }

  /** Forgets all, as one that is started anew. */
  lose(): void {
    this.#era = undefined
    for (const kept of [this.#live, this.#modes, this.#totals, this.#places]) kept.clear()
  }

  /** Loses its counts alone, as one that is full, or that is started anew with what it had some time ago. */
  lapse(): void {
    this.#hasLapsed = true
    for (const kept of [this.#totals, this.#places]) kept.clear()
  }

  /** How a node comes to it. */
  linkOf(reach: () => void): LimitStore {
    const through = async <T>(act: () => T): Promise<T> => {
      reach()
      return act()
    }
    return {
      time: () => through(() => this.now),
      join: (member, told) => through(() => this.#join(member, told)),
      lease: (member, told) => through(() => this.#lease(member, told)),
      close: async () => {},
    }
  }

  get #window(): number {
    return Math.floor(this.now / WINDOW_MS)
  }

  #join({ nodeId, tag }: Member, { deadline, ttlMs }: { readonly deadline: number; readonly ttlMs: number }): JoinAnswer {
    if (this.now > deadline) return { result: 'late', now: this.now }
    this.#beginAnew()
    this.#era ??= this.#window
    this.#forgetDead()
    for (const other of this.#live.keys()) if (other !== tag && other.startsWith(`${nodeId}:`)) this.#live.delete(other)
    const known = this.#live.get(tag)
    const since = known?.since ?? this.#window + (this.now % WINDOW_MS > 55_000 ? 2 : 1)
    this.#live.set(tag, { until: this.now + ttlMs, since })
    return { result: known === undefined ? 'joined' : 'kept', now: this.now }
  }

  /** Whether it lost counts since it was last asked; then nobody counts, and its window is closed. */
  #beginAnew(): boolean {
    if (!this.#hasLapsed) return false
    this.#hasLapsed = false
    this.#era = this.#window
    this.#modes.set(this.#window, 'closed')
    this.#live.clear()
    return true
  }

  #forgetDead(): void {
    for (const [tag, { until }] of this.#live) if (until <= this.now) this.#live.delete(tag)
  }

  #lease(
    { tag }: Member,
    { deadline, nodes, items }: { readonly deadline: number; readonly nodes: number; readonly items: readonly LeaseItem[] },
  ): LeaseAnswer {
    if (this.now > deadline) return { result: 'late', now: this.now }
    if ((this.#live.get(tag)?.until ?? 0) < this.now || this.#beginAnew()) return { result: 'unjoined', now: this.now }
    const mode = this.#modeOf(nodes)
    return { result: 'leased', now: this.now, mode, items: items.map((item) => this.#give(item, { tag, nodes, mode })) }
  }

  #modeOf(nodes: number): Mode {
    const window = this.#window
    const known = this.#modes.get(window)
    if (known !== undefined) return known
    const counted = [...this.#live.values()].filter(({ until, since }) => until >= this.now && since <= window).length
    const mode = (this.#era ?? window) >= window ? 'closed' : counted >= nodes ? 'shared' : 'alone'
    this.#modes.set(window, mode)
    return mode
  }

  #give({ kind, name, limit, count, ahead, window }: LeaseItem, { tag, nodes, mode }: Giving): { given: number; room: number } {
    const give = (room: number, own: number): number => {
      if (count < 0) return Math.max(count, 0 - own)
      if (kind === 'declared') return count
      return Math.max(0, Math.min(room, count + Math.min(ahead, Math.max(0, Math.floor(room / (4 * nodes))))))
    }
    if (kind === 'places' || kind === 'declared') {
      const fields = this.#places.get(name) ?? new Map<string, number>()
      this.#places.set(name, fields)
      for (const other of fields.keys()) if ((this.#live.get(other)?.until ?? 0) < this.now) fields.delete(other)
      const own = fields.get(tag) ?? 0
      const sum = [...fields.values()].reduce((total, each) => total + each, 0)
      const part = mode === 'alone' ? limit / nodes : limit / nodes / nodes
      const room = mode === 'shared' ? limit - sum : Math.floor(part) - own
      const given = give(room, own)
      if (given !== 0) fields.set(tag, own + given)
      return { given, room: Math.max(0, room - given) }
    }
    if (window !== this.#window || mode !== 'shared') return { given: 0, room: 0 }
    const key = `${kind} ${window} ${name}`
    const total = this.#totals.get(key) ?? 0
    const given = give(limit - total, total)
    this.#totals.set(key, total + given)
    return { given, room: Math.max(0, limit - total - given) }
  }
}

type Giving = { readonly tag: string; readonly nodes: number; readonly mode: Mode }
