import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { ConfigRefusedError, type Problem } from '../spec/index.ts'
import { clientConfig } from './connection.ts'
import { type DatabaseError, isFromServer, toDatabaseError } from './database-error.ts'
import { withOwnerClient } from './owner-client.ts'
import { restoringProblems } from './restoring.ts'
import { ensureRoles, ensureSchema } from './roles.ts'
import { versionProblems } from './server-check.ts'

/** A migration that did not run; nothing of it is in the database. `code` is the database's. */
export class MigrationFailedError extends Error {
  readonly migration: string
  readonly code: string
  constructor(migration: string, cause: DatabaseError) {
    super(`${migration}: ${cause.code}${IN_USE.includes(cause.code) ? STAYS_IN_USE : ''}`)
    this.name = 'MigrationFailedError'
    this.migration = migration
    this.code = cause.code
  }
}

/** Waited too long for a lock; and two waited for each other. */
const IN_USE = ['55P03', '40P01']
const STAYS_IN_USE =
  '. A table that it changes stays in use: by a backup, a check of all books or another long transaction. Nothing was changed; let that end and start again.'

/** Where the numbered files lie. */
export const MIGRATIONS = join(import.meta.dirname, 'migrations')

/** The advisory lock of who changes tables or roles; any number will do, as long as every Farebox locks the same. */
export const MIGRATION_LOCK = 4_739_270_611

/**
 * Brings schema farebox up to date: makes the roles, then runs each numbered file of `directory` that has not run, each in one
 * transaction, one runner at a time. Returns the names of those it ran. Throws ConfigRefusedError for an old server, roles that cannot
 * be made, a changed migration, an unknown one beside which this program may not run, a restore that has not ended; MigrationFailedError and
 * DatabaseError else. With `count` it stops after so many files of all.
 */
export const migrate = (connection: string, directory: string = MIGRATIONS, count?: number): Promise<Migrated> =>
  runMigrations(connection, { directory, count, isRestoring: false })

/** The same for the database that a restore fills, which nothing else touches before that has ended. */
export const migrateRestoring = (connection: string, count?: number): Promise<Migrated> =>
  runMigrations(connection, { directory: MIGRATIONS, count, isRestoring: true })

type Migrated = { readonly applied: readonly string[] }

type Running = { readonly directory: string; readonly count: number | undefined; readonly isRestoring: boolean }

async function runMigrations(connection: string, { directory, count, isRestoring }: Running): Promise<Migrated> {
  const files = (await readMigrations(directory)).slice(0, count)
  const client = new Client(clientConfig(connection, { role: undefined, statementTimeoutMs: 0, connectTimeoutMs: 10_000 }))
  // Without a listener a lost connection would end the process; the running statement fails with it anyway.
  client.on('error', () => undefined)
  try {
    await client.connect()
    if (!isRestoring) refuse(await restoringProblems(client))
    return { applied: await bringUpToDate(client, files) }
  } catch (thrown) {
    if (thrown instanceof ConfigRefusedError || thrown instanceof MigrationFailedError) throw thrown
    throw toDatabaseError(thrown)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** How a database stands to the migrations of this version. */
export type Comparison = {
  /** Why `migrate` would refuse it. */
  readonly problems: readonly Problem[]
  /** How many are to be run. */
  readonly waiting: number
  /** How many of a newer version ran, beside which this one serves. */
  readonly ahead: number
}

/**
 * Compares a database with the migrations of this version, which changes nothing; a database that has not begun has none of either. Throws
 * DatabaseError when it cannot be asked.
 */
export const compareMigrations = (connection: string): Promise<Comparison> =>
  withOwnerClient(connection, async (client) => {
    const files = await readMigrations(MIGRATIONS)
    const [there] = (await client.query<{ is: boolean }>(`select to_regclass('farebox.migration') is not null as is`)).rows
    const known = there?.is === true ? await readKnown(client) : []
    const problems = [...(await restoringProblems(client)), ...historyProblems(files, known)]
    const missing = known.length === 0 ? 0 : files.length - known.length
    return { problems, waiting: Math.max(0, missing), ahead: problems.length === 0 ? Math.max(0, -missing) : 0 }
  })

type Migration = { readonly name: string; readonly text: string; readonly checksum: string }

/** The migrations of a folder in their order; two with one number, or a gap, cannot be. */
export async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()
  names.forEach((name, index) => {
    const number = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1]
    if (Number(number) !== index + 1) throw new TypeError(`${name}: migrations are named 0001-what.sql and counted without gaps`)
  })
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(directory, name), 'utf8')
      return { name, text, checksum: createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex') }
    }),
  )
}

async function bringUpToDate(client: Client, files: readonly Migration[]): Promise<readonly string[]> {
  refuse(await versionProblems(client))
  await client.query(`select pg_advisory_lock(${MIGRATION_LOCK})`)
  await ensureRoles(client)
  await ensureSchema(client)
  await client.query(`create table if not exists farebox.migration (
    name text primary key, checksum text not null, applied_at timestamptz not null default now(),
    runs_with_before boolean not null default false)`)
  if (!(await hasNote(client)))
    await client.query('alter table farebox.migration add column runs_with_before boolean not null default false')
  const known = await readKnown(client)
  refuse(historyProblems(files, known))
  const waiting = files.slice(known.length)
  for (const migration of waiting) await applyMigration(client, migration)
  return waiting.map(({ name }) => name)
}

/** Databases of before the note was kept have no column for it until the next run. */
async function hasNote(client: Client): Promise<boolean> {
  const statement = `select 1 from pg_attribute where attrelid = 'farebox.migration'::regclass and attname = 'runs_with_before'`
  return (await client.query(statement)).rows.length > 0
}

/** Nodes are upgraded one by one within seven days; an older program that comes after that was not meant to. */
const readKnown = async (client: Client): Promise<readonly Applied[]> =>
  (
    await client.query<Applied>(`select name, checksum, coalesce((to_jsonb(migration) ->> 'runs_with_before')::boolean, false)
        and applied_at > now() - interval '7 days' as "runsWithBefore"
      from farebox.migration order by name`)
  ).rows

/** What takes something away that an older program may ask for; the first line "-- alone" says so of other changes. */
const TAKES_AWAY =
  /^-- alone\b|\b(?:drop\s+(?:table|view|column|function|trigger|type|index|default)|truncate|rename|set\s+not\s+null|alter\s+(?:column\s+)?\w+\s+(?:set\s+data\s+)?type)\b/i

/** For how long a migration waits for a lock, and how often, and after what pause, it is tried. */
type Patience = { readonly lockMs: number; readonly pauseMs: number; readonly triesMax: number }

/**
 * Everybody queues behind a migration that waits for their table, so it waits for a moment and makes way: for longer than the second after which
 * PostgreSQL ends an autovacuum that is waited for. In all it tries for less than the three minutes that the chart gives a start.
 */
const PATIENCE: Patience = { lockMs: 1_500, pauseMs: 6_000, triesMax: 20 }

/**
 * Runs a migration in one transaction, and tries anew while a table that it changes is in use. Throws MigrationFailedError, and nothing of it is
 * left.
 */
export async function applyMigration(client: Client, migration: Migration, patience: Patience = PATIENCE): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const failed = await tryToApply(client, migration, patience.lockMs)
    if (failed === undefined) return
    if (!IN_USE.includes(failed.code) || tries >= patience.triesMax) throw new MigrationFailedError(migration.name, failed)
    await delay(patience.pauseMs)
  }
}

/** Undefined when it ran. */
async function tryToApply(client: Client, { name, text, checksum }: Migration, lockMs: number): Promise<DatabaseError | undefined> {
  try {
    await client.query('begin')
    await client.query("select set_config('lock_timeout', $1, true)", [`${lockMs}ms`])
    await client.query(text)
    const note = [name, checksum, !TAKES_AWAY.test(text)]
    await client.query('insert into farebox.migration (name, checksum, runs_with_before) values ($1, $2, $3)', note)
    await client.query('commit')
    return undefined
  } catch (thrown) {
    const failed = toDatabaseError(thrown)
    // Where the connection is gone, so is the transaction.
    if (isFromServer(failed)) await client.query('rollback').catch(() => undefined)
    return failed
  }
}

/** A migration that ran; `runsWithBefore` notes that programs that do not know it serve beside it yet, as it only adds. */
type Applied = { readonly name: string; readonly checksum: string; readonly runsWithBefore: boolean }

/**
 * What ran before must be the beginning of what there is, unchanged. While nodes are upgraded one by one it may also be all of it and the next
 * ones of a newer version that only add: a node of the version before that is killed then comes back.
 */
function historyProblems(files: readonly Migration[], known: readonly Applied[]): readonly Problem[] {
  return known.flatMap((applied, index) => {
    const file = files[index]
    if (file?.name === applied.name && file.checksum === applied.checksum) return []
    if (file === undefined && applied.runsWithBefore && Number(applied.name.slice(0, 4)) === index + 1) return []
    if (file?.name !== applied.name) {
      return [
        problem(applied.name, {
          expected: 'a database whose migrations this Farebox knows',
          got: 'one that a newer or another Farebox migrated',
          mend: 'run the version that migrated it, or a newer one',
        }),
      ]
    }
    return [
      problem(applied.name, {
        expected: 'the file as it was when it ran here',
        got: 'a changed one',
        mend: 'restore the file; put the change into a new migration with the next number',
      }),
    ]
  })
}

const problem = (file: string, told: Pick<Problem, 'expected' | 'got' | 'mend'>): Problem => ({
  file: `migrations/${file}`,
  line: 0,
  column: 0,
  path: '',
  ...told,
})

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ConfigRefusedError(problems)
}
