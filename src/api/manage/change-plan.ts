import { createRoute } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import { changePlanInput, json, jsonBody, managed, managedError, planChangedShown, tell } from '../contract/index.ts'
import { accountOf, type ManageApp, type ManageDependencies } from './manage-env.ts'

/** Going over to another plan: to a dearer one now, to a cheaper one with the period. */
export function changePlanRoute(app: ManageApp, { manage }: ManageDependencies): void {
  app.openapi(route, async (c) => {
    const shop = manage.plans ?? fail('not_offered', { what: 'Plans' })
    const accountId = accountOf(c)
    const { subscriptionId, planSlug } = c.req.valid('json')
    // Changed is changed: whoever repeats this is on the plan already, and kept there.
    const { own, change } = await shop.change({ accountId, subscriptionId, planSlug })
    const { id, of, status, currentPeriodEnd, cancelAtPeriodEnd, nextPlanSlug = null } = own
    if (!('planSlug' in of)) return fail('plan_not_changeable')
    const shown = { id, planSlug: of.planSlug, nextPlanSlug, change, status, cancelAtPeriodEnd }
    return c.json(tell({ ...shown, currentPeriodEnd: currentPeriodEnd?.toISOString() ?? null }), 200)
  })
}

const route = createRoute({
  method: 'post',
  path: '/api/billing/change-plan',
  summary: 'Put a subscription on another plan: on a dearer one now, on a cheaper one with its period',
  request: { body: jsonBody(changePlanInput) },
  responses: {
    200: json(managed(planChangedShown), 'When it changes, and the subscription as it is now'),
    default: json(managedError, 'What went wrong'),
  },
})
