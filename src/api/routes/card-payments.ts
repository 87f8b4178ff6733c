import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { FailureError } from '../../failures.ts'
import { errorCode, formatUsd } from '../../lib/index.ts'
import type { Refund, StripeRail } from '../../payments/index.ts'
import { readAmount } from '../amount.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  cardDisputeList,
  cardRefundAsked,
  cardRefundInput,
  cardRefundList,
  cardRefundShown,
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'stripe' | 'log'>

const DISPUTES_MAX = 500

/** Money that goes back to cards, and what banks take back; absent where no cards are taken. */
export function cardPaymentRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, stripe, log }: Dependencies): void {
  if (stripe === undefined) return
  app.openapi(refundRoute, async (c) => {
    const paymentId = c.req.valid('param').id
    const { amount: text, exception } = c.req.valid('json')
    const amount = readAmount(text, undefined)
    const by = exception ? 'operator-exception' : 'operator'
    const asked = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: cardRefundAsked,
      work: async (tx) => showAsked(await stripe.askRefund(tx, { paymentId, amount, by })),
    })
    // It is written down: what is not done now is carried on, and this tells how far it is.
    const { id } = asked
    const refund = await carryOn(stripe, id).catch((thrown: unknown) => {
      log({ event: 'refund-stuck', payment: paymentId, code: errorCode(thrown) })
      return undefined
    })
    const far = refund ?? (await stripe.refundsOf(paymentId)).find((known) => known.id === id)
    return c.json({ ...asked, state: far?.state ?? 'asked', outcome: far?.outcome ?? null, origin: 'here' as const }, 201)
  })
  app.openapi(refundsRoute, async (c) =>
    c.json({ data: (await stripe.refundsOf(c.req.valid('param').id)).map((refund) => showRefund(refund)) }, 200),
  )
  app.openapi(disputesRoute, async (c) => {
    const disputes = await stripe.disputes({ limit: DISPUTES_MAX })
    const data = disputes.map((dispute) => ({
      ...{ id: dispute.disputeId ?? null, payment_id: dispute.paymentId, account_id: dispute.accountId, status: dispute.status },
      ...{ amount: formatUsd(dispute.amount), fee_cents: String(dispute.feeCents), opened_at: dispute.openedAt.toISOString() },
    }))
    return c.json({ data }, 200)
  })
}

/** A processor that cannot be reached now is no failure of the request: the refund is carried on. */
async function carryOn(stripe: StripeRail, id: string): Promise<Refund | undefined> {
  try {
    return await stripe.carryOnRefund(id)
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'rail_unavailable') return undefined
    throw thrown
  }
}

const failures = { default: json(errorBody, 'What went wrong') }

const refundRoute = createRoute({
  method: 'post',
  path: '/operator/v1/payments/{id}/refunds',
  summary: 'Give money of a payment back to the card that paid',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(cardRefundInput) },
  responses: { 201: json(cardRefundShown, 'The refund, and how far it is'), ...failures },
})

const refundsRoute = createRoute({
  method: 'get',
  path: '/operator/v1/payments/{id}/refunds',
  summary: 'List what went back to the card of a payment',
  request: { params: idParameter },
  responses: { 200: json(cardRefundList, 'Oldest first'), ...failures },
})

const disputesRoute = createRoute({
  method: 'get',
  path: '/operator/v1/card-disputes',
  summary: 'List payments that banks take back',
  responses: { 200: json(cardDisputeList, 'The last five hundred, newest first'), ...failures },
})

const showAsked = ({ id, paymentId, amount, askedAt }: Refund) => ({
  ...{ id, payment_id: paymentId, amount: formatUsd(amount), asked_at: askedAt.toISOString() },
})

const showRefund = (refund: Refund) => ({
  ...{ ...showAsked(refund), state: refund.state, outcome: refund.outcome ?? null, origin: refund.origin },
})
