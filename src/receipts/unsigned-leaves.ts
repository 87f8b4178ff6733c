import type { Committed, Settlement } from '../ledger/index.ts'
import { isoDate, isoTime } from '../lib/index.ts'
import { moreOf, type Price } from '../spec/index.ts'
import { type CallRow, type Prices, writeLeafOfRow } from './call-rows.ts'
import { HASH_BYTES } from './merkle.ts'

/** Leaves of one commit, one after another, and the day that its calls are charged to. */
export type LeavesOfCommit = { readonly commit: bigint; readonly day: string; readonly leaves: Buffer }

/** Leaves of 65 536 calls. What comes above, while nothing can be signed, is read back. */
const BYTES_MAX = 65_536 * HASH_BYTES
const TIME_LENGTH = '2026-11-21T10:00:00Z'.length

type RouteName = Pick<CallRow, 'upstream' | 'upstream_model'>

/**
 * The leaves of what this process has committed, so that the database need not be asked for the rows that it was just given. Each is that of
 * its row in every byte. What it cannot make a leaf of, and all before it, is forgotten and so read back; names and prices, which never
 * change under their numbers, it knows from what was read.
 */
export class UnsignedLeaves {
  /** All that was committed after this one is kept; undefined before the first. */
  #knownAfter: bigint | undefined
  #kept: readonly LeavesOfCommit[] = []
  readonly #models = new Map<number, string>()
  readonly #routes = new Map<number, RouteName>([[0, { upstream: null, upstream_model: null }]])
  readonly #prices = new Map<number, Price>()

  /** The number of the commit after which all is known; undefined while nothing is. */
  get knownAfter(): bigint | undefined {
    return this.#knownAfter
  }

  /** Takes what one commit after the other has put in the books. */
  note(committed: Committed): void {
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
    for (const { model_serial, model, route_serial, upstream, upstream_model } of rows) {
      if (model !== null) this.#models.set(model_serial, model)
      if (upstream !== null) this.#routes.set(route_serial, { upstream, upstream_model })
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

  #leavesOf({ commit, postedDay, settlements }: Committed): Buffer | undefined {
    if (settlements === undefined) return undefined
    const leaves = Buffer.allocUnsafeSlow(settlements.length * HASH_BYTES)
    const posted = { commit, posted_day: isoDate(postedDay) }
    try {
      for (const [index, settlement] of settlements.entries()) {
        const row = this.#rowOf(settlement, posted)
        if (row === undefined) return undefined
        writeLeafOfRow(row, this.#prices, { leaves, at: index * HASH_BYTES })
      }
      return leaves
    } catch (thrown) {
      // A number that stands for nothing here: whoever reads the row says so.
      if (thrown instanceof RangeError) return undefined
      throw thrown
    }
  }

  /** The row as it is read back, of all that a leaf is made of; undefined when its names are not known. */
  #rowOf(settlement: Settlement, posted: Pick<CallRow, 'commit' | 'posted_day'>): CallRow | undefined {
    const { modelSerial, routeSerial, usage, covered } = settlement
    const [model, route] = [this.#models.get(modelSerial), this.#routes.get(routeSerial)]
    if (model === undefined || route === undefined || !this.#prices.has(settlement.priceVersion)) return undefined
    const startedAt = isoTime(settlement.startedAt)
    // PostgreSQL spells years of more than four digits in its own way.
    if (startedAt.length !== TIME_LENGTH) return undefined
    return {
      ...posted,
      request_id: settlement.requestId,
      account_id: settlement.accountId,
      key_id: settlement.keyId,
      started_at: startedAt,
      model_serial: modelSerial,
      route_serial: routeSerial,
      model,
      upstream: route.upstream,
      upstream_model: route.upstream_model,
      reported_model: settlement.reportedModel,
      outcome: settlement.outcome,
      usage_source: settlement.usageSource,
      first_byte_ms: settlement.firstByteMs ?? null,
      input: usage.input,
      cache_read: usage.cacheRead,
      cache_write_5m: usage.cacheWrite5m,
      cache_write_1h: usage.cacheWrite1h,
      output: usage.output,
      reasoning: usage.reasoning,
      more: moreOf(usage),
      price_version: settlement.priceVersion,
      multiplier: settlement.multiplier,
      service_tier: settlement.serviceTier,
      reported_input: settlement.reportedInput ?? null,
      reported_output: settlement.reportedOutput ?? null,
      hold: settlement.hold.toString(),
      cost: settlement.cost.toString(),
      covered: covered === undefined ? null : covered.amount.toString(),
      covered_by: covered === undefined ? null : covered.by,
      shortfall: settlement.shortfall.toString(),
    }
  }
}
