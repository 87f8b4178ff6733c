import { z } from '@hono/zod-openapi'
import { ADDRESS_PROOFS, RAIL_REFUND_STATES, REFUND_STATES } from '../../payments/index.ts'
import { cardRefundAsked } from './card-payment.ts'
import { time, usd } from './fields.ts'

/** Money on its way back to whoever paid, whichever way they paid; `outcome` says why it failed or waits. */
export const paymentRefundShown = cardRefundAsked
  .extend({
    state: z.enum([...new Set([...REFUND_STATES, ...RAIL_REFUND_STATES])]),
    outcome: z.string().nullable(),
    origin: z.enum(['here', 'stripe']),
  })
  .openapi('PaymentRefund')

/** The refunds of a payment, oldest first. */
export const paymentRefundList = z.object({ data: z.array(paymentRefundShown) })

/** What the operator sends with a wallet of their own: exactly so much of a token, on this chain, to this address. */
export const toSendShown = z
  .object({
    chain_id: z.int(),
    chain: z.string(),
    token: z.string(),
    token_amount: z.string(),
    units: z.string(),
    address: z.string().nullable(),
    proof: z.enum(ADDRESS_PROOFS).nullable(),
  })
  .openapi('RefundToSend')

/** A refund in coins; `claim_link` is the page of BTCPay Server where whoever paid claims it. */
export const railRefundShown = z
  .object({
    id: z.string(),
    payment_id: z.string(),
    account_id: z.string(),
    rail: z.string(),
    amount: usd,
    state: z.enum(RAIL_REFUND_STATES),
    outcome: z.string().nullable(),
    asked_at: time,
    ended_at: time.nullable(),
    to_send: toSendShown.nullable(),
    tx_hash: z.string().nullable(),
    claim_link: z.string().nullable(),
  })
  .openapi('Refund')

/** Refunds in a list, without what is readable under the key of their account alone. */
export const railRefundList = z.object({
  data: z.array(railRefundShown.omit({ to_send: true, tx_hash: true, claim_link: true })),
})

/** Which refunds are listed: those that have not ended, or the last of all. */
export const railRefundQuery = z.strictObject({ state: z.enum(['open', 'all'], '"open" or "all"').prefault('open') })

/** The transaction that the operator sent, in any spelling. */
export const refundTransactionInput = z.strictObject({ tx_hash: z.string().min(1).max(600) }).openapi('RefundTransaction')

/** Cancelling a refund takes nothing but why, for whoever reads the request. */
export const refundCancellation = z.strictObject({ reason: z.string().max(200).optional() }).openapi('RefundCancellation')

/** A refund that something was asked of, which is what a repeated request is remembered by. */
export const refundNamed = z.object({ id: z.string() })

/** Where a refund goes, with a signature of the wallet that paid where nobody is signed in. */
export const refundAddressInput = z
  .strictObject({ address: z.string().min(1).max(100), signature: z.string().min(1).max(5000).optional() })
  .openapi('RefundAddress')

/** A refund as its account sees it; `message` is what the wallet that paid signs, with an address in place of `<address>`. */
export const ownRefundShown = z
  .object({
    id: z.string(),
    paymentId: z.string(),
    amount: usd,
    state: z.enum(RAIL_REFUND_STATES),
    askedAt: time,
    chain: z.string().nullable(),
    address: z.string().nullable(),
    txHash: z.string().nullable(),
    claimLink: z.string().nullable(),
    needsAddress: z.boolean(),
    paidFrom: z.string().nullable(),
    message: z.string().nullable(),
  })
  .openapi('OwnRefund')
