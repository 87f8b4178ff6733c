import { type Database, sql } from '../db/index.ts'
import { HOUSE } from './transfers.ts'

/** How many rows of a kind were compared, and how many do not agree. */
export type Audited = { readonly name: string; readonly seen: bigint; readonly broken: bigint }

/**
 * Compares the house's side of closed days, from a day ("2026-11-21") on, with what it is made of: shortfall and calls with the accounts'
 * sums, costs of upstreams with their transfers, transfers with the days they stand for.
 */
export const auditHouse = (database: Database, since: string): Promise<readonly Audited[]> =>
  database.query<Audited>(sql`
    with account_sum as (
      select day, sum(shortfall)::numeric as shortfall, sum(calls)::numeric as calls from usage_day
      where day >= ${since}::date and closed_at is not null group by day
    ), upstream_sum as (
      select day, sum(cost)::numeric as cost, sum(calls)::numeric as calls from upstream_day where day >= ${since}::date group by day
    ), posted as (
      select amount, source_key from transfer
      where debit_account in (${HOUSE.shortfall}::uuid, ${HOUSE.upstreamCost}::uuid) and created_at >= ${since}::date
        and right(source_key, 10) >= ${since}::text
    ), asked as (
      select 'shortfall:' || day as source_key, shortfall as amount from house_day where day >= ${since}::date and shortfall > 0
      union all
      select 'upstream_cost:' || upstream_serial || ':' || day, sum(cost)::bigint from upstream_day
      where day >= ${since}::date group by upstream_serial, day having sum(cost) > 0
    )
    select 'house_days_equal_sums' as name, count(*) as seen, count(*) filter (
      where house_day.shortfall <> coalesce(account_sum.shortfall, 0) or house_day.calls <> coalesce(account_sum.calls, 0)
        or house_day.upstream_cost <> coalesce(upstream_sum.cost, 0) or house_day.calls <> coalesce(upstream_sum.calls, 0)) as broken
    from house_day left join account_sum using (day) left join upstream_sum using (day)
    where house_day.day >= ${since}::date
    union all
    select 'house_transfers_equal_days', count(*), count(*) filter (where asked.amount is distinct from posted.amount)
    from asked full join posted using (source_key)`)
