import { z } from '@hono/zod-openapi'
import { SUBSCRIPTION_ENDERS, SUBSCRIPTION_STATES } from '../../plans/index.ts'
import { nameText, ownWords, time, usd } from './fields.ts'

/**
 * A subscription as the operator sees it: to a plan, or to a seat of a pool in a block; `grace_ends_at` while it is unpaid, `ended_by` who ended it, or
 * ends it with its period.
 */
export const subscriptionShown = z
  .object({
    id: z.string(),
    plan: z.string().nullable(),
    pool: z.string().nullable(),
    block: z.string().nullable(),
    status: z.enum(SUBSCRIPTION_STATES),
    price: usd,
    billing_cycle: z.enum(['month', 'year']).nullable(),
    current_period_start: time,
    current_period_end: time.nullable(),
    cancel_at_period_end: z.boolean(),
    ended_by: z.enum(SUBSCRIPTION_ENDERS).nullable().default(null),
    next_plan: z.string().nullable(),
    grace_ends_at: time.nullable(),
    budget: z.object({ amount: usd, window: z.string() }).nullable(),
    is_gift: z.boolean(),
    keys: z.array(z.string()),
    created_at: time,
    ended_at: time.nullable(),
  })
  .openapi('Subscription')

/** Subscriptions of an account, newest first. */
export const subscriptionList = z.object({ data: z.array(subscriptionShown) })

/** A plan that the operator gives, hidden and closed ones too; it costs nothing until it is ended. */
export const giftInput = z.strictObject({ plan: nameText(64), reason: ownWords(200) }).openapi('NewGift')

/** When a subscription is to end. */
export const cancellationInput = z.strictObject({ at: z.enum(['now', 'period_end'], '"now" or "period_end"') }).openapi('Cancellation')

/** What became of it: `returned` is what of the period goes back to the balance. */
export const cancellationShown = z.object({ id: z.string(), at: z.enum(['now', 'period_end']), returned: usd }).openapi('Cancelled')
