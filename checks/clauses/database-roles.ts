import { connect, type Database, type DatabaseRole, isDatabaseError, openLogins, type Sql, sql } from '../../src/db/index.ts'
import { createTestDatabase, stopTestServer } from '../../src/db/testing.ts'
import type { CheckContext, Measured } from '../harness/index.ts'

const ID = '01900000-0000-7000-8000-0000000000a1'
const DENIED: readonly string[] = ['42501', '0LP01', '55006', '25006', '42883']
const MIN = 40

/** What no role of the product may: more rights, other people's files, programs, the schema itself. */
const FOR_ALL: readonly Sql[] = [
  sql`create role mine superuser`,
  sql`alter role current_user superuser`,
  sql`create database mine`,
  sql`create schema mine`,
  sql`create table farebox.mine ()`,
  sql`create extension pg_trgm`,
  sql`create function farebox.mine() returns int language sql as 'select 1'`,
  sql`alter system set log_statement = 'all'`,
  sql`copy (select 1) to program 'cat'`,
  sql`copy (select 1) to '/tmp/farebox-copy'`,
  sql`select pg_read_file('postgresql.conf')`,
  sql`select pg_ls_dir('.')`,
  sql`select pg_read_binary_file('PG_VERSION')`,
  sql`select lo_import('/etc/passwd')`,
  sql`select pg_reload_conf()`,
  sql`select pg_switch_wal()`,
  sql`select pg_create_restore_point('x')`,
  sql`drop schema farebox cascade`,
  sql`alter table farebox.api_key owner to farebox_app`,
  sql`create policy mine on farebox.account`,
  sql`set session_replication_role = replica`,
  sql`drop table farebox.transfer`,
  sql`alter table farebox.transfer disable trigger all`,
  sql`alter table farebox.usage_event add column words text`,
  sql`truncate farebox.transfer`,
  sql`truncate farebox.usage_event`,
  sql`delete from farebox.migration`,
  sql`delete from farebox.account`,
  sql`delete from farebox.price_version`,
  sql`update farebox.transfer set amount = 1`,
  sql`delete from farebox.transfer`,
  sql`delete from farebox.receipt_batch`,
  sql`select secret from farebox.login_secret`,
]

const FOR_APP: readonly Sql[] = [
  sql`update farebox.balance set available = 1`,
  sql`insert into farebox.balance (account_id, available) values (${ID}, 1)`,
  sql`delete from farebox.balance`,
  sql`update farebox.slice set amount = 1`,
  sql`delete from farebox.open_call`,
  sql`update farebox.usage_day set cost = 0`,
  sql`delete from farebox.usage_event`,
  sql`update farebox.usage_event set cost = 0`,
  sql`insert into farebox.ledger_account values (${ID}, 'customer')`,
  sql`update farebox.receipt_batch set root = ''`,
]

const FOR_LEDGER: readonly Sql[] = [
  sql`insert into farebox.api_key (id, account_id, hash, name, hint) values (${ID}, ${ID}, ${Buffer.alloc(32)}, 'k', 'h')`,
  sql`update farebox.api_key set revoked_at = null`,
  sql`delete from farebox.api_key`,
  sql`update farebox.account set status = 'active'`,
  sql`insert into farebox.account (id) values (${ID})`,
  sql`update farebox.model set is_active = false`,
  sql`delete from farebox.model`,
  sql`insert into farebox.price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h) values (1, 0, 0, 0, 0, 0)`,
  sql`update farebox.signing_key set jwk = '{}'`,
  sql`delete from farebox.usage_day`,
]

/**
 * CL-role: each role of the database, in the login that control has for it, is denied forty statements and more that are not its business,
 * and cannot become another role; the owner could do them all.
 */
export async function databaseRoles(context: CheckContext): Promise<Measured> {
  const database = await createTestDatabase()
  const { connections, sharedBecause } = await openLogins(database.connection)
  const open = (role: DatabaseRole) => connect({ connection: connections[role], role, poolMax: 1 })
  const [appDatabase, ledgerDatabase] = [open('farebox_app'), open('farebox_ledger')]
  try {
    const app = await deniedTo(context, { role: 'farebox_app', database: appDatabase, statements: [...FOR_ALL, ...FOR_APP] })
    const ledger = await deniedTo(context, { role: 'farebox_ledger', database: ledgerDatabase, statements: [...FOR_ALL, ...FOR_LEDGER] })
    const [row] = await database.ownerDatabase.query<{ readonly n: number }>(
      sql`with made as (update farebox.account set status = status returning 1) select count(*)::int as n from made`,
    )
    const canTakeAnotherRole =
      (await codeOf(appDatabase, sql`set role farebox_ledger`)) === 'done' ||
      (await codeOf(ledgerDatabase, sql`set role farebox_app`)) === 'done'
    // A pool that logs in as the owner of the database, as where no logins can be made, can take any role of it.
    const canOwnerTakeIt = (await codeOf(database.appDatabase, sql`set role farebox_ledger`)) === 'done'
    context.expect(row !== undefined, 'blind: the owner may not do what the roles are denied')
    context.expect(Math.min(app, ledger) >= MIN, `blind: only ${Math.min(app, ledger)} statements were denied`)
    context.expect(sharedBecause === undefined, `control has no logins of its own here (${sharedBecause})`)
    context.expect(!canTakeAnotherRole, 'a login can become the role of another')
    context.expect(canOwnerTakeIt, 'blind: not even the owner can take a role')
    return {
      n: FOR_ALL.length + FOR_APP.length,
      measured: {
        deniedToApp: app,
        deniedToLedger: ledger,
        canTakeAnotherRole,
        whereNoLoginsCanBeMade: 'pools log in as the user of DATABASE_URL and take their role; farebox doctor warns of it',
        rowSecurity: 'not run: there is none, each query names its account',
      },
    }
  } finally {
    await Promise.all([appDatabase.end(), ledgerDatabase.end()])
    await database.drop()
    await stopTestServer()
  }
}

type Trial = { readonly role: string; readonly database: Database; readonly statements: readonly Sql[] }

async function deniedTo(context: CheckContext, { role, database, statements }: Trial): Promise<number> {
  let denied = 0
  for (const statement of statements) {
    const code = await codeOf(database, statement)
    if (
      context.expect(
        DENIED.some((known) => known === code),
        `${role} and "${statement.text}": ${code}`,
      )
    )
      denied += 1
  }
  return denied
}

async function codeOf(database: Database, statement: Sql): Promise<string> {
  try {
    await database.query(statement)
    return 'done'
  } catch (thrown) {
    return DENIED.find((code) => isDatabaseError(thrown, code)) ?? String(thrown)
  }
}
