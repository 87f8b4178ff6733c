import { type Database, identifier, joined, type Sql, sql } from '../../db/index.ts'
import type { PersonalDataEntry } from '../inventory.ts'
import { columnValue, csvCell, csvCellOf } from './column-text.ts'
import type { CellReaders } from './options.ts'
import { type OwnedTable, ownedBy } from './personal-tables.ts'

/** What is read for one account; `tx` is a transaction with one snapshot, `types` the types of columns by "table.column". */
export type ExportSource = {
  readonly tx: Database
  readonly tables: readonly OwnedTable[]
  readonly types: ReadonlyMap<string, string>
  readonly readers: CellReaders
  readonly accountId: string
}

const FETCH_ROWS = 100

/** The columns of a table that its owner gets. */
export const exportedColumns = ({ columns }: OwnedTable): readonly PersonalDataEntry[] => columns.filter((entry) => entry.export)

/** What a column is called in an export: what is sealed in the database is readable there. */
export const exportedName = (column: string): string => column.replace(/_sealed$/, '')

/** An account's rows of a table as one JSON array, in pieces of text. */
export async function* jsonRows(source: ExportSource, one: OwnedTable): AsyncGenerator<string> {
  let before = '[\n'
  for await (const batch of batchesOf(source, jsonStatement(source, one), `${one.table}_json`)) {
    const lines = await Promise.all(batch.map((line) => readableLine(source, one, line)))
    yield before + lines.join(',\n')
    before = ',\n'
  }
  yield before === '[\n' ? '[]\n' : '\n]\n'
}

/** An account's rows of a table as CSV with a line of names, in pieces of text. Source: RFC 4180 (2005-10). */
export async function* csvRows(source: ExportSource, one: OwnedTable): AsyncGenerator<string> {
  const columns = exportedColumns(one)
  yield `${columns.map(({ column }) => exportedName(column)).join(',')}\r\n`
  if (!hasReaders(source, one)) {
    for await (const batch of batchesOf(source, csvStatement(source, one), `${one.table}_csv`)) yield `${batch.join('\r\n')}\r\n`
    return
  }
  for await (const batch of batchesOf(source, jsonStatement(source, one), `${one.table}_csv`)) {
    const rows = await Promise.all(batch.map((line) => readableRow(source, one, line)))
    yield rows.map((row) => `${Object.values(row).map(cellText).map(csvCell).join(',')}\r\n`).join('')
  }
}

function jsonStatement({ tables, types, accountId }: ExportSource, one: OwnedTable): Sql {
  const values = exportedColumns(one).map(
    ({ column }) => sql`${columnValue(column, types.get(`${one.table}.${column}`) ?? 'text')} as ${identifier(column)}`,
  )
  return sql`
    select row_to_json(exported)::text as line
    from (select ${joined(values, sql`, `)} from ${identifier(one.table)} where ${ownedBy(one, tables, accountId)}) as exported`
}

function csvStatement({ tables, types, accountId }: ExportSource, one: OwnedTable): Sql {
  const cells = exportedColumns(one).map(({ column }) => csvCellOf(column, types.get(`${one.table}.${column}`) ?? 'text'))
  return sql`
    select array_to_string(array[${joined(cells, sql`, `)}], ',', '') as line from ${identifier(one.table)} where ${ownedBy(one, tables, accountId)}`
}

/** Reads through a cursor, so that no more rows are in memory than two batches. */
async function* batchesOf({ tx }: ExportSource, statement: Sql, name: string): AsyncGenerator<readonly string[]> {
  const cursor = identifier(`export_${name}`)
  await tx.query(sql`declare ${cursor} no scroll cursor for ${statement}`)
  const fetchNext = () => tx.query<{ line: string }>(sql`fetch ${FETCH_SQL} from ${cursor}`)
  // The database makes the next batch while this one is packed.
  for (let coming = fetchNext(), isLast = false; !isLast; ) {
    const rows = await coming
    isLast = rows.length < FETCH_ROWS
    if (!isLast) coming = fetchNext()
    coming.catch(() => undefined)
    if (rows.length > 0) yield rows.map(({ line }) => line)
  }
  await tx.query(sql`close ${cursor}`)
}

// A cursor takes no placeholder for how much to fetch.
const FETCH_SQL = sql`100`

const hasReaders = ({ readers }: ExportSource, one: OwnedTable): boolean =>
  exportedColumns(one).some(({ column }) => Object.hasOwn(readers, `${one.table}.${column}`))

const readableLine = async (source: ExportSource, one: OwnedTable, line: string): Promise<string> =>
  hasReaders(source, one) ? JSON.stringify(await readableRow(source, one, line)) : line

/** A row with what is sealed in it opened. */
export async function readableRow(source: ExportSource, one: OwnedTable, line: string): Promise<Readonly<Record<string, unknown>>> {
  const row = JSON.parse(line) as Readonly<Record<string, unknown>>
  const opened = Object.entries(row).map(async ([column, value]) => {
    const reader = source.readers[`${one.table}.${column}`]
    if (reader === undefined || typeof value !== 'string') return [exportedName(column), value] as const
    const sealed = { accountId: source.accountId, value: Buffer.from(value, 'hex'), row }
    return [exportedName(column), await reader(sealed)] as const
  })
  return Object.fromEntries(await Promise.all(opened))
}

const cellText = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)

/** An account's rows of a table as they are exported, at most so many. */
export async function readRows(
  source: ExportSource,
  one: OwnedTable,
  limit: number,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows = await source.tx.query<{ line: string }>(sql`select line from (${jsonStatement(source, one)}) as lines limit ${limit}`)
  return await Promise.all(rows.map(({ line }) => readableRow(source, one, line)))
}
