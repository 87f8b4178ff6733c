import { type Database, sql } from '../db/index.ts'

/**
 * Notes accounts that spent so much on a UTC day that their owners want to hear of it, each once a day for each amount; `now` in milliseconds.
 * Returns how many are new.
 */
export async function noteSpending(database: Database, now: number): Promise<number> {
  const at = new Date(now)
  const rows = await database.query(sql`
    insert into account_event (id, account_id, kind, reference, data, created_at)
    select gen_random_uuid(), setting.account_id, 'spend.reached', used.day::text || ' ' || setting.spend_alarm::text,
      jsonb_build_object('amount', setting.spend_alarm::text, 'day', used.day::text), ${at}
    from notification_setting setting
    join account on account.id = setting.account_id and account.status <> 'erased'
    join usage_day used on used.account_id = setting.account_id and used.day = (${at}::timestamptz at time zone 'UTC')::date
    where setting.spend_alarm is not null and used.cost >= setting.spend_alarm
    on conflict do nothing returning 1`)
  return rows.length
}
