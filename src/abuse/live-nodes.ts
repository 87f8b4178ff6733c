import { type Database, sql } from '../db/index.ts'

/** A node that was silent for so long counts as gone. */
const LIVE_MS = 60_000

/** Nodes that serve now, this one too; at least one. */
export async function countLiveNodes(database: Database): Promise<bigint> {
  const [row] = await database.query<{ nodes: bigint }>(sql`
    select count(id)::bigint as nodes from node where is_answering and seen_at > clock_timestamp() - interval '1 millisecond' * ${LIVE_MS}`)
  return row === undefined || row.nodes < 1n ? 1n : row.nodes
}
