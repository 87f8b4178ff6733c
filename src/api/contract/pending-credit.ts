import { z } from '@hono/zod-openapi'
import { PENDING_STATES } from '../../payments/index.ts'
import { pageOf, pageQuery, time, usd } from './fields.ts'

/** Credit that waits for a second person, as it is remembered for a repeated POST: without its reason. */
export const pendingRemembered = z.object({
  id: z.string(),
  account_id: z.string(),
  amount: usd,
  kind: z.enum(['manual', 'promotion']),
  state: z.enum(PENDING_STATES),
  requested_by: z.string(),
  requested_at: time,
  decided_by: z.string().nullable(),
  decided_at: time.nullable(),
  transfer_id: z.string().nullable(),
})

/** Credit that waits, or waited; without a reason when its account was erased. */
export const pendingShown = pendingRemembered.extend({ reason: z.string().nullable() }).openapi('PendingCredit')

/** A page of pending credit, and which: in one state, or in any. */
export const pendingPage = pageOf(pendingShown)
export const pendingQuery = pageQuery.extend({ state: z.enum(PENDING_STATES, 'waiting, approved or refused').optional() })
