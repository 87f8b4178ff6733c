import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { recordAccess } from '../../audit/index.ts'
import { cancelPlanChange, deletePlan, listPlans, type PlanView, putPricedPlan } from '../../catalog/index.ts'
import { fail } from '../../failures.ts'
import { errorBody, idParameter, json, jsonBody, planChangeParameter, planInput, planList, planShown } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'clock' | 'paymentSettings'>

/** Plans: what they cost, and what their members may call and pay of the list price. */
export function planRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, clock, paymentSettings }: Dependencies): void {
  app.openapi(listPlansRoute, async (c) => c.json({ data: (await listPlans(appDatabase)).map(shown) }, 200))
  app.openapi(getPlanRoute, async (c) => {
    const { id } = c.req.valid('param')
    return c.json(shown((await listPlans(appDatabase)).find((plan) => plan.id === id) ?? fail('plan_unknown')), 200)
  })
  app.openapi(putPlanRoute, async (c) => {
    const notice = { days: paymentSettings.rules.priceNoticeDays, actor: c.get('operator') }
    const { view, isShort } = await putPricedPlan(appDatabase, { id: c.req.valid('param').id, body: c.req.valid('json'), notice })
    if (isShort)
      await recordAccess(appDatabase, { actor: notice.actor, action: 'plans.set.short-notice', accountId: undefined, now: clock.now() })
    return c.json(shown(view), 200)
  })
  app.openapi(cancelChangeRoute, async (c) => {
    const { id: planId, change } = c.req.valid('param')
    await cancelPlanChange(appDatabase, { planId, change })
    return c.body(null, 204)
  })
  app.openapi(deletePlanRoute, async (c) => {
    await deletePlan(appDatabase, c.req.valid('param').id)
    return c.body(null, 204)
  })
}

const cancelChangeRoute = createRoute({
  method: 'delete',
  path: '/operator/v1/plans/{id}/changes/{change}',
  summary: 'Withdraw a change of the multiplier of a plan that has not begun',
  request: { params: planChangeParameter },
  responses: { 204: { description: 'It will not begin' }, default: json(errorBody, 'What went wrong') },
})

const shown = (plan: PlanView) => ({
  ...plan,
  models: plan.models === null ? null : [...plan.models],
  price_changes: plan.price_changes.map((change) => ({ ...change })),
})

const failures = { default: json(errorBody, 'What went wrong') }
const path = '/operator/v1/plans/{id}'

const listPlansRoute = createRoute({
  method: 'get',
  path: '/operator/v1/plans',
  summary: 'List plans, those out of use too',
  responses: { 200: json(planList, 'All plans'), ...failures },
})

const getPlanRoute = createRoute({
  method: 'get',
  path,
  summary: 'Show a plan',
  request: { params: idParameter },
  responses: { 200: json(planShown, 'The plan'), ...failures },
})

const putPlanRoute = createRoute({
  method: 'put',
  path,
  summary: 'Add or replace a plan; its members have its new models, limits and multiplier from their next call on',
  request: { params: idParameter, body: jsonBody(planInput) },
  responses: { 200: json(planShown, 'The plan as it is now'), ...failures },
})

const deletePlanRoute = createRoute({
  method: 'delete',
  path,
  summary: 'Put a plan without members out of use',
  request: { params: idParameter },
  responses: { 204: { description: 'It is out of use' }, ...failures },
})
