import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { connect, sql } from '../../src/db/index.ts'

/** The superuser's connection to the embedded server of a data directory, as only its owner can make it. */
export function ownerConnection(dataDir: string): string {
  const root = join(realpathSync(dataDir), 'postgres')
  const password = readFileSync(join(root, 'superuser-password'), 'utf8').trim()
  const socket = join(root, 'socket')
  if (!existsSync(socket)) throw new Error('the database has its socket elsewhere; use a shorter data directory')
  return `postgres://farebox:${encodeURIComponent(password)}@localhost/farebox?host=${encodeURIComponent(socket)}&sslmode=disable`
}

/** A part of the database as text. */
export type DumpedTable = { readonly name: string; readonly text: string }

/** Every row of every table as text, with what the server knows of its sessions, statements and messages. */
export async function dumpDatabase(connection: string): Promise<readonly DumpedTable[]> {
  const database = connect({ connection, role: undefined, poolMax: 1, statementTimeoutMs: 60_000 })
  try {
    return await database.query<DumpedTable>(sql`
      select format('%I.%I', n.nspname, c.relname) as name,
        query_to_xml(format('select * from %I.%I', n.nspname, c.relname), true, false, '')::text as text
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where (c.relkind in ('r', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast'))
        or c.oid in ('pg_stat_activity'::regclass, 'pg_prepared_statements'::regclass, 'pg_settings'::regclass,
          'pg_roles'::regclass, 'pg_stats'::regclass, 'pg_description'::regclass)`)
  } finally {
    await database.end()
  }
}
