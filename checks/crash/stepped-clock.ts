import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, globSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchServer } from '../../src/db/embedded/index.ts'
import { connect, sql } from '../../src/db/index.ts'
import { testBinaries } from '../../src/db/testing.ts'
import { NotRunError, stoppable } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { isRunning, signal } from '../processes.ts'

/** The wall clock of some processes, set from outside while they run; their monotonic clock goes on. */
export type SteppedClock = {
  /** What a process is started with to have this clock. */
  readonly environment: Readonly<Record<string, string>>
  /** An offset and a rate as libfaketime takes them: "+1d", "-1s", "+0 x1.2". */
  readonly set: (offset: string) => void
  /** Milliseconds since 1970 as such a process sees them. */
  readonly now: () => number
}

/** A folder with the clocks of one check; `remove` forgets them. */
export type Clocks = { readonly make: (name: string) => SteppedClock; readonly directory: string; readonly remove: () => void }

/** Makes clocks; throws NotRunError where libfaketime is not installed. */
export function openClocks(): Clocks {
  const [library] = globSync(['/usr/lib/*/faketime/libfaketimeMT.so.1', '/usr/lib/faketime/libfaketimeMT.so.1'])
  if (library === undefined) throw new NotRunError('libfaketime is not installed (apt-get install faketime)')
  const directory = mkdtempSync(join(tmpdir(), 'farebox-clocks-'))
  // The database runs as another user.
  chmodSync(directory, 0o755)
  const make = (name: string): SteppedClock => {
    const file = join(directory, name)
    const set = (offset: string): void => writeFileSync(file, `${offset}\n`, { mode: 0o644 })
    set('+0')
    const environment = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }
    const now = (): number => Number(execFileSync(process.execPath, ['-p', 'Date.now()'], { env: environment, encoding: 'utf8' }))
    return { environment, set, now }
  }
  return { make, directory, remove: () => rmSync(directory, { recursive: true, force: true }) }
}

/** A PostgreSQL whose wall clock is a stepped one. */
export type SteppedPostgres = { readonly connection: string; readonly dataDir: string; readonly stop: () => Promise<void> }

const START_MS_MAX = 20_000

/**
 * Makes a cluster of the kind that was chosen for the run and starts it by hand, as nothing in the product would start it so. It waits for
 * the disk when it `isDurable`.
 */
export async function startSteppedPostgres({ directory }: Clocks, clock: SteppedClock, isDurable = true): Promise<SteppedPostgres> {
  const binaries = testBinaries()
  const dataDir = join(directory, 'database')
  const made = await launchServer({ dataDir, binaries, isDurable })
  await made.stop()
  chmodSync(dataDir, 0o711)
  const root = join(realpathSync(dataDir), 'postgres')
  const cluster = join(root, 'data')
  const [program = '', ...args] = readFileSync(join(cluster, 'postmaster.opts'), 'utf8').trim().split(' ').map(unquote)
  const owner = statSync(cluster)
  const libraries = binaries.libraries === undefined ? {} : { LD_LIBRARY_PATH: `${join(root, 'lib')}:${binaries.libraries}` }
  const child = spawn(program, args, {
    ...(process.getuid?.() === 0 ? { uid: owner.uid, gid: owner.gid } : {}),
    cwd: '/',
    stdio: 'ignore',
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin', ...libraries, ...clock.environment },
  })
  const pid = child.pid ?? 0
  const stop = stoppable(async () => {
    signal(pid, 'SIGINT')
    await until(
      async () => isRunning(pid),
      (is) => !is,
      START_MS_MAX,
    )
  })
  const isUp = await until(
    () => answers(made.connection),
    (is) => is || !isRunning(pid),
    START_MS_MAX,
  )
  if (!isUp) throw new NotRunError('PostgreSQL does not start under libfaketime here')
  return { connection: made.connection, dataDir, stop }
}

const unquote = (argument: string): string => argument.replace(/^"(.*)"$/, '$1')

async function answers(connection: string): Promise<boolean> {
  const database = connect({ connection, role: undefined, poolMax: 1 })
  try {
    await database.query(sql`select 1`)
    return true
  } catch {
    // It is still starting.
    return false
  } finally {
    await database.end()
  }
}
