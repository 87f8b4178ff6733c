import { Client } from 'pg'
import { clientConfig, type DatabaseRole, ROLES, withLogin } from './connection.ts'
import { DatabaseError, toDatabaseError } from './database-error.ts'
import { passwordOf, saltOf, scramVerifier } from './login-password.ts'
import { MIGRATION_LOCK } from './migrate.ts'

/** Connections for pools, each to be used with its role alone; `connections` are postgres:// URLs and secrets. */
export type DatabaseLogins = {
  readonly connections: Readonly<Record<DatabaseRole, string>>
  /** Why all of them log in as the user of the database's own URL, which can take any role: a code of the server. Undefined where they do not. */
  readonly sharedBecause: string | undefined
}

/**
 * Has each role log in under a name of its own, which can become this role and nothing else; made, or given its password again, where it
 * does not get in. A user that may not make logins, or a server that does not let them in, leaves all with the user of `connection`.
 * The database is migrated. Throws DatabaseError when it cannot be asked.
 */
export const openLogins = (connection: string): Promise<DatabaseLogins> =>
  asOwner(connection, async (owner) => {
    const logins = await loginsOf(owner, connection)
    for (const login of logins) {
      const code = (await tryLogin(login)) === undefined ? undefined : await renewLogin(owner, login)
      if (code !== undefined) return { connections: forAll(() => connection), sharedBecause: code }
    }
    const urls = new Map(logins.map(({ role, url }) => [role, url]))
    return { connections: forAll((role) => urls.get(role) ?? connection), sharedBecause: undefined }
  })

/**
 * Whether roles have logins of their own (`there`), will get them from openLogins (`makeable`), or share the user of `connection`, as far as
 * can be told without changing anything. Throws DatabaseError when the server cannot be asked or has not been migrated.
 */
export const readLogins = (connection: string): Promise<'there' | 'makeable' | 'shared'> =>
  asOwner(connection, async (owner) => {
    const refusals = await Promise.all((await loginsOf(owner, connection)).map(tryLogin))
    if (refusals.every((code) => code === undefined)) return 'there'
    return (await mayMakeLogins(owner)) ? 'makeable' : 'shared'
  })

/** From PostgreSQL 16 on, who makes a login has to be an administrator of the role that it gets. */
async function mayMakeLogins(owner: Client): Promise<boolean> {
  const { rows } = await owner.query<{ can: boolean }>(
    `select rolsuper or rolcreaterole and (current_setting('server_version_num')::int < 160000 or
      (select bool_and(pg_has_role(current_user, role, 'USAGE WITH ADMIN OPTION')) from unnest($1::text[]) as role)) as can
    from pg_roles where rolname = current_user`,
    [ROLES],
  )
  return rows[0]?.can === true
}

async function asOwner<T>(connection: string, work: (owner: Client) => Promise<T>): Promise<T> {
  const owner = new Client(clientConfig(connection, { role: undefined, statementTimeoutMs: 15_000, connectTimeoutMs: 10_000 }))
  owner.on('error', () => undefined)
  try {
    await owner.connect()
    return await work(owner)
  } catch (thrown) {
    throw toDatabaseError(thrown)
  } finally {
    await owner.end().catch(() => undefined)
  }
}

const forAll = (urlOf: (role: DatabaseRole) => string): DatabaseLogins['connections'] => ({
  farebox_app: urlOf('farebox_app'),
  farebox_ledger: urlOf('farebox_ledger'),
})

type Login = { readonly role: DatabaseRole; readonly name: string; readonly verifier: string; readonly url: string }

/** Roles belong to the whole server, so that a login is named after its database. */
async function loginsOf(owner: Client, connection: string): Promise<readonly Login[]> {
  const { rows } = await owner.query<{ database: string; secret: Buffer }>(
    `select oid::text as database, secret from pg_database, farebox.login_secret where datname = current_database()`,
  )
  const [found] = rows
  if (found === undefined) throw new TypeError('the migration puts a secret into login_secret')
  return ROLES.map((role) => {
    const name = `${role}_${found.database}`
    const password = passwordOf(found.secret, name)
    const verifier = scramVerifier(password, saltOf(found.secret, name))
    return { role, name, verifier, url: withLogin(connection, { user: name, password }) }
  })
}

/** What the server says to whom it does not let in, or denies something: wrong password, no such user, no right, and poolers that know no such user. */
const REFUSALS = /^(?:28\w{3}|42501|42704|0LP01|08P01|authentication_failed)$/

/** Undefined when the login gets in and becomes its role, else the code of the refusal. */
async function tryLogin({ url, role }: Login): Promise<string | undefined> {
  const client = new Client(clientConfig(url, { role, statementTimeoutMs: 5000, connectTimeoutMs: 10_000 }))
  client.on('error', () => undefined)
  try {
    await client.connect()
    return undefined
  } catch (thrown) {
    return refusalOf(thrown)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Makes a login anew, one node at a time; undefined when it gets in then, else the code of the refusal. */
async function renewLogin(owner: Client, login: Login): Promise<string | undefined> {
  try {
    await owner.query('begin')
    await owner.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    await writeLogin(owner, login)
    await owner.query('commit')
  } catch (thrown) {
    await owner.query('rollback')
    return refusalOf(thrown)
  }
  return await tryLogin(login)
}

async function writeLogin(owner: Client, { role, name, verifier }: Login): Promise<void> {
  const isThere = (await owner.query('select 1 from pg_roles where rolname = $1', [name])).rows.length > 0
  if (isThere) await owner.query(`alter role ${name} login noinherit password '${verifier}'`)
  else await owner.query(`create role ${name} login noinherit password '${verifier}'`)
  await owner.query(`grant ${role} to ${name}`)
  const { rows } = await owner.query<{ database: string; can: boolean }>(
    `select quote_ident(current_database()) as database, has_database_privilege($1, current_database(), 'connect') as can`,
    [name],
  )
  if (rows[0]?.can === false) await owner.query(`grant connect on database ${rows[0].database} to ${name}`)
}

function refusalOf(thrown: unknown): string {
  const { code } = toDatabaseError(thrown)
  if (REFUSALS.test(code)) return code
  throw new DatabaseError(code)
}
