// Guarantee: each command line ends with the documented exit code, says what is wrong at once and where, and changes nothing it should not.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { launchEmbedded, lockDataDir } from '../db/index.ts'
import { createTestDatabase, stopTestServer } from '../db/testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'farebox-commands-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const ROOT = join(import.meta.dirname, '..', '..')

type Ended = { readonly code: number | null; readonly out: string; readonly told: string }

/** Runs the real command line in an empty folder with nothing in its environment but what is given. */
function farebox(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const env = { PATH: '/usr/bin:/bin', FAREBOX_DATA_DIR: join(folder, 'data'), ...environment }
  const child = spawn(process.execPath, [join(ROOT, 'bin/farebox.mjs'), ...args], { cwd: folder, env })
  const said = { out: '', told: '' }
  child.stdout.on('data', (chunk) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.told += chunk
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })))
}

const FREE_PORTS = { FAREBOX_LISTEN: '127.0.0.1:0', FAREBOX_OPERATOR_LISTEN: '127.0.0.1:0' }

test('help is 0, wrong usage is 2 with what was meant', async () => {
  const help = await farebox(['--help'])
  assert.equal(help.code, 0)
  for (const name of ['apply', 'doctor', 'migrate']) assert.match(help.out, new RegExp(`^  ${name} `, 'm'))
  assert.deepEqual([(await farebox(['doctor', '--help'])).code, (await farebox([])).code], [0, 2])
  const misspelt = await farebox(['docter'])
  assert.equal(misspelt.code, 2)
  assert.match(misspelt.told, /doctor/)
  assert.equal((await farebox(['doctor', '--nonsense'])).code, 2)
})

test('doctor is content with an empty folder and leaves it empty', async () => {
  const { code, out } = await farebox(['doctor'], { ...FREE_PORTS, NO_COLOR: '1' })
  assert.equal(code, 0, out)
  assert.match(out, /All is well/)
  assert.ok(!out.includes('\u001b'), 'colour without a terminal')
  assert.deepEqual(readdirSync(folder), [])
})

test('a start that is refused leaves no database of ours running', async () => {
  const dataDir = join(folder, 'refused')
  mkdirSync(dataDir)
  writeFileSync(join(dataDir, 'node-id'), 'garbage\n')
  const { code, told } = await farebox(['serve'], { ...FREE_PORTS, FAREBOX_DATA_DIR: dataDir })
  assert.equal(code, 78, told)
  assert.match(told, /node-id/)
  assert.deepEqual(
    [existsSync(join(dataDir, 'postgres/data/PG_VERSION')), existsSync(join(dataDir, 'postgres/data/postmaster.pid'))],
    [true, false],
  )
  rmSync(dataDir, { recursive: true })
})

test('doctor tells bad settings and a bad file together, with file and line, and ends with 78', async () => {
  const file = join(folder, 'bad.yaml')
  writeFileSync(
    file,
    'upstreams:\n  - id: u\n    kind: opnai\n    base_url: https://a.example\nmodels:\n  - id: m\n    context: 1\n    output_max: 1\n    price: { input: 3.00, output: "1" }\n    routes: [{ upstream: v, model: m }]\n',
  )
  const { code, out } = await farebox(['doctor', '--config', file], { ...FREE_PORTS, FAREBOX_GATEWAYS: 'many' })
  assert.equal(code, 78)
  for (const said of [/FAREBOX_GATEWAYS/, /bad\.yaml:3:11/, /bad\.yaml:9:21/, /quote it: "3\.00"/, /bad\.yaml:10:26/, /4 things to mend/])
    assert.match(out, said)
  const json = await farebox(['doctor', '--config', file, '--json'], FREE_PORTS)
  const report: { ok: boolean; findings: { problems: { line: number }[] }[] } = JSON.parse(json.out)
  assert.equal(json.code, 78)
  assert.deepEqual(
    report.findings.flatMap(({ problems }) => problems.map(({ line }) => line)),
    [3, 9, 10],
  )
})

test('a refused configuration ends every command with 78 before anything is written', async () => {
  for (const command of ['apply', 'migrate']) {
    const { code, told } = await farebox([command], { FAREBOX_LISTEN: '0.0.0.0:80' })
    assert.deepEqual([command, code], [command, 78])
    assert.match(told, /expected {2}no plain HTTP[\s\S]*mend {6}set FAREBOX_TLS_CERT/)
  }
  const json = await farebox(['apply', '--json'], { FAREBOX_GATEWAYS: 'x', FAREBOX_LOG: 'y' })
  assert.equal(JSON.parse(json.out).error.problems.length, 2)
  assert.equal((await farebox(['doctor'], { NODE_OPTIONS: '--report-on-signal' })).code, 78)
})

test('apply writes the catalogue to the database of DATABASE_URL, once', async () => {
  const database = await createTestDatabase()
  const file = join(folder, 'good.yaml')
  writeFileSync(
    file,
    'upstreams:\n  - id: u\n    kind: openai\n    base_url: https://a.example/v1\nmodels:\n  - id: m\n    context: 1\n    output_max: 1\n    routes: [{ upstream: u, model: m }]\n',
  )
  const first = await farebox(['apply', file, '--json'], { DATABASE_URL: database.connection })
  const second = await farebox(['apply', file], { DATABASE_URL: database.connection })
  const unreachable = await farebox(['apply', file], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
  await database.drop()
  await stopTestServer()
  assert.equal(first.code, 0, first.told)
  const report: { changes: { noun: string }[]; unpriced: string[] } = JSON.parse(first.out)
  assert.deepEqual([report.changes.map(({ noun }) => noun), report.unpriced], [['upstream', 'model', 'route'], ['m']])
  assert.match(second.out, /Nothing to change: the catalogue in database \w+ on /)
  assert.ok(!second.out.includes(new URL(database.connection).password || 'postgres://'))
  assert.match(second.told, /No price: calls to m are refused/)
  assert.deepEqual([unreachable.code, /ECONNREFUSED/.test(unreachable.told)], [1, true])
})

test('apply of another file than the next start takes says that it will not last', async () => {
  const database = await createTestDatabase()
  const place = join(folder, 'lasting')
  mkdirSync(place)
  const environment = { DATABASE_URL: database.connection }
  const yaml = (id: string) => `upstreams:\n  - id: ${id}\n    kind: openai\n    base_url: https://a.example/v1\n`
  for (const id of ['other', 'usual']) writeFileSync(join(place, `${id}.yaml`), yaml(id))
  const [other, usual] = [join(place, 'other.yaml'), join(place, 'usual.yaml')]
  const alone = await farebox(['apply', other, '--json'], environment)
  const lost = await farebox(['apply'], environment)
  const beside = await farebox(['apply', other], { ...environment, FAREBOX_CONFIG: usual })
  const same = await farebox(['apply', usual], { ...environment, FAREBOX_CONFIG: usual })
  await database.drop()
  await stopTestServer()
  assert.match(lost.out, /removed {2}upstream other/)
  assert.ok(alone.told.includes(`what only ${other} has is let go of by the next start`), alone.told)
  assert.match(alone.told, /there is no farebox\.yaml/)
  assert.ok(beside.told.includes(`applies ${usual}`), beside.told)
  assert.equal(same.told, '')
})

test('apply starts the embedded server for itself, and shares that of a running Farebox', async () => {
  const dataDir = join(folder, 'embedded')
  const environment = { FAREBOX_DATA_DIR: dataDir, OPENAI_API_KEY: 'sk-test-12345678' }
  const migrated = await farebox(['migrate'], { FAREBOX_DATA_DIR: join(folder, 'migrated') })
  assert.ok(migrated.told.includes(`There was no Farebox in ${join(folder, 'migrated')}: a new one was made there.`), migrated.told)
  const alone = await farebox(['apply'], environment)
  assert.equal(alone.code, 0, alone.told)
  assert.match(alone.out, /added {4}upstream openai/)
  assert.ok(alone.out.includes(` to ${dataDir}: `))
  assert.ok(alone.told.includes(`There was no Farebox in ${dataDir}: a new one was made there.`))
  const lock = await lockDataDir(dataDir)
  const server = await launchEmbedded({ dataDir })
  assert.equal(server.attached, false, 'the server was left running')
  try {
    const again = await farebox(['apply'], environment)
    assert.match(again.out, /Nothing to change/)
    assert.ok(!again.told.includes('There was no Farebox'))
    const refused = await farebox(['migrate'], environment)
    assert.deepEqual([refused.code, /Another Farebox already runs/.test(refused.told)], [1, true])
    const checked = await farebox(['doctor'], { ...environment, ...FREE_PORTS })
    assert.match(checked.out, /in use by a running Farebox/)
    assert.equal((await launchEmbedded({ dataDir })).attached, true, 'the server was stopped')
  } finally {
    await server.stop()
    await lock.release()
  }
})

test('what every process loads cannot reach the database', async () => {
  const script = `await import(${JSON.stringify(join(ROOT, 'src/commands/index.ts'))})
    const { createRequire } = await import('node:module')
    process.stdout.write(String(Object.keys(createRequire(import.meta.url).cache).filter((path) => /node_modules.pg/.test(path)).length))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  assert.equal(String(await child.stdout.toArray()), '0')
})
