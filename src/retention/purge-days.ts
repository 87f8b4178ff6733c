import { type Database, sql } from '../db/index.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'
import { USAGE_RETENTION_DAYS_MAX } from '../spec/index.ts'
import { agreedTime } from './agreed-time.ts'
import { doEach } from './do-each.ts'

/** The day of what should be gone for longest, and for how long it should be; undefined when there is nothing. */
export type Lateness = { readonly day: string; readonly seconds: number } | undefined

const DAY_MS = 86_400_000

/**
 * Drops each day of calls and receipts that is due by both clocks, the oldest first; `now` is ours, in milliseconds. What may stay of it
 * is written in the same transaction. Returns the days it dropped; when it has tried them all, throws DatabaseError (23001) when a day is not closed, (55P03) when
 * somebody reads too long.
 */
export async function purgeDays(database: Database, now: number): Promise<readonly string[]> {
  const { earlier } = await agreedTime(database, now)
  const days = await dueDays(database, earlier)
  await doEach(days, async (day) => void (await database.query(sql`select drop_usage_partition(${day}::date)`)))
  return days
}

/**
 * What is late by the later of both clocks, so that a clock that stands behind is noticed by what it leaves: days of calls, and calls
 * that their account wanted gone before and whose day is over.
 */
export async function readLateness(database: Database, now: number): Promise<Lateness> {
  const { later } = await agreedTime(database, now)
  const [day] = await dueDays(database, later)
  const [call] = await database.query<{ day: string; due: string }>(sql`
    select call.day, call.due from account, lateral (
      select day, greatest(day + usage_retention_days, posted_day + 1) as due from usage_event
      where account_id = account.id and day <= ${isoDate(utcDayOf(later))}::date - usage_retention_days order by due limit 1
    ) as call
    where usage_retention_days < 90 and call.due <= ${isoDate(utcDayOf(later))}::date order by call.due limit 1`)
  const late = [
    ...(day === undefined ? [] : [{ day, seconds: secondsSince(Date.parse(day) + USAGE_RETENTION_DAYS_MAX * DAY_MS, later) }]),
    ...(call === undefined ? [] : [{ day: call.day, seconds: secondsSince(Date.parse(call.due), later) }]),
  ]
  return late.toSorted((a, b) => b.seconds - a.seconds)[0]
}

const secondsSince = (due: number, at: number): number => Math.floor((at - due) / 1_000)

/** Days that have a partition and began so long ago, the oldest first; partitions are named after their day. */
async function dueDays(database: Database, at: number): Promise<readonly string[]> {
  const until = isoDate(utcDayOf(at) - USAGE_RETENTION_DAYS_MAX).replaceAll('-', '')
  const rows = await database.query<{ day: string }>(sql`
    select distinct right(relname, 8) as day from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = any (day_tables()::regclass[]) and right(relname, 8) <= ${until}
    order by day`)
  return rows.map(({ day }) => day.replace(/^(\d{4})(\d\d)/, '$1-$2-'))
}
