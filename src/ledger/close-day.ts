import { createHash } from 'node:crypto'
import { type Database, sql } from '../db/index.ts'
import { type Ids, isoDate, isoTime, type NanoUsd } from '../lib/index.ts'
import { postHouse } from './post-house.ts'
import { HOUSE } from './transfers.ts'

/** What a close works with: `before` is the first day, in days since 1970, that is not over; `now` is milliseconds. */
export type DayClose = { readonly ids: Ids; readonly now: number; readonly before: number }

/** What a close did: days whose calls were posted, and transfers it made. */
export type ClosedDays = { readonly days: number; readonly transfers: number }

/** Any number will do, as long as every Farebox locks the same. */
const CLOSE_LOCK = 4_739_270_612
const ROWS_MAX = 2_000

/**
 * Closes each day before `before` that is open: ends it, then charges each account in one transfer and posts the house's side of it, in one
 * transaction for the day.
 * What is closed stays as it is, so this can be run again at any time and on any node; one at a time does it, others do nothing.
 */
export async function closeDays(database: Database, close: DayClose): Promise<ClosedDays> {
  const done = { days: 0, transfers: 0 }
  for (const day of await openDays(database, close.before)) {
    await endDay(database, day, close.now)
    const transfers = await postDay(database, day, close)
    if (transfers === undefined) return done
    done.days += 1
    done.transfers += transfers
  }
  return done
}

async function openDays(database: Database, before: number): Promise<readonly string[]> {
  const rows = await database.query<{ day: string }>(sql`
    select distinct day from usage_day where closed_at is null and day < ${isoDate(before)}::date order by day`)
  return rows.map((row) => row.day)
}

/**
 * Ends a day: what was being charged to it is waited for, what comes later is refused. The lock is held for this one row, so that
 * settlements of today wait no longer than for one of their own.
 */
async function endDay(database: Database, day: string, now: number): Promise<void> {
  await database.transaction(async (tx) => {
    const known = await tx.query(sql`select from ended_day where day = ${day}::date`)
    if (known.length > 0) return
    await tx.query(sql`lock table usage_day in share row exclusive mode`)
    await tx.query(sql`insert into ended_day (day, ended_at) values (${day}::date, ${isoTime(now)}::timestamptz) on conflict do nothing`)
  })
}

type OpenRow = { readonly account_id: string; readonly cost: NanoUsd }

/** Posts the open sums of an ended day, all or none; undefined when another node is closing. Returns how many transfers it made. */
const postDay = (database: Database, day: string, { ids, now }: DayClose): Promise<number | undefined> =>
  database.transaction(async (tx) => {
    const [lock] = await tx.query<{ is_ours: boolean }>(sql`select pg_try_advisory_xact_lock(${CLOSE_LOCK}) as is_ours`)
    if (lock?.is_ours !== true) return undefined
    let transfers = 0
    for (;;) {
      const rows = await tx.query<OpenRow>(sql`
        select account_id, cost from usage_day where day = ${day}::date and closed_at is null
        order by account_id limit ${ROWS_MAX} for update`)
      if (rows.length === 0) return transfers + (await postHouse({ tx, ids }, day, now))
      transfers += await postRows(tx, { day, rows, ids })
    }
  })

type Posting = { readonly day: string; readonly rows: readonly OpenRow[]; readonly ids: Ids }

/** A day without cost is closed without a transfer, as those move something. */
async function postRows(tx: Database, { day, rows, ids }: Posting): Promise<number> {
  const charged = rows.filter((row) => row.cost > 0n).map((row) => ({ ...row, id: ids.uuid(), inputHash: inputHashOf(row, day) }))
  await tx.query(sql.named('post_usage')`
    insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash)
    select given.id, given.account_id, ${HOUSE.revenue}::uuid, given.cost, 'usage',
      'usage:' || given.account_id || ':' || ${day}::text, given.input_hash
    from unnest(${charged.map((row) => row.id)}::uuid[], ${charged.map((row) => row.account_id)}::uuid[],
      ${charged.map((row) => row.cost)}::bigint[], ${charged.map((row) => row.inputHash)}::bytea[])
      as given (id, account_id, cost, input_hash)`)
  const transferOf = new Map(charged.map((row) => [row.account_id, row.id]))
  await tx.query(sql.named('close_usage_days')`
    update usage_day set closed_at = now(), transfer_id = given.transfer_id
    from unnest(${rows.map((row) => row.account_id)}::uuid[], ${rows.map((row) => transferOf.get(row.account_id) ?? null)}::uuid[])
      as given (account_id, transfer_id)
    where usage_day.account_id = given.account_id and usage_day.day = ${day}::date`)
  return charged.length
}

const inputHashOf = (row: OpenRow, day: string): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([row.account_id, row.cost.toString(), 'usage', day]))
    .digest()
