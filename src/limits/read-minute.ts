import { type Database, sql } from '../db/index.ts'
import { windowStart } from './window.ts'

/** What was used of a minute by calls that are in the books, by subject as `LimitBook` names it. */
export type UsedInMinute = { readonly id: string; readonly requests: number; readonly tokens: number }

/** Ids of calls begin with their time; a call can have waited for its hold for some seconds. */
const WAITED_MS_MAX = 60_000

type Row = {
  readonly key_id: string
  readonly account_id: string
  readonly subscription_id: string | null
  readonly requests: number
  readonly tokens: bigint
}

/**
 * What calls used that began in the minute of `now`, in milliseconds since 1970, and are in the books: what a process that begins has to know
 * of the minute, where nobody else counts. Tags of addresses are in no books, so what was used by address is not in it; calls of the last second before the minute can be, as their
 * time is kept to the second. `database` has the role
 * farebox_ledger.
 */
export async function readMinute(database: Database, now: number): Promise<readonly UsedInMinute[]> {
  const startedAt = windowStart(now)
  const first = `${Math.floor(startedAt - WAITED_MS_MAX)
    .toString(16)
    .padStart(12, '0')}${'0'.repeat(20)}`
  const since = new Date(startedAt).toISOString()
  const rows = await database.query<Row>(sql`
    select used.key_id, used.account_id, api_key.subscription_id, used.requests, used.tokens from (
      select key_id, account_id, count(*)::integer as requests,
        sum(input::bigint + cache_read + cache_write_5m + cache_write_1h + output + coalesce(more[1], 0) + coalesce(more[2], 0)
          + coalesce(more[3], 0) + coalesce(more[4], 0) + coalesce(more[5], 0))::bigint as tokens
      from usage_event
      where day >= (${since}::timestamptz at time zone 'UTC')::date and request_id >= ${first}::uuid and started_at >= ${since}::timestamptz
      group by key_id, account_id) as used
    left join api_key on api_key.id = used.key_id`)
  const used = new Map<string, UsedInMinute>()
  for (const row of rows) {
    const ids = [
      `key:${row.key_id}`,
      `account:${row.account_id}`,
      ...(row.subscription_id === null ? [] : [`subscription:${row.subscription_id}`]),
    ]
    for (const id of ids) {
      const { requests = 0, tokens = 0 } = used.get(id) ?? {}
      used.set(id, { id, requests: requests + row.requests, tokens: tokens + Number(row.tokens) })
    }
  }
  return [...used.values()]
}
