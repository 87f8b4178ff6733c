import type { Committed, Settlement } from '../ledger/index.ts'
import { isoDate, isoTime } from '../lib/index.ts'
import type { Price } from '../spec/index.ts'
import { type CallRow, type Prices, routeOf } from './call-rows.ts'
import { type LeafNames, LeafTexts } from './leaf-text.ts'
import { HASH_BYTES, writeLeafHash } from './merkle.ts'

/** Leaves of one commit, one after another, and the day that its calls are charged to. */
export type LeavesOfCommit = { readonly commit: bigint; readonly day: string; readonly leaves: Buffer }

/** Leaves of 65 536 calls. What comes above, while nothing can be signed, is read back. */
const BYTES_MAX = 65_536 * HASH_BYTES
const TIME_LENGTH = '2026-11-21T10:00:00Z'.length

/**
 * The leaves of what this process has committed, so that the database need not be asked for the rows that it was just given. Each is that of
 * its row in every byte. What it cannot make a leaf of, and all before it, is forgotten and so read back; names and prices, which never
 * change under their numbers, it knows from what was read.
 */
export class UnsignedLeaves {
  /** All that was committed after this one is kept; undefined before the first. */
  #knownAfter: bigint | undefined
  #kept: readonly LeavesOfCommit[] = []
  #noted = 0
  /** Models and routes as receipts have them, in JSON; a call that reached no upstream has none. */
  readonly #models = new Map<number, string>()
  readonly #routes = new Map<number, string>([[0, 'null']])
  readonly #prices = new Map<number, Price>()
  readonly #texts = new LeafTexts()
  /** The second that the last call began in: that of most that follow. */
  #second = { at: Number.NaN, text: '' }

  /** The number of the commit after which all is known; undefined while nothing is. */
  get knownAfter(): bigint | undefined {
    return this.#knownAfter
  }

  /** How many commits were noted: while that stays the same there is nothing new to sign. */
  get noted(): number {
    return this.#noted
  }

  /** Takes what one commit after the other has put in the books. */
  note(committed: Committed): void {
    this.#noted += 1
    this.#knownAfter ??= committed.commit - 1n
    const leaves = this.#leavesOf(committed)
    if (leaves === undefined || this.#bytes + leaves.length > BYTES_MAX) {
      this.#knownAfter = committed.commit
      this.#kept = []
      return
    }
    this.#kept = [...this.#kept, { commit: committed.commit, day: isoDate(committed.postedDay), leaves }]
  }

  /** Learns what numbers in rows stand for. */
  learn(rows: readonly CallRow[], prices: Prices): void {
    for (const row of rows) {
      if (row.model !== null) this.#models.set(row.model_serial, JSON.stringify(row.model))
      if (row.upstream !== null) this.#routes.set(row.route_serial, JSON.stringify(routeOf(row)))
    }
    for (const [version, price] of prices) this.#prices.set(version, price)
  }

  /** What is left when all up to a commit is signed. */
  signedUpTo(commit: bigint): readonly LeavesOfCommit[] {
    this.#kept = this.#kept.filter((kept) => kept.commit > commit)
    return this.#kept
  }

  get #bytes(): number {
    return this.#kept.reduce((bytes, { leaves }) => bytes + leaves.length, 0)
  }

  #leavesOf({ postedDay, settlements }: Committed): Buffer | undefined {
    if (settlements === undefined) return undefined
    const leaves = Buffer.allocUnsafeSlow(settlements.length * HASH_BYTES)
    const day = isoDate(postedDay)
    try {
      for (const [index, settlement] of settlements.entries()) {
        const names = this.#namesOf(settlement, day)
        if (names === undefined) return undefined
        writeLeafHash(this.#texts.of(settlement, names), leaves, index * HASH_BYTES)
      }
      return leaves
    } catch {
      // A number that stands for nothing here. Whoever reads the row says so; the writer, which is told of nothing else, goes on.
      return undefined
    }
  }

  #namesOf({ modelSerial, routeSerial, priceVersion, startedAt }: Settlement, day: string): LeafNames | undefined {
    const model = this.#models.get(modelSerial)
    const route = this.#routes.get(routeSerial)
    const price = this.#prices.get(priceVersion)
    const second = Math.ceil(startedAt / 1_000)
    if (second !== this.#second.at) this.#second = { at: second, text: isoTime(startedAt) }
    const { text } = this.#second
    // PostgreSQL spells years of more than four digits in its own way.
    if (model === undefined || route === undefined || price === undefined || text.length !== TIME_LENGTH) return undefined
    return { day, startedAt: text, model, route, price }
  }
}
