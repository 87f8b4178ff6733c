import type { Database } from '../db/index.ts'
import { beat, listDeadNodes, type NodeTerm } from '../ledger/index.ts'
import { type Clock, errorCode, type Log } from '../lib/index.ts'

/** What a node lives by; times are milliseconds. */
export type NodeLifeOptions = {
  readonly database: Database
  readonly term: NodeTerm
  readonly clock: Clock
  readonly log: Log
  /** Whether the node gives back idle money that it is asked for: not before it knows what its last process left behind. */
  readonly isAnswering: () => boolean
  /** Told when another process has registered for this node. */
  readonly onFenced: () => void
  /** Takes the place of a dead node and ends what it left behind. */
  readonly succeed: (deadId: string, deadMs: number) => Promise<void>
  /** How long a node has to be silent to count as dead (60 000 when left out). */
  readonly deadMs?: number
}

/** How often a node that was heard says so again. */
const BEAT_MS = 5_000
const DEAD_MS = 60_000

/**
 * Says every few seconds that this node lives, and looks for nodes that died for good. It relies on its slices for half the time after which
 * others may take them, counted from before it last said so; and it takes nobody's place before it has itself been heard all that time, as
 * after an outage of the database nobody was.
 */
export class NodeLife {
  readonly #options: NodeLifeOptions
  #heardAt: number
  #heardSince: number
  #beatAt = 0
  #isRunning = false
  #isFenced = false

  /** The node has just registered. */
  constructor(options: NodeLifeOptions) {
    this.#options = options
    this.#heardAt = options.clock.monotonic()
    this.#heardSince = this.#heardAt
  }

  /** Whether this node may still grant what its slices cover. */
  hasLease(): boolean {
    return !this.#isFenced && this.#options.clock.monotonic() - this.#heardAt < this.#deadMs / 2
  }

  /** Says that the node lives when it is time to, then looks for dead ones. Called every second; never rejects, never runs twice at once. */
  async tick(): Promise<void> {
    if (this.#isRunning || this.#isFenced || this.#options.clock.monotonic() < this.#beatAt) return
    this.#isRunning = true
    try {
      await this.#beat()
      if (!this.#isFenced && this.#options.clock.monotonic() - this.#heardSince >= this.#deadMs) await this.#succeedDead()
    } catch (thrown) {
      this.#options.log({ event: 'node-unheard', code: errorCode(thrown) })
    }
    this.#isRunning = false
  }

  get #deadMs(): number {
    return this.#options.deadMs ?? DEAD_MS
  }

  async #beat(): Promise<void> {
    const { database, term, clock, isAnswering, onFenced } = this.#options
    const at = clock.monotonic()
    const isOurs = await beat(database, { nodeId: term.nodeId, epoch: term.epoch, isAnswering: isAnswering() })
    if (!isOurs) {
      this.#isFenced = true
      onFenced()
      return
    }
    if (at - this.#heardAt >= this.#deadMs / 2) this.#heardSince = at
    this.#heardAt = at
    this.#beatAt = at + BEAT_MS
  }

  async #succeedDead(): Promise<void> {
    const { database, term, succeed, log } = this.#options
    for (const deadId of await listDeadNodes(database, { nodeId: term.nodeId, deadMs: this.#deadMs })) {
      await succeed(deadId, this.#deadMs).catch((thrown: unknown) => log({ event: 'estate-unsettled', code: errorCode(thrown) }))
    }
  }
}
