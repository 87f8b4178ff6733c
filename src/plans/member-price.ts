import { type Database, type Sql, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import { DAY_MS, type PlanParts } from './parts.ts'
import type { SubscriptionRow } from './subscription-record.ts'

/**
 * What a renewal costs its member: the price they began with, where prices are locked, for seats, for gifts; else the newest price that was set
 * while they had the plan, and before the notice to the end of the period.
 */
export async function memberPrice(
  tx: Database,
  { settings }: Pick<PlanParts, 'settings'>,
  subscription: SubscriptionRow,
): Promise<NanoUsd> {
  const { id, plan_id: planId, period_end: end, is_gift: isGift, price } = subscription
  if (settings.priceLock || isGift || planId === null || end === null) return price
  const before = new Date(end.getTime() - settings.priceNoticeDays * DAY_MS)
  const [row] = await tx.query<{ price: NanoUsd }>(sql`
    select newest.price from subscription s join lateral (${newestPrice(before)}) as newest on true where s.id = ${id}::uuid`)
  return row?.price ?? price
}

/** Since when the subscription `s` of a query has had its plan: whoever goes over to one pays what it costs then, whatever it cost before. */
export const HAD_SINCE: Sql = sql`
  coalesce((select min(had.created_at) from subscription_period had
    where had.subscription_id = s.id and had.state = 'paid' and had.plan_id = s.plan_id
      and not exists (select from subscription_period other where other.subscription_id = s.id and other.state = 'paid'
        and other.plan_id <> s.plan_id and other.period_start > had.period_start)), s.created_at)`

/** The newest price that the plan of the subscription `s` of a query got since that had it; until a time where one is given. */
export const newestPrice = (until: Date | undefined): Sql => sql`
  select id, price, created_at from plan_price
  where plan_id = s.plan_id and created_at > s.created_at and created_at > ${HAD_SINCE}
    and created_at <= coalesce(${until ?? null}::timestamptz, 'infinity') order by created_at desc, id desc limit 1`
