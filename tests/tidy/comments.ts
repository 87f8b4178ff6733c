import ts from 'typescript'
import type { Finding, Rule, Sample, Source } from './rule.ts'
import { commentsOf, findingAt, findingIn, nodesOf } from './source.ts'

const isCode = (path: string) => path.endsWith('.ts')
const inTree = (path: string) => isCode(path) && !path.startsWith('tests/tidy')
const isDocumented = (path: string) => /^(?:src|sim)\/.*\.ts$/.test(path) && !path.endsWith('.test.ts')
const at = (path: string, ...texts: readonly string[]): readonly Sample[] => texts.map((text) => [path, text] as const)

/** Rules about what comments say, and where there has to be one. */
export const COMMENT_RULES: readonly Rule[] = [
  {
    id: 'notes to ourselves',
    mend: 'do it, or open an issue and write TODO(#number); FIXME never stays',
    applies: inTree,
    find: (source) => matchesInComments(source, /\b(?:FIXME|XXX|HACK)\b|\bTODO\b(?!\(#\d+\))/, 'a note without an issue'),
    caught: at('src/a.ts', '// TODO later', '// TODO(someone): later', '/* FIXME(#3) */', 'const a = 1 // XXX'),
    passed: at('src/a.ts', '// TODO(#12): the second rail', "const a = 'TODO'"),
  },
  {
    id: 'silenced tools',
    mend: 'mend the type; where a linter is wrong, silence it on one line and say why after a colon or two dashes',
    applies: inTree,
    find: (source) =>
      matchesInComments(
        source,
        /@ts-(?:ignore|nocheck|expect-error)|biome-ignore-all|oxlint-disable(?!-next-line)|biome-ignore [\w/]+\s*(?::\s*)?$|(?:oxlint|eslint)-disable-next-line [\w/, -]+(?<!-- .*)$/m,
        'a tool silenced without a reason',
      ),
    caught: at(
      'src/a.ts',
      '// @ts-ignore',
      '/* oxlint-disable */',
      '// biome-ignore lint/style/useConst',
      '// oxlint-disable-next-line no-empty',
    ),
    passed: at(
      'src/a.ts',
      '// biome-ignore lint/style/useConst: assigned by the callback below',
      '// oxlint-disable-next-line no-empty -- the peer may be gone',
    ),
  },
  {
    id: 'commented-out code',
    mend: 'delete it; git remembers',
    applies: inTree,
    find: (source) => oldCode(source),
    caught: at('src/a.ts', '// const a = f(1)', '// if (a) {\n//   f(a)\n// }', '// return f(a)', '// f(a, b)', '/* const a = 1 */'),
    passed: at(
      'src/a.ts',
      '// Returns what f(a) gave.',
      '// import is slow, so it is done once',
      '// if (and only if) the key is known, we go on',
      '/** A docstring with code: `const a = 1`. */',
      '// https://example.com/a(b)',
    ),
  },
  {
    id: 'empty catch',
    mend: 'handle it, tell it, or let it rise; a failure that may be ignored is named and compared',
    applies: isCode,
    find: ({ tree }) => (tree === undefined ? [] : emptyCatches(tree)),
    caught: at(
      'src/a.ts',
      'try { f() } catch {}',
      'try { f() } catch (e) { /* never mind */ }',
      'f().catch(() => {})',
      'f().then(g, () => {})',
    ),
    passed: at('src/a.ts', 'try { f() } catch (e) { g(e) }', 'f().catch((e) => g(e))', 'f().finally(() => {})'),
  },
  {
    id: 'docstring on exports',
    mend: 'write one sentence above it: what it is, units, shapes, which failures',
    applies: isDocumented,
    find: ({ tree }) => (tree === undefined ? [] : bareExports(tree)),
    caught: at(
      'src/a.ts',
      'export const a = 1',
      'export function f() {}',
      '// not a docstring\nexport type A = { a: 1 }',
      'export class A {}',
    ),
    passed: at(
      'src/a.ts',
      '/** One. */\nexport const a = 1',
      "/** All of them. */\nexport const AS = ['a'] as const\nexport type A = (typeof AS)[number]",
      '/** Codes of ways to end. */\nexport const ENDED = 1\nexport const CUT = 2',
      "export * from './b.ts'",
      'const a = 1',
    ),
  },
  {
    id: 'guarantee on tests',
    mend: 'begin the file with a comment that names the guarantee it protects',
    applies: (path) => path.endsWith('.test.ts'),
    find: ({ text }) => (/^(?:\/\/|\/\*\*?)\s*\S+(?:\s+(?:\*\s+)?\S+){4,}/.test(text) ? [] : [{ line: 1, what: 'no opening comment' }]),
    caught: at(
      'src/a.test.ts',
      "import test from 'node:test'",
      '// tests\nimport a',
      '\n// A hold is never above the balance, whatever the order.',
    ),
    passed: at('src/a.test.ts', '// A hold is never above the balance.\n', '/**\n * A hold is never above the balance.\n */'),
  },
]

function matchesInComments(source: Source, pattern: RegExp, what: string): readonly Finding[] {
  return commentsOf(source)
    .filter((comment) => pattern.test(comment.text))
    .map((comment) => findingIn(source.text, comment.start, what))
}

const CODE_START =
  /^(?:(?:const|let|var|if|for|while|switch|return|await|throw|import|export|function|class|type)\b|[\w.]+\([^)]*\)\s*$|[\w.]+ = )/

function oldCode(source: Source): readonly Finding[] {
  return blocksOf(source)
    .filter(({ text }) => CODE_START.test(text) && /[=({;]/.test(text) && parses(text))
    .map(({ start }) => findingIn(source.text, start, 'old code'))
}

/** Comments without their marks; line comments one below the other are one block. */
function blocksOf(source: Source): readonly { readonly start: number; readonly text: string }[] {
  const blocks: { start: number; end: number; text: string }[] = []
  for (const comment of commentsOf(source)) {
    if (comment.text.startsWith('/**')) continue
    const text = comment.isLine ? comment.text.replace(/^\/\/ ?/, '') : comment.text.replace(/^\/\*\s*|\s*\*\/$/g, '')
    const last = blocks.at(-1)
    const isNext = comment.isLine && last !== undefined && /^\n[ \t]*$/.test(source.text.slice(last.end, comment.start))
    const end = comment.start + comment.text.length
    if (isNext) blocks.splice(-1, 1, { start: last.start, end, text: `${last.text}\n${text}` })
    else blocks.push({ start: comment.start, end, text })
  }
  return blocks
}

function parses(text: string): boolean {
  const tree = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, true) as ts.SourceFile & { parseDiagnostics?: readonly unknown[] }
  return (tree.parseDiagnostics ?? []).length === 0
}

function emptyCatches(tree: ts.SourceFile): readonly Finding[] {
  const findings: Finding[] = []
  for (const node of nodesOf(tree)) {
    if (ts.isCatchClause(node) && node.block.statements.length === 0) findings.push(findingAt(node, 'an empty catch'))
    if (ts.isCallExpression(node) && rejectionHandlers(node).some(isEmptyFunction)) findings.push(findingAt(node, 'a swallowed rejection'))
  }
  return findings
}

function rejectionHandlers(node: ts.CallExpression): readonly ts.Expression[] {
  if (!ts.isPropertyAccessExpression(node.expression)) return []
  const name = node.expression.name.text
  return name === 'catch' ? node.arguments.slice(0, 1) : name === 'then' ? node.arguments.slice(1, 2) : []
}

const isEmptyFunction = (node: ts.Expression): boolean =>
  (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) && ts.isBlock(node.body) && node.body.statements.length === 0

function bareExports(tree: ts.SourceFile): readonly Finding[] {
  return tree.statements
    .filter((statement) => ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isExport) === true)
    .filter((statement) => !isDerivedType(statement) && !isDocumentedStatement(statement))
    .map((statement) => findingAt(statement, statement.getText().split('\n')[0]?.slice(0, 60) ?? ''))
}

const isExport = (modifier: ts.Modifier): boolean => modifier.kind === ts.SyntaxKind.ExportKeyword

// The type of a documented list or record says nothing that the list does not say.
const isDerivedType = (node: ts.Statement): boolean => ts.isTypeAliasDeclaration(node) && /\btypeof\b/.test(node.type.getText())

// Constants that follow each other line by line share the docstring of the first.
function isDocumentedStatement(node: ts.Statement): boolean {
  if (hasDocstring(node)) return true
  const { statements, text } = node.getSourceFile()
  const before = statements[statements.indexOf(node) - 1]
  if (before === undefined || !ts.isVariableStatement(node) || !ts.isVariableStatement(before)) return false
  return /^\n[ \t]*$/.test(text.slice(before.end, node.getStart())) && isDocumentedStatement(before)
}

const hasDocstring = (node: ts.Statement): boolean =>
  (ts.getLeadingCommentRanges(node.getSourceFile().text, node.pos) ?? []).some(({ pos, end }) =>
    /^\/\*\*\s*(?:\*\s*)?\S+\s+\S|^\/\*\*\s*\S+\.? ?\*\/$/.test(node.getSourceFile().text.slice(pos, end)),
  )
