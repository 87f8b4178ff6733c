import type { Client } from 'pg'
import { type CopyIn, copyIn } from './copy-in.ts'
import { copyText, type DumpedTable } from './dump.ts'

/** From so many bytes on it is quicker to make the indexes of a day when its rows are there. */
const LARGE_BYTES = 4_194_304

/**
 * Fills a table that this transaction emptied or made, and so may write its rows as old ones at once. The part of a table that holds a day, where it is
 * large, loses its indexes for it and has them made again when all rows are there. Throws DatabaseError.
 */
export function fillTable(client: Client, dumped: DumpedTable): CopyIn {
  const waiting: Buffer[] = []
  let waitingBytes = 0
  let copy: CopyIn | undefined
  let rejoining: readonly string[] = []
  const begin = async (): Promise<CopyIn> => {
    const begun = await copyIn(client, `${copyText(dumped, 'from stdin')} (freeze)`)
    for (const rows of waiting.splice(0)) await begun.write(rows)
    return begun
  }
  return {
    write: async (rows) => {
      if (copy !== undefined) return await copy.write(rows)
      waiting.push(rows)
      waitingBytes += rows.length
      if (waitingBytes < LARGE_BYTES) return
      if (dumped.day !== undefined) rejoining = await takeApart(client, dumped.table)
      copy = await begin()
    },
    finish: async () => {
      const rows = await (copy ?? (await begin())).finish()
      for (const statement of rejoining) await client.query(statement)
      return rows
    },
  }
}

/** Takes the part of a table out of it and its indexes away; returns the statements that undo this. Names come from the database's own catalogue. */
async function takeApart(client: Client, part: string): Promise<readonly string[]> {
  const { rows: constraints } = await client.query<{ name: string; definition: string }>(
    `select quote_ident(conname) as name, pg_get_constraintdef(oid) as definition from pg_constraint
    where conrelid = quote_ident($1)::regclass and contype in ('p', 'u')`,
    [part],
  )
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid = quote_ident($1)::regclass and not exists (select from pg_constraint where conindid = indexrelid)`,
    [part],
  )
  const { rows: parents } = await client.query<{ parent: string; bound: string }>(
    `select inhparent::regclass::text as parent, pg_get_expr(relpartbound, oid) as bound from pg_class join pg_inherits on inhrelid = oid
    where oid = quote_ident($1)::regclass`,
    [part],
  )
  for (const { parent } of parents) await client.query(`alter table ${parent} detach partition "${part}"`)
  for (const { name } of constraints) await client.query(`alter table "${part}" drop constraint ${name}`)
  for (const { name } of indexes) await client.query(`drop index ${name}`)
  return [
    ...constraints.map(({ name, definition }) => `alter table "${part}" add constraint ${name} ${definition}`),
    ...indexes.map(({ definition }) => definition),
    ...parents.map(({ parent, bound }) => `alter table ${parent} attach partition "${part}" ${bound}`),
  ]
}
