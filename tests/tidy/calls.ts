import ts from 'typescript'
import type { Finding, Rule, Source } from './rule.ts'
import { findingAt, nodesOf } from './source.ts'

/** A thing that code may name only in a few places. `names` are spellings as `spellingsOf` gives them. */
type Ban = {
  readonly id: string
  readonly names: readonly string[]
  readonly applies: (path: string) => boolean
  readonly mend: string
  readonly caught: readonly string[]
  readonly passed: readonly string[]
}

const isTest = (path: string) => path.endsWith('.test.ts') || path.endsWith('/testing.ts')
const inSource = (path: string) => /^src\/.*\.ts$/.test(path) && !isTest(path)
const outsideLib = (path: string) => inSource(path) && !path.startsWith('src/lib/')
const anywhere = (path: string) => path.endsWith('.ts')
const seesContent = (path: string) => /^src\/(?:gateway|protocols|providers|translation)\//.test(path) && !isTest(path)

// It alone may tell its parent something, see fixedWordsRule.
const GATEWAY_PROCESS = 'src/gateway/main.ts'

const BANS: readonly Ban[] = [
  {
    id: 'clock',
    names: ['Date.now()', 'new Date()', 'Date()', 'performance.now()', 'process.hrtime()', 'process.hrtime.bigint()'],
    applies: outsideLib,
    mend: 'take a Clock as an argument; for text of a date use isoDate or what lib/clock.ts offers',
    caught: ['const a = Date.now()', 'const a = new Date()', 'const a = new Date', 'const a = +new Date()', 'const a = performance.now()'],
    passed: [
      'const a = clock.now()',
      'const a = new Date(clock.now())',
      'const b: Date = row.at',
      '// Date.now() would be wrong here',
      "const c = 'Date.now()'",
    ],
  },
  {
    id: 'random',
    names: ['Math.random()'],
    applies: (path) => inSource(path) || (path.startsWith('sim/') && !isTest(path)),
    mend: 'take ids or a seeded generator as an argument; secrets come from node:crypto',
    caught: ['const a = Math.random()'],
    passed: ['const a = Math.max(1, 2)'],
  },
  {
    id: 'ids',
    names: ['randomUUID()', '*.randomUUID()'],
    applies: outsideLib,
    mend: 'take Ids as an argument (lib/ids.ts)',
    caught: ["import { randomUUID } from 'node:crypto'\nconst a = randomUUID()", 'const a = crypto.randomUUID()'],
    passed: ['const a = ids.uuid()'],
  },
  {
    id: 'console',
    names: ['console'],
    applies: anywhere,
    mend: 'log events through lib/log.ts; commands write to process.stdout',
    caught: ["console.log('x')", 'const say = console.error'],
    passed: ["process.stdout.write('x')", 'const a = { console: 1 }'],
  },
  {
    id: 'environment',
    names: ['process.env'],
    applies: (path) => (inSource(path) && path !== 'src/config.ts') || (path.startsWith('sim/') && !isTest(path)),
    mend: 'add the setting to src/config.ts and take its value as an argument',
    caught: ['const a = process.env.HOME', "const a = process['env']"],
    passed: ['const a = config.dataDir', 'process.exitCode = 1'],
  },
  {
    id: 'fetch',
    names: ['fetch()', 'globalThis.fetch', 'globalThis.fetch()'],
    applies: (path) => inSource(path) && !path.startsWith('src/commands/'),
    mend: 'use undici through the folder that owns the connection, with a timeout and a signal; fetch hides both',
    caught: ["const a = await fetch('http://a.test')", "const a = await globalThis.fetch('http://a.test')"],
    passed: ["const a = await upstream.request('/v1')", 'const fetched = 1'],
  },
  {
    id: 'evaluation',
    names: ['eval()', 'new Function', 'Function()', "import 'node:vm'", "import 'vm'"],
    applies: anywhere,
    mend: 'nothing here may run text as code',
    caught: ["eval('1')", "const f = new Function('return 1')", "import vm from 'node:vm'", "const vm = await import('node:vm')"],
    passed: ['const evaluate = () => 1', 'const f: Function = g'],
  },
  {
    id: 'certificates',
    names: ['rejectUnauthorized', 'NODE_TLS_REJECT_UNAUTHORIZED', "'NODE_TLS_REJECT_UNAUTHORIZED'", "'rejectUnauthorized'"],
    applies: (path) => anywhere(path) && !path.startsWith('tests/tidy/'),
    mend: 'certificates are always checked; give the authority with `ca` instead',
    caught: ['connect({ rejectUnauthorized: false })', "const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }"],
    passed: ['connect({ ca })'],
  },
  {
    id: 'content-cannot-leave',
    names: [
      'process.stdout',
      'process.stderr',
      'process.send',
      'process.send()',
      'process.report',
      'process.emitWarning()',
      'diagnostics_channel',
    ],
    applies: (path) => seesContent(path) && path !== GATEWAY_PROCESS,
    mend: 'what sees content has no way to write it down: say it on the control channel, or not at all',
    caught: ["process.stdout.write('x')", 'process.send?.({})', "process.emitWarning('x')"],
    passed: ['channel.send(1)', 'const stdout = 1'],
  },
  {
    id: 'json-of-strangers',
    names: ['JSON.parse'],
    applies: (path) => seesContent(path) || (path.startsWith('src/api/') && !isTest(path) && path !== 'src/api/test-world.ts'),
    mend: 'read it with readJson (lib/read-json.ts): V8 may take a key with an escape for another one',
    caught: ["const a = JSON.parse('{}')", 'texts.map(JSON.parse)'],
    passed: ["const a = readJson('{}')", 'const a = JSON.stringify({})'],
  },
]

/** Calls and names that are banned outside their place. */
export const CALL_RULES: readonly Rule[] = [...BANS.map(ruleOf), sqlRule(), fileRule(), fixedWordsRule()]

function ruleOf(ban: Ban): Rule {
  const path = ['src/gateway/a.ts', 'src/ledger/a.ts'].find(ban.applies) ?? 'src/a.ts'
  return {
    id: `banned: ${ban.id}`,
    mend: ban.mend,
    applies: ban.applies,
    find: ({ tree }) => (tree === undefined ? [] : namesIn(tree, new Set(ban.names))),
    caught: ban.caught.map((text) => [path, text] as const),
    passed: ban.passed.map((text) => [path, text] as const),
  }
}

function namesIn(tree: ts.SourceFile, banned: ReadonlySet<string>): readonly Finding[] {
  const findings: Finding[] = []
  for (const node of nodesOf(tree)) {
    const name = spellingsOf(node).find((spelling) => banned.has(spelling))
    if (name !== undefined) findings.push(findingAt(node, name))
  }
  return findings
}

/** What a node can be banned as: `a`, `a.b`, `a.b()`, `*.b()`, `new A`, `new A()` when without arguments, `import 'm'`. */
function spellingsOf(node: ts.Node): readonly string[] {
  if (ts.isNewExpression(node)) return newSpellings(node)
  if (ts.isCallExpression(node)) return callSpellings(node)
  if (ts.isImportDeclaration(node)) return [`import ${quoted(node.moduleSpecifier)}`]
  if (ts.isStringLiteral(node)) return [quoted(node)]
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return [dotted(node)]
  return ts.isIdentifier(node) && !isMemberName(node) ? [node.text] : []
}

const newSpellings = (node: ts.NewExpression): readonly string[] => [
  `new ${dotted(node.expression)}`,
  ...((node.arguments?.length ?? 0) === 0 ? [`new ${dotted(node.expression)}()`] : []),
]

function callSpellings(node: ts.CallExpression): readonly string[] {
  const [first] = node.arguments
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword && first !== undefined) return [`import ${quoted(first)}`]
  const name = dotted(node.expression)
  return [`${name}()`, ...(name.includes('.') ? [`*.${name.split('.').at(-1)}()`] : [])]
}

const quoted = (node: ts.Node): string => (ts.isStringLiteral(node) ? `'${node.text}'` : '')

function dotted(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text
  if (ts.isPropertyAccessExpression(node)) return `${dotted(node.expression)}.${node.name.text}`
  if (ts.isElementAccessExpression(node) && ts.isStringLiteral(node.argumentExpression))
    return `${dotted(node.expression)}.${node.argumentExpression.text}`
  return '?'
}

// `a.console` names a member of something else. A key of an object (`{ rejectUnauthorized: … }`) counts only where it sets an option.
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  if (ts.isPropertyAssignment(parent)) return parent.name === node && !/unauthorized/i.test(node.text)
  return ts.isPropertySignature(parent) || ts.isImportSpecifier(parent)
}

function sqlRule(): Rule {
  return {
    id: 'banned: built sql',
    mend: 'write it with the sql tag of db/, which turns every value into a parameter',
    applies: anywhere,
    find: ({ tree, path }) => (tree === undefined ? [] : builtQueries(tree, path.startsWith('src/db/'))),
    caught: [
      ['src/ledger/a.ts', `await db.query(\`select \${name}\`)`],
      ['src/ledger/a.ts', "await db.query('select ' + name)"],
      ['src/ledger/a.ts', `await db.query({ text: \`select \${name}\` })`],
      ['src/db/a.ts', `await client.query(\`select \${name}\`)`],
      ['src/ledger/a.ts', `await db.query(\`create role \${name}\`)`],
    ],
    passed: [
      ['src/ledger/a.ts', `await db.query(sql\`select \${name}\`)`],
      ['src/db/a.ts', "await client.query('begin')"],
      ['src/db/a.ts', `await client.query(\`create role \${name}\`)`],
    ],
  }
}

// Commands that name things take no parameters; only db/, which owns the driver, gives them.
const COMMAND = /^`(?:listen|lock table|truncate|create|alter|drop|grant|revoke|select pg_(?:try_)?advisory_\w+)\b/

function builtQueries(tree: ts.SourceFile, mayCommand: boolean): readonly Finding[] {
  const findings: Finding[] = []
  for (const node of nodesOf(tree)) {
    if (!ts.isCallExpression(node) || !dotted(node.expression).endsWith('.query')) continue
    const [first] = node.arguments
    const text = first !== undefined && ts.isObjectLiteralExpression(first) ? textMember(first) : first
    if (text !== undefined && isBuilt(text) && !(mayCommand && COMMAND.test(text.getText())))
      findings.push(findingAt(node, 'a query built from strings'))
  }
  return findings
}

const textMember = (object: ts.ObjectLiteralExpression): ts.Expression | undefined =>
  object.properties.filter(ts.isPropertyAssignment).find(({ name }) => name.getText() === 'text')?.initializer

const isBuilt = (node: ts.Expression): boolean => ts.isTemplateExpression(node) || ts.isBinaryExpression(node)

const READS = new Set(['readFileSync', 'existsSync', 'statSync', 'realpathSync', 'readFile', 'stat'])

function fileRule(): Rule {
  return {
    id: 'banned: files where content is seen',
    mend: 'what sees content may read files by name, and do nothing else with them',
    applies: seesContent,
    find: (source) => fileImports(source),
    caught: [
      ['src/gateway/a.ts', "import { writeFileSync } from 'node:fs'"],
      ['src/gateway/a.ts', "import fs from 'node:fs'"],
      ['src/protocols/a.ts', "import * as fs from 'node:fs/promises'"],
      ['src/providers/a.ts', "import { readFile, appendFile } from 'node:fs/promises'"],
      ['src/gateway/a.ts', "const fs = await import('node:fs')"],
    ],
    passed: [
      ['src/gateway/a.ts', "import { readFileSync } from 'node:fs'"],
      ['src/gateway/a.ts', "import type { Stats } from 'node:fs'"],
    ],
  }
}

const isFileModule = (node: ts.Node): boolean => /^'(?:node:)?fs(?:\/promises)?'$/.test(quoted(node))

function fileImports({ tree }: Source): readonly Finding[] {
  if (tree === undefined) return []
  const findings: Finding[] = []
  for (const node of nodesOf(tree)) {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments.some(isFileModule))
      findings.push(findingAt(node, 'node:fs, whole'))
    if (!ts.isImportDeclaration(node) || !isFileModule(node.moduleSpecifier) || node.importClause?.isTypeOnly === true) continue
    const names = namedImports(node)
    const more = names.filter((name) => !READS.has(name))
    if (names.length === 0 || more.length > 0) findings.push(findingAt(node, more.length > 0 ? more.join(', ') : 'node:fs, whole'))
  }
  return findings
}

function namedImports(node: ts.ImportDeclaration): readonly string[] {
  const bindings = node.importClause?.namedBindings
  if (bindings === undefined || !ts.isNamedImports(bindings)) return []
  return bindings.elements.map((element) => (element.propertyName ?? element.name).text)
}

function fixedWordsRule(): Rule {
  return {
    id: 'banned: free words to the supervisor',
    mend: 'a gateway tells its supervisor literals only; everything else crosses the control channel, which has no text',
    applies: (path) => path === GATEWAY_PROCESS,
    find: ({ tree }) => (tree === undefined ? [] : [...namesIn(tree, OUTPUTS), ...freeWords(tree)]),
    caught: [
      [GATEWAY_PROCESS, "process.send?.({ type: 'failed', message: error.message })"],
      [GATEWAY_PROCESS, 'process.send?.(message)'],
      [GATEWAY_PROCESS, 'process.stderr.write(String(error))'],
    ],
    passed: [[GATEWAY_PROCESS, "process.send?.({ type: 'listening', attempt: 1 })"]],
  }
}

const OUTPUTS: ReadonlySet<string> = new Set(['process.stdout', 'process.stderr', 'process.emitWarning()', 'process.report'])

function freeWords(tree: ts.SourceFile): readonly Finding[] {
  return nodesOf(tree)
    .filter(ts.isCallExpression)
    .filter((node) => dotted(node.expression) === 'process.send' && !node.arguments.every(isFixed))
    .map((node) => findingAt(node, 'process.send of something else than literals'))
}

const isFixed = (node: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(node) &&
  node.properties.every((property) => ts.isPropertyAssignment(property) && ts.isLiteralExpression(property.initializer))
