import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { clientConfig, socketConnection } from '../connection.ts'
import { toDatabaseError } from '../database-error.ts'
import { readPassword, SUPERUSER } from './initialise.ts'
import type { Layout } from './layout.ts'

/** What a server on our socket turned out to be: ours, somebody else's, or not answering yet. */
export type Identity = 'ours' | 'foreign' | 'not-yet'

/** A connection URL of the superuser for one database; a secret. */
export const connectionTo = (layout: Layout, database: string): string =>
  socketConnection({ directory: layout.socketDirectory, user: SUPERUSER, password: readPassword(layout), database })

/**
 * Whether the server on our socket is the one of our cluster: it takes our password (and by SCRAM proves that it knows it), names our
 * directory and our cluster's number, and sees the postmaster.pid that we see. Makes database farebox if it is missing.
 */
export async function identifyServer(layout: Layout, pid: number): Promise<Identity> {
  const client = new Client(
    clientConfig(connectionTo(layout, 'postgres'), { role: undefined, statementTimeoutMs: 10_000, connectTimeoutMs: 5000 }),
  )
  client.on('error', () => undefined)
  try {
    await client.connect()
    if (!(await isOurs(client, layout, pid))) return 'foreign'
    await ensureDatabase(client)
    return 'ours'
  } catch (thrown) {
    const { code, isTransient } = toDatabaseError(thrown)
    if (isTransient) return 'not-yet'
    if (/^28|^authentication_failed$/.test(code)) return 'foreign'
    throw toDatabaseError(thrown)
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function isOurs(client: Client, layout: Layout, pid: number): Promise<boolean> {
  const { rows } = await client.query<{ directory: string; number: string; pid: string }>(`
    select current_setting('data_directory') as directory, system_identifier::text as number,
      split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid
    from pg_control_system()`)
  const found = rows[0]
  return found?.directory === layout.cluster && found.number === clusterNumber(layout.cluster) && found.pid === String(pid)
}

/** The number initdb drew for this cluster: the first eight bytes of pg_control. */
function clusterNumber(cluster: string): string {
  const file = openSync(join(cluster, 'global', 'pg_control'), 'r')
  const bytes = Buffer.alloc(8)
  readSync(file, bytes, 0, 8, 0)
  closeSync(file)
  return bytes.readBigUInt64LE().toString()
}

async function ensureDatabase(client: Client): Promise<void> {
  const { rows } = await client.query(`select 1 from pg_database where datname = 'farebox'`)
  if (rows.length === 0) await client.query('create database farebox')
}
