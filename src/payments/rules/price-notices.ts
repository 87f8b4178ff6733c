import { carryEach, type Database, isDue, sql } from '../../db/index.ts'
import { reachedPeople } from './reached-people.ts'

/** A letter about a price that will change: of which model, and from when (milliseconds). */
export type PriceLetter = { readonly accountId: string; readonly model: string; readonly effectiveAt: number }

/** What carries letters; rejects when one was not taken, which is then tried again. */
export type PriceMailer = (letter: PriceLetter) => Promise<void>

const REACHED = reachedPeople({ account: sql`caller.account_id`, at: sql`version.created_at` })
const DAY_SECONDS = 86_400
const LETTERS_AT_ONCE = 100

/** Rises that were let through to hold at once, in the last week, so that none is missed while nothing ran. */
const LET_THROUGH = sql`exists (
  select from short_notice let join model on model.id = let.name
  where let.noun = 'model' and model.serial = version.model_serial and let.holds_from = date_trunc('milliseconds', version.effective_at)
    and version.effective_at > statement_timestamp() - interval '7 days')`

/**
 * Notes who has to be told of prices that are to come, and of rises that hold already as they were let through: every account with an address that called
 * the model before, in the days that calls are kept, and every member with an address of one that did. Nobody is noted twice, however many of theirs did.
 * Returns how many are new.
 */
export async function queuePriceNotices(database: Database, now: number): Promise<number> {
  const rows = await database.query(sql`
    insert into price_notice (price_version, account_id)
    select version.id, reached.account_id
    from price_version version
    join lateral (
      select distinct account_id from usage_key_day
      where usage_key_day.model_serial = version.model_serial and day <= (version.effective_at at time zone 'UTC')::date) caller on true
    join lateral ${REACHED} reached on true
    join account on account.id = reached.account_id
    where (version.effective_at > ${new Date(now)} or ${LET_THROUGH}) and version.cancelled_at is null and account.email_sealed is not null
    on conflict do nothing returning 1`)
  return rows.length
}

type NoticeRow = { readonly price_version: number; readonly account_id: string; readonly model: string; readonly effective_at: Date }

/** Hands letters that wait to who carries them, some at a time and in no order; of a version that was cancelled nobody is told. Returns how many were taken. */
export async function sendPriceNotices(database: Database, send: PriceMailer, now: number): Promise<number> {
  const rows = await database.query<NoticeRow>(sql`
    select notice.price_version, notice.account_id, model.id as model, version.effective_at
    from price_notice notice join price_version version on version.id = notice.price_version join model on model.serial = version.model_serial
    where notice.told_at is null and version.cancelled_at is null and ${isDue(now)}
    order by random() limit ${LETTERS_AT_ONCE}`)
  return await carryEach<NoticeRow, NoticeRow>(database, rows, {
    now,
    take: async (tx, row) => {
      const due = await tx.query(sql`
        select 1 from price_notice notice join price_version version on version.id = notice.price_version
        where notice.price_version = ${row.price_version} and notice.account_id = ${row.account_id}::uuid
          and notice.told_at is null and version.cancelled_at is null and ${isDue(now)} for update of notice skip locked`)
      return due.length === 0 ? undefined : row
    },
    rowOf: ({ price_version: version, account_id: accountId }) => ({
      table: sql`price_notice`,
      is: sql`price_version = ${version} and account_id = ${accountId}::uuid`,
    }),
    send: ({ account_id: accountId, model, effective_at: at }) => send({ accountId, model, effectiveAt: at.getTime() }),
    note: async (tx, { price_version: version, account_id: accountId }) =>
      void (await tx.query(sql`
        update price_notice set told_at = ${new Date(now)} where price_version = ${version} and account_id = ${accountId}::uuid`)),
  })
}

/** Prices to come that somebody was, or would be, told of less than so many days before they hold. */
export async function countShortNotices(
  database: Database,
  { days, now }: { readonly days: number; readonly now: number },
): Promise<number> {
  const [row] = await database.query<{ count: number }>(sql`
    select count(distinct notice.price_version)::int as count
    from price_notice notice join price_version version on version.id = notice.price_version
    where version.effective_at > ${new Date(now)} and version.cancelled_at is null
      and coalesce(notice.told_at, ${new Date(now)}) + make_interval(secs => ${days * DAY_SECONDS}) > version.effective_at`)
  return row?.count ?? 0
}
