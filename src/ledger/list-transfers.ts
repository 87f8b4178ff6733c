import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid, type NanoUsd } from '../lib/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import type { TransferKind } from '../spec/index.ts'
import { openReason } from './reason.ts'

/** A movement as its account sees it: `amount` is negative when it took from the account. */
export type ListedTransfer = {
  readonly id: string
  readonly at: Date
  readonly kind: TransferKind
  readonly amount: NanoUsd
  readonly reason: string | undefined
  readonly reverses: string | undefined
  readonly reversedBy: string | undefined
}

/** Which movements to list: those of an account before `cursor`, at most `limit`. */
export type TransferPage = { readonly accountId: string; readonly cursor?: string | undefined; readonly limit: number }

type Row = {
  readonly id: string
  readonly created_at: Date
  readonly kind: TransferKind
  readonly amount: bigint
  readonly reason_sealed: Buffer | null
  readonly reverses: string | null
  readonly reversed_by: string | null
}

/** An account's journal, newest first; `next` is the cursor of the following page. Fails with invalid_field (cursor). */
export async function listTransfers(
  { database, subjects }: { readonly database: Database; readonly subjects: Pick<SubjectKeys, 'unseal'> },
  { accountId, cursor, limit }: TransferPage,
): Promise<{ readonly transfers: readonly ListedTransfer[]; readonly next: string | undefined }> {
  if (!isUuid(accountId)) fail('account_unknown')
  if (cursor !== undefined && !isUuid(cursor)) fail('invalid_field', { field: 'cursor', expected: 'what "next" of a page said' })
  const rows = await database.query<Row>(sql`
    with before as (
      select created_at, id from transfer where id = ${cursor ?? null}::uuid
      union all select 'infinity', null where ${cursor ?? null}::uuid is null
    )
    select transfer.id, transfer.created_at, kind, case when credit_account = ${accountId}::uuid then amount else -amount end as amount,
      reason_sealed, reverses, (select later.id from transfer as later where later.reverses = transfer.id) as reversed_by
    from transfer, before
    where (debit_account = ${accountId}::uuid or credit_account = ${accountId}::uuid) and transfer.created_at <= before.created_at
      and (transfer.created_at < before.created_at or transfer.id < before.id)
    order by transfer.created_at desc, transfer.id desc limit ${limit + 1}`)
  const shown = rows.slice(0, limit)
  const transfers = await Promise.all(
    shown.map(async (row) => ({
      ...transferOf(row),
      reason: await openReason(subjects, accountId, { id: row.id, reasonSealed: row.reason_sealed }),
    })),
  )
  return { transfers, next: rows.length > limit ? shown.at(-1)?.id : undefined }
}

const transferOf = (row: Row): Omit<ListedTransfer, 'reason'> => ({
  id: row.id,
  at: row.created_at,
  kind: row.kind,
  amount: row.amount,
  reverses: row.reverses ?? undefined,
  reversedBy: row.reversed_by ?? undefined,
})
