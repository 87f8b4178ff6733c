import { type Database, sql } from '../db/index.ts'
import { type Clock, formatUsd, isoDate, utcDayOf } from '../lib/index.ts'
import { NO_USAGE, USAGE_CLASSES, type UsageClass } from '../spec/index.ts'
import { type ShownPieces, type ShownTokens, showUsage } from './shown-usage.ts'

/** Sums over calls: how many, their tokens and pieces, what the balance paid for them and what plans did, as decimal strings of USD. */
export type UsageSum = {
  readonly calls: number
  readonly tokens: ShownTokens
  readonly pieces: ShownPieces
  readonly cost: string
  readonly covered: string
}

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
    select key_id = ${owner.keyId} as is_key, day = ${isoDate(today)}::date as is_today, sum(calls)::bigint as count, sum(cost)::bigint as cost,
      sum(covered)::bigint as covered,
      sum(input)::bigint as "input", sum(output)::bigint as "output", sum(cache_read)::bigint as "cacheRead",
      sum(cache_write_5m)::bigint as "cacheWrite5m", sum(cache_write_1h)::bigint as "cacheWrite1h", sum(reasoning)::bigint as "reasoning",
      sum(more[1])::bigint as "imageInput", sum(more[2])::bigint as "audioInput", sum(more[3])::bigint as "imageOutput",
      sum(more[4])::bigint as "audioOutput", sum(more[5])::bigint as "embedding", sum(more[6])::bigint as "images",
      sum(more[7])::bigint as "webSearches", sum(more[8])::bigint as "toolCalls", sum(more[9])::bigint as "calls",
      sum(more[10])::bigint as "audioSeconds", sum(more[11])::bigint as "characters"
    from usage_key_day where account_id = ${owner.accountId} and day > ${isoDate(today - 30)}::date
    group by 1, 2`)
  return { key: recent(rows.filter((row) => row.is_key)), account: recent(rows) }
}

/** `calls` is the class of usage; null where no row has any of a class. */
type Amounts = { readonly [Class in UsageClass]: bigint | null } & {
  readonly count: bigint
  readonly cost: bigint
  readonly covered: bigint | null
}
type SumRow = Amounts & { readonly is_key: boolean; readonly is_today: boolean }

const recent = (rows: readonly SumRow[]): RecentUsage => ({
  today: sumOf(rows.filter((row) => row.is_today)),
  last_30_days: sumOf(rows),
})

function sumOf(rows: readonly Amounts[]): UsageSum {
  const total = (name: keyof Amounts): bigint => rows.reduce((sum, row) => sum + (row[name] ?? 0n), 0n)
  const usage: Record<UsageClass, number> = { ...NO_USAGE }
  for (const name of USAGE_CLASSES) usage[name] = Number(total(name))
  return { calls: Number(total('count')), ...showUsage(usage), cost: formatUsd(total('cost')), covered: formatUsd(total('covered')) }
}
