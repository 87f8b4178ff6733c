import { fail } from '../failures.ts'
import { formatUsd } from '../lib/index.ts'
import type { ApiLedger } from './dependencies.ts'

/** An account's money as people see it: decimal strings of USD. Fails with account_unknown. */
export async function showBalance(ledger: Pick<ApiLedger, 'balanceOf'>, accountId: string) {
  const balance = await ledger.balanceOf(accountId)
  if (balance === undefined) return fail('account_unknown')
  return { available: formatUsd(balance.available), held: formatUsd(balance.held) }
}

/** What an account owes, and whether it is frozen, as people see it. */
export async function showStanding(ledger: Pick<ApiLedger, 'standingOf'>, accountId: string) {
  const { debt, frozen } = await ledger.standingOf(accountId)
  return { debt: formatUsd(debt), frozen: frozen === undefined ? null : { reason: frozen.reason, at: frozen.at.toISOString() } }
}

/** A transfer that was made, with what its account has and owes after it. Fails with account_unknown. */
export async function showTransferred(ledger: Pick<ApiLedger, 'balanceOf' | 'standingOf'>, accountId: string, transferId: string) {
  const { debt } = await showStanding(ledger, accountId)
  return { transfer_id: transferId, balance: await showBalance(ledger, accountId), debt }
}
