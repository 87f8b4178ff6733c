/** Money: transfers, balances, slices, settlements. The only folder whose role may write a balance; never sees content. */
import type { Database } from '../db/index.ts'
import type { Ids } from '../lib/index.ts'
import { type Balance, balanceOf, type Credit, credit, openAccount } from './transfers.ts'
import { type Verification, verifyLedger } from './verify.ts'

export { type ClosedDays, closeDays, type DayClose } from './close-day.ts'
export { GroupCommit, type SettlementResult } from './group-commit.ts'
export { type InheritedBooks, readInheritance } from './inheritance.ts'
export { LEDGER_DATA } from './personal-data.ts'
export type { OpenCallRow, Settlement } from './settlement.ts'
export { type HoldResult, SliceBook } from './slice-book.ts'
export { readLastCommit } from './statements.ts'
export { type Balance, type Credit, HOUSE } from './transfers.ts'
export type { Verification } from './verify.ts'

/** What others may do with money. */
export type Ledger = {
  /** Opens an account's books; does nothing when they are open. */
  readonly openAccount: (accountId: string) => Promise<void>
  /** Credits an account once for each source key. Fails with account_unknown, idempotency_conflict. */
  readonly credit: (input: Credit) => Promise<{ readonly transferId: string }>
  readonly balanceOf: (accountId: string) => Promise<Balance | undefined>
  /** Recomputes the books from their sources. */
  readonly verify: () => Promise<Verification>
}

/** The ledger on a database whose role is farebox_ledger. */
export function makeLedger(database: Database, ids: Ids): Ledger {
  return {
    openAccount: (accountId) => openAccount(database, accountId),
    credit: (input) => credit(database, ids, input),
    balanceOf: (accountId) => balanceOf(database, accountId),
    verify: () => verifyLedger(database),
  }
}
