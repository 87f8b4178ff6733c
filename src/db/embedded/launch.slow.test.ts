// Protects: our own server keeps every commit through any death of ours or its own, lets nobody in without the password, writes down
// nothing of a statement, and is never mistaken for another one.
import { equal, ok, rejects } from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ConfigRefusedError } from '../../spec/index.ts'
import { connect } from '../database.ts'
import { checkServer } from '../server-check.ts'
import { sql } from '../sql.ts'
import { testBinaries } from '../testing.ts'
import { type EmbeddedServer, launchServer } from './launch.ts'
import { type Layout, layoutOf } from './layout.ts'
import { EmbeddedPostgresError } from './refusals.ts'
import { readPostmaster, serverEnvironment, startServer } from './server-process.ts'
import { serverArguments } from './server-settings.ts'
import { chooseServerUser, commandFor } from './server-user.ts'

const binaries = testBinaries()
// A folder of mkdtemp is closed to all but its owner, so run as root this is also the test of passing through such folders.
const directory = mkdtempSync(join(tmpdir(), 'farebox-embedded-'))
const dataDir = join(directory, 'data')
const launch = (isDurable = true) => launchServer({ dataDir, binaries, isDurable })
/** Far above the real figures, which are 0.05 to 0.4 s on an idle machine: this is about hanging, not about speed. */
const MS_MAX = 10_000
const pidOf = (layout: Layout) => readPostmaster(layout.cluster)?.pid ?? 0

/** Debian's nobody. */
const NOBODY = { uid: 65_534, gid: 65_534 }

let layout: Layout
let server: EmbeddedServer

before(async () => {
  mkdirSync(join(dataDir, 'postgres', 'data.unfinished'), { recursive: true })
  writeFileSync(join(dataDir, 'postgres', 'data.unfinished', 'PG_VERSION'), 'from an initdb that was cut off')
  server = await launch()
  layout = layoutOf(dataDir)
  await run('create schema farebox')
  await run('create table kept (id integer primary key)')
})
after(async () => {
  await server.stop()
  rmSync(directory, { recursive: true })
})

async function run(text: string, connection = server.connection): Promise<readonly Record<string, unknown>[]> {
  const database = connect({ connection, role: undefined, poolMax: 1 })
  const strings = Object.assign([text], { raw: [text] })
  try {
    return await database.query(sql(strings))
  } finally {
    await database.end()
  }
}

const rowsKept = async () => (await run('select count(*)::int as n from kept'))[0]?.n
const isRunning = (pid: number) => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`).length > 0

/** Every process of a server. */
function family(pid: number): readonly number[] {
  const parent = (child: string) => {
    try {
      return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1])
    } catch {
      // It has ended since it was listed.
      return undefined
    }
  }
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return [pid, ...numbers.filter((name) => parent(name) === pid).map(Number)]
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (thrown) {
      // The others end by themselves when the first has gone.
      equal(thrown instanceof Error && 'code' in thrown && thrown.code, 'ESRCH')
    }
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const began = performance.now()
  const result = await work()
  return { result, ms: performance.now() - began }
}

const isForeign = (thrown: unknown) => thrown instanceof EmbeddedPostgresError && thrown.code === 'foreign_server'

test('a first start serves on a socket alone, with commits that wait for the disk', async () => {
  equal(server.attached, false)
  await checkServer(server.connection)
  const [settings] = await run(`select current_setting('listen_addresses') as listen, current_setting('wal_recycle') as recycle,
    current_setting('data_checksums') as checksums, current_database()::text as database`)
  equal(JSON.stringify(settings), JSON.stringify({ listen: '', recycle: 'off', checksums: 'on', database: 'farebox' }))
  ok(Buffer.byteLength(join(layout.socketDirectory, '.s.PGSQL.5432')) <= 107)
  equal(readFileSync(join(layout.cluster, 'pg_hba.conf'), 'utf8'), 'local all all scram-sha-256\n')
})

test('the password lies in a file of our own and is asked for', async () => {
  const { mode, uid } = statSync(layout.password)
  equal(mode & 0o777, 0o600)
  equal(uid, process.getuid?.())
  equal(existsSync(layout.initialPassword), false)
  for (const password of ['', 'wrong']) {
    const url = new URL(server.connection)
    url.password = password
    const database = connect({ connection: url.href, role: undefined, poolMax: 1 })
    await rejects(database.query(sql`select 1`), { code: password === '' ? 'authentication_failed' : '28P01' })
    await database.end()
  }
})

test('a second launch finds the first', async () => {
  const pid = pidOf(layout)
  const { result, ms } = await timed(launch)
  equal(result.attached, true)
  equal(pidOf(layout), pid)
  ok(ms < MS_MAX, `${ms} ms`)
})

test('a failing statement leaves nothing of itself in the log', async () => {
  await rejects(run(`select 'canary-51e2'::uuid`), { code: '22P02' })
  await rejects(run(`do $$ begin raise exception 'canary-51e2'; end $$`), { code: 'P0001' })
  equal(readFileSync(layout.log, 'utf8').includes('canary-51e2'), false)
})

test('it outlives kill -9 of the process that launched it', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  await server.stop()
  const child = launcher()
  await upFrom(child)
  const pid = pidOf(layout)
  child.kill('SIGKILL')
  await once(child, 'exit')
  server = await launch()
  equal(server.attached, true)
  equal(pidOf(layout), pid)
  equal(await rowsKept(), 1)
})

test('kill -9 of the whole server loses no commit', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  const database = connect({ connection: server.connection, role: undefined, poolMax: 2 })
  for (let id = 100; id < 150; id++) await database.query(sql`insert into kept values (${id})`)
  killAll(family(pidOf(layout)))
  const { result, ms } = await timed(launch)
  equal(result.attached, false)
  ok(ms < MS_MAX, `${ms} ms`)
  equal(await rowsKept(), 51)
  equal((await database.query(sql`select 1`)).length, 1)
  await database.end()
})

test('kill -9 of its first process alone is waited out', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  process.kill(pidOf(layout), 'SIGKILL')
  equal((await launch()).attached, false)
  equal(await rowsKept(), 51)
})

test('it stops at once when idle, is gone then, and starts again at once', async () => {
  await run('checkpoint')
  const pid = pidOf(layout)
  const stop = await timed(() => server.stop())
  ok(stop.ms < MS_MAX, `${stop.ms} ms`)
  equal(isRunning(pid), false)
  equal(readPostmaster(layout.cluster), undefined)
  await server.stop()
  const start = await timed(launch)
  equal(start.result.attached, false)
  ok(start.ms < MS_MAX, `${start.ms} ms`)
})

test('a server with other settings is replaced', async () => {
  equal((await launch(false)).attached, false)
  equal((await run('show fsync'))[0]?.fsync, 'off')
  equal((await launch(true)).attached, false)
  equal((await run('show fsync'))[0]?.fsync, 'on')
})

test('a process that has the number of a dead server is not taken for it', async () => {
  await server.stop()
  writeFileSync(join(layout.cluster, 'postmaster.pid'), postmasterFile(process.pid))
  equal((await launch()).attached, false)
  equal(await rowsKept(), 51)
})

test('another server on our socket is refused, even a copy of ours', { skip: process.platform !== 'linux' && 'needs /proc' }, async () => {
  await server.stop()
  const copy = join(directory, 'copy')
  mkdirSync(copy, { mode: 0o711 })
  execFileSync('cp', ['-a', join(dataDir, 'postgres'), copy])
  const impostor = await runCopy(layoutOf(copy))
  // The process that postmaster.pid names looks like our server from outside.
  const decoy = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)', '--', '-D', layout.cluster], {
    argv0: 'postgres',
    stdio: 'ignore',
  })
  try {
    writeFileSync(join(layout.cluster, 'postmaster.pid'), postmasterFile(decoy.pid ?? 0))
    await rejects(launch(), isForeign)
    equal(readPostmaster(layout.cluster)?.pid, decoy.pid)
  } finally {
    decoy.kill('SIGKILL')
    await once(decoy, 'exit')
    await impostor()
  }
  server = await launch()
  equal(server.attached, false)
})

test('data of another major version is refused', async () => {
  await server.stop()
  const file = join(layout.cluster, 'PG_VERSION')
  const version = readFileSync(file, 'utf8')
  writeFileSync(file, '12\n')
  await rejects(launch(), (thrown) => thrown instanceof ConfigRefusedError && thrown.problems[0]?.got === 'data of PostgreSQL 12')
  writeFileSync(file, version)
  server = await launch()
})

test('a path too long for a socket gets one elsewhere, removed with the server', async () => {
  const long = join(directory, 'x'.repeat(120))
  const far = await launchServer({ dataDir: long, binaries, isDurable: false })
  const { socketDirectory } = layoutOf(long)
  equal(socketDirectory.startsWith(long), false)
  equal(statSync(socketDirectory).mode & 0o777, 0o700)
  equal((await run('select 1', far.connection)).length, 1)
  await far.stop()
  equal(existsSync(socketDirectory), false)
})

test('an ordinary user has a server too', { skip: nobodySkip() }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'farebox-nobody-'))
  chownSync(home, NOBODY.uid, NOBODY.gid)
  const child = launcher(NOBODY, join(home, 'data'))
  await upFrom(child)
  equal(statSync(join(home, 'data', 'postgres', 'data')).uid, NOBODY.uid)
  child.kill('SIGTERM')
  await once(child, 'exit')
  equal(child.exitCode, 0)
  rmSync(home, { recursive: true })
})

function nobodySkip(): string | false {
  if (process.getuid?.() !== 0) return 'every other test here ran as an ordinary user'
  const read = `await import(${JSON.stringify(join(import.meta.dirname, 'launch.ts'))})`
  const probe = spawnSync(process.execPath, ['--input-type=module', '-e', read], { ...NOBODY, cwd: '/' })
  return probe.status === 0 ? false : 'user nobody cannot read this checkout'
}

function launcher(user: { readonly uid?: number; readonly gid?: number } = {}, at = dataDir): ChildProcess {
  const script = `
    const { launchServer } = await import(process.argv[1]); const { connect } = await import(process.argv[2]); const { sql } = await import(process.argv[3])
    const server = await launchServer({ dataDir: process.argv[4], binaries: JSON.parse(process.argv[5]), isDurable: true })
    const database = connect({ connection: server.connection, role: undefined, poolMax: 1 })
    await database.query(sql\`create schema if not exists farebox\`)
    await database.query(sql\`create table if not exists kept (id integer primary key)\`)
    await database.query(sql\`insert into kept values (1)\`)
    await database.end()
    process.once('SIGTERM', () => server.stop().then(() => process.exit(0))); process.stdout.write('up'); setInterval(() => undefined, 1000)`
  const files = ['embedded/launch.ts', 'database.ts', 'sql.ts'].map((name) => join(import.meta.dirname, '..', name))
  return spawn(process.execPath, ['--input-type=module', '-e', script, ...files, at, JSON.stringify(binaries)], {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function upFrom(child: ChildProcess): Promise<void> {
  ok(child.stdout)
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  equal(String(said), 'up')
}

/** A copy of our cluster, with our password, on our socket. */
async function runCopy(copied: Layout): Promise<() => Promise<void>> {
  const user = chooseServerUser(copied.cluster)
  const args = serverArguments({ cluster: copied.cluster, socketDirectory: layout.socketDirectory, isDurable: false })
  const wanted = { program: join(binaries.directory, 'postgres'), args, paths: [copied.cluster] }
  const started = startServer(commandFor(user, wanted), copied, serverEnvironment(layout, binaries))
  while (readPostmaster(copied.cluster)?.status !== 'ready') {
    equal(started.exit(), undefined)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return async () => {
    process.kill(started.pid ?? 0, 'SIGQUIT')
    while (started.exit() === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const postmasterFile = (pid: number) =>
  [pid, layout.cluster, 1_700_000_000, 5432, layout.socketDirectory, '', '        1         1', 'ready   ', ''].join('\n')
