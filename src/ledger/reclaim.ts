import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'

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
