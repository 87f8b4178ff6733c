import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../sim/index.ts'
import { type Database, MigrationFailedError, migrate, sql } from '../../src/db/index.ts'
import { call } from '../calls.ts'
import type { CheckContext, Figure, Measured } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { startWorld } from '../world.ts'
import { type Cut, openSite, type Site } from './migration-site.ts'
import { OLD_BOOKS } from './old-books.ts'
import { rowsOf, schemaOf } from './schema-print.ts'
import { versionsTogether } from './versions-together.ts'

const [CALM, KILLED] = ['farebox_calm', 'farebox_killed']
const WAITING_SECONDS = 1
const WAITING_MS_MAX = 30_000
/** A migration takes some tens of milliseconds. */
const MOMENT_MS_SPREAD = 40

/**
 * CRA-15: each of the newest `n` migrations is killed after each of its statements, its process in the middle of it, and its server at a random
 * moment, on the books of a first version; each time nothing of it is left, and in the end tables and rows are those of a run that nobody
 * disturbed. The newest program serves on what came out. Then the versions before and after the newest migration serve side by side.
 */
export async function migrationKills(context: CheckContext): Promise<Measured> {
  const site = await openSite()
  try {
    const disturbed = site.migrations.slice(-context.n)
    const killed = await killEach(context, site, disturbed)
    await expectServes(context, site)
    return { n: disturbed.length, measured: { ...killed, ...(await versionsTogether(context)) } }
  } finally {
    await site.stop()
  }
}

async function killEach(context: CheckContext, site: Site, disturbed: readonly Cut[]): Promise<Record<string, Figure>> {
  const random = seededRandom(context.seed)
  const kills = { statements: 0, processes: 0, servers: 0 }
  await site.make(CALM)
  await site.make(KILLED)
  for (const cut of site.migrations) {
    await site.migrateTo(CALM, cut.number)
    if (disturbed.includes(cut)) {
      const run: Run = { context, site, cut, before: cut.number === 1 ? [] : await site.ask(KILLED, schemaOf) }
      for (let after = 1; after <= cut.statements.length; after += 1) await killAfter(run, after)
      await killProcess(run, 1 + random.below(cut.statements.length))
      await killServer(run, random.below(MOMENT_MS_SPREAD))
      kills.statements += cut.statements.length
      kills.processes += 1
      kills.servers += 1
      context.progress(`${cut.name}: killed after each of ${cut.statements.length} statements`)
    }
    await site.migrateTo(KILLED, cut.number)
    if (cut.number === 1) await writeOldBooks(site)
    if (disturbed.includes(cut)) await expectEqual(context, site, cut)
  }
  return kills
}

async function writeOldBooks(site: Site): Promise<void> {
  for (const name of [CALM, KILLED])
    await site.ask(name, async (database) => {
      for (const statement of OLD_BOOKS) await database.query(statement)
    })
}

type Run = { readonly context: CheckContext; readonly site: Site; readonly cut: Cut; readonly before: readonly string[] }

/** The server ends the migration's connection after so many of its statements. */
async function killAfter(run: Run, after: number): Promise<void> {
  const { context, site, cut } = run
  const folder = site.alter(cut, after, 'select pg_terminate_backend(pg_backend_pid())')
  const code = await migrate(site.connection(KILLED), folder, cut.number).then(
    () => 'applied',
    (thrown: unknown) => (thrown instanceof MigrationFailedError ? thrown.code : String(thrown)),
  )
  context.expect(code === '57P01', `${cut.name} was not killed after its statement ${after}, but: ${code}`)
  await expectNothingLeft(run, `was killed after its statement ${after}`)
}

/** The process that migrates is killed while one of the statements runs; the server notices when that is over. */
async function killProcess(run: Run, after: number): Promise<void> {
  const { context, site, cut } = run
  const folder = site.alter(cut, after, `select pg_sleep(${WAITING_SECONDS})`)
  const program = `import { migrate } from ${JSON.stringify(join(process.cwd(), 'src', 'db', 'index.ts'))}
    await migrate(process.env.CONNECTION, process.env.FOLDER, ${cut.number})`
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    env: { CONNECTION: site.connection(KILLED), FOLDER: folder },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  const isIn = await until(
    () => site.ask(KILLED, isSleeping),
    (isSeen) => isSeen || child.exitCode !== null,
    WAITING_MS_MAX,
  )
  child.kill('SIGKILL')
  const [, signal] = await ended
  context.expect(isIn && signal === 'SIGKILL', `blind: the process was not killed in the middle of ${cut.name}`)
  await until(
    () => site.ask(KILLED, isSleeping),
    (isSeen) => !isSeen,
    WAITING_MS_MAX,
  )
  await expectNothingLeft(run, `lost its process in its statement ${after}`)
}

async function isSleeping(database: Database): Promise<boolean> {
  return (await database.query(sql`select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = ${KILLED}`)).length > 0
}

/** The server is killed at a random moment of the migration, which may be over by then; what is there afterwards is all of it or nothing. */
async function killServer(run: Run, afterMs: number): Promise<void> {
  const { context, site, cut } = run
  const running = site.migrateTo(KILLED, cut.number).then(
    () => true,
    () => false,
  )
  await sleep(afterMs)
  await site.killServer()
  const isTold = await running
  await site.startServer()
  const isApplied = await site.ask(KILLED, (database) => hasRun(database, cut))
  context.expect(isApplied || !isTold, `${cut.name} was told to have run and is gone after its server was killed`)
  if (!isApplied) await expectNothingLeft(run, `lost its server after ${afterMs} ms`)
}

async function hasRun(database: Database, { name }: Cut): Promise<boolean> {
  const [row] = await database.query<{ known: boolean }>(sql`select to_regclass('farebox.migration') is not null as known`)
  if (row?.known !== true) return false
  return (await database.query(sql`select 1 from migration where name = ${name}`)).length > 0
}

/** Before the first migration the runner's own table is all there is. */
async function expectNothingLeft({ context, site, cut, before }: Run, what: string): Promise<void> {
  if (cut.number === 1) {
    const isThere = await site.ask(KILLED, (database) => hasRun(database, cut))
    const tables = await site.ask(KILLED, (database) =>
      database.query(sql`select 1 from pg_tables where schemaname = 'farebox' and tablename <> 'migration'`),
    )
    context.expect(!isThere && tables.length === 0, `${cut.name} ${what} and left ${tables.length} tables`)
    return
  }
  const [line] = differing(before, await site.ask(KILLED, schemaOf))
  context.expect(line === undefined, `${cut.name} ${what} and left: ${line}`)
}

async function expectEqual(context: CheckContext, site: Site, { name }: Cut): Promise<void> {
  for (const print of [schemaOf, rowsOf]) {
    const [calm, killed] = [await site.ask(CALM, print), await site.ask(KILLED, print)]
    context.expect(calm.length > 0, `blind: there is nothing after ${name}`)
    const [line] = differing(calm, killed)
    context.expect(line === undefined, `after ${name} it is not as it would have been: ${line}`)
  }
}

/** Lines that one has and the other has not. */
function differing(one: readonly string[], other: readonly string[]): readonly string[] {
  const [first, second] = [new Set(one), new Set(other)]
  return [...one.filter((line) => !second.has(line)), ...other.filter((line) => !first.has(line))]
}

/** The program of this checkout starts on what came out, finds the old books in order, and serves a call. */
async function expectServes(context: CheckContext, site: Site): Promise<void> {
  const world = await startWorld({ env: { DATABASE_URL: site.connection(KILLED) } })
  try {
    const { key } = await world.operator.customer('1.00')
    const { status } = await call({ base: world.base, key, protocol: 'openai' })
    context.expect(status === 200, `a call after the migrations was answered ${status}`)
    const { ok, problems, checked } = await world.operator.verify()
    context.expect(ok, `the books do not agree after the migrations: ${problems.join(', ')}`)
    context.expect((checked['transfers_positive'] ?? 0) >= 4, 'blind: the books of the first version are gone')
  } finally {
    await world.stop()
  }
}
