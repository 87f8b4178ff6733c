import { identifier, joined, type Sql, sql } from '../../db/index.ts'
import type { OwnerPath, PersonalDataEntry } from '../inventory.ts'

/** A table that holds something of customers, with its columns in the order of the inventory. */
export type PersonalTable = {
  readonly table: string
  readonly owner: readonly OwnerPath[] | 'unknown'
  readonly columns: readonly PersonalDataEntry[]
}

/** The tables of an inventory that hold something of customers; throws TypeError for one that does not say how a person's rows are found. */
export function personalTables(inventory: readonly PersonalDataEntry[]): readonly PersonalTable[] {
  const byTable = Map.groupBy(
    inventory.filter((entry) => entry.subject === 'customer'),
    (entry) => entry.table,
  )
  return [...byTable].map(([table, columns]) => {
    const owner = columns[0]?.owner
    if (owner === undefined) throw new TypeError(`the inventory does not say whose the rows of ${table} are`)
    return { table, owner, columns }
  })
}

/** The tables whose rows can be told apart by person. */
export const ownedTables = (inventory: readonly PersonalDataEntry[]): readonly OwnedTable[] =>
  personalTables(inventory).flatMap(({ table, owner, columns }) => (owner === 'unknown' ? [] : [{ table, owner, columns }]))

/** A table whose rows can be told apart by person. */
export type OwnedTable = PersonalTable & { readonly owner: readonly OwnerPath[] }

/** The condition that a row of a table belongs to an account. */
export function ownedBy({ owner }: OwnedTable, tables: readonly OwnedTable[], accountId: string): Sql {
  const ways = owner.map(({ column, through }) => {
    if (through === undefined) return sql`${identifier(column)} = ${accountId}::uuid`
    const other = tables.find(({ table }) => table === through.table)
    if (other === undefined) throw new TypeError(`the inventory has no owned table ${through.table}`)
    return sql`${identifier(column)} in (select ${identifier(through.column)} from ${identifier(other.table)} where ${ownedBy(other, tables, accountId)})`
  })
  return sql`(${joined(ways, sql` or `)})`
}
