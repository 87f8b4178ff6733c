import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'

/** A key and up to when it is looked at, in milliseconds. */
export type RateQuestion = { readonly keyId: string; readonly accountId: string; readonly before: number }

const WEEK_MS = 7 * 86_400_000
const WINDOW_SECONDS = 300
/** A key that spent in fewer windows of the week has nothing that would be usual. */
const WINDOWS_MIN = 12

/** What a key usually spends in five minutes in which it spends anything, of the week before, in nano-USD; undefined for one that is new. */
export async function usualRate(database: Database, { keyId, accountId, before }: RateQuestion): Promise<NanoUsd | undefined> {
  const [since, until] = [new Date(before - WEEK_MS), new Date(before)]
  const [row] = await database.query<{ spent: NanoUsd; windows: number }>(sql`
    select coalesce(sum(cost), 0)::bigint as spent,
      (count(distinct floor(extract(epoch from started_at) / ${WINDOW_SECONDS})))::int as windows
    from usage_event
    where account_id = ${accountId}::uuid and key_id = ${keyId}::uuid and cost > 0
      and started_at >= ${since} and started_at < ${until}
      and day between (${since}::timestamptz at time zone 'utc')::date and (${until}::timestamptz at time zone 'utc')::date`)
  return row === undefined || row.windows < WINDOWS_MIN ? undefined : row.spent / BigInt(row.windows)
}
