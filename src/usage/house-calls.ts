import { type Database, sql } from '../db/index.ts'
import { isoDate, isoTime, type NanoUsd, utcDayOf } from '../lib/index.ts'
import { OUTCOMES, type Outcome } from '../spec/index.ts'

/** Settled calls of a span of time: `failed` are those that an upstream or the house failed, times are in milliseconds, undefined without a call. */
export type HouseCalls = {
  readonly calls: number
  readonly failed: number
  readonly latencyMsMedian: number | undefined
  readonly latencyMsP95: number | undefined
}

/** Calls that did not come to what was asked for, and not because of who asked. */
const FAILED: readonly Outcome[] = ['upstream-failed', 'upstream-cut', 'timed-out', 'gateway-lost']
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

type Row = { readonly calls: bigint; readonly failed: bigint; readonly median: number | null; readonly p95: number | null }

/** What was called of the whole house in the last hour and in the last day before `now` (milliseconds). */
export async function houseCalls(
  database: Database,
  now: number,
): Promise<{ readonly lastHour: HouseCalls; readonly lastDay: HouseCalls }> {
  return { lastHour: await callsSince(database, now - HOUR_MS), lastDay: await callsSince(database, now - DAY_MS) }
}

async function callsSince(database: Database, since: number): Promise<HouseCalls> {
  const failed = FAILED.map((outcome) => OUTCOMES.indexOf(outcome))
  const [row] = await database.query<Row>(sql`
    select count(*) as calls, count(*) filter (where outcome = any(${failed}::smallint[])) as failed,
      percentile_disc(0.5) within group (order by latency_ms) as median, percentile_disc(0.95) within group (order by latency_ms) as p95
    from usage_event where day >= ${isoDate(utcDayOf(since))}::date and started_at >= ${isoTime(since)}::timestamptz`)
  return {
    calls: Number(row?.calls ?? 0n),
    failed: Number(row?.failed ?? 0n),
    latencyMsMedian: row?.median ?? undefined,
    latencyMsP95: row?.p95 ?? undefined,
  }
}

/** A day of the house: what calls were charged and what plans paid of them, what upstreams ask for them as far as they say, what was not covered. */
export type HouseDay = {
  readonly day: string
  readonly calls: number
  readonly charged: NanoUsd
  readonly covered: NanoUsd
  readonly upstreamCost: NanoUsd
  readonly shortfall: NanoUsd
}

type DayRow = {
  readonly day: string
  readonly calls: bigint
  readonly charged: bigint
  readonly covered: bigint
  readonly upstream_cost: bigint
  readonly shortfall: bigint
}

/** The last `days` UTC days up to `now` (milliseconds), oldest first, those without a call too; closed days are as the books posted them. */
export async function houseDays(
  database: Database,
  { now, days }: { readonly now: number; readonly days: number },
): Promise<readonly HouseDay[]> {
  const today = utcDayOf(now)
  const [first, last] = [isoDate(today - days + 1), isoDate(today)]
  const open = await database.query<{ readonly day: string }>(sql`
    select to_char(day, 'YYYY-MM-DD') as day from generate_series(${first}::date, ${last}::date, interval '1 day') as series (day)
    where day::date not in (select day from house_day where day between ${first}::date and ${last}::date)`)
  const rows = await database.query<DayRow>(sql`
    with posted as (select day, upstream_cost from house_day where day between ${first}::date and ${last}::date), charged as (
      select day, sum(calls)::bigint as calls, sum(cost)::bigint as cost, sum(covered)::bigint as covered, sum(shortfall)::bigint as shortfall
      from usage_day where day between ${first}::date and ${last}::date group by day
    ), open_cost as (
      select posted_day as day, sum(upstream_cost)::bigint as cost from usage_event
      where posted_day = any(${open.map(({ day }) => day)}::date[]) group by posted_day
    )
    select to_char(day, 'YYYY-MM-DD') as day, coalesce(charged.calls, 0) as calls, coalesce(charged.cost, 0) as charged,
      coalesce(covered, 0) as covered, coalesce(posted.upstream_cost, open_cost.cost, 0) as upstream_cost,
      coalesce(charged.shortfall, 0) as shortfall
    from (select day::date from generate_series(${first}::date, ${last}::date, interval '1 day') as series (day)) as every
      left join charged using (day) left join open_cost using (day) left join posted using (day)
    order by day`)
  return rows.map((row) => ({
    ...{ day: row.day, calls: Number(row.calls), charged: row.charged, covered: row.covered },
    ...{ upstreamCost: row.upstream_cost, shortfall: row.shortfall },
  }))
}
