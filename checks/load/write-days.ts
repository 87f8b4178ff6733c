import { type Database, sql } from '../../src/db/index.ts'

/** Whose calls stand out among those of a thousand accounts. */
export type Stars = { readonly large: Star; readonly usual: Star }
/** An account, and the keys that its calls were made with, by turns. */
export type Star = { readonly accountId: string; readonly keyIds: readonly string[] }

/** Of a thousand calls so many are the large account's; the usual one has one, as each of the others. */
export const LARGE_OF_THOUSAND = 600

/**
 * Writes `calls` settled calls of one UTC day into its partition, on the server of the database alone: spread over the day, a thousand accounts and all
 * models; and what the close of that day posts of them, where it is over.
 */
export async function writeDay(database: Database, { day, calls, stars }: { day: string; calls: number; stars: Stars }): Promise<void> {
  const { large, usual } = stars
  await database.query(sql`select ensure_usage_partition(${day}::date)`)
  await database.query(sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version,
      outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, first_byte_ms, input, cache_read, cache_write_5m,
      cache_write_1h, output, reasoning, hold, cost, upstream_cost)
    select ${day}::date, gen_random_uuid(), ${day}::date,
      case when i % 1000 < ${LARGE_OF_THOUSAND} then ${large.accountId}::uuid when i % 1000 = ${LARGE_OF_THOUSAND} then ${usual.accountId}::uuid
        else ('00000000-0000-4000-8000-' || lpad(to_hex(i % 1000), 12, '0'))::uuid end,
      case when i % 1000 < ${LARGE_OF_THOUSAND} then (${large.keyIds}::uuid[])[1 + i / 11 % ${large.keyIds.length}]
        when i % 1000 = ${LARGE_OF_THOUSAND} then (${usual.keyIds}::uuid[])[1 + i / 11 % ${usual.keyIds.length}]
        else ('00000000-0000-4000-9000-' || lpad(to_hex(i % 1000), 12, '0'))::uuid end,
      ${day}::timestamptz + i * ((least(${day}::timestamptz + interval '1 day', now()) - ${day}::timestamptz) / ${calls}), serials[1 + i / 7 % cardinality(serials)], 1, 1,
      case when i % 50 = 0 then 1 else 0 end, 200, 1, 1, i % 2 = 0, false, 300 + i % 4000, 120, 800 + i % 3000, 0, 0, 0, 200 + i % 900, 0,
      9000000 + i, 4000000 + i, 3000000 + i
    from generate_series(0, ${calls - 1}) as i, (select array_agg(serial order by serial) as serials from model) as models`)
  await database.transaction(async (tx) => {
    await tx.query(sql`set local session_replication_role = replica`)
    await tx.query(sql`
      insert into usage_day (account_id, day, cost, calls, closed_at)
      select account_id, ${day}::date, sum(cost), count(*), case when ${day}::date < now()::date then now() end
      from usage_event where day = ${day}::date group by account_id on conflict do nothing`)
    await tx.query(sql`
      insert into house_day (day, calls, shortfall, upstream_cost, posted_at)
      select ${day}::date, count(*), 0, sum(upstream_cost), now() from usage_event where day = ${day}::date and ${day}::date < now()::date
      having count(*) > 0 on conflict do nothing`)
  })
}

/** What is there: bytes of all calls and of their sums with all indexes, how many calls there are, and how many are in the sums. */
export type SizeOfCalls = {
  readonly bytes: number
  readonly sumBytes: number
  readonly rows: number
  readonly summed: number
  readonly counted: number
}

/** Looks how much there is. Nothing is analysed that Farebox itself does not. */
export async function sizeOfCalls(database: Database): Promise<SizeOfCalls> {
  const [row] = await database.query<Readonly<Record<keyof SizeOfCalls, bigint>>>(sql`
    select sum(pg_total_relation_size(inhrelid)) filter (where inhparent = 'farebox.usage_event'::regclass)::bigint as bytes,
      sum(pg_total_relation_size(inhrelid)) filter (where inhparent <> 'farebox.usage_event'::regclass)::bigint as "sumBytes",
      (select count(*) from usage_event) as rows, (select sum(calls) from usage_key_day)::bigint as summed,
      (select sum(calls) from house_minute)::bigint as counted
    from pg_inherits where inhparent in ('farebox.usage_event'::regclass, 'farebox.usage_key_day'::regclass, 'farebox.house_minute'::regclass)`)
  const of = (name: keyof SizeOfCalls): number => Number(row?.[name] ?? 0n)
  return { bytes: of('bytes'), sumBytes: of('sumBytes'), rows: of('rows'), summed: of('summed'), counted: of('counted') }
}
