import type { Config } from '../config.ts'
import { checkServer, connect, type Database, type EmbeddedServer, launchEmbedded, migrate, openLogins, sql } from '../db/index.ts'
import { PERSONAL_DATA } from '../inventory.ts'
import { errorCode, type Log } from '../lib/index.ts'
import { keepNoStatistics } from '../retention/index.ts'

/** The database as control works with it; none of its connections can do more than the role it is for. */
export type Storage = {
  /** The URL of the login for people, keys and catalogue, a secret. */
  readonly connection: string
  readonly appDatabase: Database
  readonly ledgerDatabase: Database
  /** The same as `ledgerDatabase`, for statements that read much of the books. */
  readonly booksDatabase: Database
  readonly close: () => Promise<void>
}

const LOOK_MS = 1_000
const BOOKS_TIMEOUT_MS = 600_000

/** The configured PostgreSQL, or our own, brought to the present tables. Its owner's connections are closed when this resolves. */
export async function openStorage(config: Config, log: Log): Promise<Storage> {
  const embedded: EmbeddedServer | undefined =
    config.databaseUrl === undefined ? await launchEmbedded({ dataDir: config.dataDir, log }) : undefined
  try {
    return await openOn(config, { embedded, log })
  } catch (thrown) {
    // Who does not start leaves nothing running.
    await embedded?.stop().catch(() => undefined)
    throw thrown
  }
}

type Opening = { readonly embedded: EmbeddedServer | undefined; readonly log: Log }

async function openOn(config: Config, { embedded, log }: Opening): Promise<Storage> {
  const owner = config.databaseUrl ?? embedded?.connection ?? ''
  await checkServer(owner)
  await migrate(owner)
  await keepNoStatistics(owner, PERSONAL_DATA)
  const { connections, sharedBecause } = await openLogins(owner)
  if (sharedBecause !== undefined) log({ event: 'database-login-shared', code: sharedBecause })
  // A login can be told to wait for no disk where the server waits for it.
  for (const connection of new Set(Object.values(connections))) await checkServer(connection)
  const [app, ledger] = [connections.farebox_app, connections.farebox_ledger]
  const appDatabase = connect({ connection: app, role: 'farebox_app', poolMax: 8, log })
  const ledgerDatabase = connect({ connection: ledger, role: 'farebox_ledger', poolMax: 8, log })
  const books = { connection: ledger, role: 'farebox_ledger', statementTimeoutMs: BOOKS_TIMEOUT_MS } as const
  const booksDatabase = connect({ ...books, poolMax: 3, log })
  const keeper = embedded === undefined ? undefined : keepEmbedded(config, ledgerDatabase, log)
  const close = async (): Promise<void> => {
    clearInterval(keeper)
    await Promise.all([appDatabase.end(), ledgerDatabase.end(), booksDatabase.end()])
    await embedded?.stop()
  }
  return { connection: app, appDatabase, ledgerDatabase, booksDatabase, close }
}

/** Looks after our own PostgreSQL: when it cannot be asked, it is attached to or started again; its address stays the same. */
function keepEmbedded(config: Config, ledgerDatabase: Database, log: Log): NodeJS.Timeout {
  let isLooking = false
  return setInterval(() => {
    if (isLooking) return
    isLooking = true
    ledgerDatabase
      .query(sql`select 1`)
      .catch(async (thrown: unknown) => {
        log({ event: 'database-lost', code: errorCode(thrown) })
        await launchEmbedded({ dataDir: config.dataDir, log })
      })
      .catch((thrown: unknown) => log({ event: 'database-not-started', code: errorCode(thrown) }))
      .finally(() => {
        isLooking = false
      })
  }, LOOK_MS)
}
