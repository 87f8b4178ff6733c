// The linters and the import table still catch what they are there to catch: each rule we rely on finds its planted fault.
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { runCommand } from '../runner/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-tools-'))
after(() => rmSync(folder, { recursive: true }))
for (const name of ['package.json', 'tsconfig.json', 'biome.json', '.oxlintrc.json', '.dependency-cruiser.cjs'])
  copyFileSync(name, join(folder, name))
symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

const inFolder = async (command: string): Promise<string> =>
  (await runCommand({ command: 'bash', args: ['-c', `cd "$0" && ${command}`, folder], secondsMax: 60 })).output

const missing = (output: string, names: readonly string[]): readonly string[] => names.filter((name) => !output.includes(name))

test('oxlint', async () => {
  plant(
    'src/lint/odd.ts',
    `export async function many(a: number, b: number, c: number, d: number): Promise<void> {
      if (a == b) { if (c) { if (d) { for (;;) { break } } } }
      await a
      try { many(1, 2, 3, 4) } catch {}
      ;[1].forEach(async (x) => { await many(x, x, x, x) })
      throw 'x'
    }`,
  )
  plant('src/lint/long.ts', `export function long(): number {\n${'  Math.abs(1)\n'.repeat(410)}  return 1\n}\n`)
  const rules = ['max-params', 'eqeqeq', 'max-depth', 'await-thenable', 'no-floating-promises', 'no-misused-promises', 'no-empty']
  const output = await inFolder('oxlint --type-aware -f unix src/lint')
  assert.deepEqual(missing(output, [...rules, 'only-throw-error', 'max-lines)', 'max-lines-per-function']), [], output)
})

test('biome', async () => {
  plant(
    'src/lint/wrong.ts',
    "import { b } from './b.ts'\nexport default function f(a: any) { console.log(a!); a = 1\n let c: b; return c }\n",
  )
  const rules = ['noDefaultExport', 'noExplicitAny', 'noConsole', 'noNonNullAssertion', 'noParameterAssign', 'useImportType', ' format ']
  const output = await inFolder('biome check --max-diagnostics=none --error-on-warnings src/lint/wrong.ts')
  assert.deepEqual(missing(output, rules), [], output)
})

test('the compiler', async () => {
  plant('src/lint/types.ts', 'enum A { B }\nexport const a: readonly string[] = []\nexport const c: string = a[0]\nconst d = 1\n')
  const output = await inFolder('tsc --noEmit')
  assert.deepEqual(missing(output, ['TS1294', 'TS2322', 'TS6133']), [], output)
})

// [importing file, what it imports, the rule that has to say no]
const IMPORTS = [
  ['src/lib/a.ts', '../spec/index.ts', 'lib-imports-only-downwards'],
  ['src/spec/a.ts', '../db/index.ts', 'spec-imports-only-downwards'],
  ['src/gateway/a.ts', '../db/index.ts', 'gateway-imports-only-downwards'],
  ['src/gateway/b.ts', '../ledger/index.ts', 'gateway-imports-only-downwards'],
  ['src/protocols/a.ts', '../db/index.ts', 'protocols-imports-only-downwards'],
  ['src/providers/a.ts', '../usage/index.ts', 'providers-imports-only-downwards'],
  ['src/channel/a.ts', '../gateway/index.ts', 'channel-imports-only-downwards'],
  ['src/db/a.ts', '../ledger/index.ts', 'db-imports-only-downwards'],
  ['src/ledger/a.ts', '../gateway/index.ts', 'ledger-imports-only-downwards'],
  ['src/api/a.ts', '../gateway/index.ts', 'api-imports-only-downwards'],
  ['src/gateway/c.ts', 'node:child_process', 'gateway-cannot-write'],
  ['src/providers/b.ts', 'node:worker_threads', 'gateway-cannot-write'],
  ['src/protocols/b.ts', 'node:vm', 'gateway-cannot-write'],
  ['src/gateway/d.ts', 'pg', 'pg-in-its-place'],
  ['src/ledger/b.ts', 'pg', 'pg-in-its-place'],
  ['src/api/b.ts', 'undici', 'undici-in-its-place'],
  ['src/ledger/c.ts', 'hono', 'hono-in-its-place'],
  ['src/api/c.ts', '../ledger/inside.ts', 'through-index'],
  ['src/start.ts', './ledger/inside.ts', 'through-index-from-outside'],
  ['checks/a.ts', '../src/ledger/inside.ts', 'through-index-from-outside'],
  ['sim/a.ts', '../src/ledger/index.ts', 'sim-stands-alone'],
  ['src/ledger/d.ts', '../../tests/a.ts', 'product-knows-no-tests'],
  ['src/api/d.ts', '../../sim/index.ts', 'sandbox-only-from-commands'],
  ['src/ledger/e.ts', 'fast-check', 'no-development-packages'],
  ['src/ledger/f.ts', './nowhere.ts', 'resolvable'],
  ['src/usage/circle.ts', './square.ts', 'no-cycles'],
] as const

type Violation = { readonly from: string; readonly rule: { readonly name: string } }

test('the import table', async () => {
  const folders = ['lib', 'spec', 'db', 'channel', 'ledger', 'usage', 'gateway', 'protocols', 'providers', 'api']
  for (const name of folders) plant(`src/${name}/index.ts`, 'export const a = 1\n')
  for (const path of ['src/ledger/inside.ts', 'sim/index.ts', 'tests/a.ts', 'bench/a.ts']) plant(path, 'export const a = 1\n')
  plant('src/usage/square.ts', "import './circle.ts'\n")
  plant('src/gateway/good.ts', "import '../lib/index.ts'\nimport '../channel/index.ts'\nimport 'undici'\nimport 'node:http'\n")
  for (const [path, imported] of IMPORTS) plant(path, `import '${imported}'\n`)
  const output = await inFolder('depcruise src sim checks bench tests --output-type json')
  const { violations } = (JSON.parse(output) as { summary: { violations: readonly Violation[] } }).summary
  const found = new Set(violations.map(({ from, rule }) => `${from} ${rule.name}`))
  assert.deepEqual(
    IMPORTS.filter(([path, , rule]) => !found.has(`${path} ${rule}`)),
    [],
  )
  assert.deepEqual(
    violations.filter(({ from }) => from === 'src/gateway/good.ts'),
    [],
  )
})
