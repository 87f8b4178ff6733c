import { fail } from '../../failures.ts'
import type { Row } from './imported.ts'
import { mysqlTokens, type RefuseLine, type Token } from './mysql-tokens.ts'

/** Statements that leave rows of a dump as they are; those of INSERT and CREATE TABLE are read, all others are refused. */
const HARMLESS = ['ALTER', 'BEGIN', 'COMMIT', 'CREATE', 'DROP', 'INSERT', 'LOCK', 'SET', 'START', 'UNLOCK', 'USE'] as const
/** What an ALTER of a table that is read may say: indexes, and the counter of numbers. */
const HARMLESS_ALTER = ['ADD', 'AUTO_INCREMENT', 'DISABLE', 'ENABLE', 'MODIFY'] as const
const NOT_COLUMNS = ['CHECK', 'CONSTRAINT', 'FOREIGN', 'FULLTEXT', 'INDEX', 'KEY', 'PERIOD', 'PRIMARY', 'SPATIAL', 'UNIQUE'] as const
const CHARACTER_SETS = ['binary', 'utf8', 'utf8mb3', 'utf8mb4'] as const

type Columns = Map<string, readonly string[]>
type Reading = {
  readonly wanted: ReadonlySet<string>
  readonly columns: Columns
  readonly rows: Map<string, Row[]>
  readonly refuse: RefuseLine
}

/**
 * Rows of tables from a dump that mysqldump or mariadb-dump wrote: texts with their escapes, bytes as the text that they are, numbers as text.
 * Fails with import_unreadable, naming the line, at anything that could mean other rows than these; nothing is guessed.
 */
export function readMysqlDump(bytes: Buffer, names: readonly string[]): ReadonlyMap<string, readonly Row[]> {
  const refuse: RefuseLine = (line, what) => fail('import_unreadable', { problem: `line ${line}: ${what}` })
  if (isCutOff(bytes)) return fail('import_unreadable', { problem: 'the dump is cut off: it does not end with "Dump completed"' })
  const reading: Reading = { wanted: new Set(names), columns: new Map(), rows: new Map(), refuse }
  let statement: Token[] = []
  for (const token of mysqlTokens(bytes, refuse)) {
    if (is(token, ';')) {
      readStatement(reading, statement)
      statement = []
      continue
    }
    if (statement.length === 0 && !isOneOf(token, HARMLESS))
      refuse(token.line, 'a statement that is not understood; dump tables alone, without triggers and routines')
    statement.push(token)
  }
  const [left] = statement
  if (left !== undefined) refuse(left.line, 'the dump ends within this statement')
  const missing = names.find((name) => !reading.rows.has(name))
  if (missing !== undefined) return fail('import_unreadable', { problem: `the dump has no table ${missing}` })
  return reading.rows
}

/** A dump whose first line says what wrote it says at its end that it is all; one without remarks says neither. */
const isCutOff = (bytes: Buffer): boolean =>
  /^-- (?:MySQL|MariaDB) dump /m.test(bytes.toString('latin1', 0, REMARK_LENGTH_MAX)) &&
  !/^-- Dump completed/m.test(bytes.toString('latin1', Math.max(0, bytes.length - REMARK_LENGTH_MAX)))

const REMARK_LENGTH_MAX = 500

const is = (token: Token | undefined, text: string): boolean =>
  token !== undefined && (token.kind === 'sign' || token.kind === 'word') && token.value.toUpperCase() === text
const isOneOf = (token: Token | undefined, texts: readonly string[]): boolean => texts.some((text) => is(token, text))

function readStatement(reading: Reading, statement: readonly Token[]): void {
  const [first, second, third] = statement
  if (first === undefined) return
  if (is(first, 'SET')) readSetting(reading, statement)
  if (is(first, 'INSERT')) readInsert(reading, statement)
  if (!is(second, 'TABLE')) return
  const words = is(third, 'IF') ? { CREATE: 5, DROP: 4, ALTER: 4 } : { CREATE: 2, DROP: 2, ALTER: 2 }
  const read = { CREATE: readCreate, DROP: readDrop, ALTER: readAlter }
  for (const word of ['CREATE', 'DROP', 'ALTER'] as const) {
    const target = is(first, word) ? tableAt(statement, words[word]) : undefined
    if (target !== undefined && reading.wanted.has(target.name)) read[word](reading, statement, target)
  }
}

/** A table that was read is not thrown away or made anew, as one of the same name in another database would be. */
function readDrop(reading: Reading, [first]: readonly Token[], { name }: Target): void {
  if (reading.rows.has(name)) reading.refuse(first?.line ?? 0, `table ${name} is there twice; dump one database alone`)
}

type Target = { readonly name: string; readonly next: number }

/** A table's name, of which a database may stand before it, and the place after it. */
function tableAt(statement: readonly Token[], at: number): Target | undefined {
  const parts = [statement[at], statement[at + 2]]
  const isQualified = is(statement[at + 1], '.')
  const token = parts[isQualified ? 1 : 0]
  return token?.kind === 'name' || token?.kind === 'word' ? { name: token.value, next: at + (isQualified ? 3 : 1) } : undefined
}

/** Settings that would make texts mean something else are refused. */
function readSetting({ refuse }: Reading, statement: readonly Token[]): void {
  const line = statement[0]?.line ?? 0
  const set = is(statement[1], 'NAMES') ? (statement[2]?.value ?? '') : undefined
  if (set !== undefined && !CHARACTER_SETS.some((one) => one === set.toLowerCase()))
    refuse(line, `its letters are in ${set}; dump with --default-character-set=utf8mb4`)
  if (statement.some(({ kind, value }) => kind === 'text' && /NO_BACKSLASH_ESCAPES|ANSI/i.test(value)))
    refuse(line, 'its sql_mode writes texts in another way')
}

function readAlter(reading: Reading, statement: readonly Token[], { name, next }: Target): void {
  const parts = splitAtCommas(statement.slice(next))
  const isHarmless = parts.every(
    ([word, what, ...rest]) =>
      isOneOf(word, HARMLESS_ALTER) &&
      (!is(word, 'ADD') || isOneOf(what, NOT_COLUMNS)) &&
      !rest.some((one) => isOneOf(one, ['FIRST', 'AFTER'])),
  )
  if (!isHarmless || !reading.columns.has(name)) reading.refuse(statement[0]?.line ?? 0, `columns of table ${name} change`)
}

function readCreate(reading: Reading, statement: readonly Token[], target: Target): void {
  const { name, next } = target
  readDrop(reading, statement, target)
  const body = insideBrackets(statement, next)
  if (body === undefined) reading.refuse(statement[0]?.line ?? 0, `table ${name} has no list of columns`)
  const parts = splitAtCommas(body.inside).filter(([first]) => first?.kind === 'name' || !isOneOf(first, NOT_COLUMNS))
  reading.columns.set(
    name,
    parts.map(([first]) => first?.value ?? ''),
  )
  reading.rows.set(name, [])
}

/** The pieces between a bracket at a place and the one that closes it, and the place after that. */
function insideBrackets(tokens: readonly Token[], at: number): { readonly inside: readonly Token[]; readonly next: number } | undefined {
  if (!is(tokens[at], '(')) return undefined
  let depth = 0
  for (let index = at; index < tokens.length; index += 1) {
    if (is(tokens[index], '(')) depth += 1
    if (is(tokens[index], ')')) depth -= 1
    if (depth === 0) return { inside: tokens.slice(at + 1, index), next: index + 1 }
  }
  return undefined
}

function splitAtCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (is(token, '(')) depth += 1
    if (is(token, ')')) depth -= 1
    if (depth === 0 && is(token, ',')) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

function readInsert(reading: Reading, statement: readonly Token[]): void {
  const line = statement[0]?.line ?? 0
  const into = is(statement[1], 'IGNORE') ? 2 : 1
  const target = is(statement[into], 'INTO') ? tableAt(statement, into + 1) : undefined
  if (target === undefined) reading.refuse(line, 'an INSERT that is not understood')
  const { name, next } = target
  if (!reading.wanted.has(name)) return
  const [rows, listed] = [reading.rows.get(name), insideBrackets(statement, next)]
  const names = listed?.inside.filter((token) => !is(token, ',')).map(({ value }) => value) ?? reading.columns.get(name)
  if (rows === undefined || names === undefined) reading.refuse(line, `rows of table ${name} stand before its CREATE TABLE; dump with it`)
  let at = listed?.next ?? next
  if (!isOneOf(statement[at], ['VALUES', 'VALUE'])) reading.refuse(line, 'an INSERT that is not understood')
  do {
    const told = { line: statement[at + 1]?.line ?? line, refuse: reading.refuse }
    const tuple = insideBrackets(statement, at + 1)
    if (tuple === undefined) reading.refuse(told.line, 'a row is not understood')
    rows.push(rowOf(names, splitAtCommas(tuple.inside), told))
    at = tuple.next
  } while (is(statement[at], ','))
  if (at < statement.length) reading.refuse(statement[at]?.line ?? line, 'something stands after the rows')
}

type Told = { readonly line: number; readonly refuse: RefuseLine }

function rowOf(names: readonly string[], cells: readonly (readonly Token[])[], told: Told): Row {
  if (cells.length !== names.length) return told.refuse(told.line, `${cells.length} values for ${names.length} columns`)
  return Object.fromEntries(names.map((name, index) => [name, cellOf(cells[index] ?? [], told)]))
}

/** A value as text, or null. A word before a text may say that it is bytes, or UTF-8. */
function cellOf(tokens: readonly Token[], { line, refuse }: Told): string | null {
  const [, introducer] =
    (tokens.length === 2 && tokens[0]?.kind === 'word' && /^_(binary|utf8|utf8mb3|utf8mb4)$/i.exec(tokens[0].value)) || []
  const [token, ...more] = introducer === undefined ? tokens : tokens.slice(1)
  if (token === undefined || more.length > 0) return refuse(token?.line ?? line, 'a value is not understood')
  if (token.kind === 'number') return token.value
  const isBytes = token.kind === 'bytes' || introducer?.toLowerCase() === 'binary'
  if (token.kind === 'text' || isBytes) return utf8Of(token, isBytes, refuse)
  if (is(token, 'NULL')) return null
  if (is(token, 'TRUE')) return '1'
  return is(token, 'FALSE') ? '0' : refuse(token.line, 'a value is not understood')
}

function utf8Of({ value, line }: Token, isBytes: boolean, refuse: RefuseLine): string {
  const bytes = Buffer.from(value, 'latin1')
  const text = bytes.toString('utf8')
  if (Buffer.from(text, 'utf8').equals(bytes)) return text
  // Bytes that are no text are in nothing that is taken over; in quotes they may be letters of another alphabet.
  return isBytes ? `0x${bytes.toString('hex')}` : refuse(line, 'a text is not UTF-8; dump with --hex-blob')
}
