import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../../failures.ts'
import type { Row } from './imported.ts'

/**
 * Rows of tables from a folder with one file each, `<table>.csv`, whose first line names the columns. A cell of nothing, or of \N, without
 * quotes is none; numbers stay text. Source: www.rfc-editor.org/rfc/rfc4180 (2005-10). Fails with import_unreadable, naming file and line.
 */
export function readCsvFolder(folder: string, names: readonly string[]): ReadonlyMap<string, readonly Row[]> {
  const there = new Set(readdirSync(folder))
  return new Map(
    names.map((name) => {
      const file = `${name}.csv`
      // A table that was forgotten is not an empty one.
      if (!there.has(file)) return fail('import_unreadable', { problem: `${file} is missing; an empty table has its line of columns` })
      return [name, rowsOf(textOf(join(folder, file), file), file)]
    }),
  )
}

function textOf(path: string, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (thrown) {
    if (thrown instanceof TypeError) return fail('import_unreadable', { problem: `${file} is not UTF-8` })
    throw thrown
  }
}

function rowsOf(text: string, file: string): readonly Row[] {
  const refuse = (line: number, what: string): never => fail('import_unreadable', { problem: `${file}, line ${line}: ${what}` })
  let header: readonly string[] | undefined
  const rows: Row[] = []
  for (const { cells, line } of recordsOf(text, refuse)) {
    if (header === undefined) {
      header = cells.map((cell) => cell ?? '')
      if (header.includes('') || new Set(header).size < header.length) refuse(line, 'columns are without a name, or twice')
      continue
    }
    if (cells.length !== header.length) refuse(line, `${cells.length} cells under ${header.length} columns`)
    rows.push(Object.fromEntries(header.map((name, index) => [name, cells[index]])))
  }
  return header === undefined ? refuse(1, 'there is no line of columns') : rows
}

type Record = { readonly cells: readonly (string | null)[]; readonly line: number }
type Refuse = (line: number, what: string) => never

/** Either a cell in quotes, in which two quotes are one, or one without any; then what ends it. */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/y

function* recordsOf(text: string, refuse: Refuse): Generator<Record> {
  let [at, line] = [0, 1]
  while (at < text.length) {
    const [cells, begin]: [(string | null)[], number] = [[], line]
    for (let isOpen = true; isOpen; ) {
      CELL.lastIndex = at
      const found = CELL.exec(text)
      if (found === null) return refuse(line, 'a quote is not closed, or stands where none may')
      const [all, quoted, bare = '', end] = found
      cells.push(quoted === undefined ? bareCell(bare) : quoted.replaceAll('""', '"'))
      at += all.length
      line += all.split('\n').length - 1
      isOpen = end === ','
    }
    yield { cells, line: begin }
  }
}

const bareCell = (text: string): string | null => (text === '' || text === '\\N' ? null : text)
