import { refuseUnrestored } from '../backup/index.ts'
import type { Config } from '../config.ts'
import { connect, type Database, type DataDirLock, launchEmbedded, lockDataDir, migrate } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { type Keyring, openOwnKeyring } from '../privacy/index.ts'

/** The configured database, migrated: `connection` is its owner's URL (a secret), `app` is under the role for people, keys and catalogue. */
export type OpenedDatabase = { readonly connection: string; readonly app: Database; readonly keyring: Keyring }

/**
 * Opens the database of these settings for one command and closes it afterwards: DATABASE_URL, or the embedded one, be it that of a
 * running Farebox or, when none runs, started for the time of the command.
 */
export const withDatabase = <T>(config: Config, work: (opened: OpenedDatabase) => Promise<T>): Promise<T> =>
  withServer(config, (connection) => workOn(config, connection, work))

/** The same without touching what is in it: hands over the URL of the owner, a secret, of a database of whatever version, or of none yet. */
export async function withServer<T>(config: Config, work: (connection: string) => Promise<T>): Promise<T> {
  if (config.databaseUrl !== undefined) return await work(config.databaseUrl)
  const lock = await lockUnlessRunning(config.dataDir)
  try {
    const server = await launchEmbedded({ dataDir: config.dataDir })
    try {
      return await work(server.connection)
    } finally {
      if (lock !== undefined) await server.stop()
    }
  } finally {
    await lock?.release()
  }
}

/** The lock, or undefined when a running Farebox has it, whose server we then share. */
async function lockUnlessRunning(dataDir: string): Promise<DataDirLock | undefined> {
  try {
    return await lockDataDir(dataDir)
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'data_dir_locked') return undefined
    throw thrown
  }
}

async function workOn<T>(config: Config, connection: string, work: (opened: OpenedDatabase) => Promise<T>): Promise<T> {
  refuseUnrestored(config.dataDir)
  await migrate(connection)
  const app = connect({ connection, role: 'farebox_app', poolMax: 2 })
  try {
    return await work({ connection, app, keyring: await openOwnKeyring(app, config.dataDir) })
  } finally {
    await app.end()
  }
}
