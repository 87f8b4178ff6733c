import { sql } from '../db/index.ts'
import { isoTime, type NanoUsd } from '../lib/index.ts'
import { HOUSE, hashInput, type Moving, type NewTransfer, postTransfer } from './transfers.ts'

type Sums = { readonly calls: bigint; readonly shortfall: NanoUsd }
type UpstreamSum = { readonly upstream_serial: number; readonly cost: NanoUsd }

/**
 * Posts the house's side of a day whose accounts were charged: what prices were above what customers paid, from shortfall to revenue, and
 * what each upstream asks for, from upstream cost to what is payable. Done once for a day. Returns how many transfers it made.
 */
export async function postHouse(moving: Moving, day: string, now: number): Promise<number> {
  const { tx } = moving
  if ((await tx.query(sql`select from house_day where day = ${day}::date`)).length > 0) return 0
  const { calls, shortfall } = await sumAccounts(moving, day)
  const upstreams = await writeUpstreamDay(moving, day)
  const transfers = [
    { debit: HOUSE.shortfall, credit: HOUSE.revenue, amount: shortfall, kind: 'shortfall', sourceKey: `shortfall:${day}` } as const,
    ...upstreams.map(({ upstream_serial, cost }) => costTransfer(day, upstream_serial, cost)),
  ].filter(({ amount }) => amount > 0n)
  for (const transfer of transfers) await post(moving, transfer)
  const upstreamCost = upstreams.reduce((sum, { cost }) => sum + cost, 0n)
  await tx.query(sql`
    insert into house_day (day, calls, shortfall, upstream_cost, posted_at)
    values (${day}::date, ${calls}::bigint, ${shortfall}::bigint, ${upstreamCost}::bigint, ${isoTime(now)}::timestamptz)`)
  return transfers.length
}

async function sumAccounts({ tx }: Moving, day: string): Promise<Sums> {
  const [sums] = await tx.query<Sums>(sql`
    select coalesce(sum(calls), 0)::bigint as calls, coalesce(sum(shortfall), 0)::bigint as shortfall
    from usage_day where day = ${day}::date`)
  return sums ?? { calls: 0n, shortfall: 0n }
}

/** Sums the calls that are charged to the day; the day has ended, so they stand still. */
async function writeUpstreamDay({ tx }: Moving, day: string): Promise<readonly UpstreamSum[]> {
  await tx.query(sql`
    with call as (
      select coalesce(route.upstream_serial, 0) as upstream_serial, usage_event.*
      from usage_event left join route on route.serial = usage_event.route_serial where posted_day = ${day}::date
    ), more_sum as (
      select upstream_serial, model_serial, array_agg(total order by place) as more from (
        select upstream_serial, model_serial, place, sum(count)::bigint as total
        from call, unnest(more) with ordinality as further (count, place) group by upstream_serial, model_serial, place
      ) as further group by upstream_serial, model_serial
    ), sums as (
      select upstream_serial, model_serial, count(*) as calls, count(upstream_cost) as known_calls,
        coalesce(sum(upstream_cost), 0)::bigint as cost, sum(input) as input, sum(cache_read) as cache_read,
        sum(cache_write_5m) as cache_write_5m, sum(cache_write_1h) as cache_write_1h, sum(output) as output, sum(reasoning) as reasoning
      from call group by upstream_serial, model_serial
    )
    insert into upstream_day (day, upstream_serial, model_serial, calls, known_calls, cost,
      input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, more)
    select ${day}::date, sums.*, more_sum.more from sums left join more_sum using (upstream_serial, model_serial)`)
  return await tx.query<UpstreamSum>(sql`
    select upstream_serial, sum(cost)::bigint as cost from upstream_day where day = ${day}::date group by upstream_serial order by 1`)
}

type HouseTransfer = Pick<NewTransfer, 'debit' | 'credit' | 'amount' | 'kind' | 'sourceKey'>

const costTransfer = (day: string, upstreamSerial: number, amount: NanoUsd): HouseTransfer => ({
  ...{ debit: HOUSE.upstreamCost, credit: HOUSE.upstreamPayable, amount, kind: 'upstream_cost' },
  sourceKey: `upstream_cost:${upstreamSerial}:${day}`,
})

async function post({ tx, ids }: Moving, transfer: HouseTransfer): Promise<void> {
  const inputHash = hashInput([transfer.kind, transfer.amount, transfer.sourceKey])
  await postTransfer(tx, { ...transfer, id: ids.uuid(), inputHash })
}
