import { type Database, sql } from '../db/index.ts'
import { isUuid } from '../lib/index.ts'

/** The first and last characters of a key, ended ones too; undefined for none. */
export async function keyHint(database: Database, id: string): Promise<string | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = await database.query<{ readonly hint: string }>(sql`select hint from api_key where id = ${id}::uuid`)
  return row?.hint
}

/** Whose key a hash is of, ended ones too; undefined for none. */
export async function findAnyKey(
  database: Database,
  hash: Buffer,
): Promise<{ readonly id: string; readonly accountId: string } | undefined> {
  const [row] = await database.query<{ readonly id: string; readonly account_id: string }>(sql`
    select id, account_id from api_key where hash = ${hash}`)
  return row && { id: row.id, accountId: row.account_id }
}
