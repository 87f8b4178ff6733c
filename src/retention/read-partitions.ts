import { type Database, sql } from '../db/index.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'
import { USAGE_RETENTION_DAYS_MAX } from '../spec/index.ts'

/** A day of a table that is kept day by day, and the day at whose beginning it is dropped, UTC. */
export type DayPartition = { readonly table: string; readonly day: string; readonly dropsOn: string }

const DAY_MS = 86_400_000

/** Every day that is there, the oldest first; partitions are named after their day. */
export async function readPartitions(database: Database): Promise<readonly DayPartition[]> {
  const rows = await database.query<{ readonly table: string; readonly day: string }>(sql`
    select inhparent::regclass::text as table, right(relname, 8) as day from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = any (day_tables()::regclass[]) and relname ~ '[0-9]{8}$'
    order by day, relname`)
  return rows.map(({ table, day: written }) => {
    const day = written.replace(/^(\d{4})(\d\d)/, '$1-$2-')
    const dropsOn = isoDate(utcDayOf(Date.parse(`${day}T00:00:00Z`) + USAGE_RETENTION_DAYS_MAX * DAY_MS))
    return { table: table.split('.').at(-1) ?? table, day, dropsOn }
  })
}
