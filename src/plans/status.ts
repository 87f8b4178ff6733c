import { type Database, sql } from '../db/index.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import type { SubscriptionEnder, SubscriptionState } from './subscription-record.ts'

/** A subscription as its owner and the operator see it; times as ISO 8601, null where it never ends. */
export type SubscriptionView = {
  readonly id: string
  readonly planSlug: string | null
  readonly poolId: string | null
  readonly poolSlug: string | null
  readonly block: string | null
  readonly status: SubscriptionState
  readonly price: string
  readonly billingCycle: 'month' | 'year' | null
  readonly currentPeriodStart: string
  readonly currentPeriodEnd: string | null
  readonly cancelAtPeriodEnd: boolean
  /** Who ended it, or ends it with its period; null while it goes on, and where that was not noted. */
  readonly endedBy: SubscriptionEnder | null
  readonly nextPlanSlug: string | null
  readonly graceEndsAt: string | null
  readonly budget: { readonly amount: string; readonly window: string } | null
  readonly isGift: boolean
  readonly keyCount: number
  readonly keys: readonly string[]
  readonly createdAt: string
  readonly endedAt: string | null
}

type Row = {
  readonly id: string
  readonly plan_id: string | null
  readonly pool_id: string | null
  readonly slug: string | null
  readonly block: string | null
  readonly state: SubscriptionState
  readonly price: NanoUsd
  readonly months: number | null
  readonly period_start: Date
  readonly period_end: Date | null
  readonly live_until: Date | null
  readonly cancel_at_period_end: boolean
  readonly ended_by: SubscriptionEnder | null
  readonly next_plan_id: string | null
  readonly budget_amount: NanoUsd | null
  readonly budget_window: string | null
  readonly is_gift: boolean
  readonly created_at: Date
  readonly ended_at: Date | null
  readonly keys: readonly string[]
}

/** Every subscription of an account that began, newest first, with the ids of the keys that are attached and not revoked. */
export async function listSubscriptions(database: Database, accountId: string): Promise<readonly SubscriptionView[]> {
  const rows = await database.query<Row>(sql`
    select s.id, s.plan_id, s.pool_id, pool.slug, s.block, s.state, s.price, s.months, s.period_start, s.period_end, s.live_until,
      s.cancel_at_period_end, s.ended_by, s.next_plan_id, s.budget_amount, s.budget_window, s.is_gift, s.created_at, s.ended_at,
      coalesce((select array_agg(k.id::text order by k.id) from api_key k where k.subscription_id = s.id and k.revoked_at is null), '{}') as keys
    from subscription s left join pool on pool.id = s.pool_id
    where s.account_id = ${accountId}::uuid and s.state <> 'refused' order by s.created_at desc, s.id desc`)
  return rows.map(viewOf)
}

const viewOf = (row: Row): SubscriptionView => ({
  ...{ id: row.id, planSlug: row.plan_id, poolId: row.pool_id, poolSlug: row.slug, block: row.block, status: row.state },
  price: formatUsd(row.price),
  billingCycle: row.months === null ? null : row.months === 12 ? 'year' : 'month',
  currentPeriodStart: row.period_start.toISOString(),
  currentPeriodEnd: timeOf(row.period_end),
  cancelAtPeriodEnd: row.cancel_at_period_end,
  endedBy: row.ended_by,
  nextPlanSlug: row.next_plan_id,
  graceEndsAt: row.state === 'past_due' ? timeOf(row.live_until) : null,
  budget:
    row.budget_amount === null || row.budget_window === null ? null : { amount: formatUsd(row.budget_amount), window: row.budget_window },
  ...{ isGift: row.is_gift, keyCount: row.keys.length, keys: row.keys },
  createdAt: row.created_at.toISOString(),
  endedAt: timeOf(row.ended_at),
})

const timeOf = (time: Date | null): string | null => time?.toISOString() ?? null

/** A seat of a pool as the operator sees it. */
export type SeatView = {
  readonly subscription_id: string
  readonly account_id: string
  readonly block: string
  readonly status: SubscriptionState
  readonly current_period_end: string | null
  readonly has_key: boolean
}

/** The seats of a pool that somebody has, by block. */
export async function listSeats(database: Database, poolId: string): Promise<readonly SeatView[]> {
  const rows = await database.query<SeatRow>(sql`
    select s.id, s.account_id, s.block, s.state, s.period_end,
      exists (select from api_key k where k.subscription_id = s.id and k.revoked_at is null) as has_key
    from subscription s where s.pool_id = ${poolId}::uuid and s.state in ('starting', 'active', 'past_due') order by s.block, s.id`)
  return rows.map(({ id, account_id, block, state, period_end: end, has_key }) => ({
    ...{ subscription_id: id, account_id, block, status: state, current_period_end: timeOf(end), has_key },
  }))
}

type SeatRow = {
  readonly id: string
  readonly account_id: string
  readonly block: string
  readonly state: SubscriptionState
  readonly period_end: Date | null
  readonly has_key: boolean
}
