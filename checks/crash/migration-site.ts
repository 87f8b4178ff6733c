import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchServer } from '../../src/db/embedded/index.ts'
import { connect, type Database, identifier, MIGRATIONS, migrate, platformBinaries, readMigrations, sql } from '../../src/db/index.ts'
import { stoppable } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { isRunning, signal } from '../processes.ts'
import { sqlStatements } from './sql-statements.ts'

/** A migration with the statements that it is made of. */
export type Cut = { readonly name: string; readonly number: number; readonly statements: readonly string[] }

/** A PostgreSQL to kill, and a copy of the migrations to change. */
export type Site = {
  readonly migrations: readonly Cut[]
  /** The owner's URL of a database of this name. */
  readonly connection: (database: string) => string
  readonly make: (database: string) => Promise<void>
  /** Asks with a connection of its own. */
  readonly ask: <T>(database: string, work: (database: Database) => Promise<T>) => Promise<T>
  /** Runs the migrations up to this number, as they are. */
  readonly migrateTo: (database: string, number: number) => Promise<void>
  /** Puts a statement behind the so many first ones of a migration, counted from 1; returns the folder to migrate from. */
  readonly alter: (cut: Cut, after: number, statement: string) => string
  /** Kills the server with all its processes, as a machine that stops does. */
  readonly killServer: () => Promise<void>
  readonly startServer: () => Promise<void>
  readonly stop: () => Promise<void>
}

const DEAD_MS_MAX = 10_000
const CONNECT_MS_MAX = 30_000

/** Starts the server. */
export async function openSite(): Promise<Site> {
  const directory = mkdtempSync(join(tmpdir(), 'farebox-migrations-'))
  const folder = join(directory, 'migrations')
  cpSync(MIGRATIONS, folder, { recursive: true })
  const dataDir = join(directory, 'system')
  const launch = () => launchServer({ dataDir, binaries: platformBinaries(), isDurable: true })
  let server = await launch()
  const migrations = (await readMigrations(MIGRATIONS)).map(({ name, text }, index) => ({
    ...{ name, number: index + 1 },
    statements: sqlStatements(text),
  }))
  const connection = (database: string): string => server.connection.replace('/farebox?', `/${database}?`)
  const ask = async <T>(name: string, work: (database: Database) => Promise<T>): Promise<T> => {
    const database = connect({ connection: connection(name), role: undefined, poolMax: 1, connectTimeoutMs: CONNECT_MS_MAX })
    try {
      return await work(database)
    } finally {
      await database.end()
    }
  }
  let altered: Cut | undefined
  return {
    ...{ migrations, connection, ask },
    make: (database) => ask('postgres', async (server) => void (await server.query(sql`create database ${identifier(database)}`))),
    migrateTo: async (database, number) => void (await migrate(connection(database), MIGRATIONS, number)),
    alter: (cut, after, statement) => {
      if (altered !== undefined && altered.name !== cut.name) writeFileSync(join(folder, altered.name), altered.statements.join(''))
      altered = cut
      const text = [...cut.statements.slice(0, after), `\n${statement};\n`, ...cut.statements.slice(after)].join('')
      writeFileSync(join(folder, cut.name), text)
      return folder
    },
    killServer: async () => {
      const pid = Number(readFileSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
      signal(pid, 'SIGKILL')
      await until(
        async () => isRunning(pid),
        (runs) => !runs,
        DEAD_MS_MAX,
      )
    },
    startServer: async () => {
      server = await launch()
    },
    stop: stoppable(async () => {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    }),
  }
}
