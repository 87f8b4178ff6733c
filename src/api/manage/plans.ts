import { createRoute, z } from '@hono/zod-openapi'
import { formatUsd } from '../../lib/index.ts'
import { json, managed, managedError, offeredPlanShown, tell } from '../contract/index.ts'
import type { OfferedPlan } from '../ports/index.ts'
import { showPlanPricing } from '../show-plan-pricing.ts'
import type { ManageApp, ManageDependencies } from './manage-env.ts'

/** Plans that can be bought, for anybody. */
export function planShopRoutes(app: ManageApp, { manage }: ManageDependencies): void {
  app.openapi(listRoute, async (c) => c.json(tell(((await manage.plans?.list()) ?? []).map(showPlan)), 200))
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/plans',
  security: [],
  summary: 'List the plans that can be bought',
  responses: {
    200: json(managed(z.array(offeredPlanShown)), 'The plans; none where plans are not sold'),
    default: json(managedError, 'What went wrong'),
  },
})

/** A plan as anybody sees it. */
export const showPlan = (plan: OfferedPlan) => ({
  slug: plan.slug,
  name: plan.name,
  priceUsdc: formatUsd(plan.price),
  period: plan.period,
  models: plan.models === undefined ? null : [...plan.models],
  rateLimits: {
    tpm_limit: plan.tokensPerMinute ?? null,
    rpm_limit: plan.requestsPerMinute ?? null,
    concurrency_limit: plan.concurrentCalls ?? null,
  },
  ...showPlanPricing(plan.pricing),
  budget: plan.budget === undefined ? null : { amount: formatUsd(plan.budget.amount), duration: plan.budget.window },
})
