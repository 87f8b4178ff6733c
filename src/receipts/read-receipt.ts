import { type Database, sql } from '../db/index.ts'
import { isoDate, isUuid, utcDayOf, uuidToBytes } from '../lib/index.ts'
import { CALL_ROWS, type CallRow, callOf, leafOf, readPrices } from './call-rows.ts'
import type { SignedRow } from './day-roots.ts'
import { writeJws } from './jws.ts'
import { buildTree, pathOf, type Step, splitHashes, unpackPath } from './merkle.ts'
import type { ReceiptCall, ShownReceipt } from './shape.ts'
import { COMMIT_BITS, claimsOf } from './sign-commits.ts'
import { sumOfCall } from './sum.ts'

/** Whose receipt is asked for, of calls by some of the account's keys alone where these are given; `now` is milliseconds. */
export type ReceiptWanted = {
  readonly requestId: string
  readonly accountId: string
  readonly keyIds?: readonly string[] | undefined
  readonly now: number
}

/** A call is in the books at the latest so long after its id was made. */
const SETTLED_MS_MAX = 600_000

/** The receipt of a call of this account; `unsigned` when it is not there yet but may come, `unknown` else. */
export async function findReceipt(database: Database, wanted: ReceiptWanted): Promise<ShownReceipt | 'unsigned' | 'unknown'> {
  const { requestId, accountId, keyIds, now } = wanted
  if (!isUuid(requestId)) return 'unknown'
  // Ids of version 7 begin with their time, which tells the partition within a day.
  const madeAt = uuidToBytes(requestId).readUIntBE(0, 6)
  if (madeAt > now + SETTLED_MS_MAX) return 'unknown'
  const day = utcDayOf(madeAt)
  const [row] = await database.query<CallRow>(sql`
    ${CALL_ROWS} where e.request_id = ${requestId}::uuid and e.account_id = ${accountId}::uuid
      and (${keyIds === undefined}::boolean or e.key_id = any(${[...(keyIds ?? [])]}::uuid[]))
      and e.day between ${isoDate(day - 1)}::date and ${isoDate(day + 1)}::date`)
  if (row === undefined) return madeAt > now - SETTLED_MS_MAX ? 'unsigned' : 'unknown'
  if (row.commit === 0n) return 'unknown'
  const [batch] = await database.query<FoundBatch>(sql`
    select batch.*, day_root.root as day_root, day_root.salt from (
      select * from receipt_batch where day = ${row.posted_day}::date and last_commit >= ${row.commit}::bigint
      order by last_commit limit 1
    ) as batch left join day_root on day_root.day = batch.day`)
  return batch === undefined || !isSameNode(row, batch)
    ? 'unsigned'
    : await receiptOf(callOf(row, await readPrices(database, [row])), batch)
}

type FoundBatch = SignedRow & {
  readonly leaves: Buffer
  readonly day_path: Buffer | null
  readonly day_root: Buffer | null
  readonly salt: Buffer | null
}

/** The next batch may be that of another node, as commit numbers of one node lie apart from those of others. */
const isSameNode = (row: CallRow, batch: FoundBatch): boolean => row.commit >> COMMIT_BITS === batch.last_commit >> COMMIT_BITS

async function receiptOf(call: ReceiptCall, batch: FoundBatch): Promise<ShownReceipt> {
  const leaf = leafOf(call)
  const leaves = splitHashes(batch.leaves)
  const index = leaves.findIndex((other) => other.equals(leaf))
  if (index < 0) throw new RangeError('a call is not in the batch that was signed for it')
  const path = pathOf(await buildTree(leaves), index)
  const { day_path, day_root, salt } = batch
  const isSealed = day_path !== null && day_root !== null && salt !== null
  return {
    batch: { jws: writeJws(batch.kid, claimsOf(batch), batch.signature), path: showPath(path) },
    call,
    day: isSealed ? { path: showPath(unpackPath(day_path)), root: day_root.toString('hex'), salt: salt.toString('hex') } : null,
    object: 'receipt',
    sum: sumOfCall(call),
  }
}

const showPath = (path: readonly Step[]): ShownReceipt['batch']['path'] =>
  path.map((step) => ('left' in step ? { left: step.left.toString('hex') } : { right: step.right.toString('hex') }))
