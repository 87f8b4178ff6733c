import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import { type ApiKey, type KeyRow, keyOf } from './key-record.ts'

/**
 * Revokes a key for good at `now` (milliseconds); gateways hear of it at commit. One that is revoked already keeps its first time.
 * Fails with key_unknown.
 */
export async function revokeKey(database: Database, keyId: string, now: number): Promise<ApiKey> {
  if (!isUuid(keyId)) fail('key_unknown')
  const [row] = await database.query<KeyRow>(sql`
    update api_key set revoked_at = coalesce(revoked_at, ${new Date(now)}) where id = ${keyId}
    returning id, account_id, name, hint, requests_per_minute, tokens_per_minute, concurrent_calls, models, routing, expires_at, revoked_at,
      created_at`)
  return row === undefined ? fail('key_unknown') : keyOf(row)
}
