import { Client } from 'pg'
import { ConfigRefusedError, ENVIRONMENT, type Problem } from '../spec/index.ts'
import { clientConfig } from './connection.ts'
import { toDatabaseError } from './database-error.ts'

const VERSION_MIN = 150_000

/**
 * Refuses a server on which a committed payment could be lost: fsync, full_page_writes or synchronous_commit off, a standby, or
 * older than PostgreSQL 15. Throws ConfigRefusedError with every problem; DatabaseError when it cannot be asked.
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
  const { rows } = await client.query<Durability>(`select pg_is_in_recovery() as standby,
    current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
    current_setting('synchronous_commit') as synchronous_commit`)
  const found = rows[0]
  if (found === undefined) return []
  const names = ['fsync', 'full_page_writes', 'synchronous_commit'] as const
  const off = names.filter((name) => found[name] === 'off').map((name) => setOff(name))
  const standby = { expected: 'a server that can write', got: 'a standby in recovery', mend: 'name the primary in DATABASE_URL' }
  return found.standby ? [...off, problem(standby)] : off
}

type Durability = {
  readonly standby: boolean
  readonly fsync: string
  readonly full_page_writes: string
  readonly synchronous_commit: string
}

const setOff = (name: string): Problem =>
  problem({
    expected: `${name} on, so that a paid call survives a power cut`,
    got: `${name} off`,
    mend: `run on the server: alter system set ${name} = on; select pg_reload_conf();`,
  })

const problem = (told: Pick<Problem, 'expected' | 'got' | 'mend'>): Problem => ({
  file: ENVIRONMENT,
  line: 0,
  column: 0,
  path: 'DATABASE_URL',
  ...told,
})
