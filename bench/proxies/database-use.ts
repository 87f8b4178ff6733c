import { connect, sql } from '../../src/db/index.ts'
import type { DatabaseUse } from './proxy.ts'

/** What a server of PostgreSQL has taken so far, in all of its databases. */
export async function readDatabaseUse(connection: string): Promise<DatabaseUse> {
  const database = connect({ connection, role: undefined, poolMax: 1 })
  try {
    const [row] = await database.query<{ [Name in keyof DatabaseUse]: bigint }>(sql`
      select (select sum(pg_database_size(oid))::bigint from pg_database) as "keptBytes",
        (pg_current_wal_insert_lsn() - '0/0')::bigint as "logBytes",
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint as commits`)
    return { keptBytes: Number(row?.keptBytes), logBytes: Number(row?.logBytes), commits: Number(row?.commits) }
  } finally {
    await database.end()
  }
}
