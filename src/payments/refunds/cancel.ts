import { fail } from '../../failures.ts'
import { RailServerError } from '../ask-json.ts'
import type { BtcpayRefunds } from '../rails/btcpay/index.ts'
import { returnRefund, takeRefund } from './book.ts'
import { alone, claimOf } from './claim.ts'
import { endClaim, isUnderWay, paidOf } from './look-at-claim.ts'
import { type RefundParts, timeOf } from './parts.ts'
import type { RailRefund } from './refund.ts'
import { findRefund, stepRefund } from './store.ts'

/**
 * Cancels a refund of which nothing was sent, and brings its money back to the balance, once; what is cancelled stays so. Fails with refund_unknown,
 * refund_ended, refund_under_way while a transaction is entered or a claim is being paid out, rail_unavailable.
 */
export async function cancelRefund(parts: RefundParts, refundId: string): Promise<void> {
  const refund = await takenRefund(parts, refundId)
  if (refund.state === 'taken') {
    const isOurs = await stepRefund(parts.database, refund.id, { from: ['taken'], to: 'cancelled', at: timeOf(parts) })
    if (!isOurs && (await findRefund(parts.database, refund.id))?.state !== 'cancelled') fail('refund_under_way')
  } else if (refund.state === 'sent') {
    if (refund.rail !== 'btcpay') fail('refund_under_way')
    await cancelClaim(parts, refund)
  } else if (refund.state !== 'cancelled') fail('refund_ended')
  const cancelled = await findRefund(parts.database, refund.id)
  if (cancelled?.state === 'cancelled' && cancelled.returnId === undefined) await returnRefund(parts, cancelled)
}

/** The refund, off the balance if it can be: what is cancelled has a transfer to undo. */
async function takenRefund(parts: RefundParts, refundId: string): Promise<RailRefund> {
  const refund = (await findRefund(parts.database, refundId)) ?? fail('refund_unknown')
  if (refund.state !== 'asked') return refund
  await takeRefund(parts, refund)
  return (await findRefund(parts.database, refundId)) ?? fail('refund_unknown')
}

async function cancelClaim(parts: RefundParts, { id }: RailRefund): Promise<void> {
  const server = parts.btcpay ?? fail('refund_not_offered')
  const done = await alone(parts, id, (refund) => withdrawClaim(parts, server, refund)).catch((thrown: unknown) => {
    if (thrown instanceof RailServerError) return fail('rail_unavailable')
    throw thrown
  })
  if (done === undefined) fail('refund_busy')
}

/** Nobody may claim any more before it is looked at what was claimed; what is on its way by then is paid out. */
async function withdrawClaim(parts: RefundParts, server: BtcpayRefunds, refund: RailRefund): Promise<true> {
  if (refund.state !== 'sent') return true
  const claimId = ((await claimOf(parts, refund)) ?? (await server.find(refund.id)))?.id
  if (claimId !== undefined) {
    await server.archive(claimId)
    const payouts = await server.payouts(claimId)
    if (isUnderWay(payouts)) fail('refund_under_way')
    const paid = paidOf(payouts)
    if (paid > 0n) {
      await endClaim(parts, refund, paid)
      return fail('refund_ended')
    }
  }
  await stepRefund(parts.database, refund.id, { from: ['sent'], to: 'cancelled', at: timeOf(parts) })
  return true
}
