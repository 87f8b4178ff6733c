import { z } from '@hono/zod-openapi'
import { nameText, time, usd } from './fields.ts'

const transaction = { txHash: z.string().min(1).max(200), signature: z.string().min(1).max(4000) }

/** A plan that is bought by a transaction, without an account: the paying wallet's signature proves who paid. */
export const agentSubscribeInput = z.strictObject({ ...transaction, planSlug: nameText(64) }).openapi('AgentSubscribe')

/** Seats that are bought by a transaction. */
export const agentSeatsInput = z
  .strictObject({
    ...transaction,
    poolSlug: nameText(64),
    blocks: z.array(z.string().min(1).max(32)).min(1).max(24),
    billingCycle: z.enum(['month', 'year'], '"month" or "year"').prefault('month'),
  })
  .openapi('AgentSubscribePool')

/** Balance that is bought by a transaction. */
export const agentTopupInput = z.strictObject(transaction).openapi('AgentTopup')

/** What is kept of an answer, so that it can be told again; its keys are made again. */
export const agentRemembered = z.object({
  accountId: z.string(),
  credited: usd,
  balance: usd,
  subscriptionId: z.string().nullable(),
  currentPeriodEnd: time.nullable(),
})

/** What a payer gets, once: keys are in this answer and nowhere else; what was not spent stays as balance. */
export const agentServed = z.object({ ...agentRemembered.shape, apiKey: z.string(), managementKey: z.string() }).openapi('AgentServed')
