import ts from 'typescript'
import type { Finding, Rule, Sample, Source } from './rule.ts'
import { findingAt, nodesOf } from './source.ts'

const isCode = (path: string) => path.endsWith('.ts')
const inSource = (path: string) => /^(?:src|sim)\/.*\.ts$/.test(path) && !path.endsWith('.test.ts')
// What a process begins with; nothing imports it.
const isProcess = (path: string) => /(?:\/|-)main\.ts$|-child\.ts$/.test(path)
const at = (path: string, ...texts: readonly string[]): readonly Sample[] => texts.map((text) => [path, text] as const)
const codeOf = (source: Source, find: (node: ts.Node) => string | undefined): readonly Finding[] => {
  if (source.tree === undefined) return []
  return [...nodesOf(source.tree)].flatMap((node) => {
    const what = find(node)
    return what === undefined ? [] : [findingAt(node, what)]
  })
}

/** Rules about the shape of code that the linters have no rule for. Sizes of files and functions are theirs. */
export const SHAPE_RULES: readonly Rule[] = [
  {
    id: 'nothing at import time',
    mend: 'move it into a function; importing a file does nothing',
    applies: (path) => inSource(path) && !isProcess(path),
    find: ({ tree }) =>
      statementsOf(tree)
        .filter((statement) => isDoing(statement))
        .map((statement) => findingAt(statement, statement.getText().split('\n')[0]?.slice(0, 60) ?? '')),
    caught: at('src/a/b.ts', 'start()', "await import('./b.ts')", "process.on('exit', f)"),
    passed: at('src/a/b.ts', 'const a = new Map([[1, 2]])', 'export function f() { start() }', "import './c.ts'"),
  },
  {
    id: 'module state',
    mend: 'hold it in a record that someone makes and hands down',
    applies: (path) => inSource(path) && path.startsWith('src/') && !path.endsWith('/testing.ts') && !isProcess(path),
    find: ({ tree }) =>
      statementsOf(tree)
        .filter(ts.isVariableStatement)
        .filter((statement) => (statement.declarationList.flags & ts.NodeFlags.Const) === 0)
        .map((statement) => findingAt(statement, 'let or var at the top of a file')),
    caught: at('src/a/b.ts', 'let count = 0', 'export let pool: Pool', 'var a = 1'),
    passed: at('src/a/b.ts', 'const a = 1', 'function f() { let a = 1; a += 1; return a }'),
  },
  {
    id: 'bare strings thrown',
    mend: 'throw a FailureError or an Error with a cause',
    applies: isCode,
    find: (source) =>
      codeOf(source, (node) => (ts.isThrowStatement(node) && ts.isStringLiteralLike(node.expression) ? 'a thrown string' : undefined)),
    caught: at('src/a/b.ts', "throw 'no'", 'throw `no`'),
    passed: at('src/a/b.ts', "throw new Error('no')"),
  },
  {
    id: 'money as a float',
    mend: 'keep money as NanoUsd (bigint); parse and format it with lib/money.ts',
    applies: inSource,
    find: (source) => codeOf(source, (node) => (isMoneyAsNumber(node) ? `${node.getText()}` : undefined)),
    caught: at(
      'src/a/b.ts',
      'type A = { readonly amount: number }',
      'function f(priceNanoUsd: number) {}',
      'type B = { heldBalance: number }',
    ),
    passed: at(
      'src/a/b.ts',
      'type A = { readonly amount: bigint }',
      'type B = { priceVersion: number }',
      'type C = { amountDigits: number }',
    ),
  },
]

const statementsOf = (tree: ts.SourceFile | undefined): readonly ts.Statement[] => tree?.statements ?? []

// A loop that fills a table is no deed; what it calls would be one, and is written as a call.
const isDoing = (statement: ts.Statement): boolean =>
  (ts.isExpressionStatement(statement) && !isAssignment(statement.expression)) || ts.isTryStatement(statement)

const isAssignment = (node: ts.Expression): boolean => ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken

function isMoneyAsNumber(node: ts.Node): boolean {
  if (!ts.isPropertySignature(node) && !ts.isParameter(node) && !ts.isPropertyDeclaration(node)) return false
  return node.type?.kind === ts.SyntaxKind.NumberKeyword && /(?:amount|cost|price|balance|nanousd|usd)$/i.test(node.name.getText())
}
