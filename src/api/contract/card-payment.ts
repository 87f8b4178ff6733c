import { z } from '@hono/zod-openapi'
import { amountInput } from './credit.ts'
import { time, usd } from './fields.ts'

/** Money that is to go back to whoever paid; `exception` where the rules of the house would refuse it. */
export const cardRefundInput = z
  .strictObject({ amount: amountInput, exception: z.boolean('true or false').prefault(false) })
  .openapi('NewCardRefund')

/** A refund as it was asked for, which is what a repeated request is answered. */
export const cardRefundAsked = z.object({ id: z.string(), payment_id: z.string(), amount: usd, asked_at: time })

/** A payment that a bank takes back; `fee_cents` is what the bank asks of the house. */
export const cardDisputeShown = z
  .object({
    id: z.string().nullable(),
    payment_id: z.string(),
    account_id: z.string(),
    amount: usd,
    fee_cents: z.string(),
    status: z.string(),
    opened_at: time,
  })
  .openapi('CardDispute')

/** Disputes, newest first. */
export const cardDisputeList = z.object({ data: z.array(cardDisputeShown) })
