import { connect, DatabaseError } from '../../db/index.ts'
import { readWalTurnover, type WalTurnover } from '../../retention/index.ts'
import { type Finding, plain } from './finding.ts'

/** What holds of deleted rows in the log of the server of DATABASE_URL, and what would have to be granted for more; nothing before its tables are there. */
export async function checkWriteAheadLog(connection: string): Promise<readonly Finding[]> {
  const database = connect({ connection, role: 'farebox_app', poolMax: 1 })
  try {
    return [tell(await readWalTurnover(database))]
  } catch (thrown) {
    // Roles or functions that are not there yet are told by the check of the tables.
    if (thrown instanceof DatabaseError) return []
    throw thrown
  } finally {
    await database.end()
  }
}

const GRANTS = {
  pg_checkpoint: 'grant pg_checkpoint to the user of DATABASE_URL',
  'execute on pg_switch_wal()': 'grant execute on function pg_switch_wal() to the user of DATABASE_URL',
} as const

function tell({ by, lacks, isRecycling, isCopied }: WalTurnover): Finding {
  if (by === 'turned') return plain('ok', 'deletion', 'deleted rows leave the log of the server within the hour')
  const mend = [...lacks.map((right) => GRANTS[right]), ...(isRecycling ? ['alter system set wal_recycle = off'] : [])]
  const copies = isCopied ? '; archives, standbys and slots keep copies, whose age is yours to bound' : ''
  const cure = mend.length === 0 ? '' : `; for more, as a superuser: ${mend.join('; ')}`
  return plain(
    'warning',
    'deletion',
    `deleted rows leave the log of the server when it sees fit, which the policy then says${cure}${copies}`,
  )
}
