import { type Database, sql } from '../db/index.ts'
import { isoTime } from '../lib/index.ts'
import { writeJws } from './jws.ts'
import { buildTree, hashLeaf, packPath, pathOf, rootOf, type Tree } from './merkle.ts'
import { type BatchRow, claimsOf } from './sign-commits.ts'
import { listUnsignedDays, signNodes } from './sign-nodes.ts'
import type { SigningKey } from './signing-keys.ts'

/** What days are sealed with: `salt` gives 32 bytes that nobody can guess, `now` is milliseconds. */
export type Sealing = { readonly key: SigningKey; readonly salt: () => Buffer; readonly now: number }

/** The root of a day as it is published: hexadecimal, and how many batches it stands over. */
export type DayRoot = { readonly day: string; readonly root: string; readonly salt: string; readonly batches: number }

/** Which roots to list: those of days before `before`, "2026-11-21", at most `limit`. */
export type DayRootPage = { readonly before?: string | undefined; readonly limit: number }

/** Any number will do, as long as every Farebox locks the same. */
const SEAL_LOCK = 4_739_270_613
const BATCHES_AT_ONCE = 1_000

/**
 * Seals each ended day that has receipts: signs what is left of it on all nodes, then writes the root over its batches and the path of
 * each. Can be run again at any time and on any node. Returns how many days it sealed. Where calls of a node cannot be signed, their days
 * are left as they are, all others sealed, and what signing threw is thrown.
 */
export async function sealDays(database: Database, sealing: Sealing): Promise<number> {
  const days = await database.query<{ day: string }>(sql`
    select day from ended_day where not exists (select from day_root where day_root.day = ended_day.day) order by day`)
  if (days.length === 0) return 0
  const nodes = await database.query<{ id: string }>(sql`select id from node`)
  const { failures } = await signNodes(
    database,
    nodes.map(({ id }) => id),
    { key: sealing.key, now: sealing.now },
  )
  const unsigned = await listUnsignedDays(
    database,
    failures.map(({ nodeId }) => nodeId),
  )
  let sealed = 0
  for (const { day } of days) if (!unsigned.has(day)) sealed += await database.transaction((tx) => sealDay(tx, day, sealing))
  if (failures[0] !== undefined) throw failures[0].thrown
  return sealed
}

/** Published roots, the newest day first. */
export async function listDayRoots(database: Database, { before, limit }: DayRootPage): Promise<readonly DayRoot[]> {
  const rows = await database.query<{ day: string; root: Buffer; salt: Buffer; batches: number }>(sql`
    select day, root, salt, batches from day_root where day < coalesce(${before ?? null}::date, 'infinity') order by day desc limit ${limit}`)
  return rows.map(({ day, root, salt, batches }) => ({ day, root: root.toString('hex'), salt: salt.toString('hex'), batches }))
}

/** The leaf of a batch in the tree of its day: the salt and the signed text of the batch, so that the root binds both. */
export const dayLeafOf = (salt: Buffer, jws: string): Buffer => hashLeaf(Buffer.concat([salt, Buffer.from(jws, 'utf8')]))

/** A batch as it is signed. */
export type SignedRow = BatchRow & { readonly kid: string; readonly signature: Buffer }

async function sealDay(tx: Database, day: string, sealing: Sealing): Promise<number> {
  const [lock] = await tx.query<{ is_ours: boolean }>(sql`select pg_try_advisory_xact_lock(${SEAL_LOCK}) as is_ours`)
  const [known] = await tx.query(sql`select from day_root where day = ${day}::date`)
  if (lock?.is_ours !== true || known !== undefined) return 0
  const salt = sealing.salt()
  const { commits, leaves } = await readBatches(tx, day, salt)
  if (leaves.length === 0) return 0
  const tree = await buildTree(leaves)
  await tx.query(sql`
    insert into day_root (day, root, salt, batches, created_at)
    values (${day}::date, ${rootOf(tree)}, ${salt}, ${leaves.length}, ${isoTime(sealing.now)}::timestamptz)`)
  for (let first = 0; first < commits.length; first += BATCHES_AT_ONCE) await writePaths(tx, { day, tree, commits, first })
  return 1
}

async function readBatches(tx: Database, day: string, salt: Buffer): Promise<{ readonly commits: bigint[]; readonly leaves: Buffer[] }> {
  const [commits, leaves]: [bigint[], Buffer[]] = [[], []]
  for (;;) {
    const rows = await tx.query<SignedRow>(sql`
      select day, last_commit, node_id, count, root, kid, signature from receipt_batch
      where day = ${day}::date and last_commit > ${commits.at(-1) ?? -1n}::bigint order by last_commit limit ${BATCHES_AT_ONCE}`)
    for (const row of rows) {
      commits.push(row.last_commit)
      leaves.push(dayLeafOf(salt, writeJws(row.kid, claimsOf(row), row.signature)))
    }
    if (rows.length < BATCHES_AT_ONCE) return { commits, leaves }
  }
}

type Sealed = { readonly day: string; readonly tree: Tree; readonly commits: readonly bigint[]; readonly first: number }

async function writePaths(tx: Database, { day, tree, commits, first }: Sealed): Promise<void> {
  const some = commits.slice(first, first + BATCHES_AT_ONCE)
  const paths = some.map((_, index) => packPath(pathOf(tree, first + index)))
  await tx.query(sql`
    update receipt_batch set day_path = given.path
    from unnest(${some}::bigint[], ${paths}::bytea[]) as given (last_commit, path)
    where receipt_batch.last_commit = given.last_commit and receipt_batch.day = ${day}::date`)
}
