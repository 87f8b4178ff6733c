import { fail } from '../failures.ts'
import { formatUsd } from '../lib/index.ts'
import type { ApiLedger } from './dependencies.ts'

/** An account's money as people see it: decimal strings of USD. Fails with account_unknown. */
export async function showBalance(ledger: Pick<ApiLedger, 'balanceOf'>, accountId: string) {
  const balance = await ledger.balanceOf(accountId)
  if (balance === undefined) return fail('account_unknown')
  return { available: formatUsd(balance.available), held: formatUsd(balance.held) }
}
