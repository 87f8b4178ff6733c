import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchServer } from '../../src/db/embedded/index.ts'
import { connect, migrate, openLogins, platformBinaries, sql } from '../../src/db/index.ts'
import { type CheckContext, type Figure, type Measured, NotRunError, stoppable } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { signal } from '../processes.ts'
import { needProgram } from '../system-program.ts'
import { startWorld, type World } from '../world.ts'
import { readCommitTrace } from './commit-trace.ts'
import { serveOnce } from './serve-once.ts'

const SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'] as const
const ATTACHED_MS_MAX = 30_000
const EXIT_CONFIG = 78
const REFUSED_MS_MAX = 120_000

/**
 * CRA-03: each of `n` credits is answered only after the write-ahead log that holds it was written and synchronised, as the kernel saw it; and
 * a server on which that would mean nothing is refused at the start, with exit code 78 and the setting by name.
 */
export async function powerLoss(context: CheckContext): Promise<Measured> {
  needProgram('strace', 'strace')
  const synced = await traceCredits(context)
  const refused = await refuseLax(context)
  return { n: context.n, measured: { ...synced, ...refused } }
}

async function traceCredits(context: CheckContext): Promise<Record<string, Figure>> {
  const folder = mkdtempSync(join(tmpdir(), 'farebox-commits-'))
  const world = await startWorld()
  try {
    if (world.postgres !== undefined) throw new NotRunError('it traces the embedded database')
    const { id } = await world.operator.customer('1.00')
    const file = join(folder, 'trace')
    const tracer = await attach(world, file)
    try {
      for (let index = 0; index < context.n; index += 1)
        await world.operator.ask('POST', `/accounts/${id}/credits`, { amount: '0.01', reason: 'traced' })
    } finally {
      await detach(tracer)
    }
    const { acknowledged, unwritten, unsynced } = readCommitTrace(readFileSync(file, 'latin1').split('\n'))
    context.expect(acknowledged === context.n, `blind: ${acknowledged} of ${context.n} answers were seen`)
    context.expect(unwritten.length === 0, `${unwritten.length} answers came before anything was written, such as number ${unwritten[0]}`)
    context.expect(unsynced.length === 0, `${unsynced.length} answers came before an fdatasync, such as number ${unsynced[0]}`)
    return { answers: acknowledged, after_fdatasync: acknowledged - unwritten.length - unsynced.length }
  } finally {
    await world.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const TRACED = 'trace=pwrite64,pwritev,pwritev2,write,writev,fdatasync,fsync'

/** Traces control and every process of the database, those that are still to come included. */
async function attach(world: World, file: string): Promise<ChildProcess> {
  const pids = world.processes().flatMap(({ pid, role }) => (role === 'control' || role === 'postgres' || isServer(pid) ? [pid] : []))
  const args = ['-f', '-y', '-s', '64', '-e', TRACED, '-o', file, ...pids.flatMap((pid) => ['-p', String(pid)])]
  const tracer = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  tracer.stderr?.on('data', (chunk) => {
    said += String(chunk)
  })
  const isAttached = (): boolean => pids.every((pid) => said.includes(`Process ${pid} attached`))
  await until(
    async () => isAttached() || tracer.exitCode !== null,
    (isOver) => isOver,
    ATTACHED_MS_MAX,
  )
  if (isAttached()) return tracer
  await detach(tracer)
  throw new NotRunError(`strace may not look into processes here: ${said.trim().split('\n').at(-1) ?? ''}`)
}

const isServer = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('postgres: ')
  } catch {
    // It has ended meanwhile.
    return false
  }
}

/** Lets all go on alone, and waits until the trace is written. */
async function detach(tracer: ChildProcess): Promise<void> {
  if (tracer.exitCode !== null || tracer.pid === undefined) return
  const closed = new Promise((resolve) => tracer.once('close', resolve))
  signal(tracer.pid, 'SIGINT')
  await closed
}

/** Refused are a server on which all of it is off, as tests have it, one whose database alone would not wait, and one where only a login of ours would not. */
async function refuseLax(context: CheckContext): Promise<Record<string, Figure>> {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-lax-'))
  const stops: (() => Promise<void>)[] = []
  const launch = async (isDurable: boolean) => {
    const { connection, stop } = await launchServer({ dataDir: join(directory, 'system'), binaries: platformBinaries(), isDurable })
    stops.push(stoppable(stop))
    return connection
  }
  try {
    await expectRefused(context, { directory, connection: await launch(false), off: SETTINGS })
    await stops[0]?.()
    const connection = await launch(true)
    const owner = connect({ connection, role: undefined, poolMax: 1 })
    await owner.query(sql`alter database farebox set synchronous_commit = off`)
    await expectRefused(context, { directory, connection, off: ['synchronous_commit'] })
    await owner.query(sql`alter database farebox reset synchronous_commit`)
    await migrate(connection)
    await openLogins(connection)
    await owner.query(sql`do $$ begin
      execute format('alter role farebox_ledger_%s set synchronous_commit = off', (select oid from pg_database where datname = 'farebox'));
    end $$`)
    await owner.end()
    await expectRefused(context, { directory, connection, off: ['synchronous_commit'] })
  } finally {
    for (const stop of stops) await stop()
    rmSync(directory, { recursive: true, force: true })
  }
  return { servers_refused: 3 }
}

type Lax = { readonly directory: string; readonly connection: string; readonly off: readonly (typeof SETTINGS)[number][] }

async function expectRefused(context: CheckContext, { directory, connection, off }: Lax): Promise<void> {
  const { code, output } = await serveOnce({ FAREBOX_DATA_DIR: join(directory, 'data'), DATABASE_URL: connection }, REFUSED_MS_MAX)
  const named = SETTINGS.filter((setting) => output.includes(`${setting} off`))
  context.expect(
    code === EXIT_CONFIG && named.join() === off.join(),
    `with ${off.join()} off it ended with ${code} and said: ${output.slice(0, 500)}`,
  )
}
