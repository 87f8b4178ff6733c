import { z } from '@hono/zod-openapi'
import { RAIL_REFUND_STATES, RAILS, REFUND_STATES, REFUND_WISH_STATES } from '../../payments/index.ts'
import { amountInput } from './credit.ts'
import { ownWords, time, usd } from './fields.ts'

/** What an account asks back of a payment; all that can go back where no amount is said. */
export const askBackInput = z.strictObject({ amount: amountInput.optional() }).openapi('AskBack')

/** Money that was asked back, as a repeated request is answered: a refund, or a wish that a person decides on. */
export const askedBackRemembered = z.object({
  id: z.string(),
  kind: z.enum(['refund', 'wish']),
  paymentId: z.string(),
  amount: usd,
  askedAt: time,
})

/** The same with how far it is; a wish is `open` until somebody has decided, `outcome` says why a refund failed or waits. */
export const askedBackShown = askedBackRemembered
  .extend({ state: z.enum([...new Set([...REFUND_WISH_STATES, ...REFUND_STATES, ...RAIL_REFUND_STATES])]), outcome: z.string().nullable() })
  .openapi('AskedBack')

/** What an account asked back of a payment and a person decides on; `reason` where it was declined. */
export const ownWishShown = z
  .object({
    amount: usd,
    askedAt: time,
    state: z.enum(REFUND_WISH_STATES),
    decidedAt: time.nullable(),
    reason: z.string().nullable(),
  })
  .openapi('OwnRefundWish')

/** A wish as the operator decides on it: `left` is what of the payment did not go back, `available` what is on the balance now. */
export const refundWishShown = z
  .object({
    id: z.string(),
    account_id: z.string(),
    payment_id: z.string(),
    rail: z.enum(RAILS),
    amount: usd,
    paid: usd,
    paid_at: time,
    left: usd,
    available: usd,
    state: z.enum(REFUND_WISH_STATES),
    asked_at: time,
    decided_at: time.nullable(),
    refund_id: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .openapi('RefundWish')

/** Wishes in a list. */
export const refundWishList = z.object({ data: z.array(refundWishShown) })

/** Which wishes are listed: those that wait, or the last of all. */
export const refundWishQuery = z.strictObject({ state: z.enum(['open', 'all'], '"open" or "all"').prefault('open') })

/** A wish that is granted, all of it where no amount is said. */
export const refundWishAcceptance = z.strictObject({ amount: amountInput.optional() }).openapi('RefundWishAcceptance')

/** Why a wish is not granted, as its customer reads it. */
export const refundWishRefusal = z.strictObject({ reason: ownWords(500) }).openapi('RefundWishRefusal')

/** A decision as a repeated request is answered: without the reason, which is sealed. */
export const refundWishDecided = z.object({
  id: z.string(),
  state: z.enum(REFUND_WISH_STATES),
  payment_id: z.string(),
  refund_id: z.string().nullable(),
})
