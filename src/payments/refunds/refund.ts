import { sql } from '../../db/index.ts'
import type { NanoUsd } from '../../lib/index.ts'
import type { RailName } from '../payment.ts'

/** How far money on its way back is: see the table. */
export const RAIL_REFUND_STATES = ['asked', 'taken', 'sent', 'done', 'cancelled', 'refused'] as const
export type RailRefundState = (typeof RAIL_REFUND_STATES)[number]

/** The rails whose money goes back so. */
export const REFUND_RAILS = ['usdc', 'x402', 'btcpay'] as const satisfies readonly RailName[]
export type RefundRail = (typeof REFUND_RAILS)[number]

/**
 * How an address is known to be of whoever paid: its wallet signed the payment, it signed for the refund, or somebody signed in who had just shown
 * who they are said so.
 */
export const ADDRESS_PROOFS = ['paid_by_signature', 'signature', 'dashboard'] as const
export type AddressProof = (typeof ADDRESS_PROOFS)[number]

/** Money of a payment in coins that goes back; `amount` in nano-USD. What is sealed opens under the key of its account. */
export type RailRefund = {
  readonly id: string
  readonly paymentId: string
  readonly accountId: string
  readonly rail: RefundRail
  readonly amount: NanoUsd
  readonly state: RailRefundState
  readonly outcome: string | undefined
  readonly transferId: string | undefined
  readonly returnId: string | undefined
  readonly askedAt: Date
  readonly sentAt: Date | undefined
  readonly endedAt: Date | undefined
  readonly chainId: number | undefined
  readonly addressSealed: Buffer | undefined
  readonly proof: AddressProof | undefined
  readonly txTag: Buffer | undefined
  readonly txSealed: Buffer | undefined
  readonly claimSealed: Buffer | undefined
}

/** The columns of RefundRow. */
export const REFUND_COLUMNS = sql`id, payment_id, account_id, rail, amount, state, outcome, transfer_id, return_id, asked_at, sent_at, ended_at,
  chain_id, address_sealed, proof, tx_tag, tx_sealed, claim_sealed`

/** A refund as the database has it. */
export type RefundRow = {
  readonly id: string
  readonly payment_id: string
  readonly account_id: string
  readonly rail: RefundRail
  readonly amount: NanoUsd
  readonly state: RailRefundState
  readonly outcome: string | null
  readonly transfer_id: string | null
  readonly return_id: string | null
  readonly asked_at: Date
  readonly sent_at: Date | null
  readonly ended_at: Date | null
  readonly chain_id: bigint | null
  readonly address_sealed: Buffer | null
  readonly proof: AddressProof | null
  readonly tx_tag: Buffer | null
  readonly tx_sealed: Buffer | null
  readonly claim_sealed: Buffer | null
}

/** The refund of a row. */
export const refundOf = (row: RefundRow): RailRefund => ({
  ...{ id: row.id, paymentId: row.payment_id, accountId: row.account_id, rail: row.rail, amount: row.amount, state: row.state },
  ...{ outcome: row.outcome ?? undefined, transferId: row.transfer_id ?? undefined, returnId: row.return_id ?? undefined },
  ...{ askedAt: row.asked_at, sentAt: row.sent_at ?? undefined, endedAt: row.ended_at ?? undefined },
  ...{ chainId: row.chain_id === null ? undefined : Number(row.chain_id), proof: row.proof ?? undefined },
  ...{ addressSealed: row.address_sealed ?? undefined, txTag: row.tx_tag ?? undefined },
  ...{ txSealed: row.tx_sealed ?? undefined, claimSealed: row.claim_sealed ?? undefined },
})

/** What the sealed parts of a refund are sealed for, so that each opens in its own row and column only. */
export const refundPurpose = (column: 'address' | 'tx' | 'claim', id: string): string => `rail-refund-${column}:${id}`
