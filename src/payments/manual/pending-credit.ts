import { type Database, sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import type { Ledger } from '../../ledger/index.ts'
import { doEach, isUuid, type NanoUsd } from '../../lib/index.ts'
import type { SubjectKeys } from '../../privacy/index.ts'

/** Whether credit waits for a second person, or what that person said. */
export const PENDING_STATES = ['waiting', 'approved', 'refused'] as const
export type PendingState = (typeof PENDING_STATES)[number]

/** Credit by hand that was too large for one person; `reason` is undefined when its account was erased. */
export type PendingCredit = {
  readonly id: string
  readonly accountId: string
  readonly amount: NanoUsd
  readonly kind: 'manual' | 'promotion'
  readonly reason: string | undefined
  readonly state: PendingState
  readonly requestedBy: string
  readonly requestedAt: Date
  readonly decidedBy: string | undefined
  readonly decidedAt: Date | undefined
  readonly transferId: string | undefined
}

/** What seals the reason until the credit is booked, when it goes into the journal. */
export type PendingSealing = Pick<SubjectKeys, 'seal' | 'unseal'>

/** What the reason of a pending credit is sealed for, so that it opens in its own row only. */
export const pendingPurpose = (id: string): string => `pending-credit-reason:${id}`

/** Credit that an operator asks for; `by` is the actor of the audit log, `now` in milliseconds. */
export type AskedCredit = {
  readonly id: string
  readonly accountId: string
  readonly amount: NanoUsd
  readonly kind: 'manual' | 'promotion'
  readonly reason: string
  readonly by: string
  readonly now: number
}

/** Writes down credit that waits for a second person. */
export async function askCredit(tx: Database, sealing: PendingSealing, asked: AskedCredit): Promise<PendingCredit> {
  const { id, accountId, amount, kind, reason, by, now } = asked
  const sealed = await sealing.seal(accountId, Buffer.from(reason), pendingPurpose(id))
  const [row] = await tx.query<PendingRow>(sql`
    insert into pending_credit (id, account_id, amount, kind, reason_sealed, state, requested_by, requested_at)
    values (${id}, ${accountId}, ${amount}, ${kind}, ${sealed}, 'waiting', ${by}, ${new Date(now)}) returning *`)
  return row === undefined ? fail('account_unknown') : await pendingOf(row, sealing)
}

/** What a second person says of a credit that waits; `by` is the actor of the audit log, `now` in milliseconds. */
export type Decision = { readonly id: string; readonly state: 'approved' | 'refused'; readonly by: string; readonly now: number }

/**
 * Approves or refuses credit that waits; saying the same again changes nothing. Nothing is booked yet: `bookApproved` does it. Fails with
 * pending_unknown, same_person, pending_decided.
 */
export async function decideCredit(tx: Database, sealing: PendingSealing, { id, state, by, now }: Decision): Promise<PendingCredit> {
  if (!isUuid(id)) fail('pending_unknown')
  const [row] = await tx.query<PendingRow>(sql`select * from pending_credit where id = ${id} for update`)
  if (row === undefined) return fail('pending_unknown')
  if (row.state === state) return await pendingOf(row, sealing)
  if (row.state !== 'waiting') fail('pending_decided', { state: row.state })
  if (row.requested_by === by) fail('same_person')
  const [decided = row] = await tx.query<PendingRow>(sql`
    update pending_credit set state = ${state}, decided_by = ${by}, decided_at = ${new Date(now)} where id = ${id} returning *`)
  return await pendingOf(decided, sealing)
}

/**
 * Books what was approved and is not booked, once, whoever else does so at the same time, some of it in no order. Returns how much that was; what
 * cannot be booked holds up no other, however much it is, and a failure is thrown at the end.
 */
export async function bookApproved(database: Database, sealing: PendingSealing, ledger: Pick<Ledger, 'credit'>): Promise<number> {
  const rows = await database.query<PendingRow>(sql`
    select * from pending_credit where state = 'approved' and transfer_id is null order by random() limit 100`)
  await doEach(rows, bookOne)
  return rows.length

  async function bookOne(row: PendingRow): Promise<void> {
    const { id, accountId, amount, kind, reason } = await pendingOf(row, sealing)
    const booked = { accountId, amount, kind, sourceKey: `operator:pending:${id}`, reason: reason ?? 'approved credit' }
    const { transferId } = await ledger.credit(booked)
    await database.query(sql`update pending_credit set transfer_id = ${transferId}::uuid where id = ${id}`)
  }
}

/** Credit that waits or waited, newest first; of one account where it is named. Fails with invalid_field (cursor). */
export async function listPending(
  database: Database,
  sealing: PendingSealing,
  {
    state,
    cursor = LAST_UUID,
    limit,
  }: { readonly state?: PendingState | undefined; readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ readonly credits: readonly PendingCredit[]; readonly next: string | undefined }> {
  if (!isUuid(cursor)) fail('invalid_field', { field: 'cursor', expected: 'the "next" of the page before' })
  const rows = await database.query<PendingRow>(sql`
    select * from pending_credit where id < ${cursor} and (${state ?? null}::text is null or state = ${state ?? null})
    order by id desc limit ${limit + 1}`)
  const credits = await Promise.all(rows.slice(0, limit).map((row) => pendingOf(row, sealing)))
  return { credits, next: rows.length > limit ? credits.at(-1)?.id : undefined }
}

/** One pending credit. Fails with pending_unknown. */
export async function readPending(database: Database, sealing: PendingSealing, id: string): Promise<PendingCredit> {
  if (!isUuid(id)) fail('pending_unknown')
  const [row] = await database.query<PendingRow>(sql`select * from pending_credit where id = ${id}`)
  return row === undefined ? fail('pending_unknown') : await pendingOf(row, sealing)
}

type PendingRow = {
  readonly id: string
  readonly account_id: string
  readonly amount: NanoUsd
  readonly kind: 'manual' | 'promotion'
  readonly reason_sealed: Buffer | null
  readonly state: PendingState
  readonly requested_by: string
  readonly requested_at: Date
  readonly decided_by: string | null
  readonly decided_at: Date | null
  readonly transfer_id: string | null
}

const pendingOf = async (row: PendingRow, sealing: Pick<PendingSealing, 'unseal'>): Promise<PendingCredit> => ({
  id: row.id,
  accountId: row.account_id,
  amount: row.amount,
  kind: row.kind,
  reason: await openReason(row, sealing),
  state: row.state,
  requestedBy: row.requested_by,
  requestedAt: row.requested_at,
  decidedBy: row.decided_by ?? undefined,
  decidedAt: row.decided_at ?? undefined,
  transferId: row.transfer_id ?? undefined,
})

async function openReason(row: PendingRow, sealing: Pick<PendingSealing, 'unseal'>): Promise<string | undefined> {
  if (row.reason_sealed === null) return undefined
  return (await sealing.unseal(row.account_id, row.reason_sealed, pendingPurpose(row.id)))?.toString()
}

// Ids begin with the time they were made at, so that their order is the order of creation.
const LAST_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** How much credit waits for a second person, and since when the oldest does. */
export async function countPending(database: Database): Promise<{ readonly open: number; readonly since: Date | undefined }> {
  const [row] = await database.query<{ open: bigint; since: Date | null }>(sql`
    select count(*) as open, min(requested_at) as since from pending_credit where state = 'waiting'`)
  return { open: Number(row?.open ?? 0n), since: row?.since ?? undefined }
}
