/**
 * Databases for tests: one server for all test processes of this checkout, started by the first, stopped by the last; each test gets
 * a database of its own, copied from a migrated one. `FAREBOX_TEST_DATABASE_URL` names another server to make them on (its user
 * makes databases and roles), `FAREBOX_TEST_POSTGRES=15` takes Debian's PostgreSQL of that version instead of npm's. Never imported by the product.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { processEnvironment } from '../config.ts'
import { FailureError } from '../failures.ts'
import { clientConfig, withDatabase } from './connection.ts'
import { connect, type Database } from './database.ts'
import { type Binaries, launchServer, platformBinaries, systemBinaries } from './embedded/index.ts'
import { type DataDirLock, lockDataDir } from './lock.ts'
import { MIGRATIONS, migrate, readMigrations } from './migrate.ts'
import { sql } from './sql.ts'

/** A database of its own for one test: `connection` is its owner's URL; the three pools connect when first used; `drop` ends them and removes it. */
export type TestDatabase = {
  readonly connection: string
  readonly ownerDatabase: Database
  readonly appDatabase: Database
  readonly ledgerDatabase: Database
  readonly drop: () => Promise<void>
}

const IN_MEMORY = '/dev/shm'
const TMPFS = 0x01021994
const ROOM_BYTES_MIN = 16 * 2 ** 30

/**
 * Where databases of tests lie: in memory, where the machine has 16 GiB of it and a folder for that. Each has a thousand files, and ext4 looks for
 * a free inode among all that were deleted in the last seconds, which takes a second for each database when many are made and dropped.
 */
export function testFolder(): string {
  if (!existsSync(IN_MEMORY)) return tmpdir()
  const { type, blocks, bsize } = statfsSync(IN_MEMORY)
  const bytes = Math.min(blocks * bsize, totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
  return type === TMPFS && bytes >= ROOM_BYTES_MIN ? IN_MEMORY : tmpdir()
}

/** How the server treats commits: a durable one is slower and is what `checkServer` (so `farebox serve`) accepts. */
export type TestServerOptions = { readonly isDurable?: boolean }

/** The superuser's connection of the shared server; starts it, and keeps it until this process ends or calls stopTestServer. */
export async function startTestServer(options: TestServerOptions = {}): Promise<string> {
  const external = processEnvironment().FAREBOX_TEST_DATABASE_URL
  if (external !== undefined && external !== '') return external
  const isDurable = options.isDurable ?? false
  const key = isDurable ? 'durable' : 'fast'
  running[key] ??= openShared(isDurable)
  return running[key]
}

/** Gives up the shared servers; the last process that does so stops them. Ends by itself when a test process has nothing left to do. */
export async function stopTestServer(): Promise<void> {
  for (const key of ['fast', 'durable'] as const) {
    const started = running[key]
    delete running[key]
    if (started === undefined) continue
    await started
    await closeShared(key === 'durable')
  }
}

/** A new database with all migrations, empty but for what they insert. */
export async function createTestDatabase(options: TestServerOptions = {}): Promise<TestDatabase> {
  const server = await startTestServer(options)
  const template = await ensureTemplate(server)
  made += 1
  const name = `farebox_test_${process.pid}_${made}`
  await onServer(server, `create database ${name} template ${template} strategy file_copy`)
  const connection = withDatabase(server, name)
  const pools = ([undefined, 'farebox_app', 'farebox_ledger'] as const).map((role) => connect({ connection, role, poolMax: 10 }))
  const [ownerDatabase, appDatabase, ledgerDatabase] = pools
  if (ownerDatabase === undefined || appDatabase === undefined || ledgerDatabase === undefined) throw new TypeError('three pools')
  const drop = async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await onServer(server, `drop database if exists ${name} with (force)`)
  }
  return { connection, ownerDatabase, appDatabase, ledgerDatabase, drop }
}

/** An empty database without schema farebox; for tests of migrations, and of databases that are not the main one. */
export async function createEmptyDatabase(
  options: TestServerOptions = {},
): Promise<{ readonly connection: string; readonly drop: () => Promise<void> }> {
  const server = await startTestServer(options)
  made += 1
  const name = `farebox_test_${process.pid}_${made}`
  await onServer(server, `create database ${name}`)
  return { connection: withDatabase(server, name), drop: () => onServer(server, `drop database if exists ${name} with (force)`) }
}

/** Ends the sessions of a database that are idle in a transaction, as PostgreSQL does once they are so for too long. */
export async function endIdleTransactions(ownerDatabase: Database): Promise<void> {
  await ownerDatabase.query(sql`
    select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`)
}

/** The binaries that tests run on. */
export function testBinaries(): Binaries {
  const version = processEnvironment().FAREBOX_TEST_POSTGRES
  return version === undefined || version === ''
    ? platformBinaries()
    : systemBinaries(`/usr/lib/postgresql/${version}/bin`, Number(version))
}

let made = 0
const running: { fast?: Promise<string>; durable?: Promise<string> } = {}
const templates = new Map<string, Promise<string>>()

function directoryOf(isDurable: boolean): string {
  const { directory } = testBinaries()
  const hash = createHash('sha256')
    .update(`${import.meta.dirname} ${directory} ${isDurable}`)
    .digest('hex')
    .slice(0, 10)
  return join(testFolder(), `farebox-test-${process.getuid?.() ?? 0}-${hash}`)
}

/** The users of a server are files named after their process; who finds none left but its own stops the server. */
const usersOf = (isDurable: boolean): string => join(directoryOf(isDurable), 'users')

async function openShared(isDurable: boolean): Promise<string> {
  const dataDir = directoryOf(isDurable)
  const lock = await waitForLock(dataDir)
  try {
    const server = await launchShared(isDurable)
    if (!server.attached) await dropLeftovers(server.connection)
    mkdirSync(usersOf(isDurable), { recursive: true })
    writeFileSync(join(usersOf(isDurable), String(process.pid)), '')
    process.once('beforeExit', () => {
      void stopTestServer()
    })
    return server.connection
  } finally {
    await lock.release()
  }
}

/** Many test processes with their pools share one server. */
const launchShared = (isDurable: boolean) =>
  launchServer({ dataDir: directoryOf(isDurable), binaries: testBinaries(), isDurable, connectionsMax: 300 })

async function closeShared(isDurable: boolean): Promise<void> {
  const dataDir = directoryOf(isDurable)
  const lock = await waitForLock(dataDir)
  try {
    const users = readdirSync(usersOf(isDurable))
    const others = users.filter((pid) => Number(pid) !== process.pid && isAlive(Number(pid)))
    for (const pid of users.filter((user) => !others.includes(user))) rmSync(join(usersOf(isDurable), pid), { force: true })
    if (others.length === 0) await (await launchShared(isDurable)).stop()
  } finally {
    await lock.release()
  }
}

async function waitForLock(dataDir: string): Promise<DataDirLock> {
  for (;;) {
    try {
      return await lockDataDir(dataDir)
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown
      await delay(10)
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

/** What killed test processes and older migrations left behind; nobody uses it, as the server was not running. */
async function dropLeftovers(server: string): Promise<void> {
  const names = await readNames(server, `select datname from pg_database where datname like 'farebox\\_%'`)
  const template = await templateName()
  for (const name of names.filter((found) => found !== template)) await onServer(server, `drop database ${name} with (force)`)
  const logins = await readNames(server, `select rolname as datname from pg_roles where rolname ~ '^farebox_(app|ledger)_[0-9]+$'`)
  for (const name of logins) await onServer(server, `drop role ${name}`)
}

/** A migrated database to copy, named after the migrations and what runs them, made once per server. */
function ensureTemplate(server: string): Promise<string> {
  const known = templates.get(server)
  if (known !== undefined) return known
  const making = makeTemplate(server)
  templates.set(server, making)
  return making
}

async function makeTemplate(server: string): Promise<string> {
  const name = await templateName()
  const lock = await waitForLock(`${directoryOf(false)}-template`)
  try {
    const isThere = async () => (await readNames(server, `select datname from pg_database where datname = '${name}'`)).length > 0
    if (await isThere()) return name
    // Other checkouts can use the same server, and the lock is of this one.
    const unfinished = `${name}_${process.pid}`
    await onServer(server, `create database ${unfinished}`)
    await migrate(withDatabase(server, unfinished))
    try {
      await onServer(server, `alter database ${unfinished} rename to ${name}`)
    } catch (thrown) {
      await onServer(server, `drop database ${unfinished} with (force)`)
      if (!(await isThere())) throw thrown
    }
    return name
  } finally {
    await lock.release()
  }
}

async function templateName(): Promise<string> {
  const checksums = (await readMigrations(MIGRATIONS)).map(({ checksum }) => checksum).join()
  // The runner has a table of its own.
  const runner = readFileSync(join(import.meta.dirname, 'migrate.ts'))
  return `farebox_template_${createHash('sha256').update(checksums).update(runner).digest('hex').slice(0, 16)}`
}

const onServer = async (server: string, text: string): Promise<void> => {
  await ask(server, text)
}

const readNames = async (server: string, text: string): Promise<readonly string[]> =>
  (await ask(server, text)).map(({ datname }) => datname)

async function ask(server: string, text: string): Promise<readonly { readonly datname: string }[]> {
  const client = new Client(clientConfig(server, { role: undefined, statementTimeoutMs: 60_000, connectTimeoutMs: 10_000 }))
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<{ datname: string }>(text)).rows
  } finally {
    await client.end()
  }
}

/** Runs statements that take no placeholders, such as those about users. */
export async function runScript(connection: string, text: string): Promise<void> {
  const client = new Client({ connectionString: connection })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
