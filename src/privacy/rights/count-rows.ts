import { type Database, identifier, joined, sql } from '../../db/index.ts'
import { type OwnedTable, ownedBy } from './personal-tables.ts'

/** How many rows of each table belong to an account, in one statement. */
export async function countRows(
  database: Database,
  tables: readonly OwnedTable[],
  accountId: string,
): Promise<ReadonlyMap<string, number>> {
  if (tables.length === 0) return new Map()
  const counts = tables.map(
    (one) => sql`select ${one.table} as name, count(*) as rows from ${identifier(one.table)} where ${ownedBy(one, tables, accountId)}`,
  )
  const rows = await database.query<{ name: string; rows: bigint }>(joined(counts, sql` union all `))
  return new Map(rows.map((row) => [row.name, Number(row.rows)]))
}
