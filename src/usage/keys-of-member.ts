import { type Database, sql } from '../db/index.ts'

/** The keys of an account that a member of it made. */
export const keysOf = async (database: Database, accountId: string, memberId: string): Promise<readonly string[]> =>
  (
    await database.query<{ readonly id: string }>(
      sql`select id from api_key where account_id = ${accountId}::uuid and made_by = ${memberId}::uuid`,
    )
  ).map(({ id }) => id)
