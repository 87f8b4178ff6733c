import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import { ConfigRefusedError, ENVIRONMENT } from '../spec/index.ts'
import { type DatabaseRole, ROLES } from './connection.ts'
import { toDatabaseError } from './database-error.ts'

/** Two servers of one cluster can make a role at the same time: already there, unique key, tuple concurrently updated. */
const RACE_CODES = ['42710', '23505', 'XX000']
const DENIED = '42501'
const ATTEMPTS = 20

/**
 * Makes the roles if they are not there and lets the connected user become each of them. Throws ConfigRefusedError with the SQL to
 * run when that user may not.
 */
export async function ensureRoles(client: Client): Promise<void> {
  for (const role of ROLES) await ensureRole(client, role)
}

/** Makes schema farebox, which belongs to the connected user. Throws ConfigRefusedError with the SQL to run when that user may not. */
export async function ensureSchema(client: Client): Promise<void> {
  const { rows } = await client.query(`select 1 from pg_namespace where nspname = 'farebox'`)
  if (rows.length > 0) return
  try {
    await client.query('create schema if not exists farebox')
  } catch (thrown) {
    if (toDatabaseError(thrown).code !== DENIED) throw thrown
    const expected = 'a user that may create a schema in this database'
    throw await refusal(client, { expected, statements: (user, database) => [`grant create on database ${database} to ${user};`] })
  }
}

async function ensureRole(client: Client, role: DatabaseRole): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (!(await exists(client, role))) await client.query(`create role ${role} nologin`)
      if (!(await canBecome(client, role))) await client.query(`grant ${role} to current_user`)
      return
    } catch (thrown) {
      const { code } = toDatabaseError(thrown)
      if (code === DENIED) throw await refusal(client, ROLES_REFUSED)
      if (!RACE_CODES.includes(code) || attempt === ATTEMPTS) throw thrown
      await delay(attempt * 5)
    }
  }
}

async function exists(client: Client, role: DatabaseRole): Promise<boolean> {
  return (await client.query('select 1 from pg_roles where rolname = $1', [role])).rows.length > 0
}

async function canBecome(client: Client, role: DatabaseRole): Promise<boolean> {
  const { rows } = await client.query<{ version: number }>(`select current_setting('server_version_num')::int as version`)
  // From PostgreSQL 16 on, being a member and being allowed to SET ROLE are two things.
  const privilege = (rows[0]?.version ?? 0) >= 160_000 ? 'SET' : 'MEMBER'
  const answer = await client.query<{ can: boolean }>('select pg_has_role(current_user, $1, $2) as can', [role, privilege])
  return answer.rows[0]?.can === true
}

type Refused = { readonly expected: string; readonly statements: (user: string, database: string) => readonly string[] }

const ROLES_REFUSED: Refused = {
  expected: `a user that may make the roles ${ROLES.join(' and ')}, or is a member of both`,
  statements: (user) => [...ROLES.map((role) => `create role ${role} nologin;`), `grant ${ROLES.join(', ')} to ${user};`],
}

async function refusal(client: Client, { expected, statements }: Refused): Promise<ConfigRefusedError> {
  const { rows } = await client.query<{ user: string; database: string }>(
    'select quote_ident(current_user) as user, quote_ident(current_database()) as database',
  )
  const { user = 'current_user', database = 'farebox' } = rows[0] ?? {}
  const mend = `run this once as a superuser (leave out what is there): ${statements(user, database).join(' ')}`
  return new ConfigRefusedError([
    { file: ENVIRONMENT, line: 0, column: 0, path: 'DATABASE_URL', expected, got: 'a user that may not', mend },
  ])
}
