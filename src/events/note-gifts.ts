import { type Database, sql } from '../db/index.ts'

/** So many days before a gift ends somebody is told. */
const TOLD_DAYS_BEFORE = 5

/**
 * Notes gifts that end within five days, each once, of accounts that have anything left; `days` is how long a gift lasts, `now` in milliseconds.
 * Returns how many are new.
 */
export async function noteGiftEnds(database: Database, { days, now }: { readonly days: number; readonly now: number }): Promise<number> {
  const rows = await database.query(sql`
    insert into account_event (id, account_id, kind, reference, data, created_at, hooked_at)
    select gen_random_uuid(), gift.credit_account, 'gift.ending', gift.id::text,
      jsonb_build_object('amount', gift.amount::text, 'until', ends.last_day::text), ${new Date(now)}, ${new Date(now)}
    from transfer gift
    join balance on balance.account_id = gift.credit_account and balance.available > 0
    join account on account.id = gift.credit_account and account.status <> 'erased'
    cross join lateral (select (gift.created_at at time zone 'UTC')::date + ${days}::integer as last_day) ends
    where gift.kind = 'promotion' and gift.source_key not like 'sla:%' and gift.created_at > ${new Date(now)}::timestamptz - make_interval(days => ${days + 1})
      and gift.created_at < ${new Date(now)}::timestamptz - make_interval(days => ${Math.max(days - TOLD_DAYS_BEFORE, 0)})
      and not exists (select from transfer undone where undone.reverses = gift.id)
    on conflict do nothing returning 1`)
  return rows.length
}
