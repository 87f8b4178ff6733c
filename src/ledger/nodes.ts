import { type Database, sql } from '../db/index.ts'

/** A control process among those of its node: only the one with the last epoch can commit. */
export type NodeTerm = { readonly nodeId: string; readonly epoch: bigint; readonly lastCommit: bigint }

/**
 * Registers a control process of a node, which from here on keeps every earlier one from committing. Waits for a commit of an earlier one
 * that is under way, so `lastCommit` is final.
 */
export async function registerNode(database: Database, nodeId: string): Promise<NodeTerm> {
  const [row] = await database.query<{ epoch: bigint; last_commit: bigint }>(sql`
    insert into node (id, epoch) values (${nodeId}::uuid, 1)
    on conflict (id) do update set epoch = node.epoch + 1, seen_at = now(), is_answering = false returning epoch, last_commit`)
  return { nodeId, epoch: row?.epoch ?? 0n, lastCommit: row?.last_commit ?? 0n }
}

/** What a node tells of itself: that it lives, and whether it gives back idle money that it is asked for. */
export type Beat = { readonly nodeId: string; readonly epoch: bigint; readonly isAnswering: boolean }

/** Says that a node lives. False when another process has registered for it since. */
export async function beat(database: Database, { nodeId, epoch, isAnswering }: Beat): Promise<boolean> {
  const told = await database.query(sql`
    update node set seen_at = clock_timestamp(), is_answering = ${isAnswering}
    where id = ${nodeId}::uuid and epoch = ${epoch}::bigint returning id`)
  return told.length > 0
}

/** Which nodes count as dead: all but one's own that have said nothing for so many milliseconds by the clock of the database. */
export type DeadAfter = { readonly nodeId: string; readonly deadMs: number }

/** Dead nodes that left money or open calls behind. */
export async function listDeadNodes(database: Database, { nodeId, deadMs }: DeadAfter): Promise<readonly string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from node
    where id <> ${nodeId}::uuid and seen_at < clock_timestamp() - ${deadMs} * interval '1 millisecond'
      and (exists (select from slice where node_id = node.id and amount > 0) or exists (select from open_call where node_id = node.id)
        or exists (select from spend_slice where node_id = node.id and amount > 0))
    order by id`)
  return rows.map((row) => row.id)
}

/** Registers in the place of a node that is still dead, as `registerNode` does; undefined when it lives or somebody else was first. */
export async function succeedNode(database: Database, deadId: string, deadMs: number): Promise<NodeTerm | undefined> {
  const [row] = await database.query<{ epoch: bigint; last_commit: bigint }>(sql`
    update node set epoch = epoch + 1, seen_at = clock_timestamp(), is_answering = false
    where id = ${deadId}::uuid and seen_at < clock_timestamp() - ${deadMs} * interval '1 millisecond' returning epoch, last_commit`)
  return row === undefined ? undefined : { nodeId: deadId, epoch: row.epoch, lastCommit: row.last_commit }
}

/**
 * How many nodes lived when one was last heard, this one among them, asked before it registers: after a time in which nobody could say that
 * he lives, as the database was away or all were stopped, there are no fewer until the others had the time to come back.
 */
export async function countNodesBefore(
  database: Database,
  { nodeId, liveMs }: { readonly nodeId: string; readonly liveMs: number },
): Promise<number> {
  const [row] = await database.query<{ count: number }>(sql`
    select count(*)::integer as count from node
    where id <> ${nodeId}::uuid and seen_at > (select max(seen_at) from node) - ${liveMs} * interval '1 millisecond'`)
  return (row?.count ?? 0) + 1
}

/** How many nodes said something within so many milliseconds by the clock of the database; limits are divided by it. */
export async function countNodes(database: Database, liveMs: number): Promise<number> {
  const [row] = await database.query<{ count: number }>(sql`
    select count(*)::integer as count from node where seen_at > clock_timestamp() - ${liveMs} * interval '1 millisecond'`)
  return row?.count ?? 1
}

/** Which nodes count as living: all but one's own that serve and said so within so many milliseconds by the clock of the database. */
export type LiveWithin = { readonly nodeId: string | undefined; readonly liveMs: number }

/** Living nodes beside one's own. */
export async function listLiveNodes(database: Database, { nodeId, liveMs }: LiveWithin): Promise<readonly string[]> {
  const rows = await database.query<{ id: string }>(sql`
    select id from node
    where id is distinct from ${nodeId ?? null}::uuid and is_answering and seen_at > clock_timestamp() - ${liveMs} * interval '1 millisecond' order by id`)
  return rows.map((row) => row.id)
}
