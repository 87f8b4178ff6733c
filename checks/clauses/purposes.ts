import { INVENTORY, PERSONAL_DATA } from '../../src/inventory.ts'
import { claimsOf, PURPOSES, type Purpose } from '../../src/privacy/index.ts'
import { CALLS_OUT, PARTS, USES } from '../../src/processing.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { compareDeclared } from '../privacy/declared.ts'
import { factsOf, PROFILES } from './facts.ts'
import { type FileStatements, readFunctions, readStatements, statementsIn, withBodies } from './sql-statements.ts'

const CUSTOMERS = PERSONAL_DATA.filter(({ subject }) => subject === 'customer')
const TABLES = Map.groupBy(CUSTOMERS, ({ table }) => table)

/**
 * CL-purpose: every statement to the database stands in a part of the program that says what it is for, and each column of customers that it
 * can touch may be used for that; so may each call to the outside. What the policy says of it names all purposes. A statement is read with the
 * functions of the database that it calls, and a file as a whole, since statements are put together of pieces.
 */
export async function purposes(context: CheckContext): Promise<Measured> {
  const functions = readFunctions()
  const files = readStatements()
  for (const file of files) for (const problem of problemsOf(file, functions)) context.fail(problem)
  const used = [...new Set(Object.keys(USES).map((name) => name.split('.')[0] ?? ''))]
  compare(context, 'a use of', { found: [...TABLES.keys()], declared: used })
  const columns = Object.keys(USES).filter((name) => name.includes('.'))
  const known = CUSTOMERS.map(({ table, column }) => `${table}.${column}`)
  for (const name of columns) context.expect(known.includes(name), `${name} has a use and is no column of customers`)
  for (const part of Object.keys(PARTS))
    context.expect(
      files.some(({ path }) => partOf(path) === part),
      `${part} says what it is for, and asks nothing`,
    )
  compare(context, 'a purpose of calls to', { found: Object.keys(INVENTORY.outbound), declared: Object.keys(CALLS_OUT) })
  comparePolicy(context)
  comparePlanted(context, functions)
  const statements = files.reduce((sum, { tagged, raw }) => sum + tagged.length + raw.length, 0)
  context.expect(statements > 300 && functions.size > 10, `blind: ${statements} statements and ${functions.size} functions were found`)
  return {
    n: statements,
    measured: { files: files.length, functions: functions.size, columns: CUSTOMERS.length, parts: Object.keys(PARTS).length },
  }
}

/** What a file asks for that nobody said it is for. */
function problemsOf({ path, tagged, raw }: FileStatements, functions: ReadonlyMap<string, string>): readonly string[] {
  const part = partOf(path)
  if (part === undefined) return [`${path} asks the database, and nobody says what for`]
  const mine = new Set<Purpose>(PARTS[part])
  if (raw.length > 0 && !path.startsWith('src/db/')) return [`${path} speaks to the database without the sql tag`]
  const text = withBodies([...tagged, ...raw].join('\n'), functions)
  return touchedIn(text)
    .filter(({ table, column }) => !usesOf(table, column).some((use) => mine.has(use)))
    .map(({ table, column }) => `${path} is for ${[...mine].join(', ')} and touches ${table}.${column}`)
}

const partOf = (path: string): string | undefined =>
  Object.keys(PARTS)
    .filter((part) => path.startsWith(part))
    .sort((a, b) => b.length - a.length)[0]

const usesOf = (table: string, column: string): readonly Purpose[] => [...(USES[`${table}.${column}`] ?? USES[table] ?? []), 'rights']

/** The columns of customers that a text can touch: of the tables it names, those that it names too, and all where it says "*". */
function touchedIn(text: string): readonly { readonly table: string; readonly column: string }[] {
  const words = new Set(text.match(/\w+/g))
  const isAll = /\*(?!\s*(?:\d|\?))|\breturning \*/.test(text)
  return CUSTOMERS.filter(({ table, column }) => words.has(table) && (isAll || words.has(column)))
}

/** Where the policy says that there are no other purposes, it names them all. */
function comparePolicy(context: CheckContext): void {
  let claims = 0
  for (const profile of PROFILES)
    for (const { text } of claimsOf(factsOf(profile)).filter(({ statement }) => statement === 'closed-purposes')) {
      claims += 1
      for (const words of Object.values(PURPOSES)) context.expect(text.includes(words), `${profile} does not say "${words}"`)
    }
  context.expect(claims > 0, 'no profile says that purposes are closed')
}

/** Faults that have to be seen: another use in a part that is there, a part that is not, by a function, without the tag, and all of a table. */
const PLANTED: readonly (readonly [path: string, code: string, problem: RegExp])[] = [
  ['src/reconcile/x.ts', 'sql`select email_sealed from account`', /is for billing and touches account\.email_sealed/],
  ['src/marketing/x.ts', 'sql`select id from account`', /nobody says what for/],
  [
    'src/ledger/x.ts',
    "sql.named('x')`select seen_at from policy_seen where account_id = ${id}`",
    /is for billing, law and touches policy_seen\.seen_at/,
  ],
  ['src/usage/x.ts', 'sql`select forget_account(${id})`', /is for billing and touches account_erasure/],
  ['src/usage/x.ts', 'sql`select * from account where id = ${id}`', /touches account\.email_lookup/],
  ['src/usage/x.ts', 'client.query(`select 1`)', /without the sql tag/],
  ['src/usage/x.ts', 'sql`select 1 where ${sql`exists (select email_lookup from account)`}`', /touches account\.email_lookup/],
]

function comparePlanted(context: CheckContext, functions: ReadonlyMap<string, string>): void {
  for (const [path, code, expected] of PLANTED) {
    const problems = problemsOf(statementsIn(path, code), functions).join('\n')
    context.expect(expected.test(problems), `blind: ${code} in ${path}: ${problems || 'nothing was noticed'}`)
  }
}

type Compared = { readonly found: readonly string[]; readonly declared: readonly string[] }

function compare(context: CheckContext, what: string, { found, declared }: Compared): void {
  const { unclassified, stale } = compareDeclared(found, declared)
  for (const name of unclassified) context.fail(`nobody declares ${what} ${name}`)
  for (const name of stale) context.fail(`${what} ${name} is declared, and it is not there`)
}
