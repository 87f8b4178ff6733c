import { connect, sql } from '../../src/db/index.ts'

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
