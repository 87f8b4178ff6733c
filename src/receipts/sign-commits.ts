import { setImmediate as breathe } from 'node:timers/promises'
import { type Database, sql } from '../db/index.ts'
import { isoTime } from '../lib/index.ts'
import { CALL_ROWS, type CallRow, leafOfRow, type Prices, readPrices } from './call-rows.ts'
import { signClaims } from './jws.ts'
import { buildTree, rootOf } from './merkle.ts'
import type { BatchClaims } from './shape.ts'
import type { SigningKey } from './signing-keys.ts'

/** Which node's calls to sign, with which key, at which time in milliseconds. */
export type Signing = { readonly nodeId: string; readonly key: SigningKey; readonly now: number }

/** A commit's number holds its node's serial above and the node's own count in these bits. */
export const COMMIT_BITS = 40n

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
    const count = await signSome(database, signing)
    signed += count
    if (count === 0) return signed
  }
}

type NodeRow = { readonly serial: number; readonly last_commit: bigint }

const signSome = (database: Database, signing: Signing): Promise<number> =>
  database.transaction(async (tx) => {
    const [node] = await tx.query<NodeRow>(sql.named('read_node')`
      select serial, last_commit from node where id = ${signing.nodeId}::uuid`)
    if (node === undefined) return 0
    const rows = wholeCommits(await readUnsigned(tx, node))
    if (rows.length === 0) return 0
    const prices = await readPrices(tx, rows)
    for (const [day, calls] of Map.groupBy(rows, (row) => row.posted_day)) await signBatch(tx, signing, { day, calls, prices })
    return rows.length
  })

async function readUnsigned(tx: Database, { serial, last_commit }: NodeRow): Promise<readonly CallRow[]> {
  const first = BigInt(serial) << COMMIT_BITS
  await tx.query(sql.named('lock_signing')`select pg_advisory_xact_lock(${SIGN_LOCK}, ${serial}::integer)`)
  const [signed] = await tx.query<{ last_commit: bigint }>(sql.named('read_signed')`
    select last_commit from receipt_batch where last_commit between ${first}::bigint and ${first + last_commit}::bigint
    order by last_commit desc limit 1`)
  return await tx.query<CallRow>(sql.named('read_unsigned')`
    ${CALL_ROWS} where e.commit > ${signed?.last_commit ?? first}::bigint and e.commit <= ${first + last_commit}::bigint
    order by e.commit limit ${ROWS_MAX}`)
}

/** When a read was full, its last commit may be cut off: it is left to the next. */
function wholeCommits(rows: readonly CallRow[]): readonly CallRow[] {
  if (rows.length < ROWS_MAX) return rows
  const last = rows.at(-1)?.commit
  return rows.filter((row) => row.commit !== last)
}

type Batch = { readonly day: string; readonly calls: readonly CallRow[]; readonly prices: Prices }

async function signBatch(tx: Database, { nodeId, key, now }: Signing, { day, calls, prices }: Batch): Promise<void> {
  const leaves: Buffer[] = []
  for (const row of calls) {
    leaves.push(leafOfRow(row, prices))
    if (leaves.length % LEAVES_AT_ONCE === 0) await breathe()
  }
  const root = rootOf(await buildTree(leaves))
  const lastCommit = calls.reduce((last, row) => (row.commit > last ? row.commit : last), 0n)
  const signature = signClaims(key, claimsOf({ day, last_commit: lastCommit, node_id: nodeId, count: leaves.length, root }))
  await tx.query(sql.named('write_batch')`
    insert into receipt_batch (day, last_commit, node_id, count, root, leaves, kid, signature, created_at)
    values (${day}::date, ${lastCommit}::bigint, ${nodeId}::uuid, ${leaves.length}, ${root}, ${Buffer.concat(leaves)}, ${key.kid},
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
