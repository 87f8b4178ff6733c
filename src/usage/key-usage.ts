import { type Database, sql } from '../db/index.ts'
import { type Clock, formatUsd, isoDate, utcDayOf } from '../lib/index.ts'
import type { ShownTokens } from './list-usage.ts'

/** Sums over calls: how many, their tokens, their cost as a decimal string of USD. */
export type UsageSum = { readonly calls: number; readonly tokens: ShownTokens; readonly cost: string }

/** Sums of the current UTC day and of the last 30 UTC days with it, by the day a call began. */
export type RecentUsage = { readonly today: UsageSum; readonly last_30_days: UsageSum }

/** What a key and its account have used lately. */
export async function keyUsage(
  database: Database,
  owner: { readonly accountId: string; readonly keyId: string },
  clock: Pick<Clock, 'now'>,
): Promise<{ readonly key: RecentUsage; readonly account: RecentUsage }> {
  const today = utcDayOf(clock.now())
  const rows = await database.query<SumRow>(sql`
    select key_id = ${owner.keyId} as is_key, day = ${isoDate(today)}::date as is_today, count(*) as calls, sum(cost)::bigint as cost,
      sum(input)::bigint as input, sum(output)::bigint as output, sum(cache_read)::bigint as cached_read,
      sum(cache_write_5m)::bigint as cache_write_5m, sum(cache_write_1h)::bigint as cache_write_1h, sum(reasoning)::bigint as reasoning
    from usage_event where account_id = ${owner.accountId} and day > ${isoDate(today - 30)}::date
    group by 1, 2`)
  return { key: recent(rows.filter((row) => row.is_key)), account: recent(rows) }
}

const AMOUNTS = ['calls', 'cost', 'input', 'output', 'cached_read', 'cache_write_5m', 'cache_write_1h', 'reasoning'] as const
type Amounts = { readonly [Name in (typeof AMOUNTS)[number]]: bigint }
type SumRow = Amounts & { readonly is_key: boolean; readonly is_today: boolean }

const recent = (rows: readonly SumRow[]): RecentUsage => ({
  today: sumOf(rows.filter((row) => row.is_today)),
  last_30_days: sumOf(rows),
})

function sumOf(rows: readonly Amounts[]): UsageSum {
  const total = (name: keyof Amounts): bigint => rows.reduce((sum, row) => sum + row[name], 0n)
  const tokens = {
    input: Number(total('input')),
    output: Number(total('output')),
    cached_read: Number(total('cached_read')),
    cache_write_5m: Number(total('cache_write_5m')),
    cache_write_1h: Number(total('cache_write_1h')),
    reasoning: Number(total('reasoning')),
  }
  return { calls: Number(total('calls')), tokens, cost: formatUsd(total('cost')) }
}
