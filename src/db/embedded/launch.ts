import { mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Log, systemClock } from '../../lib/index.ts'
import { type Binaries, platformBinaries } from './binaries.ts'
import { connectionTo, identifyServer } from './identify.ts'
import { ensureCluster } from './initialise.ts'
import { type Layout, layoutOf, prepareLayout } from './layout.ts'
import { EmbeddedPostgresError } from './refusals.ts'
import { ensureRoom } from './room.ts'
import { isAlive, isServer, lastWords, mayBeServer, readPostmaster, serverEnvironment, startServer } from './server-process.ts'
import { type ServerNature, serverArguments } from './server-settings.ts'
import { chooseServerUser, commandFor, type ServerUser } from './server-user.ts'
import { stopServer } from './stop.ts'

/** A running server: `connection` is the superuser's URL for database farebox, a secret; `attached` says that it ran before, `isNew` that it has just been made. */
export type EmbeddedServer = {
  readonly connection: string
  readonly attached: boolean
  readonly isNew: boolean
  readonly stop: () => Promise<void>
}

/**
 * Starts the PostgreSQL of a data directory, or finds it running, as it outlives us. The caller holds the directory's lock. Throws
 * ConfigRefusedError for what the owner of the machine has to change and EmbeddedPostgresError for the rest.
 */
export const launchEmbedded = (settings: { readonly dataDir: string; readonly log?: Log }): Promise<EmbeddedServer> =>
  launchServer({ ...settings, binaries: platformBinaries(), isDurable: true })

/** What a launch needs. */
export type Launch = ServerNature & { readonly dataDir: string; readonly binaries: Binaries; readonly log?: Log }

/** launchEmbedded with any binaries; without durability for tests alone. */
export async function launchServer(launch: Launch): Promise<EmbeddedServer> {
  const server = prepare(launch)
  const { isNew } = await ensureCluster(server)
  const attached = await attach(server)
  if (!attached) await start(server)
  return { connection: connectionTo(server.layout, 'farebox'), attached, isNew, stop: () => stop(server.layout) }
}

async function stop(layout: Layout): Promise<void> {
  await stopServer(layout.cluster)
  // A folder for a long path stands among other people's; it is made again at the next start.
  if (!layout.socketDirectory.startsWith(layout.root)) rmSync(layout.socketDirectory, { recursive: true, force: true })
}

type Server = Launch & { readonly layout: Layout; readonly user: ServerUser; readonly args: readonly string[] }

const RECOVERY_MS_MAX = 600_000
const ANSWER_MS_MAX = 15_000
const START_MS_MAX = 5000
const POLL_MS = 5
const TELL_MS = 10_000

function prepare(launch: Launch): Server {
  mkdirSync(launch.dataDir, { recursive: true, mode: 0o700 })
  const layout = layoutOf(launch.dataDir)
  const user = chooseServerUser(layout.cluster)
  prepareLayout(layout, launch.binaries, user)
  return { ...launch, layout, user, args: serverArguments({ ...launch, ...layout }) }
}

/** True when our server runs already, as we would start it; one with other settings or binaries is stopped first. */
async function attach(server: Server): Promise<boolean> {
  const { cluster } = server.layout
  const found = readPostmaster(cluster)
  if (found === undefined) return false
  if (!isServer(found.pid, cluster)) {
    if (isAlive(found.pid)) forgetServer(server.layout, found.pid)
    return false
  }
  if ((await waitUntilReady(server, found.pid, () => !isServer(found.pid, cluster))) === 'ended') return false
  if (isAsWanted(server)) return true
  server.log?.({ event: 'postgres-restarted' })
  await stopServer(cluster)
  return false
}

/** PostgreSQL knows the file of a dead server by itself, but takes a living process that has its number now for the server. */
function forgetServer(layout: Layout, pid: number): void {
  if (mayBeServer(pid)) throw foreign(layout)
  rmSync(join(layout.cluster, 'postmaster.pid'), { force: true })
}

/** postmaster.opts holds the command line of the running server. */
function isAsWanted({ layout, args, binaries }: Server): boolean {
  const program = join(realpathSync(binaries.directory), 'postgres')
  const line = [program, ...args.map((argument) => `"${argument}"`)].join(' ')
  return readFileSync(join(layout.cluster, 'postmaster.opts'), 'utf8').trimEnd() === line
}

async function start(server: Server): Promise<void> {
  const { layout, binaries, user, args } = server
  ensureRoom(layout.cluster)
  const command = commandFor(user, { program: join(binaries.directory, 'postgres'), args, paths: [layout.cluster, layout.socketDirectory] })
  const deadline = systemClock.monotonic() + START_MS_MAX
  for (;;) {
    const started = startServer(command, layout, serverEnvironment(layout, binaries))
    const outcome = await waitUntilReady(server, started.pid ?? 0, () => started.exit() !== undefined)
    if (outcome === 'ready') return
    // The processes of a server that was killed need a moment to notice; until then PostgreSQL rightly refuses.
    const isHeld = /shared memory block|lock file/.test(lastWords(layout))
    if (!isHeld || systemClock.monotonic() > deadline)
      throw new EmbeddedPostgresError('start_failed', lastWords(layout) || (started.exit() ?? ''))
    await delay(50)
  }
}

/** Waits out start, recovery and shutdown of a process, until `hasEnded`. Throws when it is not our server or does not answer. */
async function waitUntilReady(server: Server, pid: number, hasEnded: () => boolean): Promise<'ready' | 'ended'> {
  const { layout, log } = server
  const began = systemClock.monotonic()
  let answerBy = Number.POSITIVE_INFINITY
  for (let tellAt = began + TELL_MS; !hasEnded(); await delay(POLL_MS)) {
    const now = systemClock.monotonic()
    if (isReady(layout, pid)) {
      answerBy = Math.min(answerBy, now + ANSWER_MS_MAX)
      const identity = await identifyServer(layout, pid)
      if (identity === 'ours') return 'ready'
      if (identity === 'foreign' || now > answerBy) throw foreign(layout)
    }
    if (now > began + RECOVERY_MS_MAX) throw new EmbeddedPostgresError('start_timeout', 'it is still recovering; try again later')
    if (now > tellAt) {
      log?.({ event: 'postgres-recovering', seconds: Math.round((now - began) / 1000) })
      tellAt += TELL_MS
    }
  }
  return 'ended'
}

function isReady(layout: Layout, pid: number): boolean {
  const found = readPostmaster(layout.cluster)
  return found?.pid === pid && found.status === 'ready'
}

const foreign = (layout: Layout) =>
  new EmbeddedPostgresError(
    'foreign_server',
    `${join(layout.cluster, 'postmaster.pid')} names a process that is not the server of this folder, or does not answer; stop that PostgreSQL, or remove the file if none runs`,
  )
