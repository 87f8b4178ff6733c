/** Money: transfers, balances, slices, settlements. The only folder whose role may write a balance; never sees content. */
import type { Database } from '../db/index.ts'
import type { Ids, NanoUsd } from '../lib/index.ts'
import type { Books } from './books.ts'
import { type Credit, credit, type Deposit, deposit } from './credit.ts'
import { debtOf } from './debt.ts'
import { type FrozenAccount, findFrozen, thawAccount } from './freeze.ts'
import { type ListedTransfer, listTransfers, type TransferPage } from './list-transfers.ts'
import type { ReasonSealing } from './reason.ts'
import { type PurchaseReturn, returnPurchase } from './return-purchase.ts'
import { type Reversal, reverse } from './reverse.ts'
import { type Balance, balanceOf, openAccount, type Transferred } from './transfers.ts'
import { type Verification, verifyLedger } from './verify.ts'
import {
  chargeBack,
  expire,
  type OnLack,
  type Purchasing,
  purchase,
  type Refunding,
  refund,
  takeGift,
  type Withdrawal,
} from './withdraw.ts'

export { auditAccounts, type BrokenAccount, listAccountsAfter } from './audit.ts'
export { auditHouse } from './audit-house.ts'
export { ledgerReaders } from './cell-readers.ts'
export { listOverdue, type Overdue, type OverdueItem } from './clearing.ts'
export { type ClosedDays, closeDays, type DayClose } from './close-day.ts'
export type { Committed } from './commit-batch.ts'
export type { Credit, Deposit } from './credit.ts'
export { collectDebts } from './debt.ts'
export { type FrozenAccount, freezeAccount, listFrozen } from './freeze.ts'
export { GroupCommit, type GroupCommitOptions } from './group-commit.ts'
export { type HouseStanding, houseStanding } from './house-standing.ts'
export { type InheritedBooks, type InheritedWindow, readInheritance } from './inheritance.ts'
export type { ListedTransfer, TransferPage } from './list-transfers.ts'
export {
  type Beat,
  beat,
  countNodes,
  countNodesBefore,
  listDeadNodes,
  listLiveNodes,
  type NodeTerm,
  registerNode,
  succeedNode,
} from './nodes.ts'
export { LEDGER_DATA } from './personal-data.ts'
export { readSpending, type SpentLimit } from './read-spending.ts'
export { openReason, type ReasonSealing } from './reason.ts'
export { askForIdle, askForIdleSpending, type Reclaimed } from './reclaim.ts'
export type { PurchaseReturn } from './return-purchase.ts'
export type { Reversal } from './reverse.ts'
export { sealOldReasons } from './seal-old-reasons.ts'
export type { Covered, OpenCallRow, Settlement, SettlementResult } from './settlement.ts'
export { type HoldResult, SliceBook, type SliceHooks } from './slice-book.ts'
export { type HeldSpending, type SpendAnswer, type SpendAsk, SpendBook } from './spend-book.ts'
export { isSpendRef } from './spend-ref.ts'
export { NODE_FENCED } from './statements.ts'
export { type Balance, HOUSE, type Transferred } from './transfers.ts'
export type { Verification } from './verify.ts'
export type { OnLack, Purchasing, Refunding, Withdrawal } from './withdraw.ts'

/** What else there is to say of an account's money: what it owes, and whether and why it is frozen. */
export type Standing = { readonly debt: NanoUsd; readonly frozen: FrozenAccount | undefined }

/** What others may do with money. */
export type Ledger = {
  /** Opens an account's books, with a key for what is written about it; does nothing when they are open. */
  readonly openAccount: (accountId: string) => Promise<void>
  /** Credits an account once for each source key. Fails with amount_invalid, account_unknown, idempotency_conflict. */
  readonly credit: (input: Credit) => Promise<Transferred>
  /** Credits what a payment rail has, once for each of its payments. Fails with amount_invalid, account_unknown, idempotency_conflict. */
  readonly deposit: (input: Deposit) => Promise<Transferred>
  /** Takes the price of what is bought from what is available, and as a debt what the account may owe. Fails with amount_invalid, account_unknown, balance_insufficient, account_frozen, idempotency_conflict. */
  readonly purchase: (input: Purchasing) => Promise<Transferred>
  /** Returns money of a purchase, in sum its price at most. Fails with amount_invalid, transfer_unknown, return_exceeds_purchase, idempotency_conflict. */
  readonly returnPurchase: (input: PurchaseReturn) => Promise<Transferred>
  /** Gives back what is available, and the rest as a debt where it is given back already. Fails with amount_invalid, account_unknown, balance_insufficient, account_frozen, idempotency_conflict. */
  readonly refund: (input: Refunding) => Promise<Transferred>
  /** Takes what is available and the rest as a debt. Fails with amount_invalid, account_unknown, idempotency_conflict. */
  readonly chargeBack: (input: Withdrawal) => Promise<Transferred>
  /** Takes back what is left of a gift. Fails with amount_invalid, account_unknown, balance_insufficient, account_frozen, idempotency_conflict. */
  readonly expire: (input: Withdrawal) => Promise<Transferred>
  /** Takes a gift back with its payment. Fails with amount_invalid, account_unknown, balance_insufficient, account_frozen, idempotency_conflict. */
  readonly takeGift: (input: Withdrawal & { readonly onLack: OnLack }) => Promise<Transferred>
  /** Undoes a transfer, once. Fails with transfer_unknown, transfer_not_reversible, transfer_reversed, balance_insufficient, idempotency_conflict. */
  readonly reverse: (input: Reversal) => Promise<Transferred & { readonly accountId: string }>
  readonly balanceOf: (accountId: string) => Promise<Balance | undefined>
  readonly standingOf: (accountId: string) => Promise<Standing>
  /** An account's journal, newest first. */
  readonly listTransfers: (
    page: TransferPage,
  ) => Promise<{ readonly transfers: readonly ListedTransfer[]; readonly next: string | undefined }>
  /** Serves a frozen account again when its books agree. Fails with account_broken. */
  readonly thaw: (accountId: string) => Promise<void>
  /** Recomputes the books from their sources. */
  readonly verify: () => Promise<Verification>
}

/** What a ledger works with beside its database; `books` is the same database with more patience, for what reads all of it. */
export type LedgerParts = { readonly ids: Ids; readonly subjects: ReasonSealing; readonly books?: Database }

/** The ledger on a database whose role is farebox_ledger. */
export function makeLedger(database: Database, { ids, subjects, books = database }: LedgerParts): Ledger {
  const moving: Books = { database, ids, subjects }
  return {
    openAccount: async (accountId) => {
      await subjects.create(accountId)
      await openAccount(database, accountId)
    },
    credit: (input) => credit(moving, input),
    deposit: (input) => deposit(moving, input),
    purchase: (input) => purchase(moving, input),
    returnPurchase: (input) => returnPurchase(moving, input),
    refund: (input) => refund(moving, input),
    chargeBack: (input) => chargeBack(moving, input),
    expire: (input) => expire(moving, input),
    takeGift: (input) => takeGift(moving, input),
    reverse: (input) => reverse(moving, input),
    balanceOf: (accountId) => balanceOf(database, accountId),
    standingOf: async (accountId) => ({ debt: await debtOf(database, accountId), frozen: await findFrozen(database, accountId) }),
    listTransfers: (page) => listTransfers(moving, page),
    thaw: (accountId) => thawAccount(books, accountId),
    verify: () => verifyLedger(books),
  }
}
