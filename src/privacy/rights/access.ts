import { sql } from '../../db/index.ts'
import type { PersonalDataEntry } from '../inventory.ts'
import { readTypes } from './column-text.ts'
import { countRows } from './count-rows.ts'
import { type ExportSource, exportedColumns, exportedName, readRows } from './export-rows.ts'
import type { RightsOptions } from './options.ts'
import { ownedTables, personalTables } from './personal-tables.ts'

/** One column that holds something of an account: what, why, how long; its value where its table has one row of the account and the owner may see it. */
export type HeldColumn = Pick<PersonalDataEntry, 'table' | 'column' | 'category' | 'purpose' | 'basis' | 'retention' | 'erase'> & {
  /** Whether the value is part of an export. */
  readonly isExported: boolean
  /** Rows of the account; null where nothing links rows to a person any more. */
  readonly rows: number | null
  /** The value, if there is exactly one to show. */
  readonly value: unknown
}

/** All that is held about an account, column by column in the order of the inventory; what the operator can see of it is exactly this. */
export async function readAccess(options: RightsOptions, accountId: string): Promise<readonly HeldColumn[]> {
  return await options.database.transaction(async (tx) => {
    await tx.query(sql`set transaction isolation level repeatable read read only`)
    // Before the snapshot is taken: a purge that writes a partition anew is not seen as one that emptied it. It locks calls before their sums.
    await tx.query(sql`lock table usage_event in access share mode`)
    const tables = ownedTables(options.inventory)
    const rows = await countRows(tx, tables, accountId)
    const source: ExportSource = { tx, tables, types: await readTypes(tx), readers: options.readers, accountId }
    const values = new Map<string, Readonly<Record<string, unknown>>>()
    for (const one of tables.filter((table) => rows.get(table.table) === 1 && exportedColumns(table).length > 0)) {
      const [row] = await readRows(source, one, 1)
      if (row !== undefined) values.set(one.table, row)
    }
    return personalTables(options.inventory).flatMap(({ table, owner, columns }) =>
      columns.map((entry) => ({
        ...aboutOf(entry),
        isExported: entry.export,
        rows: owner === 'unknown' ? null : (rows.get(table) ?? 0),
        value: entry.export ? (values.get(table)?.[exportedName(entry.column)] ?? null) : null,
      })),
    )
  })
}

const aboutOf = ({ table, column, category, purpose, basis, retention, erase }: PersonalDataEntry) => ({
  ...{ table, column, category, purpose, basis, retention, erase },
})
