import { DatabaseError, readLogins } from '../../db/index.ts'
import { type Finding, plain } from './finding.ts'

/** Whether control logs in to the server of DATABASE_URL with the rights of one role at a time; nothing before its tables are there. */
export async function checkLogins(connection: string): Promise<readonly Finding[]> {
  try {
    return [FINDINGS[await readLogins(connection)]]
  } catch (thrown) {
    // Tables that are not there yet are told by the check of the tables.
    if (thrown instanceof DatabaseError) return []
    throw thrown
  }
}

const FINDINGS = {
  there: plain('ok', 'database', 'each role has a login of its own'),
  makeable: plain('ok', 'database', 'each role will have a login of its own at the next start'),
  shared: plain(
    'warning',
    'database',
    'control logs in as the user of DATABASE_URL and takes its roles, as that user may not make logins, or they are not let in; for more, as a superuser: alter role with createrole, grant farebox_app, farebox_ledger to it with admin option, and let farebox_app_* and farebox_ledger_* in (pg_hba.conf)',
  ),
} as const
