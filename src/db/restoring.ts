import type { Client } from 'pg'
import { ConfigRefusedError, ENVIRONMENT, type Problem } from '../spec/index.ts'
import { withOwnerClient } from './owner-client.ts'
import { ensureSchema } from './roles.ts'

/** What the comment of schema farebox is from when a restore begins until it has ended, so that a half-filled database is never taken for a new one. */
const MARK = 'farebox restore has not ended'
const MARKING = `comment on schema farebox is 'farebox restore has not ended'`

/** Empties the schema and marks it as one that a restore fills, in one transaction; for a database that is empty, or that bears the mark. Throws DatabaseError. */
export const beginRestoring = (connection: string): Promise<void> =>
  withOwnerClient(connection, async (client) => {
    await client.query('begin')
    if (await hasMark(client)) await client.query('drop schema farebox cascade')
    await ensureSchema(client)
    await client.query(MARKING)
    await client.query('commit')
  })

/** Takes the mark away, when all that a restore does was done. Throws DatabaseError. */
export const endRestoring = (connection: string): Promise<void> =>
  withOwnerClient(connection, async (client) => {
    await client.query('comment on schema farebox is null')
  })

/** Whether a restore began to fill this database and has not ended. Throws DatabaseError. */
export const isRestoring = (connection: string): Promise<boolean> => withOwnerClient(connection, hasMark)

/** Throws ConfigRefusedError for a database that a restore has not filled yet, and DatabaseError when it cannot be asked. */
export const refuseRestoring = (connection: string): Promise<void> =>
  withOwnerClient(connection, async (client) => {
    const problems = await restoringProblems(client)
    if (problems.length > 0) throw new ConfigRefusedError(problems)
  })

/** The problem of a database that a restore has not filled yet. */
export async function restoringProblems(client: Client): Promise<readonly Problem[]> {
  if (!(await hasMark(client))) return []
  return [
    {
      ...{ file: ENVIRONMENT, line: 0, column: 0, path: 'DATABASE_URL' },
      expected: 'a database that is whole',
      got: 'one that farebox restore began to fill, and that was interrupted',
      mend: 'run farebox restore again with the same files, which begins anew; or to go on without them, run drop schema farebox cascade as the owner of the database (where it is the embedded one: remove the folder postgres of the data directory)',
    },
  ]
}

async function hasMark(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ mark: string | null }>(
    `select obj_description(oid, 'pg_namespace') as mark from pg_namespace where nspname = 'farebox'`,
  )
  return rows[0]?.mark === MARK
}
