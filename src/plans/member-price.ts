import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import { DAY_MS, type PlanParts } from './parts.ts'
import type { SubscriptionRow } from './subscription-record.ts'

/**
 * What a renewal costs its member: the price they began with, where prices are locked, for seats, for gifts; else the newest price that was set
 * before the notice to the end of the period.
 */
export async function memberPrice(
  tx: Database,
  { settings }: Pick<PlanParts, 'settings'>,
  subscription: SubscriptionRow,
): Promise<NanoUsd> {
  const { plan_id: planId, period_end: end, is_gift: isGift, price } = subscription
  if (settings.priceLock || isGift || planId === null || end === null) return price
  const before = new Date(end.getTime() - settings.priceNoticeDays * DAY_MS)
  const [row] = await tx.query<{ price: NanoUsd }>(sql`
    select price from plan_price where plan_id = ${planId} and created_at <= ${before} and created_at > ${subscription.created_at}
    order by created_at desc, id desc limit 1`)
  return row?.price ?? price
}
