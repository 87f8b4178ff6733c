import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { formatUsd } from '../../lib/index.ts'
import { cardDisputeList, errorBody, json } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

const DISPUTES_MAX = 500

/** What banks take back of payments by card; absent where no cards are taken. */
export function cardPaymentRoutes(app: OpenAPIHono<ApiEnv>, { stripe }: Pick<ApiDependencies, 'stripe'>): void {
  if (stripe === undefined) return
  app.openapi(disputesRoute, async (c) => {
    const disputes = await stripe.disputes({ limit: DISPUTES_MAX })
    const data = disputes.map((dispute) => ({
      ...{ id: dispute.disputeId ?? null, payment_id: dispute.paymentId, account_id: dispute.accountId, status: dispute.status },
      ...{ amount: formatUsd(dispute.amount), fee_cents: String(dispute.feeCents), opened_at: dispute.openedAt.toISOString() },
    }))
    return c.json({ data }, 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const disputesRoute = createRoute({
  method: 'get',
  path: '/operator/v1/card-disputes',
  summary: 'List payments that banks take back',
  responses: { 200: json(cardDisputeList, 'The last five hundred, newest first'), ...failures },
})
