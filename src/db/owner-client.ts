import { Client } from 'pg'
import { clientConfig } from './connection.ts'
import { toDatabaseError } from './database-error.ts'

/**
 * Runs `work` on one connection of the database's owner, without a bound on how long a statement takes, and closes it. Throws
 * DatabaseError for what server or driver say; whatever else `work` throws comes through.
 */
export async function withOwnerClient<T>(connection: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(clientConfig(connection, { role: undefined, statementTimeoutMs: 0, connectTimeoutMs: 10_000 }))
  // Without a listener a lost connection would end the process; the running statement fails with it anyway.
  client.on('error', () => undefined)
  await client.connect().catch((thrown: unknown) => {
    throw toDatabaseError(thrown)
  })
  try {
    return await work(client)
  } catch (thrown) {
    throw isOfDriver(thrown) ? toDatabaseError(thrown) : thrown
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The server's own errors have a severity; the driver tells a lost connection by message alone. */
const isOfDriver = (thrown: unknown): boolean =>
  thrown instanceof Error && ('severity' in thrown || /^Connection terminated|^Client has encountered/.test(thrown.message))
