import { type Database, sql } from '../db/index.ts'
import { lookedAt } from './looked.ts'
import { minuteOf, type Range } from './minutes.ts'

/** A stretch of minutes in which the service was not there, outside of announced maintenance; `end` is the first minute after it. */
export type Outage = { readonly start: Date; readonly end: Date; readonly minutes: number; readonly isOver: boolean }

const LISTED_MAX = 50

/** The stretches of a range in which the service was not there, the latest first; at most 50. A minute that nobody looked at counts. */
export async function listOutages(database: Database, range: Range): Promise<readonly Outage[]> {
  const rows = await database.query<{ start: Date; end: Date; minutes: number; last: Date }>(sql`
    with ${lookedAt(range)}, grouped as (
      select minute, minute - interval '1 minute' * row_number() over (order by minute) as stretch
      from looked where not is_up and not is_excluded)
    select min(minute) as start, max(minute) + interval '1 minute' as end, count(*)::integer as minutes,
      ${minuteOf(range.to - 60_000)}::timestamptz as last
    from grouped group by stretch order by start desc limit ${LISTED_MAX}`)
  return rows.map(({ start, end, minutes, last }) => ({ start, end, minutes, isOver: end.getTime() <= last.getTime() }))
}
