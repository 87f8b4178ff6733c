import { type Database, sql } from '../db/index.ts'

/** The person who made each key of an account, ended keys too; absent where a program or the house did, or they are gone. */
export async function keyMakers(database: Database, accountId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await database.query<{ readonly id: string; readonly made_by: string }>(sql`
    select id, made_by from api_key where account_id = ${accountId}::uuid and made_by is not null`)
  return new Map(rows.map((row) => [row.id, row.made_by]))
}
