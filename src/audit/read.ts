import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { ChainedEntry } from './entry.ts'

/** Which entries, before the serial `cursor`: all, or those of an account and those that name none but whose action is among a pattern's. */
export type AuditPage = {
  readonly of?: { readonly accountId: string; readonly andActions: string }
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of the audit log, newest first. Fails with invalid_field (cursor). */
export async function listAudit(
  database: Database,
  { of, cursor, limit }: AuditPage,
): Promise<{ readonly entries: readonly ChainedEntry[]; readonly next: string | undefined }> {
  if (cursor !== undefined && !/^[1-9]\d{0,17}$/.test(cursor))
    fail('invalid_field', { field: 'cursor', expected: 'the "next" of the page before' })
  const rows = await database.query<EntryRow>(sql`
    select serial, at, actor, action, account_id, hash from audit_entry
    where (${cursor ?? null}::bigint is null or serial < ${cursor ?? null}::bigint)
      and (${of === undefined}::boolean or account_id = ${of?.accountId ?? null}::uuid or (account_id is null and action ~ ${of?.andActions ?? ''}))
    order by serial desc limit ${limit + 1}`)
  const entries = rows.slice(0, limit).map(entryOf)
  return { entries, next: rows.length > limit ? String(entries.at(-1)?.serial) : undefined }
}

type EntryRow = {
  readonly serial: bigint
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly account_id: string | null
  readonly hash: Buffer
}

const entryOf = ({ account_id: accountId, at, ...row }: EntryRow): ChainedEntry => ({
  ...row,
  at: at.getTime(),
  accountId: accountId ?? undefined,
})
