import { createRoute } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import { formatUsd, parseUsd } from '../../lib/index.ts'
import {
  changePlanInput,
  json,
  jsonBody,
  managed,
  managedError,
  planChangedShown,
  planQuoteInput,
  planQuoteShown,
  tell,
} from '../contract/index.ts'
import type { PlanShop } from '../ports/index.ts'
import { accountOf, type ManageApp, type ManageDependencies } from './manage-env.ts'

/** Going over to another plan: to a dearer one now, to a cheaper one with the period; and what that would mean, before it is done. */
export function changePlanRoutes(app: ManageApp, { manage }: ManageDependencies): void {
  const shopOf = (): PlanShop => manage.plans ?? fail('not_offered', { what: 'Plans' })
  app.openapi(quoteRoute, async (c) => {
    const quoted = await shopOf().quote({ accountId: accountOf(c), ...c.req.valid('query') })
    const { change, startsAt, price, period, returned } = quoted
    const shown = { change, startsAt: startsAt?.toISOString() ?? null, price: formatUsd(price), period, returned: formatUsd(returned) }
    return c.json(tell(shown), 200)
  })
  app.openapi(changeRoute, async (c) => {
    const { price, change: seen, ...wanted } = c.req.valid('json')
    // Changed is changed: whoever repeats this is on the plan already, and kept there.
    const { own, change } = await shopOf().change({
      accountId: accountOf(c),
      ...wanted,
      seen: { change: seen, price: price === undefined ? undefined : parseUsd(price) },
    })
    const { id, of, status, currentPeriodEnd, cancelAtPeriodEnd, nextPlanSlug = null } = own
    if (!('planSlug' in of)) return fail('plan_not_changeable')
    const shown = { id, planSlug: of.planSlug, nextPlanSlug, change, status, cancelAtPeriodEnd }
    return c.json(tell({ ...shown, currentPeriodEnd: currentPeriodEnd?.toISOString() ?? null }), 200)
  })
}

const failures = { default: json(managedError, 'What went wrong') }

const quoteRoute = createRoute({
  method: 'get',
  path: '/api/billing/change-plan',
  summary: 'Show from when on a subscription would be on another plan, what that costs and what comes back; changes nothing',
  request: { query: planQuoteInput },
  responses: { 200: json(managed(planQuoteShown), 'What putting it there would do now'), ...failures },
})

const changeRoute = createRoute({
  method: 'post',
  path: '/api/billing/change-plan',
  summary:
    'Put a subscription on another plan: on a dearer one now, on a cheaper one with its period; not where price or change are others than were seen',
  request: { body: jsonBody(changePlanInput) },
  responses: { 200: json(managed(planChangedShown), 'When it changes, and the subscription as it is now'), ...failures },
})
