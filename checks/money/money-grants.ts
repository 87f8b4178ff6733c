import type { MoneyStore } from '../../src/control/testing.ts'
import { connect, type Database, sql } from '../../src/db/index.ts'
import type { CheckContext } from '../harness/index.ts'

/** Tables that hold or move money. */
const TABLES = [
  ...['ledger_account', 'balance', 'slice', 'transfer', 'usage_event', 'usage_day', 'open_call', 'account_debt', 'account_freeze'],
  ...['upstream_day', 'house_day', 'ended_day', 'node'],
] as const
const VERBS = ['insert', 'update', 'delete', 'truncate'] as const
/** What the ledger's own role may never do: what is written in the journal and of calls stays. */
const NEVER = ['transfer update', 'transfer delete', 'usage_event update', 'usage_event delete', 'balance delete', 'usage_day delete']
const DENIED = '42501'

/**
 * Tries each verb on each table of money, as the role that keeps people and as one that nobody knows, and asks the database of every other
 * role that may log in or be taken. Returns how many tries were denied.
 */
export async function expectMoneyIsTheLedgers(context: CheckContext, store: MoneyStore): Promise<number> {
  const { ownerDatabase } = store
  // Runs as whoever calls it, so that what it may not do is told by its code.
  await ownerDatabase.query(sql`
    create function try_statement(statement text) returns text language plpgsql set search_path = farebox as $$
    begin execute statement; return 'done'; exception when others then return sqlstate; end $$`)
  let denied = 0
  const expectDenied = async (database: Database, role: string, what: string): Promise<void> => {
    const [table = '', verb = ''] = what.split(' ')
    const code = await tryVerb(database, table, verb)
    if (context.expect(code === DENIED, `${role} was not denied to ${verb} ${table}: ${code}`)) denied += 1
  }
  const everything = TABLES.flatMap((table) => VERBS.map((verb) => `${table} ${verb}`))
  const appDatabase = connect({ connection: store.connection, role: 'farebox_app', poolMax: 1 })
  for (const what of everything) await expectDenied(appDatabase, 'farebox_app', what)
  await appDatabase.end()
  for (const what of [...NEVER, ...TABLES.map((table) => `${table} truncate`)]) await expectDenied(store.database, 'farebox_ledger', what)
  await asStranger(ownerDatabase, async (tx) => {
    for (const what of everything) await expectDenied(tx, 'a stranger', what)
  })
  await expectNoOtherRole(context, ownerDatabase)
  return denied
}

async function tryVerb(database: Database, table: string, verb: string): Promise<string> {
  const [column] = await database.query<{ name: string }>(sql`
    select attname as name from pg_attribute where attrelid = to_regclass(${table}) and attnum = 1`)
  const statements: Readonly<Record<string, string>> = {
    insert: `insert into ${table} default values`,
    update: `update ${table} set ${column?.name} = ${column?.name}`,
    delete: `delete from ${table}`,
    truncate: `truncate ${table}`,
  }
  const [row] = await database.query<{ code: string }>(sql`select try_statement(${statements[verb]}) as code`)
  return row?.code ?? 'no answer'
}

/** Works as a role that was granted nothing but the way in, and takes it away again. */
async function asStranger(ownerDatabase: Database, work: (tx: Database) => Promise<void>): Promise<void> {
  const undo = new Error('undo')
  const working = ownerDatabase.transaction(async (tx) => {
    await tx.query(sql`create role farebox_check_stranger nologin`)
    await tx.query(sql`grant usage on schema farebox to farebox_check_stranger`)
    await tx.query(sql`set local role farebox_check_stranger`)
    await work(tx)
    throw undo
  })
  await working.catch((thrown: unknown) => {
    if (thrown !== undo) throw thrown
  })
}

/** Whoever else there is on this server may write no money either, but for superusers. */
async function expectNoOtherRole(context: CheckContext, ownerDatabase: Database): Promise<void> {
  const rows = await ownerDatabase.query<{ role: string; table: string; verb: string }>(sql`
    select rolname as role, t.name as table, v.verb from pg_roles, unnest(${[...TABLES]}::text[]) as t (name), unnest(${[...VERBS]}::text[]) as v (verb)
    where not rolsuper and rolname not in ('farebox_ledger') and rolname not like 'pg\\_%' and has_table_privilege(rolname, 'farebox.' || t.name, v.verb)`)
  for (const { role, table, verb } of rows) context.fail(`${role} may ${verb} ${table}`)
}
