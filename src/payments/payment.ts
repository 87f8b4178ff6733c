import { sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'

/** The ways that money comes in by; each begins the source keys of its deposits. */
export const RAILS = ['code', 'stripe', 'usdc', 'btcpay', 'x402'] as const
export type RailName = (typeof RAILS)[number]

/** What payments are for, as it is told. */
export const PAYMENT_PURPOSES = ['topup', 'plan', 'seats', 'renewal'] as const

/**
 * What a payment is for: balance alone, or something that is bought from the balance once the money is there. `price` in nano-USD is what was seen, where the
 * balance pays a part of it.
 */
export type PaymentPurpose =
  | { readonly kind: 'topup' }
  | { readonly kind: 'plan'; readonly planId: string; readonly createKey?: string; readonly price?: string }
  | {
      readonly kind: 'seats'
      readonly poolId: string
      readonly blocks: readonly string[]
      readonly quantity: number
      readonly period: 'month' | 'year'
    }
  /** What the balance lacked of a period of a subscription, which begins at a time in ISO 8601. */
  | { readonly kind: 'renewal'; readonly subscriptionId: string; readonly periodStart: string }

/**
 * How far a payment is: asked for, seen outside but not final, `paid` when its deposit is in the journal, `settled` when all that comes with it
 * is done; or how it ended otherwise.
 */
export const PAYMENT_STATES = ['open', 'pending', 'paid', 'settled', 'failed', 'expired', 'refunded', 'disputed'] as const
export type PaymentState = (typeof PAYMENT_STATES)[number]

/** A payment. `amount` is what was asked for, and what came once it is paid; `outcome` why it failed, or why what was bought was not given. */
export type Payment = {
  readonly id: string
  readonly accountId: string
  readonly rail: RailName
  readonly purpose: PaymentPurpose
  readonly amount: NanoUsd
  readonly state: PaymentState
  readonly railRef: string | undefined
  readonly outcome: string | undefined
  readonly transferId: string | undefined
  readonly createdAt: Date
  readonly expiresAt: Date | undefined
}

/** The columns a payment is made of, as the database gives them. */
export type PaymentRow = {
  readonly id: string
  readonly account_id: string
  readonly rail: RailName
  readonly purpose: PaymentPurpose
  readonly amount: NanoUsd
  readonly state: PaymentState
  readonly rail_ref: string | null
  readonly outcome: string | null
  readonly transfer_id: string | null
  readonly created_at: Date
  readonly expires_at: Date | null
}

/** The columns of PaymentRow. */
export const PAYMENT_COLUMNS = sql`
  id, account_id, rail, purpose, amount, state, rail_ref, outcome, transfer_id, created_at, expires_at`

/** The payment of a row. */
export const paymentOf = (row: PaymentRow): Payment => ({
  id: row.id,
  accountId: row.account_id,
  rail: row.rail,
  purpose: row.purpose,
  amount: row.amount,
  state: row.state,
  railRef: row.rail_ref ?? undefined,
  outcome: row.outcome ?? undefined,
  transferId: row.transfer_id ?? undefined,
  createdAt: row.created_at,
  expiresAt: row.expires_at ?? undefined,
})
