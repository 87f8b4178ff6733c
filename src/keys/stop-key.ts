import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import type { CellReaders } from '../privacy/index.ts'
import type { Suspension } from '../spec/index.ts'
import type { NameSealing } from './key-record.ts'

/** What an operator did to a key, and what its owner is told of why; `note` is what the operator wrote to them. */
export type KeyStop = {
  readonly act: 'paused' | 'revoked'
  readonly reason: Suspension
  readonly note: string | undefined
  readonly since: Date
}

/** A key to stop at `now` (milliseconds). */
export type Stopping = Omit<KeyStop, 'since'> & { readonly id: string; readonly now: number }

/** What a note is sealed for, so that it opens in its own row only. */
const notePurpose = (keyId: string): string => `key-stop:${keyId}`

/**
 * Pauses a key until an operator resumes it, or revokes it for good, and notes why and an event, so that its owner is told; gateways hear of it at
 * commit. What was stopped for the same before keeps its time and is not told again; a key that was revoked before keeps its end. Fails with
 * key_unknown, for a pause of a revoked key too.
 */
export async function stopKey(tx: Database, sealing: NameSealing, stopping: Stopping): Promise<{ readonly since: Date }> {
  const { id, act, reason, note, now } = stopping
  if (!isUuid(id)) fail('key_unknown')
  const [key] = await tx.query<{ account_id: string; revoked_at: Date | null }>(sql`
    select account_id, revoked_at from api_key where id = ${id} for no key update`)
  if (key === undefined || (act === 'paused' && key.revoked_at !== null)) return fail('key_unknown')
  if (key.revoked_at !== null) return { since: key.revoked_at }
  const at = new Date(now)
  const sealed = note === undefined ? null : await sealing.seal(key.account_id, Buffer.from(note), notePurpose(id))
  const [row] = await tx.query<{ stopped_at: Date }>(sql`
    insert into key_stop as known (key_id, account_id, act, reason, note_sealed, stopped_at)
    values (${id}::uuid, ${key.account_id}::uuid, ${act}, ${reason}, ${sealed}, ${at})
    on conflict (key_id) do update set act = excluded.act, reason = excluded.reason, note_sealed = excluded.note_sealed,
      stopped_at = case when known.act = excluded.act and known.reason = excluded.reason then known.stopped_at else excluded.stopped_at end
    returning stopped_at`)
  const since = row?.stopped_at ?? at
  await tx.query(
    act === 'paused'
      ? sql`update api_key set paused_at = coalesce(paused_at, ${at}), paused_for = 'operator' where id = ${id}`
      : sql`update api_key set revoked_at = ${at} where id = ${id}`,
  )
  await noteStop(tx, { ...stopping, accountId: key.account_id, since })
  return { since }
}

/** Notes that its owner is to be told; of one stop once. */
async function noteStop(
  tx: Database,
  { id, accountId, act, reason, since }: Stopping & { readonly accountId: string; readonly since: Date },
) {
  const reference = `${id} ${act} ${reason} ${since.getTime()}`
  await tx.query(sql`
    insert into account_event (id, account_id, kind, reference, data, created_at)
    values (gen_random_uuid(), ${accountId}::uuid, 'key.stopped', ${reference},
      jsonb_build_object('key_id', ${id}::uuid, 'act', ${act}::text, 'reason', ${reason}::text), ${since})
    on conflict do nothing`)
}

/** Why an operator stopped some keys, by their ids; those that none stopped are not in it. */
export async function findStops(
  database: Database,
  sealing: Pick<NameSealing, 'unseal'>,
  keyIds: readonly string[],
): Promise<ReadonlyMap<string, KeyStop>> {
  type Row = Pick<KeyStop, 'act' | 'reason'> & {
    readonly key_id: string
    readonly account_id: string
    readonly note_sealed: Buffer | null
    readonly stopped_at: Date
  }
  const rows = await database.query<Row>(sql`
    select key_id, account_id, act, reason, note_sealed, stopped_at from key_stop where key_id = any(${[...keyIds]}::uuid[])`)
  const stops = rows.map(async ({ key_id: id, account_id: accountId, act, reason, note_sealed: sealed, stopped_at: since }) => {
    const note = sealed === null ? undefined : (await sealing.unseal(accountId, sealed, notePurpose(id)))?.toString()
    return [id, { act, reason, note, since }] as const
  })
  return new Map(await Promise.all(stops))
}

/** How sealed columns of stops are read. */
export const stopReaders = (sealing: Pick<NameSealing, 'unseal'>): CellReaders => ({
  'key_stop.note_sealed': async ({ accountId, value, row }) =>
    (await sealing.unseal(accountId, value, notePurpose(String(row['key_id']))))?.toString() ?? null,
})
