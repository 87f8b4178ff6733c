import { Pool, type PoolClient } from 'pg'
import { errorCode, type Log } from '../lib/index.ts'
import { clientConfig, type DatabaseRole } from './connection.ts'
import { DatabaseError, isDatabaseError, isFromServer, READ_ONLY, toDatabaseError } from './database-error.ts'
import { isSql, type Sql } from './sql.ts'

/** A database, or a transaction on it. bigint columns are BigInt, dates "YYYY-MM-DD", timestamptz Date, numeric text. Failures are DatabaseErrors. */
export type Database = {
  /** Runs one statement. */
  readonly query: <Row = Record<string, unknown>>(statement: Sql) => Promise<readonly Row[]>
  /**
   * Runs `work` on one connection and commits, or rolls back when it throws; what it throws comes through. Inside a transaction it
   * is a savepoint, one at a time. A commit that fails with a lost connection may have happened.
   */
  readonly transaction: <T>(work: (tx: Database) => Promise<T>) => Promise<T>
  /** Waits for running statements and closes the connections; does nothing on a transaction. */
  readonly end: () => Promise<void>
}

/** How to connect: `connection` is a postgres:// URL; statements are cut off after `statementTimeoutMs` (15 000 when left out). */
export type ConnectSettings = {
  readonly connection: string
  readonly role: DatabaseRole | undefined
  readonly poolMax: number
  readonly statementTimeoutMs?: number
  /** How long to wait for a free or new connection (3 000 when left out). */
  readonly connectTimeoutMs?: number
  /** Whether a server will do that takes no writes, as for who only reads there. */
  readonly readsOnly?: boolean
  readonly log?: Log
}

/** Statements that may wait for a connection before more are refused with pool_exhausted. */
const WAITING_MAX = 2000

/** A pool of at most `poolMax` connections with this role on schema farebox; connects when first used. */
export function connect(settings: ConnectSettings): Database {
  const pool = openPool(settings)
  let ended: Promise<void> | undefined
  return {
    query: async <Row>(statement: Sql) => withClient(pool, (client) => run<Row>(client, statement)),
    transaction: async (work) => withClient(pool, (client) => runTransaction(client, work)),
    end: () => {
      ended ??= pool.end()
      return ended
    },
  }
}

function openPool(settings: ConnectSettings): Pool {
  const { connection, role, poolMax, statementTimeoutMs = 15_000, connectTimeoutMs = 3000, readsOnly = false, log } = settings
  const pool = new Pool({
    ...clientConfig(connection, { role, statementTimeoutMs, connectTimeoutMs }),
    max: poolMax,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: 3600,
    ...(readsOnly ? {} : { verify: refuseReadOnly }),
  })
  const tell = (thrown: unknown) => log?.({ event: 'database-connection-lost', code: errorCode(toDatabaseError(thrown)) })
  pool.on('error', tell)
  // The pool listens only while a connection is idle; between the statements of a transaction nobody else would.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** A server that takes no writes may be the primary of before: it is not read from either, as what it has can be old. */
function refuseReadOnly(client: PoolClient, done: (refusal?: Error) => void): void {
  client.query<{ readonly transaction_read_only: string }>('show transaction_read_only', (thrown: Error | null, told) => {
    if (thrown instanceof Error) done(toDatabaseError(thrown))
    else done(told.rows[0]?.transaction_read_only === 'on' ? new DatabaseError(READ_ONLY) : undefined)
  })
}

async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  if (pool.waitingCount >= WAITING_MAX) throw new DatabaseError('pool_exhausted')
  const client = await pool.connect().catch((thrown: unknown) => {
    throw toDatabaseError(thrown)
  })
  let isBroken = false
  try {
    return await work(client)
  } catch (thrown) {
    isBroken = isConnectionGone(thrown) || isDatabaseError(thrown, READ_ONLY)
    throw thrown
  } finally {
    client.release(isBroken)
  }
}

async function run<Row>(client: PoolClient, statement: Sql): Promise<readonly Row[]> {
  if (!isSql(statement)) throw new TypeError('query() takes only what sql`…` made')
  const { text, values, name } = statement
  try {
    const result = await client.query({ text, values: [...values], ...(name !== undefined && { name }) })
    return result.rows
  } catch (thrown) {
    throw toDatabaseError(thrown)
  }
}

async function runTransaction<T>(client: PoolClient, work: (tx: Database) => Promise<T>): Promise<T> {
  await command(client, 'begin')
  const scope = { isOpen: true, depth: 0 }
  try {
    const result = await work(transactionOn(client, scope))
    scope.isOpen = false
    await commit(client)
    return result
  } catch (thrown) {
    scope.isOpen = false
    await rollback(client, thrown)
    throw thrown
  }
}

type Scope = { isOpen: boolean; readonly depth: number }

function transactionOn(client: PoolClient, scope: Scope): Database {
  const assertOpen = () => {
    if (!scope.isOpen) throw new TypeError('a transaction was used after its end')
  }
  return {
    query: async <Row>(statement: Sql) => {
      assertOpen()
      return run<Row>(client, statement)
    },
    transaction: async (work) => {
      assertOpen()
      return runSavepoint(client, { isOpen: true, depth: scope.depth + 1 }, work)
    },
    end: async () => undefined,
  }
}

async function runSavepoint<T>(client: PoolClient, scope: Scope, work: (tx: Database) => Promise<T>): Promise<T> {
  const name = `nested_${scope.depth}`
  await command(client, `savepoint ${name}`)
  try {
    const result = await work(transactionOn(client, scope))
    scope.isOpen = false
    await command(client, `release savepoint ${name}`)
    return result
  } catch (thrown) {
    scope.isOpen = false
    if (!isConnectionGone(thrown)) await command(client, `rollback to savepoint ${name}`)
    throw thrown
  }
}

async function commit(client: PoolClient): Promise<void> {
  // PostgreSQL answers ROLLBACK, without an error, to the commit of a transaction in which a swallowed statement had failed.
  if ((await command(client, 'commit')) !== 'COMMIT') throw new DatabaseError('25P02')
}

const isConnectionGone = (thrown: unknown): boolean => thrown instanceof DatabaseError && !isFromServer(thrown)

async function rollback(client: PoolClient, cause: unknown): Promise<void> {
  if (!isConnectionGone(cause)) await command(client, 'rollback')
}

async function command(client: PoolClient, text: string): Promise<string> {
  try {
    return (await client.query(text)).command
  } catch (thrown) {
    throw toDatabaseError(thrown)
  }
}
