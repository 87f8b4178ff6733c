import { randomBytes, randomUUID } from 'node:crypto'
import { readersOf } from '../../src/control/index.ts'
import { type Database, identifier, type Sql, sql } from '../../src/db/index.ts'
import { PERSONAL_DATA } from '../../src/inventory.ts'
import { type OwnedTable, ownedTables } from '../../src/privacy/index.ts'
import type { RightsWorld } from './rights-world.ts'

/** A column as the database has it, and the words that constraints on it name. */
type Column = { readonly name: string; readonly type: string; readonly isNullable: boolean; readonly words: readonly string[] }

/** How often a row is tried: constraints across columns are met by luck. */
const TRIES = 3_000

type Planting = Pick<RightsWorld, 'kit' | 'subjects'>

/**
 * A row of an account in each table that holds something of people and where it has none yet, with values of the right kind in every column that
 * is exported, sealed where its reader opens it. Tables that lead to others come first.
 */
export async function plantRows(world: Planting, accountId: string): Promise<void> {
  // What the database noted by itself has not every column.
  await world.kit.ownerDatabase.query(sql`delete from account_event where account_id = ${accountId}::uuid`)
  await plantSubscriptions(world, accountId)
  const tables = ownedTables(PERSONAL_DATA).filter(({ owner }) => owner !== 'unknown')
  const leading = tables.filter(({ owner }) => owner.some(({ through }) => through === undefined))
  for (const table of [...leading, ...tables.filter((one) => !leading.includes(one))]) await plantTable(world, accountId, table)
  for (const table of TOLD)
    await world.kit.ownerDatabase.query(sql`update ${identifier(table)} set next_try_at = now() where account_id = ${accountId}::uuid`)
}

/** Tables whose rows the world tells of at the first try, so that none waits for another. */
const TOLD = ['key_alarm', 'price_notice', 'plan_change_notice', 'balance_alert', 'policy_notice', 'support_request']

/** A plan and a seat, with more constraints between their columns than luck meets. */
async function plantSubscriptions({ kit }: Planting, accountId: string): Promise<void> {
  for (const kind of [sql`'planted', null, null`, sql`null, ${randomUUID()}::uuid, 'asia'`])
    await kit.ownerDatabase.transaction(async (tx) => {
      await tx.query(sql`set local session_replication_role = replica`)
      await tx.query(sql`
        insert into subscription (id, account_id, plan_id, pool_id, block, state, price, months, anchor, period_index, period_start, period_end,
          live_until, cancel_at_period_end, next_plan_id, next_price, next_months, past_due_since, next_try_at, budget_amount, budget_window, is_gift,
          order_id, ending_at, created_at, ended_at, ended_by, customer_ends, told_price_id, uncovered_told_for)
        values (${randomUUID()}::uuid, ${accountId}::uuid, ${kind}, 'canceled', 1, 1, now(), 1, now(), now(), now(), true, 'planted', 1, 1, now(),
          now(), 1, 'day', true, ${randomUUID()}::uuid, now(), now(), now(), 'customer', true, 1, now())`)
    })
}

async function plantTable(world: Planting, accountId: string, owned: OwnedTable): Promise<void> {
  const { table, owner, columns } = owned
  const database = world.kit.ownerDatabase
  const [path] = owner
  if (path === undefined) return
  const key = await ownKey(database, accountId, path)
  if (key === undefined) return
  const known = await database.query(sql`select from ${identifier(table)} where ${identifier(path.column)} = ${key}::uuid limit 1`)
  // What is there already is the world's own, but for subscriptions, whose words are still to be sealed.
  if (known.length > 0 && table !== 'subscription') return
  const shape = await columnsOf(database, table)
  const opened = new Set(columns.filter((entry) => entry.export && entry.column.endsWith('_sealed')).map(({ column }) => column))
  const missing = new Set(columns.filter((entry) => entry.export && !entry.column.endsWith('_sealed')).map(({ column }) => column))
  for (let attempt = 0; known.length === 0 && attempt < TRIES && missing.size > 0; attempt += 1) {
    const values = new Map(shape.map((column) => [column.name, cellOf(column, { path: path.column, key, opened, attempt })]))
    if (!(await insert(database, { table, shape, values }))) continue
    for (const [name, value] of values) if (value !== null) missing.delete(name)
  }
  for (const { column, export: isExported } of columns)
    if (isExported && column.endsWith('_sealed')) await seal(world, { accountId, table, column, path: path.column, key })
}

type Sealed = { readonly accountId: string; readonly table: string; readonly column: string; readonly path: string; readonly key: string }

/** Seals something in a column of planted rows, for the very purpose that its reader opens it for. */
async function seal({ kit, subjects }: Planting, { accountId, table, column, path, key }: Sealed): Promise<void> {
  let purpose: string | undefined
  const unseal = async (_account: string, _value: Buffer, asked: string): Promise<undefined> => {
    purpose = asked
  }
  const asking = { ...subjects, unseal }
  const reader = readersOf(asking)[`${table}.${column}`]
  if (reader === undefined) return
  const rows = await kit.ownerDatabase.query<{ place: string; row: string }>(sql`
    select ctid::text as place, to_jsonb(planted)::text as row from ${identifier(table)} as planted where ${identifier(path)} = ${key}::uuid`)
  for (const { place, row } of rows) {
    await reader({ accountId, value: Buffer.alloc(0), row: JSON.parse(row.replaceAll('\\\\x', '')) })
    if (purpose === undefined) return
    const sealed = await subjects.seal(accountId, Buffer.from('{"planted":"0x1"}'), purpose)
    await kit.ownerDatabase.query(sql`update ${identifier(table)} set ${identifier(column)} = ${sealed}::bytea where ctid = ${place}::tid`)
  }
}

/** What rows of an account are found by: its number, or one of a row of its in another table. */
async function ownKey(database: Database, accountId: string, { through }: OwnedTable['owner'][number]): Promise<string | undefined> {
  if (through === undefined) return accountId
  const [row] = await database.query<{ key: string }>(sql`
    select ${identifier(through.column)}::text as key from ${identifier(through.table)} where account_id = ${accountId}::uuid limit 1`)
  return row?.key
}

type Row = { readonly table: string; readonly shape: readonly Column[]; readonly values: ReadonlyMap<string, string | null> }

/** Inserts a row without looking at what it refers to; false when the table refuses it. */
async function insert(database: Database, { table, shape, values }: Row): Promise<boolean> {
  const list = (parts: readonly Sql[]): Sql => parts.reduce((all, part) => sql`${all}, ${part}`)
  const names = list(shape.map(({ name }) => identifier(name)))
  const cells = list(shape.map(({ name, type }) => sql`${values.get(name) ?? null}::text::${identifier(type)}`))
  try {
    await database.transaction(async (tx) => {
      await tx.query(sql`set local session_replication_role = replica`)
      await tx.query(sql`insert into ${identifier(table)} (${names}) values (${cells})`)
    })
    return true
  } catch {
    // A constraint across columns does not hold; another row is tried.
    return false
  }
}

const columnsOf = (database: Database, table: string): Promise<readonly Column[]> =>
  database.query<Column>(sql`
    select a.attname as name, t.typname as type, not a.attnotnull as "isNullable", coalesce((
      select array_agg(distinct word[1]) from pg_constraint k, regexp_matches(pg_get_constraintdef(k.oid), '''([^'']+)''', 'g') as word
      where k.conrelid = a.attrelid and k.contype = 'c' and a.attnum = any(k.conkey)), '{}') as words
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    where a.attrelid = to_regclass('farebox.' || ${table}) and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''`)

const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor((randomBytes(2).readUInt16BE() / 65_536) * items.length)]

/** So many tries leave no column out, as the first row may be the only one there can be. */
const WHOLE_TRIES = 200
const NULLS_OF_256 = 40

type Cell = { readonly path: string; readonly key: string; readonly opened: ReadonlySet<string>; readonly attempt: number }

/** What stands in a column of a row that is tried: its owner, nothing yet where it is sealed later, nothing now and then, or a value. */
function cellOf(column: Column, { path, key, opened, attempt }: Cell): string | null {
  if (column.name === path) return key
  const isLeftOut = opened.has(column.name) || (attempt >= WHOLE_TRIES && randomBytes(1).readUInt8() < NULLS_OF_256)
  return column.isNullable && isLeftOut ? null : textFor(column)
}

/** A value of a column's kind, as text. */
function textFor({ type, words }: Column): string {
  const number = String(1 + (randomBytes(1).readUInt8() % 5))
  switch (type) {
    case 'uuid':
      return randomUUID()
    case 'bool':
      return pick(['true', 'false']) ?? 'true'
    case 'bytea':
      return `\\x${randomBytes(pick([20, 32]) ?? 32).toString('hex')}`
    case 'jsonb':
      return '{"kind":"topup"}'
    case 'date':
      return '2026-11-01'
    case 'timestamptz':
      return pick(['2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', '2026-11-15T00:00:00Z']) ?? '2026-11-01T00:00:00Z'
    case 'text':
    case 'varchar':
      return pick([...words, 'planted', 'a', '0x1', randomBytes(6).toString('hex')]) ?? 'a'
    default:
      return type.startsWith('_') ? '{}' : (pick(['0', '1', '12', '200', number]) ?? number)
  }
}
