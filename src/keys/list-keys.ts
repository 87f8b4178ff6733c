import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import { type ApiKey, KEY_COLUMNS, type KeyRow, keyOf, type NameSealing } from './key-record.ts'

/** Which part of an account's keys to list: those after the id `cursor`, at most `limit`. */
export type KeyPage = { readonly accountId: string; readonly cursor: string | undefined; readonly limit: number }

/** An account's keys, newest first, revoked ones too; `next` is the cursor of the following page. Fails with invalid_field (cursor). */
export async function listKeys(
  database: Database,
  sealing: NameSealing,
  page: KeyPage,
): Promise<{ readonly keys: readonly ApiKey[]; readonly next: string | undefined }> {
  const { accountId, cursor = LAST_UUID, limit } = page
  if (!isUuid(accountId)) fail('account_unknown')
  if (!isUuid(cursor)) fail('invalid_field', { field: 'cursor', expected: 'the "next" of the page before' })
  const rows = await database.query<KeyRow>(sql`
    select ${KEY_COLUMNS}
    from api_key where account_id = ${accountId} and id < ${cursor} order by id desc limit ${limit + 1}`)
  const keys = await Promise.all(rows.slice(0, limit).map((row) => keyOf(row, sealing)))
  return { keys, next: rows.length > limit ? keys.at(-1)?.id : undefined }
}

/** A key, revoked or not. Fails with key_unknown. */
export async function getKey(database: Database, sealing: NameSealing, keyId: string): Promise<ApiKey> {
  if (!isUuid(keyId)) fail('key_unknown')
  const [row] = await database.query<KeyRow>(sql`select ${KEY_COLUMNS} from api_key where id = ${keyId}`)
  return row === undefined ? fail('key_unknown') : await keyOf(row, sealing)
}

// Ids begin with the time they were made at, so that their order is the order of creation.
const LAST_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
