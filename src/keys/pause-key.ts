import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import type { Pause } from '../spec/index.ts'

/** Whether a key rests, and since when it works again. */
export type PausedKey = { readonly id: string; readonly pausedAt: Date | undefined; readonly resumedAt: Date | undefined }

type Row = { readonly id: string; readonly paused_at: Date | null; readonly resumed_at: Date | null }

/** Makes a key rest for a reason at `now` (milliseconds); gateways hear of it at commit. False when it rests or was ended already. */
export async function pauseKey(
  database: Database,
  { id, reason, now }: { readonly id: string; readonly reason: Pause; readonly now: number },
): Promise<boolean> {
  const paused = await database.query(sql`
    update api_key set paused_at = ${new Date(now)}, paused_for = ${reason}
    where id = ${id}::uuid and paused_at is null and revoked_at is null returning id`)
  return paused.length > 0
}

/**
 * Lets a key call again, of one account where the asker is bound to it; one that does not rest keeps the time since when it works. Gateways hear
 * of it at commit. Fails with key_unknown, for ended keys too, and where the asker is bound to its account with key_stopped.
 */
export async function resumeKey(
  database: Database,
  { id, accountId, now }: { readonly id: string; readonly accountId?: string; readonly now: number },
): Promise<PausedKey> {
  if (!isUuid(id)) fail('key_unknown')
  if (accountId !== undefined) await refuseStopped(database, { id, accountId })
  const [row] = await database.query<Row>(sql`
    update api_key set paused_at = null, paused_for = null,
      resumed_at = case when paused_at is null then resumed_at else ${new Date(now)}::timestamptz end
    where id = ${id} and revoked_at is null and (${accountId ?? null}::uuid is null or account_id = ${accountId ?? null}::uuid)
    returning id, paused_at, resumed_at`)
  if (row === undefined) return fail('key_unknown')
  await database.query(sql`delete from key_stop where key_id = ${id} and act = 'paused'`)
  return { id: row.id, pausedAt: row.paused_at ?? undefined, resumedAt: row.resumed_at ?? undefined }
}

/** What an operator paused, an operator resumes: until this transaction ends none pauses it either. Fails with key_stopped. */
export async function refuseStopped(tx: Database, { id, accountId }: { readonly id: string; readonly accountId: string }): Promise<void> {
  const [row] = await tx.query<{ readonly paused_for: Pause | null }>(sql`
    select paused_for from api_key where id = ${id} and account_id = ${accountId} and revoked_at is null for no key update`)
  if (row?.paused_for === 'operator') fail('key_stopped')
}
