import { type Database, sql } from '../db/index.ts'
import { type NanoUsd, utcDayOf } from '../lib/index.ts'
import { SPEND_WINDOWS, usageOfMore } from '../spec/index.ts'
import type { OpenCallRow } from './settlement.ts'
import { writeSpendRef } from './spend-ref.ts'
import type { WindowTerms } from './statements.ts'

/** What this node's last control process left behind. */
export type InheritedBooks = {
  readonly slices: readonly { readonly accountId: string; readonly amount: NanoUsd }[]
  /** What is left of its grants in windows of spending, by the window's name. */
  readonly spending: readonly InheritedWindow[]
  readonly openCalls: readonly OpenCallRow[]
}

/** What a node has of a window, and on what terms; the limit is the last one that was granted by. */
export type InheritedWindow = { readonly name: string; readonly amount: NanoUsd; readonly terms: WindowTerms }

type OpenRow = {
  readonly request_id: string
  readonly account_id: string
  readonly key_id: string
  readonly day: string
  readonly model_serial: number
  readonly route_serial: number
  readonly price_version: number
  readonly hold: bigint
  readonly started_at: Date
  readonly input: number
  readonly cache_read: number
  readonly cache_write_5m: number
  readonly cache_write_1h: number
  readonly output: number
  readonly reasoning: number
  readonly more: readonly number[] | null
  readonly multiplier: number
  readonly service_tier: number
  readonly held_at: Date | null
}

/** Reads the slices and open calls of this node. */
export async function readInheritance(database: Database, nodeId: string): Promise<InheritedBooks> {
  const slices = await database.query<{ account_id: string; amount: bigint }>(sql`
    select account_id, amount from slice where node_id = ${nodeId}::uuid and amount > 0`)
  const spending = await readWindows(database, nodeId)
  const rows = await database.query<OpenRow>(sql`select * from open_call where node_id = ${nodeId}::uuid`)
  return { slices: slices.map((row) => ({ accountId: row.account_id, amount: row.amount })), spending, openCalls: rows.map(openCallOf) }
}

async function readWindows(database: Database, nodeId: string): Promise<readonly InheritedWindow[]> {
  const rows = await database.query<WindowRow>(sql`
    select spend_slice.subject_id, spend_slice.kind, spend_slice.starts_at, spend_slice.account_id, amount, cap, ends_at
    from spend_slice left join spend_window using (subject_id, kind, starts_at)
    where node_id = ${nodeId}::uuid and amount > 0`)
  return rows.map((row) => ({
    name: writeSpendRef({ subjectId: row.subject_id, window: SPEND_WINDOWS[row.kind] ?? 'total', startsAt: row.starts_at.getTime() }),
    amount: row.amount,
    terms: { accountId: row.account_id, cap: row.cap ?? 0n, endsAt: row.ends_at?.getTime() },
  }))
}

type WindowRow = {
  readonly subject_id: string
  readonly kind: number
  readonly starts_at: Date
  readonly account_id: string
  readonly amount: bigint
  readonly cap: bigint | null
  readonly ends_at: Date | null
}

const openCallOf = (row: OpenRow): OpenCallRow => ({
  requestId: row.request_id,
  accountId: row.account_id,
  keyId: row.key_id,
  day: utcDayOf(Date.parse(row.day)),
  modelSerial: row.model_serial,
  routeSerial: row.route_serial,
  priceVersion: row.price_version,
  multiplier: row.multiplier,
  serviceTier: row.service_tier,
  hold: row.hold,
  startedAt: row.started_at.getTime(),
  heldAt: row.held_at === null ? 0 : Math.floor(row.held_at.getTime() / 1_000),
  usage: {
    input: row.input,
    cacheRead: row.cache_read,
    cacheWrite5m: row.cache_write_5m,
    cacheWrite1h: row.cache_write_1h,
    output: row.output,
    reasoning: row.reasoning,
    ...usageOfMore(row.more),
  },
})
