import { readFileSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { connect, DatabaseError, identifier, type Sql, sql } from '../../db/index.ts'
import { FailureError, fail, failure } from '../../failures.ts'
import { errorCode } from '../../lib/index.ts'
import type { Row, Tables } from './imported.ts'
import { readCsvFolder } from './read-csv.ts'
import { readMysqlDump } from './read-mysql-dump.ts'

/** A table of the other program and how it is read from PostgreSQL. */
export type TableSource = { readonly name: string; readonly statement: Sql }

/** A table with a plain name in schema public. */
export const plainTable = (name: string): TableSource => ({
  name,
  statement: sql`select to_jsonb(t)::text as row from public.${identifier(name)} t`,
})

/**
 * The rows of these tables: from a PostgreSQL (postgres://…), from an SQLite file, from a folder with `<table>.csv` for each, from a dump of
 * MySQL, or from a JSON file {"table": [{"column": value}]}. The source is only read. Fails with import_unreadable.
 */
export async function readTables(from: string, tables: readonly TableSource[]): Promise<Tables> {
  if (/^postgres(?:ql)?:\/\//.test(from)) return await readPostgres(from, tables)
  if (/^\w+:\/\//.test(from))
    return fail('import_unreadable', { problem: 'of addresses only postgres:// is read; write other databases to files' })
  const names = tables.map(({ name }) => name)
  if (statSync(from, { throwIfNoEntry: false })?.isDirectory() === true) return Object.fromEntries(readCsvFolder(from, names))
  const bytes = readBytes(from)
  const begin = bytes.subarray(0, BEGIN_LENGTH).toString('latin1')
  if (begin.startsWith('SQLite format 3')) return readSqlite(from, tables)
  if (/^\s*[[{]/.test(begin)) return readJson(bytes.toString('utf8'), tables)
  if (/^(?:\xff\xfe|\xfe\xff)/.test(begin))
    return fail('import_unreadable', { problem: 'it is UTF-16; have mysqldump write it by --result-file' })
  return Object.fromEntries(readMysqlDump(bytes, names))
}

const BEGIN_LENGTH = 100

async function readPostgres(connection: string, tables: readonly TableSource[]): Promise<Tables> {
  if (!URL.canParse(connection.replace(/@\//, '@localhost/'))) return fail('import_unreadable', { problem: 'its address is none' })
  const database = connect({ connection, role: undefined, poolMax: 1, statementTimeoutMs: 600_000, readsOnly: true })
  let at: string | undefined
  try {
    return await database.transaction(async (tx) => {
      await tx.query(sql`set transaction isolation level repeatable read read only`)
      const read: Record<string, readonly Row[]> = {}
      for (const { name, statement } of tables) {
        at = name
        read[name] = rowsOf((await tx.query<{ row: string }>(statement)).map(({ row }) => exactJson(row)))
      }
      return read
    })
  } catch (thrown) {
    // It is not our database, so nothing that is said of ours would help.
    if (!(thrown instanceof DatabaseError)) throw thrown
    return fail('import_unreadable', {
      problem: at === undefined ? `its database does not answer (${thrown.code})` : tableProblem(at, thrown),
    })
  } finally {
    await database.end()
  }
}

const UNDEFINED_TABLE = '42P01'

const tableProblem = (table: string, { code }: DatabaseError): string =>
  code === UNDEFINED_TABLE ? `its schema public has no table ${table}` : `its table ${table} cannot be read (${code})`

function readSqlite(path: string, tables: readonly TableSource[]): Tables {
  const file = new DatabaseSync(path, { readOnly: true })
  try {
    const there = new Set(
      file
        .prepare(`select name from sqlite_master where type in ('table', 'view')`)
        .all()
        .map(({ name }) => name),
    )
    const missing = tables.find(({ name }) => !there.has(name))
    if (missing !== undefined) return fail('import_unreadable', { problem: `it has no table ${missing.name}` })
    return Object.fromEntries(
      tables.map(({ name }) => {
        const statement = file.prepare(`select * from "${name}"`)
        statement.setReadBigInts(true)
        return [
          name,
          rowsOf(statement.all().map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, textOf(value)])))),
        ]
      }),
    )
  } catch (thrown) {
    throw thrown instanceof FailureError ? thrown : new FailureError(failure('import_unreadable', { problem: errorCode(thrown) }), thrown)
  } finally {
    file.close()
  }
}

const textOf = (value: unknown): unknown => (typeof value === 'bigint' || typeof value === 'number' ? String(value) : value)

function readJson(text: string, tables: readonly TableSource[]): Tables {
  const told = exactJson(text)
  if (typeof told !== 'object' || told === null) return fail('import_unreadable', { problem: 'it is no JSON object of tables' })
  if (tables.every(({ name }) => !(name in told)))
    return fail('import_unreadable', { problem: `it has none of the tables ${tables.map(({ name }) => name).join(', ')}` })
  return Object.fromEntries(tables.map(({ name }) => [name, rowsOf((told as Row)[name] ?? [])]))
}

function rowsOf(told: unknown): readonly Row[] {
  if (!Array.isArray(told)) return fail('import_unreadable', { problem: 'a table is no array of rows' })
  return told.map((row) =>
    typeof row === 'object' && row !== null ? (row as Row) : fail('import_unreadable', { problem: 'a row is no object' }),
  )
}

/** JSON whose numbers are the text they were written as. Fails with import_unreadable. */
export function exactJson(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? context?.source : value,
    )
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown
    return fail('import_unreadable', { problem: 'it is no JSON' })
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (thrown) {
    return fail('import_unreadable', { problem: errorCode(thrown) })
  }
}
