import { setImmediate as breathe } from 'node:timers/promises'
import { type Database, sql } from '../db/index.ts'
import { isoTime } from '../lib/index.ts'
import { CALL_ROWS, type CallRow, readPrices, writeLeafOfRow } from './call-rows.ts'
import { signClaims } from './jws.ts'
import { HASH_BYTES, rootOfLeaves } from './merkle.ts'
import type { BatchClaims } from './shape.ts'
import type { SigningKey } from './signing-keys.ts'
import type { LeavesOfCommit, UnsignedLeaves } from './unsigned-leaves.ts'

/**
 * Which node's calls to sign, with which key, at which time in milliseconds. What is not among `leaves`, those that the node's own process
 * keeps, is read.
 */
export type Signing = { readonly nodeId: string; readonly key: SigningKey; readonly now: number; readonly leaves?: UnsignedLeaves }

/** A commit's number holds its node's serial above and the node's own count in these bits. */
export const COMMIT_BITS = 40n
/** The last that a node can have; the one that was read before the lock is not it, as somebody else may have signed later ones since. */
const LAST_OF_NODE = (1n << COMMIT_BITS) - 1n

/** More than one commit can hold, so that each read holds a whole one. */
const ROWS_MAX = 2_000
const LEAVES_AT_ONCE = 100
/** Any number will do, as long as every Farebox locks the same; the node's serial is the second half. */
const SIGN_LOCK = 473_927

/**
 * Signs what a node has committed and nobody has signed: a batch for each day among it. Runs beside the calls, in one transaction a
 * batch; two at once wait for each other. Returns how many calls it signed.
 */
export async function signCommits(database: Database, signing: Signing): Promise<number> {
  let signed = 0
  for (;;) {
    const { count, isAll } = await signSome(database, signing)
    signed += count
    if (isAll) return signed
  }
}

/** How many calls one batch signed, and whether nothing was left that had been committed before it. */
type Signed = { readonly count: number; readonly isAll: boolean }

type NodeRow = { readonly serial: number; readonly last_commit: bigint }

const signSome = (database: Database, signing: Signing): Promise<Signed> =>
  database.transaction(async (tx) => {
    const [node] = await tx.query<NodeRow>(sql.named('lock_signing')`
      select serial, last_commit, pg_advisory_xact_lock(${SIGN_LOCK}::integer, serial) from node where id = ${signing.nodeId}::uuid`)
    if (node === undefined) return { count: 0, isAll: true }
    const { found, isAll } = await findUnsigned(tx, node, signing.leaves)
    const commits = wholeCommits(found)
    for (const [day, ofDay] of Map.groupBy(commits, (commit) => commit.day)) await signBatch(tx, signing, { day, commits: ofDay })
    return { count: countLeaves(commits), isAll: isAll && commits.length === found.length }
  })

const countLeaves = (commits: readonly LeavesOfCommit[]): number =>
  commits.reduce((bytes, { leaves }) => bytes + leaves.length, 0) / HASH_BYTES

type FoundUnsigned = { readonly found: readonly LeavesOfCommit[]; readonly isAll: boolean }

/**
 * The leaves of what nobody has signed: those that are read, then those that are kept; a commit that is read can come in parts. Whether that is
 * all is known of what is kept, and where nothing is found. This node's signing is locked.
 */
async function findUnsigned(tx: Database, node: NodeRow, kept: UnsignedLeaves | undefined): Promise<FoundUnsigned> {
  const first = BigInt(node.serial) << COMMIT_BITS
  const [signed] = await tx.query<{ last_commit: bigint }>(sql.named('read_signed')`
    select last_commit from receipt_batch where last_commit between ${first}::bigint and ${first + LAST_OF_NODE}::bigint
    order by last_commit desc limit 1`)
  const after = signed?.last_commit ?? first
  const knownAfter = kept?.knownAfter
  const read = await readUnsigned(tx, { after, upTo: knownAfter ?? first + node.last_commit }, kept)
  // What was forgotten meanwhile is read the next time.
  if (read.length > 0 || kept === undefined || kept.knownAfter !== knownAfter) return { found: read, isAll: read.length === 0 }
  return { found: kept.signedUpTo(after), isAll: true }
}

type Unsigned = { readonly after: bigint; readonly upTo: bigint }

async function readUnsigned(tx: Database, { after, upTo }: Unsigned, kept: UnsignedLeaves | undefined): Promise<readonly LeavesOfCommit[]> {
  if (after >= upTo) return []
  const rows = await tx.query<CallRow>(sql.named('read_unsigned')`
    ${CALL_ROWS} where e.commit > ${after}::bigint and e.commit <= ${upTo}::bigint order by e.commit limit ${ROWS_MAX}`)
  if (rows.length === 0) return []
  const prices = await readPrices(tx, rows)
  kept?.learn(rows, prices)
  const all = Buffer.allocUnsafeSlow(rows.length * HASH_BYTES)
  const found: LeavesOfCommit[] = []
  for (const row of rows) {
    const at = found.length * HASH_BYTES
    writeLeafOfRow(row, prices, { leaves: all, at })
    found.push({ commit: row.commit, day: row.posted_day, leaves: all.subarray(at, at + HASH_BYTES) })
    if (found.length % LEAVES_AT_ONCE === 0) await breathe()
  }
  return found
}

/** As many as a batch has room for; of the last commit, which the read may have cut off, nothing when it was full. */
function wholeCommits(commits: readonly LeavesOfCommit[]): readonly LeavesOfCommit[] {
  let count = 0
  for (const { leaves, commit } of commits) {
    count += leaves.length / HASH_BYTES
    if (count >= ROWS_MAX)
      return commits.slice(
        0,
        commits.findIndex((other) => other.commit === commit),
      )
  }
  return commits
}

type Batch = { readonly day: string; readonly commits: readonly LeavesOfCommit[] }

async function signBatch(tx: Database, { nodeId, key, now }: Signing, { day, commits }: Batch): Promise<void> {
  const leaves = Buffer.concat(commits.map((commit) => commit.leaves))
  const root = await rootOfLeaves(leaves)
  const lastCommit = commits.reduce((last, { commit }) => (commit > last ? commit : last), 0n)
  const count = leaves.length / HASH_BYTES
  const signature = signClaims(key, claimsOf({ day, last_commit: lastCommit, node_id: nodeId, count, root }))
  await tx.query(sql.named('write_batch')`
    insert into receipt_batch (day, last_commit, node_id, count, root, leaves, kid, signature, created_at)
    values (${day}::date, ${lastCommit}::bigint, ${nodeId}::uuid, ${count}, ${root}, ${leaves}, ${key.kid},
      ${signature}, ${isoTime(now)}::timestamptz)`)
}

/** What of a batch's row is signed. */
export type BatchRow = {
  readonly day: string
  readonly last_commit: bigint
  readonly node_id: string
  readonly count: number
  readonly root: Buffer
}

/** The claims of a batch; `batch` is its node's own count of the last commit in it. */
export const claimsOf = (row: BatchRow): BatchClaims => ({
  batch: Number(BigInt.asUintN(Number(COMMIT_BITS), row.last_commit)),
  count: row.count,
  day: row.day,
  node: row.node_id,
  root: row.root.toString('hex'),
})
