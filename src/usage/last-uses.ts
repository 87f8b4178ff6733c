import { type Database, sql } from '../db/index.ts'

/** When each of some keys was last used, of those that were in the days that calls are kept; one look into an index for each key and day. */
export async function lastUses(database: Database, keyIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
  const rows = await database.query<{ readonly key_id: string; readonly at: Date | null }>(sql`
    select id as key_id, (select max(started_at) from usage_event where usage_event.key_id = id) as at
    from unnest(${keyIds}::uuid[]) as asked (id)`)
  return new Map(rows.flatMap(({ key_id: keyId, at }) => (at === null ? [] : [[keyId, at] as const])))
}
