import type { CreditParts } from './credit.ts'
import { networkOf, worthOf, X402_RAIL, type X402Payment } from './payment.ts'
import { noteUnclear } from './payments.ts'
import { openWallet } from './wallets.ts'

/** Why nobody knows: the facilitator never said, or the chain does not show what it said. */
export type UnclearCode = 'settle_unclear' | 'settle_unconfirmed'

/** Puts a payment before the operator, with wallet, nonce and the account that it would belong to, and ends the trying. */
export async function tellUnclear(
  parts: CreditParts,
  { payment, tag, code }: { readonly payment: X402Payment; readonly tag: Buffer; readonly code: UnclearCode },
): Promise<void> {
  const { accountId } = await openWallet(parts, payment.from)
  const ref = `${networkOf(payment)} ${payment.from} ${payment.nonce}`
  await parts.desk.problem({ rail: X402_RAIL, code, ref, accountId, amount: worthOf(payment) })
  await noteUnclear(parts.database, tag)
}
