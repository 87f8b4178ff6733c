// Guarantee: rows come out of CSV files and dumps of MySQL as they went in, letter by letter, and what could mean other rows is refused by its line.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../../failures.ts'
import { listIn } from './cells.ts'
import type { Row } from './imported.ts'
import { fromLitellm, LITELLM_TABLES } from './litellm.ts'
import { readCsvFolder } from './read-csv.ts'
import { readMysqlDump } from './read-mysql-dump.ts'
import { readTables } from './read-tables.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-exports-'))
after(() => rmSync(folder, { recursive: true }))
const RECORDED = join(import.meta.dirname, 'recorded', 'mariadb-10.11.sql')
const RUNS = { numRuns: 300, verbose: 1 } as const

/** Letters that mean something to one of the forms, among all others. */
const text = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...'\'"\\`,;()%_-#/*!\r\n\t\0\b\x1aNZnb0x ') },
    { weight: 2, arbitrary: fc.constantFrom('é', '李', '😀') },
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
})
const FIXED = ['', '\\', "\\'", "'';", '*/', '/*!', '\\N', 'NULL', '-- x\n', '"', '""', '\r\n', '%_', '\\%', '\0\x1a', '😀']
const names = fc.uniqueArray(
  text.filter((name) => name !== '' && name !== '__proto__'),
  { minLength: 1, maxLength: 4 },
)
const tables = names.chain((columns) =>
  fc.record({
    columns: fc.constant(columns),
    rows: fc.array(fc.array(fc.option(text), { minLength: columns.length, maxLength: columns.length }), { maxLength: 5 }),
  }),
)
type Table = { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }
const fixed: Table = { columns: ['a', '`b,"'], rows: FIXED.map((one) => [one, null]) }
const rowsIn = ({ columns, rows }: Table): readonly Row[] =>
  rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])))

const csvCell = (cell: string | null): string => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`)
const csvOf = ({ columns, rows }: Table, end: string): string =>
  [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}${end}`).join('')

test('tables of any letters come back from CSV files', () => {
  fc.assert(
    fc.property(tables, fc.constantFrom('\n', '\r\n'), (table, end) => {
      writeFileSync(join(folder, 't.csv'), csvOf(table, end))
      assert.deepEqual(readCsvFolder(folder, ['t']).get('t'), rowsIn(table))
    }),
    { ...RUNS, examples: [[fixed as never, '\n']] },
  )
})

const ESCAPED: Readonly<Record<string, string>> = {
  ...{ "'": "''", '"': '\\"', '\\': '\\\\', '\0': '\\0', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\x1a': '\\Z' },
}
const quoted = (value: string): string => `'${[...value].map((one) => ESCAPED[one] ?? one).join('')}'`
const hexed = (value: string): string => (value === '' ? "''" : `0x${Buffer.from(value).toString('hex')}`)
const named = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** A dump of a table `t` beside another, in the ways there are to write it: which ways is drawn by lot. */
function dumpOf(
  { columns, rows }: Table,
  way: { readonly isHex: boolean; readonly isLong: boolean; readonly perStatement: number },
): string {
  const cell = (value: string | null): string => (value === null ? 'NULL' : way.isHex ? hexed(value) : quoted(value))
  const listed = way.isLong ? ` (${columns.map(named).join(', ')})` : ''
  const tuples = rows.map((row) => `(${row.map(cell).join(',')})`)
  const groups = Array.from({ length: Math.ceil(tuples.length / way.perStatement) }, (_, at) =>
    tuples.slice(at * way.perStatement, (at + 1) * way.perStatement),
  )
  return `-- a dump; it's one\n/*!40101 SET NAMES utf8mb4 */;\n# more\nDROP TABLE IF EXISTS \`t\`;\nCREATE TABLE \`t\` (
  ${columns.map((name) => `${named(name)} varchar(9) DEFAULT 'a,(' COMMENT ${quoted(name)}`).join(',\n  ')},\n  PRIMARY KEY (${named(columns[0] ?? '')}),
  KEY k (${columns.map(named).join(',')})\n) ENGINE=InnoDB;
CREATE TABLE other (x int);\nINSERT INTO other VALUES (${quoted('; INSERT INTO `t` VALUES (1);')});
LOCK TABLES \`t\` WRITE;\n/*!40000 ALTER TABLE \`t\` DISABLE KEYS */;
${groups.map((group) => `INSERT INTO \`t\`${listed} VALUES ${group.join(',')};\n`).join('')}/*!40000 ALTER TABLE \`t\` ENABLE KEYS */;\nUNLOCK TABLES;\n`
}

test('tables of any letters come back from dumps', () => {
  const way = fc.record({ isHex: fc.boolean(), isLong: fc.boolean(), perStatement: fc.integer({ min: 1, max: 3 }) })
  fc.assert(
    fc.property(tables, way, (table, drawn) => {
      assert.deepEqual(readMysqlDump(Buffer.from(dumpOf(table, drawn)), ['t']).get('t'), rowsIn(table))
    }),
    { ...RUNS, examples: [[fixed as never, { isHex: false, isLong: false, perStatement: 2 }]] },
  )
})

/** What is told of a text that is refused; undefined when it is read. */
function problemOf(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof FailureError)) throw thrown
    return String(thrown.failure.message)
  }
}

test('a dump comes back as it was written, and one that is cut off anywhere is refused', () => {
  const whole = readFileSync(RECORDED)
  const wanted = ['users', 'tokens', 'channels', 'options']
  const rows = readMysqlDump(whole, wanted)
  assert.deepEqual([...rows].map(([name, found]) => `${name} ${found.length}`).toSorted(), [
    'channels 2',
    'options 2',
    'tokens 3',
    'users 4',
  ])
  assert.equal(rows.get('users')?.[0]?.['remark'], `it's "quoted" \\ back; -- no comment /* no */`)
  assert.equal(rows.get('users')?.[1]?.['remark'], 'two\nlines\r\t\0\x1a')
  assert.equal(rows.get('tokens')?.[0]?.['name'], 'laptop 😀')
  const last = whole.lastIndexOf('-- Dump completed')
  for (let end = 0; end < last; end += 7)
    assert.ok(
      problemOf(() => readMysqlDump(whole.subarray(0, end), wanted)),
      String(end),
    )
})

test('what is not understood is refused by its line, and nothing of it is repeated', () => {
  const begin = 'create table t (a int, b int);\n'
  const refused: readonly (readonly [dump: string, told: RegExp])[] = [
    ['insert into t values (1,2);', /^.*line 1: rows of table t stand before/],
    [`${begin}insert into t values (1);`, /line 2: 1 values for 2 columns/],
    [`${begin}insert into t values (1,\nnow());`, /line 3: a value is not understood/],
    [`${begin}insert into t values (1,'a' 'b');`, /line 2: a value is not understood/],
    [`${begin}insert into t values (1,0x123);`, /line 2: this is nothing that a dump has/],
    [`${begin}insert into t values (1,2) on duplicate key update a=1;`, /line 2: something stands after the rows/],
    [`${begin}insert into t select 1, 2;`, /line 2: an INSERT that is not understood/],
    [`${begin}update t set a = 1;`, /line 2: a statement that is not understood/],
    [`${begin}DELIMITER ;;\n`, /line 2: a statement that is not understood/],
    [`${begin}alter table t add column c int first;`, /line 2: columns of table t change/],
    [`${begin}alter table t modify b int first;`, /line 2: columns of table t change/],
    [`${begin}${begin}`, /line 2: table t is there twice/],
    [`${begin}drop table t;`, /line 2: table t is there twice/],
    [`${begin}insert into t values (1,'secret`, /line 2: a quote is not closed/],
    [`${begin}insert into t values (1,2)`, /line 2: the dump ends within/],
    [`${begin}/*!40000 set a=1;`, /line 2: a comment is not closed/],
    [`${begin}/* secret`, /line 2: a comment is not closed/],
    ['set names latin1;', /line 1: its letters are in latin1/],
    ["set sql_mode='ANSI_QUOTES';", /line 1: its sql_mode/],
    ['create table s (a int);', /the dump has no table t/],
  ]
  for (const [dump, told] of refused) {
    const problem = problemOf(() => readMysqlDump(Buffer.from(dump), ['t'])) ?? ''
    assert.match(problem, told)
    assert.ok(!problem.includes('secret'))
  }
  const latin = Buffer.concat([Buffer.from(`${begin}insert into t values (1,'`), Buffer.from([0xe9]), Buffer.from("');")])
  assert.match(problemOf(() => readMysqlDump(latin, ['t'])) ?? '', /line 2: a text is not UTF-8/)
  const bytes = Buffer.concat([Buffer.from(`${begin}insert into t values (1,_binary '`), Buffer.from([0xe9]), Buffer.from("');")])
  assert.deepEqual(readMysqlDump(bytes, ['t']).get('t'), [{ a: '1', b: '0xe9' }])
})

test('a CSV file that is torn is refused by its name and line', () => {
  const refused: readonly (readonly [csv: string | Buffer, told: RegExp])[] = [
    ['', /u\.csv, line 1: there is no line of columns/],
    ['a,a\n', /line 1: columns are without a name, or twice/],
    ['a,b\n"1\n2",3\n4\n', /line 4: 1 cells under 2 columns/],
    ['a,b\n1,"secret\n', /line 2: a quote is not closed/],
    ['a,b\n1,"x"secret\n', /line 2: a quote is not closed/],
    ['a,b\n1,sec"ret\n', /line 2: a quote is not closed/],
    [Buffer.from([0x61, 0x0a, 0xff]), /u\.csv is not UTF-8/],
  ]
  for (const [csv, told] of refused) {
    writeFileSync(join(folder, 'u.csv'), csv)
    const problem = problemOf(() => readCsvFolder(folder, ['u'])) ?? ''
    assert.match(problem, told)
    assert.ok(!problem.includes('secret'))
  }
  assert.match(problemOf(() => readCsvFolder(folder, ['none'])) ?? '', /none\.csv is missing/)
  writeFileSync(join(folder, 'u.csv'), '\uFEFFa,b\n,\\N\n"","\\N"')
  assert.deepEqual(readCsvFolder(folder, ['u']).get('u'), [
    { a: null, b: null },
    { a: '', b: '\\N' },
  ])
})

test('lists of texts are read in every way they are written, and what is none is not taken for an empty one', () => {
  const pg = (list: readonly string[]): string => `{${list.map((one) => `"${one.replace(/["\\]/g, '\\$&')}"`).join(',')}}`
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (list) => {
      for (const written of [list, JSON.stringify(list), pg(list)]) assert.deepEqual(listIn({ models: written }, 'models'), list)
    }),
    { ...RUNS, examples: [[FIXED]] },
  )
  assert.deepEqual(listIn({ models: '{gpt-4o,"a b"}' }, 'models'), ['gpt-4o', 'a b'])
  for (const empty of [null, undefined, [], '{}', '[]']) assert.deepEqual(listIn({ models: empty }, 'models'), [])
  for (const odd of ['', 'gpt-4o', '{a,}', '{a b}', '{NULL}', '{"a}', '[1]', '[', 7, [null]])
    assert.equal(listIn({ models: odd }, 'models'), undefined)
})

test('LiteLLM from CSV files: a key whose models or end cannot be read is refused, as it could do more here than there', async () => {
  const key = (name: string): string => name.repeat(64)
  const files = {
    LiteLLM_UserTable: 'user_id,user_email\nu-1,lit@example.com\n',
    LiteLLM_VerificationToken: `token,user_id,key_alias,models,blocked,expires\n${key('a')},u-1,work,{gpt-4o},f,2030-01-01 00:00:00\n${key('b')},u-1,odd,gpt-4o,f,\n${key('c')},u-1,when,{},f,soon\n`,
    LiteLLM_ProxyModelTable: 'model_name\n',
  }
  for (const [name, csv] of Object.entries(files)) writeFileSync(join(folder, `${name}.csv`), csv)
  const { accounts, refused } = fromLitellm(await readTables(folder, LITELLM_TABLES), false)
  assert.deepEqual(
    accounts[0]?.keys.map(({ name, models, expiresAt }) => [name, models, expiresAt]),
    [['work', ['gpt-4o'], Date.UTC(2030, 0, 1)]],
  )
  assert.deepEqual(
    refused.map(({ ref, why }) => `${ref.slice(0, 1)} ${why}`),
    ['b which models it may call cannot be read', 'c when it ends cannot be read'],
  )
})
