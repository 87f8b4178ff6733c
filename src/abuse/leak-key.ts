import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { revokeKey } from '../keys/index.ts'

/** A key that was found in public: since when it works no more, and whether that was known already. */
export type LeakedKey = { readonly id: string; readonly accountId: string; readonly revokedAt: Date; readonly isNew: boolean }

/**
 * Revokes a key that lies where anybody can read it, at `now` (milliseconds), and notes an alarm of the id `alarmId` and an event, so that its owner is
 * told; of many times the first counts. Fails with key_unknown.
 */
export async function leakKey(
  tx: Database,
  { id, alarmId, now }: { readonly id: string; readonly alarmId: string; readonly now: number },
): Promise<LeakedKey> {
  const { revokedAt } = await revokeKey(tx, id, now)
  const at = new Date(now)
  const [alarm] = await tx.query<{ readonly account_id: string }>(sql`
    insert into key_alarm (id, account_id, key_id, kind, is_paused, raised_at, told_at)
    select ${alarmId}::uuid, account_id, id, 'leaked', false, ${at}, ${at} from api_key where id = ${id}::uuid
    on conflict do nothing returning account_id`)
  await tx.query(sql`
    insert into account_event (id, account_id, kind, reference, data, created_at)
    select gen_random_uuid(), account_id, 'key.leaked', id::text, jsonb_build_object('key_id', id), ${at} from api_key
    where id = ${id}::uuid and ${alarm !== undefined} on conflict do nothing`)
  const [key] = await tx.query<{ readonly account_id: string }>(sql`select account_id from api_key where id = ${id}::uuid`)
  return key === undefined ? fail('key_unknown') : { id, accountId: key.account_id, revokedAt, isNew: alarm !== undefined }
}
