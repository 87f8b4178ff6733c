import { type Database, sql } from '../db/index.ts'
import { type NanoUsd, utcDayOf } from '../lib/index.ts'
import { usageOfMore } from '../spec/index.ts'
import type { OpenCallRow } from './settlement.ts'

/** What this node's last control process left behind. */
export type InheritedBooks = {
  readonly slices: readonly { readonly accountId: string; readonly amount: NanoUsd }[]
  readonly openCalls: readonly OpenCallRow[]
}

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
}

/** Reads the slices and open calls of this node. */
export async function readInheritance(database: Database, nodeId: string): Promise<InheritedBooks> {
  const slices = await database.query<{ account_id: string; amount: bigint }>(sql`
    select account_id, amount from slice where node_id = ${nodeId}::uuid and amount > 0`)
  const rows = await database.query<OpenRow>(sql`select * from open_call where node_id = ${nodeId}::uuid`)
  return { slices: slices.map((row) => ({ accountId: row.account_id, amount: row.amount })), openCalls: rows.map(openCallOf) }
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
