import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { hashKey, mintSecret } from '../spec/index.ts'
import { findOwnKey, type OwnKey } from './change-key.ts'
import { type ApiKey, hintOf, KEY_COLUMNS, type KeyRow, keyOf, type NameSealing } from './key-record.ts'

/** For how long the secret before can work beside the new one, at most: a week. */
export const OVERLAP_HOURS_MAX = 168
const HOUR_MS = 3_600_000

/** How a key gets another secret: `random` is 32 bytes, `overlapHours` how long the one before works on, `now` in milliseconds. */
export type Rotation = OwnKey & { readonly random: Buffer; readonly overlapHours: number; readonly now: number }

/**
 * Gives a key another secret, which is returned here and never again. It stays the same key: its name, limits, what it spent and its calls are those
 * it had. The secret before works on for `overlapHours`; one that was left from an earlier rotation ends at once. The same random bytes change
 * nothing a second time. Gateways hear of it at commit. Fails with key_unknown, for keys of some minutes too.
 */
export async function rotateKey(
  tx: Database,
  sealing: NameSealing,
  rotation: Rotation,
): Promise<{ readonly key: ApiKey; readonly secret: string }> {
  const { accountId, id, random, overlapHours, now } = rotation
  const before = await findOwnKey(tx, sealing, rotation)
  if (before.isTemporary) fail('key_unknown')
  const secret = mintSecret(random)
  const hash = hashKey(secret)
  const [row] = await tx.query<KeyRow>(sql`
    update api_key set old_hash = hash, old_until = ${new Date(now + overlapHours * HOUR_MS)}, hash = ${hash}, hint = ${hintOf(secret)}
    where id = ${id}::uuid and account_id = ${accountId}::uuid and revoked_at is null and hash <> ${hash} and old_hash is distinct from ${hash}
    returning ${KEY_COLUMNS}`)
  return { key: row === undefined ? before : await keyOf(row, sealing), secret }
}

/** Ends the secret that a key had before, at `now` in milliseconds; does nothing where it has ended. Fails with key_unknown. */
export async function endOldSecret(
  database: Database,
  sealing: NameSealing,
  { now, ...own }: OwnKey & { readonly now: number },
): Promise<ApiKey> {
  const before = await findOwnKey(database, sealing, own)
  const [row] = await database.query<KeyRow>(sql`
    update api_key set old_until = ${new Date(now)}
    where id = ${own.id}::uuid and account_id = ${own.accountId}::uuid and old_until > ${new Date(now)} returning ${KEY_COLUMNS}`)
  return row === undefined ? before : await keyOf(row, sealing)
}
