import { type Database, identifier, sql } from '../db/index.ts'
import { ROWS_AT_ONCE } from './forget-aged.ts'

/** What nodes set money aside in, of balances and of windows of spending. */
const SLICES = ['slice', 'spend_slice'] as const

/**
 * Deletes slices that hold nothing any more, of one account or of all; a node that takes again makes one anew. One that a commit works on is
 * left for the next time, so neither waits for the other's rows. The role is farebox_ledger. Returns how many went.
 */
export async function forgetSpent(database: Database, accountId?: string): Promise<number> {
  let gone = 0
  for (const table of SLICES) {
    const name = identifier(table)
    const isOwned = accountId === undefined ? sql`true` : sql`account_id = ${accountId}::uuid`
    const some = sql`select ctid from ${name} where amount = 0 and ${isOwned} limit ${ROWS_AT_ONCE} for update skip locked`
    for (let last = ROWS_AT_ONCE; last === ROWS_AT_ONCE; gone += last)
      last = (await database.query(sql`delete from ${name} where ctid = any(array(${some})) and amount = 0 returning 1`)).length
  }
  return gone
}
