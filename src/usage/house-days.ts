import { type Database, sql } from '../db/index.ts'
import { isoDate, type NanoUsd, utcDayOf } from '../lib/index.ts'

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
      select posted_day as day, sum(upstream_cost)::bigint as cost from house_minute
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
