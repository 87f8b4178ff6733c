import type { Config } from '../config.ts'
import { connect } from '../db/index.ts'
import { makeLedger, type Verification } from '../ledger/index.ts'
import { type Log, systemClock, systemIds } from '../lib/index.ts'
import { openOwnKeyring } from '../privacy/index.ts'
import { openKeys } from './open-keys.ts'
import { openRights } from './open-rights.ts'

/** What a database is after it was restored: how many accounts were erased and operators ended again, and what its books say. */
export type Restored = { readonly erasedAgain: number; readonly operatorsEndedAgain: number; readonly books: Verification }

/**
 * Does with a restored database what every start does before it listens: whom the backup brought back is erased or ended again. Then all of its books
 * are recomputed. `connection` is its owner's URL. Throws as the start would.
 */
export async function checkRestored(config: Config, connection: string): Promise<Restored> {
  const app = connect({ connection, role: 'farebox_app', poolMax: 4 })
  const ledger = connect({ connection, role: 'farebox_ledger', poolMax: 4, statementTimeoutMs: 3_600_000 })
  const ids = systemIds(systemClock.now)
  // Told for the keys first, then for whom they name; of some there was a key alone.
  const told: number[] = []
  let operatorsEndedAgain = 0
  const log: Log = (line) => {
    const items = Number(line['items'] ?? 0)
    if (line.event === 'erasures-replayed') told.push(items)
    if (line.event === 'operators-ended-again') operatorsEndedAgain = items
  }
  const shared = { config, clock: systemClock, log, appDatabase: app, ledgerDatabase: ledger, booksDatabase: ledger }
  const nodeId = ids.uuid()
  try {
    const keyring = await openOwnKeyring(app, config.dataDir)
    const keys = await openKeys({ ...shared, connection, keyring, nodeId, onUnshared: () => undefined })
    try {
      await openRights({ ...shared, subjects: keys.subjects, ids, mailer: undefined })
      const books = await makeLedger(ledger, { ids, subjects: keys.subjects, books: ledger }).verify()
      return { erasedAgain: Math.max(0, ...told), operatorsEndedAgain, books }
    } finally {
      await keys.close()
    }
  } finally {
    await Promise.all([app.end(), ledger.end()])
  }
}
