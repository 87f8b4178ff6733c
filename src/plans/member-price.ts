import { type Database, type Sql, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import type { PlanParts } from './parts.ts'
import type { SubscriptionSettings } from './settings.ts'
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
  const [row] = await tx.query<{ price: NanoUsd }>(sql`
    select newest.price from subscription s join lateral (${newestPrice(noticed(settings))}) as newest on true where s.id = ${id}::uuid`)
  return row?.price ?? price
}

/** Until when a price must have been set to hold for the next renewal of the subscription `s` of a query. */
const noticed = ({ priceNoticeDays }: SubscriptionSettings): Sql => sql`s.period_end - ${priceNoticeDays}::integer * interval '24 hours'`

/** The same as a query about the subscription `s` of another one, or what the plan costs at most that it goes over to. */
export const renewalPrice = ({ settings }: Pick<PlanParts, 'settings'>): Sql => sql`
  select case when s.next_plan_id is not null then coalesce(s.next_price, (select plan.price from plan where plan.id = s.next_plan_id))
    when ${settings.priceLock}::boolean or s.is_gift or s.plan_id is null then s.price
    else coalesce((select newest.price from (${newestPrice(noticed(settings))}) as newest), s.price) end as price`

/** Since when the subscription `s` of a query has had its plan: whoever goes over to one pays what it costs then, whatever it cost before. */
export const HAD_SINCE: Sql = sql`
  coalesce((select min(had.created_at) from subscription_period had
    where had.subscription_id = s.id and had.state = 'paid' and had.plan_id = s.plan_id
      and not exists (select from subscription_period other where other.subscription_id = s.id and other.state = 'paid'
        and other.plan_id <> s.plan_id and other.period_start > had.period_start)), s.created_at)`

/** The newest price that the plan of the subscription `s` of a query got since that had it; until a time where one is given. */
export const newestPrice = (until: Sql | undefined): Sql => sql`
  select id, price, created_at from plan_price
  where plan_id = s.plan_id and created_at > s.created_at and created_at > ${HAD_SINCE}
    and created_at <= ${until ?? sql`'infinity'`} order by created_at desc, id desc limit 1`
