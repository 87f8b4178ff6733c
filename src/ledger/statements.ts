import { type Database, DatabaseError, type ElementOf, packArray, sql } from '../db/index.ts'
import { isoDate, type NanoUsd } from '../lib/index.ts'
import { moreOf, type Usage } from '../spec/index.ts'
import type { OpenCallRow, Settlement } from './settlement.ts'

/**
 * Money to move from an account into this node's slice: at least `need`, up to `want`. With `spending` it comes from a window of spending:
 * `accountId` is the window's name then, and no balance is touched.
 */
export type Take = {
  readonly accountId: string
  readonly need: NanoUsd
  readonly want: NanoUsd
  readonly spending?: WindowTerms | undefined
}

/** What a window is made with and bounded by: whose it is, the limit as it is now, and its end in milliseconds; undefined: it never ends. */
export type WindowTerms = { readonly accountId: string; readonly cap: NanoUsd; readonly endsAt: number | undefined }

/** Money to move back from this node's slice of an account or of a window. */
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
      select * from unnest(${packArray('uuid', takes, (take) => take.accountId)}::uuid[],
        ${packArray('bigint', takes, (take) => take.need)}::bigint[],
        ${packArray('bigint', takes, (take) => take.want)}::bigint[]) as asked (account_id, need, want)
    ), granted as (
      select balance.account_id, least(balance.available, asked.want) as amount
      from balance join asked using (account_id)
      where balance.available >= asked.need and balance.available > 0
      order by balance.account_id for no key update of balance
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
      select * from unnest(${packArray('uuid', releases, (release) => release.accountId)}::uuid[],
        ${packArray('bigint', releases, (release) => release.amount)}::bigint[]) as asked (account_id, amount)
    ), locked as (
      select balance.account_id, asked.amount from balance join asked using (account_id) order by balance.account_id for no key update of balance
    ), moved as (
      update balance set available = available + locked.amount, held = held - locked.amount
      from locked where balance.account_id = locked.account_id
    )
    update slice set amount = slice.amount - asked.amount
    from asked where slice.node_id = ${nodeId}::uuid and slice.account_id = asked.account_id`)
}

/**
 * Writes settlements and takes their cost out of this node's slices, all in one statement. A request id that is in the books
 * already, or was until its row went, changes nothing. Returns the ids that were new.
 */
export async function writeSettlements(database: Database, nodeId: string, batch: SettlementBatch): Promise<Fresh> {
  const { settlements: rows, postedDay, commit } = batch
  const column = columnsOf(rows)
  const [written] = await database.query<{ fresh: bigint; fresh_ids: string[] | null; unsliced: bigint }>(sql.named('write_settlements')`
    with given as (
      select * from unnest(
        ${column('date', (r) => r.day)}::date[], ${column('uuid', (r) => r.requestId)}::uuid[],
        ${column('uuid', (r) => r.accountId)}::uuid[], ${column('uuid', (r) => r.keyId)}::uuid[],
        ${column('timestamptz', (r) => wholeSecond(r.startedAt))}::timestamptz[], ${column('integer', (r) => r.modelSerial)}::integer[],
        ${column('integer', (r) => r.routeSerial)}::integer[], ${column('integer', (r) => r.priceVersion)}::integer[],
        ${column('smallint', (r) => r.outcome)}::smallint[], ${column('smallint', (r) => r.status)}::smallint[],
        ${column('smallint', (r) => r.usageSource)}::smallint[], ${column('smallint', (r) => r.reportedModel)}::smallint[],
        ${column('boolean', (r) => r.isStream)}::boolean[], ${column('boolean', (r) => r.isSuspect)}::boolean[],
        ${column('integer', (r) => r.latencyMs)}::integer[], ${column('integer', (r) => r.firstByteMs)}::integer[],
        ${column('integer', (r) => r.usage.input)}::integer[], ${column('integer', (r) => r.usage.cacheRead)}::integer[],
        ${column('integer', (r) => r.usage.cacheWrite5m)}::integer[], ${column('integer', (r) => r.usage.cacheWrite1h)}::integer[],
        ${column('integer', (r) => r.usage.output)}::integer[], ${column('integer', (r) => r.usage.reasoning)}::integer[],
        ${rows.map((r) => moreText(r.usage))}::text[], ${column('integer', (r) => r.multiplier)}::integer[],
        ${column('smallint', (r) => r.serviceTier)}::smallint[], ${column('integer', (r) => r.reportedInput)}::integer[],
        ${column('integer', (r) => r.reportedOutput)}::integer[], ${column('bigint', (r) => r.upstreamCost)}::bigint[],
        ${column('bigint', (r) => r.hold)}::bigint[], ${column('bigint', (r) => r.cost)}::bigint[],
        ${column('bigint', (r) => r.shortfall)}::bigint[], ${column('bigint', (r) => r.covered?.amount)}::bigint[],
        ${column('uuid', (r) => r.covered?.by)}::uuid[]
      ) as given (day, request_id, account_id, key_id, started_at, model_serial, route_serial, price_version, outcome, status,
        usage_source, reported_model, is_stream, is_suspect, latency_ms, first_byte_ms, input, cache_read, cache_write_5m,
        cache_write_1h, output, reasoning, more, multiplier, service_tier, reported_input, reported_output, upstream_cost, hold, cost,
        shortfall, covered, covered_by)
    ), written as (
      insert into usage_event (posted_day, commit, day, request_id, account_id, key_id, started_at, model_serial, route_serial, price_version,
        outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, first_byte_ms, input, cache_read,
        cache_write_5m, cache_write_1h, output, reasoning, more, multiplier, service_tier, reported_input, reported_output, upstream_cost,
        hold, cost, shortfall, covered, covered_by)
      select ${isoDate(postedDay)}::date, ${commit}::bigint, day, request_id, account_id, key_id, started_at, model_serial, route_serial,
        price_version, outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, first_byte_ms, input, cache_read,
        cache_write_5m, cache_write_1h, output, reasoning, more::integer[], multiplier, service_tier, reported_input, reported_output,
        upstream_cost, hold, cost, shortfall, covered, covered_by from given
      where day >= ${isoDate(postedDay)}::date or not exists (select from purged_call where digest = sha256(uuid_send(given.request_id)))
      on conflict (day, request_id) do nothing
      returning request_id, account_id, cost, shortfall, covered
    ), sums as (
      select account_id, sum(cost)::bigint as cost, sum(shortfall)::bigint as shortfall, coalesce(sum(covered), 0)::bigint as covered,
        count(*) as calls from written group by account_id
    ), locked as (
      select balance.account_id, sums.cost from balance join sums using (account_id) order by balance.account_id for no key update of balance
    ), charged as (
      update balance set held = held - locked.cost from locked where balance.account_id = locked.account_id
    ), sliced as (
      update slice set amount = slice.amount - sums.cost from sums
      where slice.node_id = ${nodeId}::uuid and slice.account_id = sums.account_id and sums.cost > 0 returning slice.account_id
    ), summed as (
      insert into usage_day (account_id, day, cost, shortfall, covered, calls)
      select account_id, ${isoDate(postedDay)}::date, cost, shortfall, covered, calls from sums
      on conflict (account_id, day) do update set cost = usage_day.cost + excluded.cost,
        shortfall = usage_day.shortfall + excluded.shortfall, covered = usage_day.covered + excluded.covered,
        calls = usage_day.calls + excluded.calls
    ), ended as (
      delete from open_call using given where open_call.request_id = given.request_id
    )
    select fresh, (select count(*) from sums where cost > 0) - (select count(*) from sliced) as unsliced,
      case when fresh < ${rows.length}::bigint then array(select request_id::text from written) end as fresh_ids
    from (select count(*) as fresh from written) as counted`)
  // A charge for which this node has no slice at all would leave held money that no slice explains.
  if (written === undefined || written.unsliced > 0n) throw new DatabaseError('23514')
  // All were new is the rule; only else it matters which.
  return written.fresh_ids === null ? { size: rows.length, has: () => true } : new Set(written.fresh_ids)
}

/** The ids of a batch that were new in the books: whether one of it is among them, and how many are. */
export type Fresh = Pick<ReadonlySet<string>, 'has' | 'size'>

/** The rare classes as PostgreSQL writes an array, since arrays of arrays are unnested to their elements. */
function moreText(usage: Usage): string | null {
  const more = moreOf(usage)
  return more === null ? null : `{${more.join(',')}}`
}

/** Makes one column of rows after the other. */
const columnsOf =
  <Row>(rows: readonly Row[]) =>
  <T extends keyof ElementOf>(type: T, pick: (row: Row) => ElementOf[T] | undefined): Buffer =>
    packArray(type, rows, pick)

/** Times of calls are kept to the second, rounded up. */
const wholeSecond = (millis: number): number => Math.ceil(millis / 1_000) * 1_000

/** Settlements that are charged to one day; `commit` is what beginCommit answered. */
export type SettlementBatch = { readonly settlements: readonly Settlement[]; readonly postedDay: number; readonly commit: bigint }

/** Writes calls that are open for long, or what they have used since. */
export async function writeOpenCalls(database: Database, nodeId: string, rows: readonly OpenCallRow[]): Promise<void> {
  const column = columnsOf(rows)
  await database.query(sql.named('write_open_calls')`
    insert into open_call (node_id, request_id, account_id, key_id, day, model_serial, route_serial, price_version, hold, started_at,
      input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, multiplier, service_tier, more, held_at)
    select ${nodeId}::uuid, request_id, account_id, key_id, day, model_serial, route_serial, price_version, hold, started_at, input,
      cache_read, cache_write_5m, cache_write_1h, output, reasoning, multiplier, service_tier, more::integer[], held_at from unnest(
      ${column('uuid', (r) => r.requestId)}::uuid[], ${column('uuid', (r) => r.accountId)}::uuid[],
      ${column('uuid', (r) => r.keyId)}::uuid[], ${column('date', (r) => r.day)}::date[],
      ${column('integer', (r) => r.modelSerial)}::integer[], ${column('integer', (r) => r.routeSerial)}::integer[],
      ${column('integer', (r) => r.priceVersion)}::integer[], ${column('bigint', (r) => r.hold)}::bigint[],
      ${column('timestamptz', (r) => wholeSecond(r.startedAt))}::timestamptz[], ${column('integer', (r) => r.usage.input)}::integer[],
      ${column('integer', (r) => r.usage.cacheRead)}::integer[], ${column('integer', (r) => r.usage.cacheWrite5m)}::integer[],
      ${column('integer', (r) => r.usage.cacheWrite1h)}::integer[], ${column('integer', (r) => r.usage.output)}::integer[],
      ${column('integer', (r) => r.usage.reasoning)}::integer[], ${column('integer', (r) => r.multiplier)}::integer[],
      ${column('smallint', (r) => r.serviceTier)}::smallint[], ${rows.map((r) => moreText(r.usage))}::text[],
      ${column('timestamptz', (r) => (r.heldAt === 0 ? undefined : r.heldAt * 1_000))}::timestamptz[]) as given (request_id, account_id,
        key_id, day, model_serial, route_serial, price_version, hold, started_at, input, cache_read, cache_write_5m, cache_write_1h, output,
        reasoning, multiplier, service_tier, more, held_at)
    on conflict (request_id) do update set updated_at = now(), route_serial = excluded.route_serial, input = excluded.input,
      cache_read = excluded.cache_read, cache_write_5m = excluded.cache_write_5m, cache_write_1h = excluded.cache_write_1h,
      output = excluded.output, reasoning = excluded.reasoning, more = excluded.more`)
}

/**
 * Begins a commit: notes the node's number of it, by which one whose answer was lost can be looked up, and locks the balances that it
 * changes, once and in order of account. Returns the number of the commit among all nodes. Fails with node_fenced.
 */
export async function noteCommit(database: Database, nodeId: string, begun: CommitBegun): Promise<bigint> {
  // Not an upsert, as that would draw a serial number for every commit. And left to itself PostgreSQL plans a commit of one call anew each time.
  const [row] = await database.query<{ commit: bigint }>(sql.named('note_commit')`
    with locked as (
      select account_id from balance where account_id = any(${packArray('uuid', [...begun.accountIds], (id) => id)}::uuid[])
      order by account_id for no key update
    ), noted as (
      update node set last_commit = ${begun.number}::bigint from (select count(*) from locked) as counted
      where id = ${nodeId}::uuid and epoch = ${begun.epoch}::bigint returning serial
    ), made as (
      insert into node (id, last_commit) select ${nodeId}::uuid, ${begun.number}::bigint
      where ${begun.epoch}::bigint = 0 and not exists (select from node where id = ${nodeId}::uuid)
      returning serial
    )
    select (serial::bigint << 40) | ${begun.number}::bigint as commit, set_config('plan_cache_mode', 'force_generic_plan', true)
    from (select serial from noted union all select serial from made) as node`)
  if (row === undefined) throw new DatabaseError(NODE_FENCED)
  return row.commit
}

/** What a commit fails with when another process has registered for the node: nothing of it, and of none after it, is written. */
export const NODE_FENCED = 'node_fenced'

/** A commit's number, the epoch of its process, and the accounts that more than one of its statements may touch. */
export type CommitBegun = { readonly number: bigint; readonly epoch: bigint; readonly accountIds: ReadonlySet<string> }

/**
 * The number of the last commit of a node's process of this epoch. It writes the node's row as commits do, so it waits for one that is still
 * under way: what it returns is final. Fails with node_fenced, as then the number is another process's.
 */
export async function readLastCommit(database: Database, nodeId: string, epoch: bigint): Promise<bigint> {
  const [row] = await database.query<{ last_commit: bigint }>(sql`
    update node set last_commit = last_commit where id = ${nodeId}::uuid and epoch = ${epoch}::bigint returning last_commit`)
  if (row === undefined) throw new DatabaseError(NODE_FENCED)
  return row.last_commit
}

/** The first day, in days since 1970, that was not ended. */
export async function readFirstOpenDay(database: Database): Promise<number> {
  const [row] = await database.query<{ day: number }>(
    sql`select coalesce(max(day) + 1 - date '1970-01-01', 0)::integer as day from ended_day`,
  )
  return row?.day ?? 0
}

/** Makes the partition of a day if it is not there. */
export async function ensurePartition(database: Database, day: number): Promise<void> {
  await database.query(sql`select ensure_usage_partition(${isoDate(day)}::date)`)
}
