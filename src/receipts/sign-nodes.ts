import { type Database, DatabaseError, sql } from '../db/index.ts'
import { type Signing, signCommits } from './sign-commits.ts'

/** With what, and when, calls of several nodes are signed. */
export type SigningMany = Pick<Signing, 'key' | 'now'>

/** What was signed, in calls; and the nodes of which not all could be, with what was thrown. */
export type SignedNodes = { readonly signed: number; readonly failures: readonly SignFailure[] }

type SignFailure = { readonly nodeId: string; readonly thrown: unknown }

/**
 * Signs what each of these nodes has left, whatever becomes of the others. Throws DatabaseError where the database is not well, as nobody's can
 * be signed then.
 */
export async function signNodes(database: Database, nodeIds: readonly string[], signing: SigningMany): Promise<SignedNodes> {
  const failures: SignFailure[] = []
  let signed = 0
  for (const nodeId of nodeIds) {
    try {
      signed += await signCommits(database, { ...signing, nodeId })
    } catch (thrown) {
      if (thrown instanceof DatabaseError && thrown.isTransient) throw thrown
      failures.push({ nodeId, thrown })
    }
  }
  return { signed, failures }
}

/**
 * Signs what other nodes have left that have said nothing for a minute, as they may not come back; what was left for two days is of days that are
 * over, and signed when these are sealed. Returns how many calls it signed; throws what the first failure threw, when it has tried all nodes.
 */
export async function signSilentNodes(database: Database, { nodeId, key, now }: SigningMany & Pick<Signing, 'nodeId'>): Promise<number> {
  const nodes = await database.query<{ id: string }>(sql`
    select id from node where id <> ${nodeId}::uuid
      and seen_at between clock_timestamp() - interval '2 days' and clock_timestamp() - interval '1 minute' order by id`)
  const { signed, failures } = await signNodes(
    database,
    nodes.map(({ id }) => id),
    { key, now },
  )
  if (failures[0] !== undefined) throw failures[0].thrown
  return signed
}

/** The days that calls of these nodes are charged to which nobody has signed. */
export async function listUnsignedDays(database: Database, nodeIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (nodeIds.length === 0) return new Set()
  const rows = await database.query<{ day: string }>(sql`
    select distinct e.posted_day as day from node cross join lateral (
      select coalesce(max(last_commit), node.serial::bigint << 40) as last from receipt_batch
      where last_commit >= node.serial::bigint << 40 and last_commit < (node.serial + 1)::bigint << 40
    ) as signed join usage_event e on e.commit > signed.last and e.commit < (node.serial + 1)::bigint << 40
    where node.id = any(${[...nodeIds]}::uuid[])`)
  return new Set(rows.map(({ day }) => day))
}
