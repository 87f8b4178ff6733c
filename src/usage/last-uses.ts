import { type Database, sql } from '../db/index.ts'

/** When each key of an account was last used, of those that were in the days that calls are kept. */
export async function lastUses(database: Database, accountId: string): Promise<ReadonlyMap<string, Date>> {
  const rows = await database.query<{ key_id: string; at: Date }>(sql`
    select key_id, max(started_at) as at from usage_event where account_id = ${accountId} group by key_id`)
  return new Map(rows.map(({ key_id: keyId, at }) => [keyId, at]))
}
