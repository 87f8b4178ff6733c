import { z } from '@hono/zod-openapi'
import { amountInput } from './credit.ts'
import { ownWords, time, usd } from './fields.ts'

const WINDOW_EXPECTED = '"5h", "8h", "day", "week", "month" or "total"'

/** What an end user's keys may spend together in each window of UTC. */
const budgetInput = z.strictObject({ amount: amountInput, window: z.enum(['5h', '8h', 'day', 'week', 'month', 'total'], WINDOW_EXPECTED) })

/** A new end user of the customer's; without a budget, as much as the account has. */
export const endUserInput = z.strictObject({ name: ownWords(64), budget: budgetInput.optional() }).openapi('NewEndUser')

/** What to change of an end user; a budget of null is taken away. */
export const endUserChange = z.strictObject({ budget: budgetInput.nullable() }).openapi('EndUserChange')

/** An end user as it is remembered for a repeated POST: without the name. */
export const endUserRemembered = z.object({
  id: z.string(),
  budget: z.object({ amount: usd, window: z.string() }).nullable(),
  createdAt: time,
})

/** An end user as the account sees it. */
export const endUserShown = endUserRemembered.extend({ name: z.string().nullable() }).openapi('EndUser')
