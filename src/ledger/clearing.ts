import { type Database, sql } from '../db/index.ts'
import { isoTime } from '../lib/index.ts'

/** Something that should have come to an end by itself long ago: `kind` says what, `name` which, `since` since when in milliseconds. */
export type OverdueItem = { readonly kind: 'open-call' | 'open-day'; readonly name: string; readonly since: number }

/** When something is overdue: `now` in milliseconds, `afterMs` how long it may take. */
export type Overdue = { readonly now: number; readonly afterMs: number }

const ITEMS_MAX = 100

/**
 * What hangs between being held and being settled: calls whose progress nobody has written down for so long, as the node that had them is
 * gone, and days that are over and were not charged. At most a hundred of them, the oldest first.
 */
export async function listOverdue(database: Database, { now, afterMs }: Overdue): Promise<readonly OverdueItem[]> {
  const before = isoTime(now - afterMs)
  const rows = await database.query<{ kind: OverdueItem['kind']; name: string; since: Date }>(sql`
    select 'open-call' as kind, request_id::text as name, updated_at as since from open_call where updated_at < ${before}::timestamptz
    union all
    select 'open-day', day::text, (day + 1)::timestamp at time zone 'UTC' from usage_day
    where closed_at is null and (day + 1)::timestamp at time zone 'UTC' < ${before}::timestamptz group by day
    order by since limit ${ITEMS_MAX}`)
  return rows.map(({ kind, name, since }) => ({ kind, name, since: since.getTime() }))
}
