import { type Database, sql } from '../db/index.ts'
import { isoDate, type NanoUsd, utcDayOf } from '../lib/index.ts'
import { INPUT_TOKENS, OUTPUT_TOKENS } from './token-sums.ts'

/** Sums over calls of a key: tokens of every class; the cost in nano-USD. */
export type KeySum = { readonly requests: number; readonly inputTokens: number; readonly outputTokens: number; readonly cost: NanoUsd }

/** What a key used in four periods of UTC days. */
export type PeriodsOfKey = { readonly today: KeySum; readonly last7Days: KeySum; readonly last30Days: KeySum; readonly range: KeySum }

/** Whose usage, of which days (both included), seen at `now` (milliseconds). */
export type UsageAsked = { readonly accountId: string; readonly from: string; readonly to: string; readonly now: number }

type Row = {
  readonly key_id: string
  readonly period: string
  readonly requests: bigint
  readonly input: bigint
  readonly output: bigint
  readonly cost: bigint
}

const NONE: KeySum = { requests: 0, inputTokens: 0, outputTokens: 0, cost: 0n }

/** What each key of an account used, by the day a call began; keys without calls are absent. */
export async function usageByKey(database: Database, { accountId, from, to, now }: UsageAsked): Promise<ReadonlyMap<string, PeriodsOfKey>> {
  const today = utcDayOf(now)
  const rows = await database.query<Row>(sql`
    with periods (period, first, last) as (
      values ('today', ${isoDate(today)}::date, ${isoDate(today)}::date), ('last7Days', ${isoDate(today - 6)}::date, ${isoDate(today)}::date),
        ('last30Days', ${isoDate(today - 29)}::date, ${isoDate(today)}::date), ('range', ${from}::date, ${to}::date)
    )
    select key_id, period, sum(calls)::bigint as requests, sum(cost)::bigint as cost, ${OUTPUT_TOKENS} as output,
      ${INPUT_TOKENS} as input
    from periods join usage_key_day on day between first and last
    where account_id = ${accountId} and day between least(${from}::date, ${isoDate(today - 29)}::date) and greatest(${to}::date, ${isoDate(today)}::date)
    group by key_id, period`)
  const byKey = Map.groupBy(rows, (row) => row.key_id)
  return new Map([...byKey].map(([keyId, own]) => [keyId, periodsOf(own)]))
}

function periodsOf(rows: readonly Row[]): PeriodsOfKey {
  const sumOf = (period: keyof PeriodsOfKey): KeySum => {
    const row = rows.find((one) => one.period === period)
    if (row === undefined) return NONE
    return { requests: Number(row.requests), inputTokens: Number(row.input), outputTokens: Number(row.output), cost: row.cost }
  }
  return { today: sumOf('today'), last7Days: sumOf('last7Days'), last30Days: sumOf('last30Days'), range: sumOf('range') }
}
