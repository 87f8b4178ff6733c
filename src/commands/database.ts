import { refuseUnrestored } from '../backup/index.ts'
import type { Config } from '../config.ts'
import { connect, type Database, type DataDirLock, launchEmbedded, lockDataDir, migrate, nameDatabase } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { type Keyring, openOwnKeyring } from '../privacy/index.ts'
import type { CommandContext } from './command.ts'

/** The configured database, migrated: `connection` is its owner's URL (a secret), `app` is under the role for people, keys and catalogue. */
export type OpenedDatabase = { readonly connection: string; readonly app: Database; readonly keyring: Keyring }

/**
 * Opens the database of a command's settings for it and closes it afterwards: DATABASE_URL, or the embedded one, be it that of a
 * running Farebox or, when none runs, started for the time of the command.
 */
export const withDatabase = <T>(context: CommandContext, work: (opened: OpenedDatabase) => Promise<T>): Promise<T> => {
  const config = context.config()
  return withServer(config, (connection) => workOn(config, connection, work), context.note)
}

/**
 * The same without touching what is in it: hands over the URL of the owner, a secret, of a database of whatever version, or of none yet.
 * `note` is told of an embedded one that was not there.
 */
export async function withServer<T>(
  config: Config,
  work: (connection: string) => Promise<T>,
  note: CommandContext['note'] = () => undefined,
): Promise<T> {
  if (config.databaseUrl !== undefined) return await work(config.databaseUrl)
  const lock = await lockUnlessRunning(config.dataDir)
  try {
    const server = await launchEmbedded({ dataDir: config.dataDir })
    if (server.isNew) note(newPlace(config.dataDir))
    try {
      return await work(server.connection)
    } finally {
      if (lock !== undefined) await server.stop()
    }
  } finally {
    await lock?.release()
  }
}

/** What is said where a command made an installation, as what it is about is most often elsewhere then. */
export const newPlace = (dataDir: string): string =>
  `There was no Farebox in ${dataDir}: a new one was made there. Where another is meant, give this command the FAREBOX_DATA_DIR or DATABASE_URL of its server.`

/** Where the database of these settings is, in words without a secret: the data directory, or a name and a host. */
export function placeOf({ databaseUrl, dataDir }: Config): string {
  return databaseUrl === undefined ? dataDir : nameDatabase(databaseUrl)
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
