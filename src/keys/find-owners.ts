import { type Database, sql } from '../db/index.ts'

const OWNERS_MAX = 20
const TAIL = /([A-Za-z0-9_-]{4})$/

/** Accounts with a key that ends in the last four characters of what somebody read of it, newest first, at most twenty; keys that ended too. */
export async function findOwnersByHint(database: Database, hint: string): Promise<readonly string[]> {
  const tail = TAIL.exec(hint)?.[1]
  if (tail === undefined) return []
  const rows = await database.query<{ account_id: string }>(sql`
    select distinct account_id from api_key where right(hint, 4) = ${tail} order by account_id desc limit ${OWNERS_MAX}`)
  return rows.map((row) => row.account_id)
}
