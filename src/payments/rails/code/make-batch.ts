import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import { isUuid, type NanoUsd } from '../../../lib/index.ts'
import { hashCode, mintCode, readCode } from './code-format.ts'

/** Whether codes were paid for outside (`deposit`), or are a gift. */
export const REDEEM_KINDS = ['deposit', 'promotion'] as const
export type RedeemKind = (typeof REDEEM_KINDS)[number]

/** Codes in one batch at most. */
export const CODES_MAX = 10_000

/**
 * A batch to be made: `seed` is 32 random bytes that its codes come of, `requestedBy` the actor of the audit log where another operator has to approve it,
 * `now` in milliseconds.
 */
export type NewBatch = {
  readonly id: string
  readonly label: string
  readonly amount: NanoUsd
  readonly kind: RedeemKind
  readonly count: number
  readonly expiresAt: Date | undefined
  readonly requestedBy?: string | undefined
  readonly seed: Buffer
  readonly now: number
}

/** Codes that were made together; `redeemed` is how many are used. With `requestedBy` and no `approvedAt` they wait for a second person, and none works. */
export type RedeemBatch = {
  readonly id: string
  readonly label: string
  readonly amount: NanoUsd
  readonly kind: RedeemKind
  readonly count: number
  readonly redeemed: number
  readonly expiresAt: Date | undefined
  readonly disabledAt: Date | undefined
  readonly requestedBy: string | undefined
  readonly approvedBy: string | undefined
  readonly approvedAt: Date | undefined
  readonly createdAt: Date
}

/** The codes of a batch, which only its seed gives; they are nowhere else. */
export const codesOf = ({ seed, count }: Pick<NewBatch, 'seed' | 'count'>): readonly string[] =>
  Array.from({ length: count }, (_, index) => mintCode(seed, index))

/** Writes a batch with the hashes of its codes. Fails with invalid_field (expires_at). */
export async function makeBatch(tx: Database, batch: NewBatch): Promise<RedeemBatch> {
  const { id, label, amount, kind, count, expiresAt, requestedBy, now } = batch
  if (expiresAt !== undefined && expiresAt.getTime() <= now)
    fail('invalid_field', { field: 'expires_at', expected: 'a time that is still to come' })
  const hashes = codesOf(batch).map((code) => hashCode(readCode(code) ?? ''))
  const createdAt = new Date(now)
  await tx.query(sql`
    insert into redeem_batch (id, label, amount, kind, codes, expires_at, requested_by, created_at)
    values (${id}, ${label}, ${amount}, ${kind}, ${count}, ${expiresAt ?? null}, ${requestedBy ?? null}, ${createdAt})`)
  await tx.query(sql`insert into redeem_code (hash, batch_id) select hash, ${id}::uuid from unnest(${hashes}::bytea[]) as made (hash)`)
  const asked = { requestedBy, approvedBy: undefined, approvedAt: undefined }
  return { id, label, amount, kind, count, redeemed: 0, expiresAt, disabledAt: undefined, ...asked, createdAt }
}

type BatchRow = {
  readonly id: string
  readonly label: string
  readonly amount: NanoUsd
  readonly kind: RedeemKind
  readonly codes: number
  readonly redeemed: number
  readonly expires_at: Date | null
  readonly disabled_at: Date | null
  readonly requested_by: string | null
  readonly approved_by: string | null
  readonly approved_at: Date | null
  readonly created_at: Date
}

const BATCH = sql`
  select batch.*, (select count(*)::int from redeem_code where batch_id = batch.id and redeemed_at is not null) as redeemed
  from redeem_batch batch`

const batchOf = (row: BatchRow): RedeemBatch => ({
  id: row.id,
  label: row.label,
  amount: row.amount,
  kind: row.kind,
  count: row.codes,
  redeemed: row.redeemed,
  expiresAt: row.expires_at ?? undefined,
  disabledAt: row.disabled_at ?? undefined,
  requestedBy: row.requested_by ?? undefined,
  approvedBy: row.approved_by ?? undefined,
  approvedAt: row.approved_at ?? undefined,
  createdAt: row.created_at,
})

/** Batches, newest first; `next` is the cursor of the following page. Fails with invalid_field (cursor). */
export async function listBatches(
  database: Database,
  { cursor = LAST_UUID, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ readonly batches: readonly RedeemBatch[]; readonly next: string | undefined }> {
  if (!isUuid(cursor)) fail('invalid_field', { field: 'cursor', expected: 'the "next" of the page before' })
  const rows = await database.query<BatchRow>(sql`${BATCH} where batch.id < ${cursor} order by batch.id desc limit ${limit + 1}`)
  const batches = rows.slice(0, limit).map(batchOf)
  return { batches, next: rows.length > limit ? batches.at(-1)?.id : undefined }
}

/** Makes the unused codes of a batch void at `now` (milliseconds); once is for good. Fails with batch_unknown. */
export async function disableBatch(tx: Database, id: string, now: number): Promise<RedeemBatch> {
  if (!isUuid(id)) fail('batch_unknown')
  await tx.query(sql`update redeem_batch set disabled_at = coalesce(disabled_at, ${new Date(now)}) where id = ${id}`)
  const [row] = await tx.query<BatchRow>(sql`${BATCH} where batch.id = ${id}`)
  return row === undefined ? fail('batch_unknown') : batchOf(row)
}

/** A second person's yes; `by` is the actor of the audit log, `now` in milliseconds. */
export type Approval = { readonly id: string; readonly by: string; readonly now: number }

/** Makes codes work that wait for a second person; of others nothing changes. Fails with batch_unknown, same_person. */
export async function approveBatch(tx: Database, { id, by, now }: Approval): Promise<RedeemBatch> {
  if (!isUuid(id)) fail('batch_unknown')
  const [row] = await tx.query<BatchRow>(sql`${BATCH} where batch.id = ${id} for update of batch`)
  if (row === undefined) return fail('batch_unknown')
  if (row.requested_by === null || row.approved_at !== null) return batchOf(row)
  if (row.requested_by === by) fail('same_person')
  const approvedAt = new Date(now)
  await tx.query(sql`update redeem_batch set approved_by = ${by}, approved_at = ${approvedAt} where id = ${id}`)
  return { ...batchOf(row), approvedBy: by, approvedAt }
}

// Ids begin with the time they were made at, so that their order is the order of creation.
const LAST_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
