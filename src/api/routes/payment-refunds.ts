import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { formatUsd } from '../../lib/index.ts'
import { readAmount } from '../amount.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  cardRefundAsked,
  cardRefundInput,
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  paymentRefundList,
  paymentRefundShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { carryOnNow, type GoingRefund, refundWayOf } from '../refund-ways.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'stripe' | 'refunds' | 'log'>

/** Money that goes back to whoever paid; absent where nothing is taken whose money can go back. */
export function paymentRefundRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase } = dependencies
  if (dependencies.stripe === undefined && dependencies.refunds === undefined) return
  app.openapi(refundRoute, async (c) => {
    const paymentId = c.req.valid('param').id
    const { amount: text, exception } = c.req.valid('json')
    const amount = readAmount(text, undefined)
    const by = exception ? 'operator-exception' : 'operator'
    const way = await refundWayOf(dependencies, paymentId)
    const asked = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: cardRefundAsked,
      work: async (tx) => showAsked(await way.ask(tx, { paymentId, amount, by })),
    })
    const far = await carryOnNow(dependencies, { paymentId, id: asked.id })
    return c.json({ ...asked, state: far?.state ?? 'asked', outcome: far?.outcome ?? null, origin: 'here' as const }, 201)
  })
  app.openapi(refundsRoute, async (c) => {
    const paymentId = c.req.valid('param').id
    return c.json({ data: (await (await refundWayOf(dependencies, paymentId)).of(paymentId)).map(showGoing) }, 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const refundRoute = createRoute({
  method: 'post',
  path: '/operator/v1/payments/{id}/refunds',
  summary: 'Give money of a payment back to whoever paid: to the card, by a transfer that you send, or by a claim at BTCPay Server',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(cardRefundInput) },
  responses: { 201: json(paymentRefundShown, 'The refund, and how far it is'), ...failures },
})

const refundsRoute = createRoute({
  method: 'get',
  path: '/operator/v1/payments/{id}/refunds',
  summary: 'List what of a payment went back to whoever paid',
  request: { params: idParameter },
  responses: { 200: json(paymentRefundList, 'Oldest first'), ...failures },
})

const showAsked = ({ id, paymentId, amount, askedAt }: GoingRefund) => ({
  ...{ id, payment_id: paymentId, amount: formatUsd(amount), asked_at: askedAt.toISOString() },
})

const showGoing = (refund: GoingRefund) => ({
  ...{ ...showAsked(refund), state: refund.state, outcome: refund.outcome ?? null, origin: refund.origin ?? ('here' as const) },
})
