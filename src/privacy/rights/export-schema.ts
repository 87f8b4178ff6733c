import type { PersonalDataEntry } from '../inventory.ts'
import { exportedColumns, exportedName } from './export-rows.ts'
import { type OwnedTable, personalTables } from './personal-tables.ts'

/** What an export holds, column by column, and what is kept beside that and why it is not in it; made from the inventory alone. */
export function exportSchema(
  inventory: readonly PersonalDataEntry[],
  tables: readonly OwnedTable[],
  types: ReadonlyMap<string, string>,
): object {
  return {
    format: 1,
    currency: 'amounts are whole nano-USD (a thousand-millionth of a dollar) as text',
    times: 'RFC 3339 in UTC',
    content: 'No prompt, answer or file of any call is kept, so none is in here. What shows this: /privacy/proof',
    tables: tables
      .filter((one) => exportedColumns(one).length > 0)
      .map((one) => ({
        name: one.table,
        files: [`${one.table}.json`, `${one.table}.csv`],
        columns: exportedColumns(one).map((entry) => ({
          name: exportedName(entry.column),
          type: typeOf(types.get(`${one.table}.${entry.column}`) ?? 'text'),
          ...aboutOf(entry),
        })),
      })),
    kept_beside: personalTables(inventory).flatMap(({ table, columns }) =>
      columns.filter((entry) => !entry.export).map((entry) => ({ table, column: entry.column, ...aboutOf(entry) })),
    ),
  }
}

const aboutOf = ({ category, purpose, basis, retention }: PersonalDataEntry) => ({ category, purpose, basis, retention })

/** The type as the files have it. */
function typeOf(type: string): string {
  if (type === 'bigint' || type === 'numeric') return 'whole number as text'
  if (type === 'integer' || type === 'smallint') return 'whole number'
  if (type === 'bytea') return 'text'
  if (type.startsWith('timestamp')) return 'time'
  return type
}
