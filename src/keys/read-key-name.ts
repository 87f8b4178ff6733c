import { type Database, sql } from '../db/index.ts'
import { type KeyRow, type NameSealing, openName } from './key-record.ts'

/** What the customer calls a key; undefined when the key is unknown or its account was erased. */
export async function readKeyName(database: Database, sealing: NameSealing, keyId: string): Promise<string | undefined> {
  const [row] = await database.query<Pick<KeyRow, 'id' | 'account_id' | 'name_sealed'>>(sql`
    select id, account_id, name_sealed from api_key where id = ${keyId}`)
  return row === undefined ? undefined : await openName(row, sealing)
}
