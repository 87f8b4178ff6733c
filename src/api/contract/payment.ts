import { z } from '@hono/zod-openapi'
import { PAYMENT_PURPOSES, PAYMENT_STATES, RAILS } from '../../payments/index.ts'
import { ownWords, time, usd } from './fields.ts'

/** A payment as it is shown; `outcome` says why it failed, or why what was bought was not given. */
export const paymentShown = z
  .object({
    id: z.string(),
    account_id: z.string(),
    rail: z.enum(RAILS),
    purpose: z.enum(PAYMENT_PURPOSES),
    amount: usd,
    state: z.enum(PAYMENT_STATES),
    outcome: z.string().nullable(),
    transfer_id: z.string().nullable(),
    created_at: time,
    expires_at: time.nullable(),
  })
  .openapi('Payment')

/** Payments of an account, newest first. */
export const paymentList = z.object({ data: z.array(paymentShown) })

/** Money that fits nothing; `ref` is what its rail calls it, `is_creditable` whether it came, as what went back to its payer is never credited. */
export const paymentProblemShown = z
  .object({
    id: z.string(),
    rail: z.enum(RAILS),
    code: z.string(),
    ref: z.string(),
    account_id: z.string().nullable(),
    amount: usd.nullable(),
    is_creditable: z.boolean(),
    created_at: time,
    resolved_at: time.nullable(),
    resolution: z.enum(['credited', 'dismissed']).nullable(),
  })
  .openapi('PaymentProblem')

/** Such money as it is remembered for a repeated POST: without what its rail calls it, which may be the address of somebody's wallet. */
export const paymentProblemRemembered = paymentProblemShown.omit({ ref: true, is_creditable: true })

/** The queue of problems, oldest first; with `all` also those that were resolved, newest first. */
export const paymentProblemList = z.object({ data: z.array(paymentProblemShown) })
export const paymentProblemQuery = z.strictObject({ all: z.enum(['true', 'false'], 'true or false').optional() })

/** How a problem is resolved: money to an account, or nothing to do; the reason stands on the transfer of a credit. */
export const paymentProblemResolution = z
  .discriminatedUnion('resolution', [
    z.strictObject({
      resolution: z.literal('credited'),
      account_id: z.uuid('the id of an account'),
      amount: z.string(),
      reason: ownWords(200),
    }),
    z.strictObject({ resolution: z.literal('dismissed') }),
  ])
  .openapi('PaymentProblemResolution')
