import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'

/** A key and since when it is looked at, in milliseconds. */
export type SpentQuestion = { readonly keyId: string; readonly accountId: string; readonly since: number }

/** Calls that began longer before are not looked for. */
const CALL_MS_MAX = 600_000

/** What a key spent since a time on all nodes together, by the rows of its calls that ended since, in nano-USD. */
export async function spentEverywhere(database: Database, { keyId, accountId, since }: SpentQuestion): Promise<NanoUsd> {
  const [began, ended] = [new Date(since - CALL_MS_MAX), new Date(since)]
  const [row] = await database.query<{ spent: NanoUsd }>(sql`
    select coalesce(sum(cost), 0)::bigint as spent from usage_event
    where account_id = ${accountId}::uuid and key_id = ${keyId}::uuid and started_at >= ${began}
      and day >= (${began}::timestamptz at time zone 'utc')::date and started_at + latency_ms * interval '1 millisecond' >= ${ended}`)
  return row?.spent ?? 0n
}
