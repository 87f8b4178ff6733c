import { type Database, sql } from '../db/index.ts'
import { isoTime, type NanoUsd } from '../lib/index.ts'
import { SPEND_WINDOWS } from '../spec/index.ts'
import { readSpendRef } from './spend-ref.ts'

/**
 * Who else has money of an account: `nobody`, nodes that were `asked` to give back what is idle, or also nodes that are `silent` and so
 * cannot say whether theirs is. `available` is what the account itself has.
 */
export type Reclaimed = { readonly others: 'nobody' | 'asked' | 'silent'; readonly available: NanoUsd }

/** A node that has said nothing for so long is taken for one that does not answer. */
const SILENT_MS = 15_000

/** Asks all other nodes that have money of an account to give back what they have idle, by a notice that they hear at once. */
export async function askForIdle(database: Database, accountId: string, nodeId: string): Promise<Reclaimed> {
  const [row] = await database.query<{ available: NanoUsd; others: bigint; silent: bigint }>(sql.named('ask_for_idle')`
    with other as (
      select coalesce(node.is_answering and node.seen_at > clock_timestamp() - ${SILENT_MS} * interval '1 millisecond', false) as is_answering
      from slice left join node on node.id = slice.node_id
      where slice.account_id = ${accountId}::uuid and slice.node_id <> ${nodeId}::uuid and slice.amount > 0
    ), asked as materialized (
      select pg_notify('farebox_change', 'reclaim:' || ${accountId}::text || ':' || ${nodeId}::text) from (select from other limit 1) as one
    )
    select available, (select count(*) from other) as others,
      (select count(*) from other where not is_answering) + 0 * (select count(*) from asked) as silent
    from balance where account_id = ${accountId}::uuid`)
  if (row === undefined || row.others === 0n) return { others: 'nobody', available: row?.available ?? 0n }
  return { others: row.silent > 0n ? 'silent' : 'asked', available: row.available }
}

/** A window that a node lacks money of, and the limit as that node knows it. */
export type LackingWindow = { readonly name: string; readonly cap: NanoUsd; readonly nodeId: string }

/** The same of a window of spending: asks all other nodes that hold some of it. */
export async function askForIdleSpending(database: Database, { name, cap, nodeId }: LackingWindow): Promise<Reclaimed> {
  const { subjectId, window, startsAt } = readSpendRef(name)
  const [row] = await database.query<{ granted: NanoUsd | null; others: bigint; silent: bigint }>(sql.named('ask_for_idle_spending')`
    with place as (
      select ${subjectId}::uuid as subject_id, ${SPEND_WINDOWS.indexOf(window)}::smallint as kind, ${isoTime(startsAt)}::timestamptz as starts_at
    ), other as (
      select coalesce(node.is_answering and node.seen_at > clock_timestamp() - ${SILENT_MS} * interval '1 millisecond', false) as is_answering
      from spend_slice join place using (subject_id, kind, starts_at) left join node on node.id = spend_slice.node_id
      where spend_slice.node_id <> ${nodeId}::uuid and spend_slice.amount > 0
    ), asked as materialized (
      select pg_notify('farebox_change', 'reclaim:' || ${name}::text || ':' || ${nodeId}::text) from (select from other limit 1) as one
    )
    select (select granted from spend_window join place using (subject_id, kind, starts_at)) as granted,
      (select count(*) from other) as others,
      (select count(*) from other where not is_answering) + 0 * (select count(*) from asked) as silent`)
  const available = cap - (row?.granted ?? 0n)
  if (row === undefined || row.others === 0n) return { others: 'nobody', available }
  return { others: row.silent > 0n ? 'silent' : 'asked', available }
}
