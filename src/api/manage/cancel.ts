import { createRoute } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import {
  cancelInput,
  idempotencyHeader,
  json,
  jsonBody,
  keepInput,
  managed,
  managedError,
  ownSubscriptionShown,
  tell,
} from '../contract/index.ts'
import type { OwnSubscription, PlanShop } from '../ports/index.ts'
import { accountOf, type ManageApp, type ManageDependencies } from './manage-env.ts'

/** Ending a subscription with its period, and taking that back while the period goes on. */
export function cancelRoutes(app: ManageApp, { manage }: ManageDependencies): void {
  const shopOf = (): PlanShop => manage.plans ?? fail('not_offered', { what: 'Plans' })
  // Ended is ended, and kept is kept: whoever repeats this gets the same answer without a memory of it.
  app.openapi(cancelRoute, async (c) => {
    const { subscriptionId } = c.req.valid('json')
    return c.json(tell(showEnd(await shopOf().cancel({ accountId: accountOf(c), subscriptionId }))), 200)
  })
  app.openapi(keepRoute, async (c) => {
    const { subscriptionId } = c.req.valid('json')
    return c.json(tell(showEnd(await shopOf().keep({ accountId: accountOf(c), subscriptionId }))), 200)
  })
}

const showEnd = ({ id, status, currentPeriodEnd, cancelAtPeriodEnd, endedBy }: OwnSubscription) => ({
  ...{ id, status, currentPeriodEnd: currentPeriodEnd?.toISOString() ?? null, cancelAtPeriodEnd, endedBy: endedBy ?? null },
})

const endShown = ownSubscriptionShown.pick({ id: true, status: true, currentPeriodEnd: true, cancelAtPeriodEnd: true, endedBy: true })
const responses = {
  200: json(managed(endShown), 'The subscription as it is now'),
  default: json(managedError, 'What went wrong'),
}

const cancelRoute = createRoute({
  method: 'post',
  path: '/api/billing/cancel',
  summary: 'End a subscription with its period; its keys work until then',
  request: { headers: idempotencyHeader, body: jsonBody(cancelInput) },
  responses,
})

const keepRoute = createRoute({
  method: 'post',
  path: '/api/billing/keep',
  summary: 'Have a subscription that its account ended with its period go on, while that period lasts',
  request: { headers: idempotencyHeader, body: jsonBody(keepInput) },
  responses,
})
