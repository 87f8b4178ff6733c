import type { Client } from 'pg'
import { copyOut } from './copy-out.ts'
import { toDatabaseError } from './database-error.ts'
import { COPY_SETTINGS, type DumpRecord, NOT_DUMPED, type RanMigration } from './dump-record.ts'
import { withOwnerClient } from './owner-client.ts'
import { inOrderOfReferences } from './reference-order.ts'

/** A table, or the part of one that holds a day; `columns` are those that are written, generated ones left out. */
export type DumpedTable = { readonly table: string; readonly columns: readonly string[]; readonly day: string | undefined }

/**
 * Reads schema farebox as it is at one moment, while everybody goes on, and hands it on piece by piece; nothing else of the server is read.
 * `connection` is its owner's. Throws DatabaseError, 3F000 or 42P01 where there is no schema yet, and what `take` throws.
 */
export const dumpDatabase = (connection: string, take: (record: DumpRecord) => Promise<void>): Promise<void> =>
  withOwnerClient(connection, async (client) => {
    await client.query(COPY_SETTINGS)
    await beginLocked(client)
    // Of the snapshot: where the lock waited for a migration, its tables are seen, and so is that it ran.
    const migrations = (await client.query<RanMigration>('select name, checksum from migration order by name')).rows
    await take({ kind: 'migrations', migrations })
    const tables = await listTables(client)
    for (const table of tables) await dumpTable(client, table, take)
    for (const record of await readSequences(client)) await take(record)
    await take({ kind: 'end', tables: tables.length })
    await client.query('commit')
  })

const UNDEFINED_TABLE = '42P01'
const TRIES_MAX = 5

/**
 * Begins a transaction that has all tables locked before its snapshot is taken: one that a purge writes anew would be seen empty by an older one.
 * A day that a purge drops while its lock is waited for is not there to be locked; then what there is gets listed anew.
 */
async function beginLocked(client: Client): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const names = ['migration', ...(await listTables(client)).map(({ table }) => table)].map((table) => `"${table}"`)
    await client.query('begin isolation level repeatable read read only')
    try {
      await client.query(`lock table ${names.join(', ')} in access share mode`)
      return
    } catch (thrown) {
      if (toDatabaseError(thrown).code !== UNDEFINED_TABLE || tries === TRIES_MAX) throw thrown
      await client.query('rollback')
    }
  }
}

async function dumpTable(client: Client, dumped: DumpedTable, take: (record: DumpRecord) => Promise<void>): Promise<void> {
  await take({ kind: 'table', ...dumped })
  const { rows, sum } = await copyOut(client, copyText(dumped, 'to stdout'), (bytes) => take({ kind: 'rows', bytes }))
  await take({ kind: 'table-end', rows, sum })
}

/** The statement that copies a table; names come from the database's own catalogue. */
export const copyText = ({ table, columns }: Pick<DumpedTable, 'table' | 'columns'>, direction: 'to stdout' | 'from stdin'): string =>
  `copy "${table}" (${columns.map((column) => `"${column}"`).join(', ')}) ${direction}`

/** Every table to be dumped, those that others refer to before those, days in the place of the table they are part of. */
export async function listTables(client: Client): Promise<readonly DumpedTable[]> {
  const { rows } = await client.query<{ name: string; parent: string | null; columns: readonly string[] }>(
    `select c.relname as name, parent.relname as parent,
      array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = '') as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_inherits i on i.inhrelid = c.oid left join pg_class parent on parent.oid = i.inhparent
    where c.relnamespace = 'farebox'::regnamespace and c.relkind = 'r' and c.relname <> all ($1)
    group by c.relname, parent.relname order by c.relname`,
    [NOT_DUMPED],
  )
  const tables = rows.map(({ name, parent, columns }) => ({ table: name, parent: parent ?? name, columns, day: dayOf(name, parent) }))
  const order = inOrderOfReferences(new Set(tables.map(({ parent }) => parent)), await readReferences(client))
  return order.flatMap((parent) =>
    tables.filter((table) => table.parent === parent).map(({ table, columns, day }) => ({ table, columns, day })),
  )
}

/** The day that a part of a table holds, of its name such as usage_event_20261127. */
function dayOf(name: string, parent: string | null): string | undefined {
  if (parent === null) return undefined
  const [, year, month, day] = /_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? []
  return year === undefined ? undefined : `${year}-${month}-${day}`
}

/** Which table has to be filled before which; a reference that is looked at when all is there does not count. */
async function readReferences(client: Client): Promise<readonly (readonly [string, string])[]> {
  const { rows } = await client.query<{ first: string; then: string }>(
    `select distinct referred.relname as first, referring.relname as then
    from pg_constraint c join pg_class referring on referring.oid = c.conrelid join pg_class referred on referred.oid = c.confrelid
    where c.contype = 'f' and not c.condeferrable and c.conparentid = 0 and c.connamespace = 'farebox'::regnamespace
      and c.conrelid <> c.confrelid`,
  )
  return rows.map(({ first, then }) => [first, then] as const)
}

async function readSequences(client: Client): Promise<readonly DumpRecord[]> {
  const { rows } = await client.query<{ name: string; value: string; called: boolean }>(
    `select sequencename as name, coalesce(last_value, start_value)::text as value, last_value is not null as called
    from pg_sequences where schemaname = 'farebox' order by sequencename`,
  )
  return rows.map(({ name, value, called }) => ({ kind: 'sequence', sequence: name, value, isCalled: called }))
}
