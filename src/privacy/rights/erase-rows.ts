import { type Database, identifier, joined, sql } from '../../db/index.ts'
import { type OwnedTable, ownedBy } from './personal-tables.ts'

/** Calls and their sums lie in partitions that other roles write; their rows go by a way of their own. */
export const USAGE_TABLES: readonly string[] = ['usage_event', 'usage_key_day']

/**
 * Does to an account's rows what the inventory says: rows of tables with columns to delete go, columns to overwrite get their default.
 * Calls are left out. Returns how many rows it touched; 0 when it was done before.
 */
export async function eraseRows(tx: Database, tables: readonly OwnedTable[], accountId: string): Promise<number> {
  let touched = 0
  // Rows that others are found through go last.
  for (const one of tables.toReversed().filter(({ table }) => !USAGE_TABLES.includes(table))) {
    const isTheirs = ownedBy(one, tables, accountId)
    const written = one.columns.filter(({ erase }) => erase === 'overwrite').map(({ column }) => column)
    const isDeleted = one.columns.some(({ erase }) => erase === 'delete')
    if (isDeleted) {
      touched += (await tx.query(sql`delete from ${identifier(one.table)} where ${isTheirs} returning 1`)).length
    } else if (written.length > 0) {
      const changes = joined(
        written.map((column) => sql`${identifier(column)} = default`),
        sql`, `,
      )
      touched += (await tx.query(sql`update ${identifier(one.table)} set ${changes} where ${isTheirs} returning 1`)).length
    }
  }
  return touched
}
