import type { Client } from 'pg'
import type { CopyIn } from './copy-in.ts'
import { copyOut } from './copy-out.ts'
import { copyText, type DumpedTable, listTables } from './dump.ts'
import { COPY_SETTINGS, type DumpRecord, NOT_DUMPED } from './dump-record.ts'
import { fillTable } from './fill-table.ts'
import { withOwnerClient } from './owner-client.ts'

/** Why rows were not taken: a table or column that is not there, or rows that are not those that were written. */
export class LoadRefusedError extends Error {
  constructor() {
    super('LOAD_REFUSED')
    this.name = 'LoadRefusedError'
  }
}

/** How many tables and rows a database was filled with. */
export type Loaded = { readonly tables: number; readonly rows: number }

/** Whether a database has tables of ours. Throws DatabaseError. */
export const hasTables = (connection: string): Promise<boolean> =>
  withOwnerClient(connection, async (client) => {
    const { rows } = await client.query(
      `select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'farebox' and c.relkind in ('r', 'p') limit 1`,
    )
    return rows.length > 0
  })

/** Takes schema farebox away with all that is in it; for a database that was empty before. */
export const dropSchema = (connection: string): Promise<void> =>
  withOwnerClient(connection, async (client) => {
    await client.query('drop schema if exists farebox cascade')
  })

/**
 * Fills a database that has the tables of a dump and nothing of its own, in one transaction: what migrations wrote makes way, triggers rest,
 * every row is read again and compared with the sum that was dumped. Nodes of the dump count as gone. All or nothing of it is there then.
 * `connection` is the owner's. Throws LoadRefusedError, DatabaseError, and what `records` throws.
 */
export const loadDatabase = (connection: string, records: AsyncIterable<DumpRecord>): Promise<Loaded> =>
  withOwnerClient(connection, async (client) => {
    await client.query(COPY_SETTINGS)
    await client.query(`set maintenance_work_mem = '128MB'`)
    await client.query('begin')
    await clearTables(client)
    const loaded = await loadRecords(client, records)
    await client.query('update node set is_answering = false')
    await client.query('set constraints all immediate')
    await switchTriggers(client, 'enable')
    await client.query('commit')
    return loaded
  })

async function clearTables(client: Client): Promise<void> {
  await switchTriggers(client, 'disable')
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'farebox'::regnamespace and relkind in ('r', 'p') and relname <> all ($1)`,
    [NOT_DUMPED],
  )
  await client.query(`truncate ${rows.map(({ name }) => `"${name}"`).join(', ')}`)
}

async function switchTriggers(client: Client, how: 'enable' | 'disable'): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = 'farebox'::regnamespace and not t.tgisinternal and t.tgparentid = 0`,
  )
  for (const { name } of rows) await client.query(`alter table "${name}" ${how} trigger user`)
}

type Open = { readonly table: string; readonly columns: readonly string[]; readonly copy: CopyIn }

async function loadRecords(client: Client, records: AsyncIterable<DumpRecord>): Promise<Loaded> {
  let open: Open | undefined
  let loaded: Loaded = { tables: 0, rows: 0 }
  const standing = await listTables(client)
  for await (const record of records) {
    if (record.kind === 'table') open = await openTable(client, record, standing)
    else if (record.kind === 'rows') await open?.copy.write(record.bytes)
    else if (record.kind === 'table-end') {
      await closeTable(client, open, record)
      loaded = { tables: loaded.tables + 1, rows: loaded.rows + record.rows }
    } else if (record.kind === 'sequence') {
      await client.query(`select setval(quote_ident($1)::regclass, $2::bigint, $3)`, [record.sequence, record.value, record.isCalled])
    } else if (record.kind === 'end' && record.tables !== loaded.tables) throw new LoadRefusedError()
  }
  return loaded
}

type TableRecord = Extract<DumpRecord, { readonly kind: 'table' }>

/** `standing` is what the migrations made; the parts that hold days are made here. */
async function openTable(client: Client, { table, columns, day }: TableRecord, standing: readonly DumpedTable[]): Promise<Open> {
  if (day !== undefined) await client.query('select ensure_usage_partition($1::date)', [day])
  const known = (day === undefined ? standing : await listTables(client)).find((found) => found.table === table)
  if (known === undefined || known.columns.join() !== columns.join()) throw new LoadRefusedError()
  return { table, columns, copy: fillTable(client, known) }
}

async function closeTable(client: Client, open: Open | undefined, told: { readonly rows: number; readonly sum: string }): Promise<void> {
  if (open === undefined) throw new LoadRefusedError()
  await open.copy.finish()
  const found = await copyOut(client, copyText(open, 'to stdout'), async () => undefined)
  if (found.rows !== told.rows || found.sum !== told.sum) throw new LoadRefusedError()
}
