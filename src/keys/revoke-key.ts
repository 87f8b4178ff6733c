import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'

/** A key that works no more, and since when. */
export type RevokedKey = { readonly id: string; readonly revokedAt: Date }

/**
 * Revokes a key for good at `now` (milliseconds); gateways hear of it at commit. One that is revoked already keeps its first time.
 * Fails with key_unknown.
 */
export async function revokeKey(database: Database, keyId: string, now: number): Promise<RevokedKey> {
  if (!isUuid(keyId)) fail('key_unknown')
  const [row] = await database.query<{ readonly id: string; readonly revoked_at: Date }>(sql`
    update api_key set revoked_at = coalesce(revoked_at, ${new Date(now)}) where id = ${keyId}
    returning id, revoked_at`)
  return row === undefined ? fail('key_unknown') : { id: row.id, revokedAt: row.revoked_at }
}
