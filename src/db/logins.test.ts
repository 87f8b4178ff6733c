// Protects: a pool's login can be its one role and nothing else, every node makes the same logins, and where they cannot be made it is said.
import { deepEqual, equal, match, notEqual, rejects } from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { Client } from 'pg'
import { type DatabaseRole, ROLES, withLogin } from './connection.ts'
import { connect } from './database.ts'
import { scramVerifier } from './login-password.ts'
import { openLogins, readLogins } from './logins.ts'
import { type Sql, sql } from './sql.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

const DENIED = '42501'

let at: TestDatabase
before(async () => {
  at = await createTestDatabase()
})
after(() => at.drop())
afterEach(async () => {
  for (const name of await loginNames()) await run(`drop owned by ${name}; drop role ${name}`)
})

async function ask(connection: string, role: DatabaseRole | undefined, statement: Sql): Promise<readonly Record<string, unknown>[]> {
  const database = connect({ connection, role, poolMax: 1 })
  try {
    return await database.query(statement)
  } finally {
    await database.end()
  }
}

async function run(text: string): Promise<void> {
  const client = new Client({ connectionString: at.connection })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

async function loginNames(): Promise<readonly string[]> {
  const rows = await at.ownerDatabase.query<{ name: string }>(sql`
    select rolname as name from pg_roles r join pg_database d on rolname in ('farebox_app_' || d.oid, 'farebox_ledger_' || d.oid)
    where d.datname = current_database() order by 1`)
  return rows.map(({ name }) => name)
}

const whoIs = sql`select session_user::text as login, current_user::text as role`

test('each login becomes its own role, and neither another one nor the owner', async () => {
  equal(await readLogins(at.connection), 'makeable')
  const { connections, sharedBecause } = await openLogins(at.connection)
  equal(sharedBecause, undefined)
  equal(await readLogins(at.connection), 'there')
  const names = await loginNames()
  for (const [index, role] of ROLES.entries()) {
    const other = ROLES[1 - index] ?? role
    deepEqual(await ask(connections[role], role, whoIs), [{ login: names[index], role }])
    await rejects(ask(connections[role], other, whoIs), { code: DENIED })
    for (const name of [other, names[1 - index], new URL(at.connection).username]) {
      const become = connect({ connection: connections[role], role, poolMax: 1 })
      await rejects(become.query(sql`select set_config('role', ${name}, false)`), { code: DENIED }, name)
      await become.end()
    }
    await rejects(ask(connections[role], role, sql`select * from login_secret`), { code: DENIED })
    // Without its role a login has no right to anything.
    await rejects(ask(connections[role], undefined, sql`select * from farebox.account`), { code: DENIED })
  }
})

test('nodes that start at once agree, and those that come later', async () => {
  const nodes = await Promise.all([1, 2, 3, 4].map(() => openLogins(at.connection)))
  for (const node of nodes) deepEqual(node, nodes[0])
  deepEqual(await openLogins(at.connection), nodes[0])
})

test('the password of one database opens no other', async () => {
  const other = await createTestDatabase()
  try {
    const [mine, theirs] = [await openLogins(at.connection), await openLogins(other.connection)]
    const [one, two] = [new URL(mine.connections.farebox_app), new URL(theirs.connections.farebox_app)]
    notEqual(one.username, two.username)
    notEqual(one.password, two.password)
  } finally {
    const names = await other.ownerDatabase.query<{ oid: string }>(
      sql`select oid::text as oid from pg_database where datname = current_database()`,
    )
    await other.drop()
    for (const role of ROLES) await run(`drop role ${role}_${names[0]?.oid}`)
  }
})

test('a login that was changed or dropped is made again; open connections stay', async () => {
  const { connections } = await openLogins(at.connection)
  const pool = connect({ connection: connections.farebox_app, role: 'farebox_app', poolMax: 1 })
  await pool.query(whoIs)
  const [app, ledger] = await loginNames()
  await run(`alter role ${app} nologin password 'another'; drop role ${ledger}`)
  await rejects(ask(connections.farebox_app, 'farebox_app', whoIs))
  deepEqual(await openLogins(at.connection), { connections, sharedBecause: undefined })
  deepEqual(await pool.query(whoIs), [{ login: app, role: 'farebox_app' }])
  await pool.end()
})

test('a user that may make roles makes logins; one that may not is told why, and its pools take their role as before', async () => {
  const user = `plain_${new URL(at.connection).pathname.slice(1)}`
  await run(`create role ${user} login password 'plain'; grant farebox_app, farebox_ledger to ${user};
    grant usage on schema farebox to ${user}; grant select on farebox.login_secret to ${user}`)
  const connection = withLogin(at.connection, { user, password: 'plain' })
  try {
    const shared = await openLogins(connection)
    deepEqual(shared, { connections: { farebox_app: connection, farebox_ledger: connection }, sharedBecause: DENIED })
    deepEqual(await ask(shared.connections.farebox_ledger, 'farebox_ledger', whoIs), [{ login: user, role: 'farebox_ledger' }])
    deepEqual([await loginNames(), await readLogins(connection)], [[], 'shared'])
    await run(`alter role ${user} createrole; grant farebox_app, farebox_ledger to ${user} with admin option`)
    equal(await readLogins(connection), 'makeable')
    const own = await openLogins(connection)
    equal(own.sharedBecause, undefined)
    deepEqual(await ask(own.connections.farebox_app, 'farebox_app', whoIs), [{ login: (await loginNames())[0], role: 'farebox_app' }])
  } finally {
    for (const name of await loginNames()) await run(`drop owned by ${name}; drop role ${name}`)
    await run(`drop owned by ${user}; drop role ${user}`)
  }
})

test('a server that nobody can reach is a failure, and no reason to share a login', async () => {
  await rejects(openLogins('postgres://nobody@127.0.0.1:1/none'), { code: 'ECONNREFUSED' })
})

test('what is stored of a password is what SCRAM asks for (RFC 7677, section 3)', () => {
  const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'))
  match(verifier, /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$[\w+/]{43}=:[\w+/]{43}=$/)
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
  const said = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`
  const serverKey = Buffer.from(verifier.split(':').at(-1) ?? '', 'base64')
  equal(createHmac('sha256', serverKey).update(said).digest('base64'), '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
})

test('a login replaces the one of the URL wherever that stands', () => {
  for (const url of ['postgres://me:mine@h/d', 'postgres:///d?host=/run&user=me&password=mine', 'postgres://me:mine@/d?host=/run']) {
    const changed = new URL(withLogin(url, { user: 'you', password: 'p' }))
    deepEqual([changed.username, changed.password, /mine|me\b/.test(changed.href)], ['you', 'p', false], url)
  }
})
