import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { getAccount } from '../../accounts/index.ts'
import { fail } from '../../failures.ts'
import { formatUsd } from '../../lib/index.ts'
import { cancelAtPeriodEnd, endAsTold, listSubscriptions, type SubscriptionView, tellToEnd, writeGift } from '../../plans/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  cancellationInput,
  cancellationShown,
  errorBody,
  giftInput,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  subscriptionList,
  subscriptionShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'subjects' | 'plans'>

/** Subscriptions of an account: list, give one, end one, and take an ending back. */
export function subscriptionRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, subjects, plans }: Dependencies): void {
  app.openapi(listRoute, async (c) => {
    const { id } = await getAccount(appDatabase, subjects, c.req.valid('param').id)
    return c.json({ data: (await listSubscriptions(appDatabase, id)).map(showSubscription) }, 200)
  })
  app.openapi(giveRoute, async (c) => {
    const accountId = c.req.valid('param').id
    const { plan: planId, reason } = c.req.valid('json')
    const given = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: subscriptionShown,
      work: async (tx) => {
        const id = await writeGift(tx, plans, { accountId, planId, reason })
        return showSubscription((await listSubscriptions(tx, accountId)).find((one) => one.id === id) ?? fail('internal'))
      },
    })
    return c.json(given, 201)
  })
  app.openapi(cancelRoute, async (c) => {
    const id = c.req.valid('param').id
    const { at } = c.req.valid('json')
    const told = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 200,
      schema: cancellationShown,
      work: async (tx) => {
        if (at === 'now') return { id, at, returned: formatUsd(await tellToEnd(tx, plans, id)) }
        await cancelAtPeriodEnd({ ...plans, database: tx }, { id, by: 'operator' }, true)
        return { id, at, returned: formatUsd(0n) }
      },
    })
    // The books commit on their own; what was told to end is ended by a job if this is lost.
    if (at === 'now') await endAsTold(plans, id)
    return c.json(told, 200)
  })
  app.openapi(keepRoute, async (c) => {
    await cancelAtPeriodEnd(plans, { id: c.req.valid('param').id, by: 'operator' }, false)
    return c.body(null, 204)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts/{id}/subscriptions',
  summary: "List an account's subscriptions, newest first, those that ended too",
  request: { params: idParameter },
  responses: { 200: json(subscriptionList, 'All of them'), ...failures },
})

const giveRoute = createRoute({
  method: 'post',
  path: '/operator/v1/accounts/{id}/subscriptions',
  summary: 'Give an account a subscription to a plan, free of charge until it is ended',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(giftInput) },
  responses: { 201: json(subscriptionShown, 'The subscription'), ...failures },
})

const cancelRoute = createRoute({
  method: 'post',
  path: '/operator/v1/subscriptions/{id}/cancellation',
  summary: 'End a subscription now, with what was not used going back to the balance, or at the end of its period',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(cancellationInput) },
  responses: { 200: json(cancellationShown, 'When it ends and what goes back'), ...failures },
})

const keepRoute = createRoute({
  method: 'delete',
  path: '/operator/v1/subscriptions/{id}/cancellation',
  summary:
    'Take back that a subscription ends with its period, while that lasts; what its customer ended as well ends still, until that is taken back too',
  request: { params: idParameter },
  responses: { 204: { description: 'It goes on' }, ...failures },
})

const showSubscription = (one: SubscriptionView) => ({
  ...{ id: one.id, plan: one.planSlug, pool: one.poolSlug, block: one.block, status: one.status, price: one.price },
  billing_cycle: one.billingCycle,
  current_period_start: one.currentPeriodStart,
  current_period_end: one.currentPeriodEnd,
  cancel_at_period_end: one.cancelAtPeriodEnd,
  ended_by: one.endedBy,
  next_plan: one.nextPlanSlug,
  grace_ends_at: one.graceEndsAt,
  budget: one.budget,
  is_gift: one.isGift,
  keys: [...one.keys],
  created_at: one.createdAt,
  ended_at: one.endedAt,
})
