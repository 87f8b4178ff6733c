import { type Database, sql } from '../db/index.ts'
import { IN_MAINTENANCE, minuteOf, type Range } from './minutes.ts'

/** A stretch of minutes in which the service was not there, outside of announced maintenance; `end` is the first minute after it. */
export type Outage = { readonly start: Date; readonly end: Date; readonly minutes: number; readonly isOver: boolean }

const LISTED_MAX = 50

/** The stretches of a range in which the service was not there, the latest first; at most 50. A minute that nobody looked at counts. */
export async function listOutages(database: Database, { from, to }: Range): Promise<readonly Outage[]> {
  const rows = await database.query<{ start: Date; end: Date; minutes: number; last: Date }>(sql`
    with began as (select min(minute) as at from status_minute), missed as (
      select minute from began, generate_series(greatest(${minuteOf(from)}::timestamptz, began.at), ${minuteOf(to - 60_000)}::timestamptz,
        interval '1 minute') as minute
        left join status_minute using (minute)
      where not coalesce(outside_up, own_up, false) and not ${IN_MAINTENANCE}
    ), grouped as (
      select minute, minute - interval '1 minute' * row_number() over (order by minute) as stretch from missed
    )
    select min(minute) as start, max(minute) + interval '1 minute' as end, count(*)::integer as minutes,
      ${minuteOf(to - 60_000)}::timestamptz as last
    from grouped group by stretch order by start desc limit ${LISTED_MAX}`)
  return rows.map(({ start, end, minutes, last }) => ({ start, end, minutes, isOver: end.getTime() <= last.getTime() }))
}
