import { Client } from 'pg'
import { ConfigRefusedError, ENVIRONMENT, type Problem } from '../spec/index.ts'
import { clientConfig } from './connection.ts'
import { toDatabaseError } from './database-error.ts'

const VERSION_MIN = 150_000

/**
 * Refuses a server on which a committed payment could be lost: fsync, full_page_writes or synchronous_commit off; one that takes no writes, and
 * one older than PostgreSQL 15. What a database or a login sets for itself is seen by whoever connects as it does. Throws ConfigRefusedError with
 * every problem; DatabaseError when it cannot be asked.
 */
export async function checkServer(connection: string): Promise<void> {
  const client = new Client(clientConfig(connection, { role: undefined, statementTimeoutMs: 5000, connectTimeoutMs: 10_000 }))
  client.on('error', () => undefined)
  try {
    await client.connect()
    const problems = [...(await versionProblems(client)), ...(await durabilityProblems(client))]
    if (problems.length > 0) throw new ConfigRefusedError(problems)
  } catch (thrown) {
    throw thrown instanceof ConfigRefusedError ? thrown : toDatabaseError(thrown)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The problem of a server older than PostgreSQL 15. */
export async function versionProblems(client: Client): Promise<readonly Problem[]> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, split_part(current_setting('server_version'), ' ', 1) as version`,
  )
  const { number = 0, version = '?' } = rows[0] ?? {}
  return number >= VERSION_MIN ? [] : [problem({ expected: 'PostgreSQL 15 or newer', got: version, mend: 'upgrade the server' })]
}

async function durabilityProblems(client: Client): Promise<readonly Problem[]> {
  const { rows } = await client.query<SetOff>(`select name, source, quote_ident(session_user) as login,
      quote_ident(current_database()) as database
    from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name`)
  return [...rows.map((found) => setOff(found)), ...(await writingProblems(client))]
}

/** The problem of a server that takes no writes. */
async function writingProblems(client: Client): Promise<readonly Problem[]> {
  const { rows } = await client.query<{ standby: boolean; readOnly: boolean }>(
    `select pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as "readOnly"`,
  )
  const { standby = false, readOnly = false } = rows[0] ?? {}
  if (!standby && !readOnly) return []
  const told = standby
    ? { got: 'a standby in recovery', mend: 'name the primary in DATABASE_URL' }
    : { got: 'one that takes none (default_transaction_read_only)', mend: 'set it off, for the server, the database and the login' }
  // After a power cut a cluster of databases may start its old primary as a standby, and make it the primary a moment later.
  return [{ ...problem({ expected: 'a server that can write', ...told }), mayPass: true }]
}

/** A setting that is off; `source` in the words of pg_settings. */
type SetOff = { readonly name: string; readonly source: string; readonly login: string; readonly database: string }

const setOff = (found: SetOff): Problem =>
  problem({
    expected: `${found.name} on, so that a paid call survives a power cut`,
    got: `${found.name} off`,
    mend: mendOf(found),
  })

/** How it is set on where it was set off. Source: https://www.postgresql.org/docs/18/view-pg-settings.html (2026-11-27). */
function mendOf({ name, source, login, database }: SetOff): string {
  if (source === 'user') return `run on the server: alter role ${login} reset ${name};`
  if (source === 'database') return `run on the server: alter database ${database} reset ${name};`
  if (source === 'database user') return `run on the server: alter role ${login} in database ${database} reset ${name};`
  if (source === 'client') return `take ${name} out of the options in DATABASE_URL`
  return `run on the server: alter system set ${name} = on; select pg_reload_conf();`
}

const problem = (told: Pick<Problem, 'expected' | 'got' | 'mend'>): Problem => ({
  file: ENVIRONMENT,
  line: 0,
  column: 0,
  path: 'DATABASE_URL',
  ...told,
})
