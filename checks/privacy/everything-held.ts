import { identifier, sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import { PERSONAL_DATA } from '../../src/inventory.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { fillEverything } from './exports.ts'
import { openRightsWorld, type RightsWorld } from './rights-world.ts'

/**
 * PRV-13: what the operator can produce about somebody is exactly what the inventory says. Of accounts with a row in every table, each column of
 * the live database whose table knows the account, by its number or by any number that leads to it, is in what is shown; and nothing else is.
 */
export async function everythingHeld(context: CheckContext): Promise<Measured> {
  const world = await openRightsWorld()
  try {
    let [shown, found] = [0, 0]
    for (let index = 0; index < context.n; index += 1) {
      const id = await world.customer(`held-${index}@example.com`, 5_000_000_000n)
      await fillEverything(world, id)
      const held = new Set((await world.rights.access(id)).map(({ table, column }) => `${table}.${column}`))
      const declared = new Set(
        PERSONAL_DATA.filter(({ subject }) => subject === 'customer').map(({ table, column }) => `${table}.${column}`),
      )
      for (const column of held.symmetricDifference(declared))
        context.fail(`${column} is ${held.has(column) ? 'shown and not declared' : 'declared and not shown'}`)
      const live = await columnsThatKnow(world, id)
      for (const column of live) context.expect(held.has(column) || isHouse(column), `${column} knows the account and is not shown`)
      ;[shown, found] = [held.size, live.length]
    }
    context.expect(found >= 80, `blind: only ${found} columns of the database know an account that is in every table`)
    return { n: context.n, measured: { shown, columns_that_know_it: found } }
  } finally {
    await world.close()
    await stopTestServer()
  }
}

/** Columns that are nobody's by declaration, although their table has rows of people. */
const isHouse = (name: string): boolean =>
  PERSONAL_DATA.some(({ table, column, subject }) => `${table}.${column}` === name && subject !== 'customer')

/** The columns of all tables of the live database in which a number of the account stands, or one that a row with it has as its own. */
async function columnsThatKnow({ kit }: RightsWorld, accountId: string): Promise<readonly string[]> {
  const columns = await kit.ownerDatabase.query<{ table: string; column: string; type: string }>(sql`
    select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'farebox'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped`)
  const uuids = columns.filter(({ type }) => type === 'uuid')
  const numbers = new Set([accountId])
  const tables = new Set<string>()
  // What leads to the account can lead on: a key, a transfer, a call, its debt.
  for (const { table, column } of [...uuids, ...uuids]) {
    const own = uuids.filter((one) => one.table === table && (one.column === 'id' || one.column === 'request_id'))
    const rows = await kit.ownerDatabase.query<Record<string, string | null>>(sql`
      select * from ${identifier(table)} where ${identifier(column)} = any(${[...numbers]}::uuid[]) limit 50`)
    if (rows.length > 0) tables.add(table)
    for (const number of rows.flatMap((row) => own.flatMap((one) => row[one.column] ?? []))) numbers.add(number)
  }
  return columns.filter(({ table }) => tables.has(table)).map(({ table, column }) => `${table}.${column}`)
}
