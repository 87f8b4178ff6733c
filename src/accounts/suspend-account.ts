import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import type { CellReaders, SubjectKeys } from '../privacy/index.ts'
import type { Suspension } from '../spec/index.ts'
import type { AccountStatus } from './account-record.ts'

/** Why and since when an account is suspended; `note` is what the operator wrote to its owner. */
export type SuspensionNote = { readonly reason: Suspension; readonly note: string | undefined; readonly since: Date }

/** Makes a note unreadable in the database, and readable again as long as its account was not erased. */
export type NoteSealing = Pick<SubjectKeys, 'seal' | 'unseal'>

/** What a note is sealed for, so that it opens in its own row only. */
const notePurpose = (accountId: string): string => `account-suspension:${accountId}`

/** An account to suspend at `now` (milliseconds). */
export type Suspending = { readonly id: string; readonly reason: Suspension; readonly note: string | undefined; readonly now: number }

/** Suspends an account and says why; its keys are refused as soon as this is committed. Fails with account_unknown. */
export async function suspendAccount(tx: Database, sealing: NoteSealing, { id, reason, note, now }: Suspending): Promise<SuspensionNote> {
  await requireAccount(tx, id)
  const sealed = note === undefined ? null : await sealing.seal(id, Buffer.from(note), notePurpose(id))
  const [row] = await tx.query<{ suspended_at: Date }>(sql`
    insert into account_suspension (account_id, reason, note_sealed, suspended_at) values (${id}, ${reason}, ${sealed}, ${new Date(now)})
    on conflict (account_id) do update set reason = excluded.reason, note_sealed = excluded.note_sealed returning suspended_at`)
  // What gateways know of the account is dropped with this, so it comes last.
  await tx.query(sql`update account set status = 'suspended' where id = ${id} and status <> 'erased'`)
  return { reason, note, since: row?.suspended_at ?? new Date(now) }
}

/** Lets an account call again. Fails with account_unknown. */
export async function unsuspendAccount(tx: Database, id: string): Promise<void> {
  await requireAccount(tx, id)
  await tx.query(sql`delete from account_suspension where account_id = ${id}`)
  await tx.query(sql`update account set status = 'active' where id = ${id} and status <> 'erased'`)
}

async function requireAccount(tx: Database, id: string): Promise<void> {
  if (!isUuid(id)) fail('account_unknown')
  const found = await tx.query(sql`select from account where id = ${id} and status <> 'erased' for no key update`)
  if (found.length === 0) fail('account_unknown')
}

/** Why an account is suspended; undefined when it is not, or nobody said. */
export async function readSuspension(database: Database, sealing: NoteSealing, accountId: string): Promise<SuspensionNote | undefined> {
  const [row] = await database.query<{ reason: Suspension; note_sealed: Buffer | null; suspended_at: Date }>(sql`
    select reason, note_sealed, suspended_at from account_suspension join account on account.id = account_id
    where account_id = ${accountId} and account.status = 'suspended'`)
  if (row === undefined) return undefined
  const note = row.note_sealed === null ? undefined : (await sealing.unseal(accountId, row.note_sealed, notePurpose(accountId)))?.toString()
  return { reason: row.reason, note, since: row.suspended_at }
}

/** Whether an account may act, and why not where that was noted. Fails with account_unknown. */
export async function readStatus(
  database: Database,
  accountId: string,
): Promise<{ readonly status: AccountStatus; readonly reason: Suspension | undefined }> {
  const [row] = await database.query<{ status: AccountStatus; reason: Suspension | null }>(sql`
    select status, reason from account left join account_suspension on account_id = id where id = ${accountId}`)
  return row === undefined ? fail('account_unknown') : { status: row.status, reason: row.reason ?? undefined }
}

/** How sealed columns of suspensions are read. */
export const suspensionReaders = (sealing: Pick<NoteSealing, 'unseal'>): CellReaders => ({
  'account_suspension.note_sealed': async ({ accountId, value }) =>
    (await sealing.unseal(accountId, value, notePurpose(accountId)))?.toString() ?? null,
})
