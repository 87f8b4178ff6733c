import type { NanoUsd } from '../../lib/index.ts'
import type { BtcpayPayout, BtcpayRefunds } from '../rails/btcpay/index.ts'
import { type RefundParts, timeOf } from './parts.ts'
import type { RailRefund } from './refund.ts'
import { endRefund } from './tell.ts'

/** Looks how far a claim is: done when all of it was paid out. Throws RailServerError. */
export async function lookAtClaim(
  parts: RefundParts,
  server: BtcpayRefunds,
  told: { readonly refund: RailRefund; readonly claimId: string },
) {
  const paid = paidOf(await server.payouts(told.claimId))
  if (paid >= told.refund.amount) await endClaim(parts, told.refund, paid)
}

/** What was paid out of a claim, in nano-USD. */
export const paidOf = (payouts: readonly BtcpayPayout[]): NanoUsd =>
  payouts.filter(({ state }) => state === 'Completed').reduce((sum, { amount }) => sum + (amount ?? 0n), 0n)

/** Whether anything of a claim is on its way, so that it may yet be paid out. */
export const isUnderWay = (payouts: readonly BtcpayPayout[]): boolean =>
  payouts.some(({ state }) => state !== 'Completed' && state !== 'Cancelled')

/** Ends a claim of which so much was paid out; what is short of it is put before the operator, as a refund goes back whole or not at all. */
export async function endClaim(parts: RefundParts, refund: RailRefund, paid: NanoUsd): Promise<void> {
  const { id, accountId, amount } = refund
  const isWhole = paid >= amount
  if (!isWhole) await parts.desk.problem({ rail: 'btcpay', code: 'refund_partly_paid', ref: id, accountId, amount: amount - paid })
  const outcome = isWhole ? null : 'partly_paid'
  await endRefund(parts, refund, { from: ['sent'], to: 'done', at: timeOf(parts), outcome })
}
