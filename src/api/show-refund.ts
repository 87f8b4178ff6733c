import type { z } from '@hono/zod-openapi'
import { formatUsd } from '../lib/index.ts'
import { needsAddress, type RailRefund, type RefundDesk, type ShownRefund, type ToSend } from '../payments/index.ts'
import type { ownRefundShown, railRefundShown, toSendShown } from './contract/index.ts'

/** A refund in coins as the operator's list has it. */
export const showRefundLine = (refund: RailRefund) => ({
  ...{ id: refund.id, payment_id: refund.paymentId, account_id: refund.accountId, rail: refund.rail, amount: formatUsd(refund.amount) },
  ...{ state: refund.state, outcome: refund.outcome ?? null, asked_at: refund.askedAt.toISOString() },
  ended_at: refund.endedAt?.toISOString() ?? null,
})

/** A refund in coins as the operator sends it. */
export const showRailRefund = ({ refund, toSend, txHash, claimLink }: ShownRefund): z.output<typeof railRefundShown> => ({
  ...showRefundLine(refund),
  to_send: toSend === undefined ? null : showToSend(toSend, refund),
  ...{ tx_hash: txHash ?? null, claim_link: claimLink ?? null },
})

const showToSend = ({ chainId, chain, token, decimals, units, address }: ToSend, { proof }: RailRefund): z.output<typeof toSendShown> => ({
  ...{ chain_id: chainId, chain, token, token_amount: tokenText(units, decimals), units: units.toString() },
  ...{ address: address ?? null, proof: proof ?? null },
})

/** Units as wallets write them: with a point before the decimals of the token. */
function tokenText(units: bigint, decimals: number): string {
  const digits = units.toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  return decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`
}

/** How a refund is shown: whoever has the page of a claim can have the money sent anywhere, so that not everybody who may look is told it. */
export type OwnRefundView = Pick<RefundDesk, 'messageFor'> & { readonly mayClaim: boolean }

/** A refund in coins as its account sees it. */
export const showOwnRefund = (
  { refund, toSend, txHash, payer, claimLink }: ShownRefund,
  { messageFor, mayClaim }: OwnRefundView,
): z.output<typeof ownRefundShown> => {
  const isAsked = needsAddress(refund)
  return {
    ...{ id: refund.id, paymentId: refund.paymentId, amount: formatUsd(refund.amount), state: refund.state },
    ...{ askedAt: refund.askedAt.toISOString(), chain: toSend?.chain ?? null, address: toSend?.address ?? null, txHash: txHash ?? null },
    ...{ claimLink: (mayClaim ? claimLink : undefined) ?? null, needsAddress: isAsked, paidFrom: payer ?? null },
    message: isAsked ? messageFor(refund.id, '<address>') : null,
  }
}
