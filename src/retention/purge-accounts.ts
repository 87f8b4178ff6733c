import { type Database, sql } from '../db/index.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'
import { agreedTime } from './agreed-time.ts'
import { doEach } from './do-each.ts'
import { forgetSpent } from './forget-spent.ts'

type DayRow = { readonly day: string }

/**
 * Deletes the calls of accounts that keep them for less than 90 days, as soon as they are due by both clocks and in the books; `now` is
 * ours, in milliseconds. Returns how many went.
 */
export async function purgeShortKept(database: Database, now: number): Promise<number> {
  const today = isoDate(utcDayOf((await agreedTime(database, now)).earlier))
  const days = await database.query<DayRow>(sql`
    select distinct call.day from account, lateral (
      select distinct day from usage_event where account_id = account.id and day <= ${today}::date - account.usage_retention_days
    ) as call
    where account.usage_retention_days < 90 order by day`)
  return purgeRows(database, days, today)
}

/**
 * Deletes the calls of an account: at once those of days that are closed, the rest as soon as their day is; and what nodes set aside for it,
 * once that is back. `now` is our clock, in milliseconds. Returns how many are left for that.
 */
export async function forgetUsage(database: Database, accountId: string, now: number): Promise<number> {
  await forgetSpent(database, accountId)
  await database.query(sql`select forget_usage(${accountId}::uuid)`)
  const today = isoDate(utcDayOf((await agreedTime(database, now)).earlier))
  const days = await database.query<DayRow>(sql`
    select distinct day from usage_event where account_id = ${accountId}::uuid and day < ${today}::date order by day`)
  await purgeRows(database, days, today)
  const [left] = await database.query<{ calls: bigint }>(sql`
    select count(*) as calls from usage_event where account_id = ${accountId}::uuid`)
  return Number(left?.calls ?? 0n)
}

/**
 * What is left for now: yesterday, while a call of it is open. Its settlement would wait until the day is written anew, and with it all that its
 * node writes. Calls that are open for longer than seconds are written down, and a day that is older waits for none of them.
 */
async function purgeRows(database: Database, days: readonly DayRow[], today: string): Promise<number> {
  let gone = 0
  await doEach(days, async ({ day }) => {
    const [row] = await database.query<{ gone: bigint }>(sql`
      select purge_usage_rows(${day}::date, ${today}::date) as gone
      where ${day}::date + 1 < (clock_timestamp() at time zone 'UTC')::date or not exists (select from open_call where day = ${day}::date)`)
    gone += Number(row?.gone ?? 0n)
  })
  return gone
}
