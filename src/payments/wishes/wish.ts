import { sql } from '../../db/index.ts'
import type { NanoUsd } from '../../lib/index.ts'

/** What became of a wish: somebody is to decide, money goes back, or none does. */
export const REFUND_WISH_STATES = ['open', 'accepted', 'declined'] as const
export type RefundWishState = (typeof REFUND_WISH_STATES)[number]

/** Money of a payment that its account asked to have back, and that a person decides on; `amount` in nano-USD. The reason opens under the key of its account. */
export type RefundWish = {
  readonly id: string
  readonly accountId: string
  readonly paymentId: string
  readonly amount: NanoUsd
  readonly state: RefundWishState
  readonly askedAt: Date
  readonly decidedAt: Date | undefined
  readonly refundId: string | undefined
  readonly reasonSealed: Buffer | undefined
}

/** The columns of WishRow. */
export const WISH_COLUMNS = sql`id, account_id, payment_id, amount, state, asked_at, decided_at, refund_id, reason_sealed`

/** A wish as the database has it. */
export type WishRow = {
  readonly id: string
  readonly account_id: string
  readonly payment_id: string
  readonly amount: NanoUsd
  readonly state: RefundWishState
  readonly asked_at: Date
  readonly decided_at: Date | null
  readonly refund_id: string | null
  readonly reason_sealed: Buffer | null
}

/** The wish of a row. */
export const wishOf = (row: WishRow): RefundWish => ({
  ...{ id: row.id, accountId: row.account_id, paymentId: row.payment_id, amount: row.amount, state: row.state, askedAt: row.asked_at },
  ...{ decidedAt: row.decided_at ?? undefined, refundId: row.refund_id ?? undefined, reasonSealed: row.reason_sealed ?? undefined },
})

/** What the reason of a wish is sealed for, so that it opens in its own row only. */
export const reasonPurpose = (id: string): string => `refund-wish-reason:${id}`
