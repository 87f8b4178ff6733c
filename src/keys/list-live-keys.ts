import { type Database, sql } from '../db/index.ts'
import { type ApiKey, KEY_COLUMNS, type KeyRow, keyOf, type NameSealing } from './key-record.ts'

/** Whose keys to list, and which of theirs beside those that are in use. */
export type LiveKeys = { readonly accountId: string; readonly andIds?: Iterable<string> }

/** More keys than an account has at once; of more the newest are told. */
const LIVE_MAX = 10_000

/**
 * An account's keys that are neither ended nor temporary, and those that are named beside them, newest first: however many keys were made and ended since,
 * none of them takes the place of one that is in use.
 */
export async function listLiveKeys(database: Database, sealing: NameSealing, of: LiveKeys): Promise<readonly ApiKey[]> {
  const { accountId, andIds = [] } = of
  const rows = await database.query<KeyRow>(sql`
    select ${KEY_COLUMNS} from api_key
    where account_id = ${accountId}::uuid and (id = any(${[...andIds]}::uuid[]) or id in (
      select id from api_key where account_id = ${accountId}::uuid and revoked_at is null and not is_temporary order by id desc limit ${LIVE_MAX}))
    order by id desc`)
  return await Promise.all(rows.map((row) => keyOf(row, sealing)))
}
