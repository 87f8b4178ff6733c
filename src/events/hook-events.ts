import { type Database, sql } from '../db/index.ts'

const AT_ONCE = 200

/**
 * Queues a delivery for each event that is new and each endpoint of its account that asked for such, in one statement, so that each is queued
 * once; `now` in milliseconds. Returns how many events were looked at.
 */
export async function hookEvents(database: Database, now: number): Promise<number> {
  const at = new Date(now)
  const rows = await database.query(sql`
    with fresh as (
      select id, account_id, kind, data, created_at from account_event where hooked_at is null
      order by created_at limit ${AT_ONCE} for update skip locked
    ), queued as (
      insert into webhook_delivery (id, account_id, endpoint_id, kind, data, happened_at, state, next_try_at, created_at)
      select gen_random_uuid(), fresh.account_id, endpoint.id, fresh.kind, fresh.data, fresh.created_at, 'waiting', ${at}, ${at}
      from fresh join webhook_endpoint endpoint
        on endpoint.account_id = fresh.account_id and endpoint.is_active and fresh.kind = any(endpoint.events)
    )
    update account_event set hooked_at = ${at} from fresh where account_event.id = fresh.id returning 1`)
  return rows.length
}
