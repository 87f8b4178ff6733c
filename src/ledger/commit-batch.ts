import type { NanoUsd } from '../lib/index.ts'
import type { OpenCallRow, Settlement, SettlementResult } from './settlement.ts'
import { isSpendRef } from './spend-ref.ts'
import type { SpendBatch } from './spend-statements.ts'
import type { Fresh, Release, Take } from './statements.ts'

/** Who waits for money, and is told what it got; undefined when the database cannot be asked. */
export type PendingTake = { readonly take: Take; readonly resolve: (taken: NanoUsd | undefined) => void }

/** Who waits for a settlement to be in the books, and is told of it. */
export type PendingSettlement = {
  readonly settlement: Settlement
  readonly resolve: (result: SettlementResult, settlement: Settlement) => void
}

/** What one commit writes; releases by the name of their account or window. */
export type Batch = {
  readonly settlements: readonly PendingSettlement[]
  readonly releases: ReadonlyMap<string, NanoUsd>
  readonly openCalls: readonly OpenCallRow[]
  readonly takes: readonly PendingTake[]
}

/**
 * The calls that a commit has put in the books, where the writer knows which: its number among all nodes, and the day they are charged to, in
 * days since 1970.
 */
export type Committed = { readonly commit: bigint; readonly postedDay: number; readonly settlements: readonly Settlement[] | undefined }

/** A commit without anything in it. */
export const NOTHING: Batch = { settlements: [], releases: new Map(), openCalls: [], takes: [] }

/**
 * The accounts to lock before the first statement, so that two nodes never wait for each other: a statement with several parts runs them in
 * no certain order, and one that began with a row of the account's day would meet another that began with its balance.
 */
export function accountsOf(batch: Batch): ReadonlySet<string> {
  const accounts = new Set<string>()
  for (const { settlement } of batch.settlements) accounts.add(settlement.accountId)
  for (const { accountId } of accountReleasesOf(batch)) accounts.add(accountId)
  for (const { accountId } of accountTakesOf(batch)) accounts.add(accountId)
  return accounts
}

/** What goes back to accounts. */
export const accountReleasesOf = ({ releases }: Batch): readonly Release[] => releasesOf(releases, false)

/** What is asked of accounts, one ask for each. */
export const accountTakesOf = ({ takes }: Batch): readonly Take[] => takesOf(takes, false)

/** What a batch changes in windows of spending; only calls that are new in the books spend there. */
export function spendingOf({ settlements, releases, takes }: Batch, fresh: Fresh): SpendBatch {
  const spent = new Map<string, NanoUsd>()
  for (const { settlement } of settlements) {
    if (settlement.spentIn === undefined || !fresh.has(settlement.requestId)) continue
    const amount = settlement.cost + (settlement.covered?.amount ?? 0n)
    // What cost nothing was perhaps held for nothing, in a window that this node was granted nothing of.
    if (amount > 0n) for (const name of settlement.spentIn) spent.set(name, (spent.get(name) ?? 0n) + amount)
  }
  return { spent, releases: releasesOf(releases, true), takes: takesOf(takes, true) }
}

const releasesOf = (releases: ReadonlyMap<string, NanoUsd>, isOfWindows: boolean): readonly Release[] =>
  [...releases].flatMap(([accountId, amount]) => (isSpendRef(accountId) === isOfWindows ? [{ accountId, amount }] : []))

/** A slice book has one ask in flight for each account or window, so there is nothing to add up. */
const takesOf = (takes: readonly PendingTake[], isOfWindows: boolean): readonly Take[] => {
  const byName = new Map<string, Take>()
  for (const { take } of takes) if (isSpendRef(take.accountId) === isOfWindows) byName.set(take.accountId, take)
  return [...byName.values()]
}

/** The calls that were new; undefined where the batch has one twice, as nobody here knows which of both was written. */
export function freshOf(rows: readonly Settlement[], fresh: Fresh): readonly Settlement[] | undefined {
  if (fresh.size === rows.length) return rows
  const isEachOnce = new Set(rows.map((row) => row.requestId)).size === rows.length
  return isEachOnce ? rows.filter((row) => fresh.has(row.requestId)) : undefined
}

/** What a commit that failed had; `isRefused`: the database looked at it and takes it at no later time. */
export type Unwritten = {
  readonly settlements: readonly PendingSettlement[]
  readonly releases: ReadonlyMap<string, NanoUsd>
  readonly openCalls: readonly OpenCallRow[]
  readonly isRefused: boolean
}
