import { type Database, identifier, readLiveColumns, type Sql, sql } from '../../db/index.ts'

/** The type of each column of the database, by "table.column". */
export async function readTypes(database: Database): Promise<ReadonlyMap<string, string>> {
  return new Map((await readLiveColumns(database)).map(({ table, column, type }) => [`${table}.${column}`, type]))
}

/**
 * A column as it leaves the database: whole numbers that JSON cannot hold as text, bytes in hexadecimal, times as RFC 3339 in UTC with
 * microseconds (2002-07), all else as it is.
 */
export function columnValue(column: string, type: string): Sql {
  const name = identifier(column)
  if (type === 'bigint' || type === 'numeric') return sql`${name}::text`
  if (type === 'bytea') return sql`encode(${name}, 'hex')`
  if (type === 'bigint[]') return sql`${name}::text[]`
  if (type.startsWith('timestamp')) return sql`to_char(${name} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
  return name
}

/** What a spreadsheet would run as a formula begins with an apostrophe, and what would end a cell is quoted. Source: RFC 4180 §2 (2005-10). */
export function csvCell(text: string): string {
  const plain = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

/** The same, made by the database, null for nothing; only texts have to be looked into. */
export function csvCellOf(column: string, type: string): Sql {
  const value = columnValue(column, type)
  if (/^(?:text|jsonb)$|\[\]$/.test(type)) {
    const text = sql`(${value})::text`
    const plain = sql`case when ${text} ~ '^[=+\\-@\t\r\n]' then '''' || ${text} else ${text} end`
    return sql`case when ${text} ~ '[",\r\n]' then '"' || replace(${plain}, '"', '""') || '"' else ${plain} end`
  }
  return sql`(${value})::text`
}
