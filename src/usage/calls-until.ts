import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'

/** Calls and what they cost, in nano-USD. */
export type CallsUntil = { readonly calls: bigint; readonly cost: NanoUsd }

/** What is there of an account's calls up to and with a UTC day, as their sums of days have it. */
export async function callsUntil(
  database: Database,
  { accountId, day }: { readonly accountId: string; readonly day: string },
): Promise<CallsUntil> {
  const [row] = await database.query<CallsUntil>(sql`
    select coalesce(sum(calls), 0)::bigint as calls, coalesce(sum(cost), 0)::bigint as cost from usage_key_day
    where account_id = ${accountId}::uuid and day <= ${day}::date`)
  return row ?? { calls: 0n, cost: 0n }
}
