import { type Database, sql } from '../db/index.ts'
import { isoDate, isoTime, type NanoUsd } from '../lib/index.ts'
import type { OpenCallRow, Settlement } from './settlement.ts'

/** Money to move from an account into this node's slice: at least `need`, up to `want`. */
export type Take = { readonly accountId: string; readonly need: NanoUsd; readonly want: NanoUsd }

/** Money to move back from this node's slice. */
export type Release = { readonly accountId: string; readonly amount: NanoUsd }

/** What takes got: an account that is not in it had less than it needed. */
export type Taken = ReadonlyMap<string, NanoUsd>

/**
 * Moves money from accounts into this node's slices, in one guarded statement: an account gives `want`, or all it has if that is at
 * least `need`, or nothing. Rows are locked in order of account, so that two nodes cannot lock each other out.
 */
export async function takeSlices(database: Database, nodeId: string, takes: readonly Take[]): Promise<Taken> {
  const rows = await database.query<{ account_id: string; amount: bigint }>(sql.named('take_slices')`
    with asked as (
      select * from unnest(${takes.map((take) => take.accountId)}::uuid[], ${takes.map((take) => take.need)}::bigint[],
        ${takes.map((take) => take.want)}::bigint[]) as asked (account_id, need, want)
    ), granted as (
      select balance.account_id, least(balance.available, asked.want) as amount
      from balance join asked using (account_id)
      where balance.available >= asked.need and balance.available > 0
      order by balance.account_id for update of balance
    ), moved as (
      update balance set available = available - granted.amount, held = held + granted.amount
      from granted where balance.account_id = granted.account_id and balance.available >= granted.amount
      returning balance.account_id, granted.amount
    ), sliced as (
      insert into slice (node_id, account_id, amount) select ${nodeId}::uuid, account_id, amount from moved
      on conflict (node_id, account_id) do update set amount = slice.amount + excluded.amount
    )
    select account_id, amount from moved`)
  return new Map(rows.map((row) => [row.account_id, row.amount]))
}

/** Moves money from this node's slices back to its accounts. */
export async function releaseSlices(database: Database, nodeId: string, releases: readonly Release[]): Promise<void> {
  await database.query(sql.named('release_slices')`
    with asked as (
      select * from unnest(${releases.map((release) => release.accountId)}::uuid[], ${releases.map((release) => release.amount)}::bigint[])
        as asked (account_id, amount)
    ), locked as (
      select balance.account_id, asked.amount from balance join asked using (account_id) order by balance.account_id for update of balance
    ), moved as (
      update balance set available = available + locked.amount, held = held - locked.amount
      from locked where balance.account_id = locked.account_id
    )
    update slice set amount = slice.amount - asked.amount
    from asked where slice.node_id = ${nodeId}::uuid and slice.account_id = asked.account_id`)
}

/**
 * Writes settlements and takes their cost out of this node's slices, all in one statement. A request id that is in the books
 * already changes nothing. Returns the ids that were new.
 */
export async function writeSettlements(database: Database, nodeId: string, batch: SettlementBatch): Promise<ReadonlySet<string>> {
  const { settlements: rows, postedDay } = batch
  const column = <V>(pick: (row: Settlement) => V): V[] => rows.map(pick)
  const written = await database.query<{ request_id: string }>(sql.named('write_settlements')`
    with given as (
      select * from unnest(
        ${column((r) => isoDate(r.day))}::date[], ${column((r) => r.requestId)}::uuid[], ${column((r) => r.accountId)}::uuid[],
        ${column((r) => r.keyId)}::uuid[], ${column((r) => isoTime(r.startedAt))}::timestamptz[], ${column((r) => r.modelSerial)}::integer[],
        ${column((r) => r.routeSerial)}::integer[], ${column((r) => r.priceVersion)}::integer[], ${column((r) => r.outcome)}::smallint[],
        ${column((r) => r.status)}::smallint[], ${column((r) => r.usageSource)}::smallint[], ${column((r) => r.reportedModel)}::smallint[],
        ${column((r) => r.isStream)}::boolean[], ${column((r) => r.isSuspect)}::boolean[], ${column((r) => r.latencyMs)}::integer[],
        ${column((r) => r.firstByteMs ?? null)}::integer[], ${column((r) => r.usage.input)}::integer[],
        ${column((r) => r.usage.cacheRead)}::integer[], ${column((r) => r.usage.cacheWrite5m)}::integer[],
        ${column((r) => r.usage.cacheWrite1h)}::integer[], ${column((r) => r.usage.output)}::integer[],
        ${column((r) => r.usage.reasoning)}::integer[], ${column((r) => r.hold)}::bigint[], ${column((r) => r.cost)}::bigint[],
        ${column((r) => r.shortfall)}::bigint[]
      ) as given (day, request_id, account_id, key_id, started_at, model_serial, route_serial, price_version, outcome, status,
        usage_source, reported_model, is_stream, is_suspect, latency_ms, first_byte_ms, input, cache_read, cache_write_5m,
        cache_write_1h, output, reasoning, hold, cost, shortfall)
    ), written as (
      insert into usage_event (posted_day, day, request_id, account_id, key_id, started_at, model_serial, route_serial, price_version,
        outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, first_byte_ms, input, cache_read,
        cache_write_5m, cache_write_1h, output, reasoning, hold, cost, shortfall)
      select ${isoDate(postedDay)}::date, given.* from given
      on conflict (day, request_id) do nothing
      returning request_id, account_id, cost, shortfall
    ), sums as (
      select account_id, sum(cost)::bigint as cost, sum(shortfall)::bigint as shortfall, count(*) as calls from written group by account_id
    ), locked as (
      select balance.account_id, sums.cost from balance join sums using (account_id) order by balance.account_id for update of balance
    ), charged as (
      update balance set held = held - locked.cost from locked where balance.account_id = locked.account_id
    ), sliced as (
      update slice set amount = slice.amount - sums.cost from sums
      where slice.node_id = ${nodeId}::uuid and slice.account_id = sums.account_id
    ), summed as (
      insert into usage_day (account_id, day, cost, shortfall, calls)
      select account_id, ${isoDate(postedDay)}::date, cost, shortfall, calls from sums
      on conflict (account_id, day) do update set cost = usage_day.cost + excluded.cost,
        shortfall = usage_day.shortfall + excluded.shortfall, calls = usage_day.calls + excluded.calls
    ), ended as (
      delete from open_call using given where open_call.request_id = given.request_id
    )
    select request_id from written`)
  return new Set(written.map((row) => row.request_id))
}

/** Settlements that are charged to one day. */
export type SettlementBatch = { readonly settlements: readonly Settlement[]; readonly postedDay: number }

/** Writes calls that are open for long, or what they have used since. */
export async function writeOpenCalls(database: Database, nodeId: string, rows: readonly OpenCallRow[]): Promise<void> {
  const column = <V>(pick: (row: OpenCallRow) => V): V[] => rows.map(pick)
  await database.query(sql.named('write_open_calls')`
    insert into open_call (node_id, request_id, account_id, key_id, day, model_serial, route_serial, price_version, hold, started_at,
      input, cache_read, cache_write_5m, cache_write_1h, output, reasoning)
    select ${nodeId}::uuid, given.* from unnest(
      ${column((r) => r.requestId)}::uuid[], ${column((r) => r.accountId)}::uuid[], ${column((r) => r.keyId)}::uuid[],
      ${column((r) => isoDate(r.day))}::date[], ${column((r) => r.modelSerial)}::integer[], ${column((r) => r.routeSerial)}::integer[],
      ${column((r) => r.priceVersion)}::integer[], ${column((r) => r.hold)}::bigint[], ${column((r) => isoTime(r.startedAt))}::timestamptz[],
      ${column((r) => r.usage.input)}::integer[], ${column((r) => r.usage.cacheRead)}::integer[],
      ${column((r) => r.usage.cacheWrite5m)}::integer[], ${column((r) => r.usage.cacheWrite1h)}::integer[],
      ${column((r) => r.usage.output)}::integer[], ${column((r) => r.usage.reasoning)}::integer[]) as given
    on conflict (request_id) do update set updated_at = now(), route_serial = excluded.route_serial, input = excluded.input,
      cache_read = excluded.cache_read, cache_write_5m = excluded.cache_write_5m, cache_write_1h = excluded.cache_write_1h,
      output = excluded.output, reasoning = excluded.reasoning`)
}

/** Numbers this node's commits, so that one whose answer was lost can be looked up. */
export async function noteCommit(database: Database, nodeId: string, number: bigint): Promise<void> {
  await database.query(sql.named('note_commit')`
    insert into node (id, last_commit) values (${nodeId}::uuid, ${number}::bigint)
    on conflict (id) do update set last_commit = excluded.last_commit`)
}

/** The number of this node's last commit; 0 before the first. */
export async function readLastCommit(database: Database, nodeId: string): Promise<bigint> {
  const [row] = await database.query<{ last_commit: bigint }>(sql`select last_commit from node where id = ${nodeId}::uuid`)
  return row?.last_commit ?? 0n
}
