import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { launchServer, systemBinaries } from '../src/db/embedded/index.ts'
import { isRunning, signal } from './processes.ts'

/** The PostgreSQL that checks run on: the one that comes with Farebox, or one of the system's packages. */
export const SERVERS = ['embedded', 'system'] as const
export type ServerKind = (typeof SERVERS)[number]

/** A server for a run of checks: what a result line calls it, or why it is not to be had. */
export type ChosenServer = { readonly name: string } | { readonly notRun: string }

const PACKAGES = '/usr/lib/postgresql'
const MAJOR_MIN = 15
/** Also read by src/db/testing.ts, so that databases of tests and servers of worlds are of one kind. */
const VARIABLE = 'FAREBOX_TEST_POSTGRES'

/** Makes every world and test database of this process use such a server from now on. */
export function chooseServer(kind: ServerKind): ChosenServer {
  if (kind === 'embedded') {
    delete process.env[VARIABLE]
    return { name: 'embedded' }
  }
  const version = systemVersions()[0]
  if (version === undefined) return { notRun: `no PostgreSQL ${MAJOR_MIN} or newer lies in ${PACKAGES} (apt-get install postgresql-15)` }
  process.env[VARIABLE] = version
  return { name: `system ${version}` }
}

/** The oldest one first, as what runs there runs on newer ones too. */
const systemVersions = (): readonly string[] =>
  (existsSync(PACKAGES) ? readdirSync(PACKAGES) : [])
    .filter((name) => Number(name) >= MAJOR_MIN && existsSync(join(PACKAGES, name, 'bin', 'postgres')))
    .sort()

/** A server of the system's packages that belongs to one world: it is started again when it dies, as an init system would. */
export type SystemPostgres = {
  /** The superuser's URL, as an operator would set it for DATABASE_URL. */
  readonly connection: string
  /** Resolves when it runs and answers. */
  readonly untilUp: () => Promise<void>
  /** Kills it and leaves it so, until `untilUp`. */
  readonly takeDown: () => void
  readonly stop: () => Promise<void>
}

const LOOK_MS = 100

/** Starts a server of the version that was chosen below `dataDir`; undefined when the embedded one was. */
export async function startSystemPostgres(dataDir: string): Promise<SystemPostgres | undefined> {
  const version = process.env[VARIABLE]
  if (version === undefined || version === '') return undefined
  const binaries = systemBinaries(join(PACKAGES, version, 'bin'), Number(version))
  const launch = () => launchServer({ dataDir, binaries, isDurable: true })
  const server = await launch()
  let launching: Promise<unknown> | undefined
  let isWanted = true
  const look = (): Promise<unknown> | undefined => {
    if (!isWanted || isRunning(postmasterOf(dataDir))) return launching
    launching ??= launch()
      .catch(() => undefined)
      .finally(() => {
        launching = undefined
      })
    return launching
  }
  const keeper = setInterval(() => void look(), LOOK_MS)
  return {
    connection: server.connection,
    untilUp: async () => {
      isWanted = true
      await look()
    },
    takeDown: () => {
      isWanted = false
      const pid = postmasterOf(dataDir)
      if (pid > 0) signal(pid, 'SIGKILL')
    },
    stop: async () => {
      clearInterval(keeper)
      await launching
      await server.stop()
    },
  }
}

/** The superuser's connection to the embedded server of a data directory, as only its owner can make it. */
export function ownerConnection(dataDir: string): string {
  const root = join(realpathSync(dataDir), 'postgres')
  const password = readFileSync(join(root, 'superuser-password'), 'utf8').trim()
  const socket = join(root, 'socket')
  if (!existsSync(socket)) throw new Error('the database has its socket elsewhere; use a shorter data directory')
  return `postgres://farebox:${encodeURIComponent(password)}@localhost/farebox?host=${encodeURIComponent(socket)}&sslmode=disable`
}

/** 0 when there is none, which no process has. */
function postmasterOf(dataDir: string): number {
  try {
    return Number(readFileSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
  } catch {
    // The server removes the file when it ends, and a new one has not written it yet.
    return 0
  }
}
