import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Database } from '../../db/index.ts'
import { FailureError, fail } from '../../failures.ts'
import { errorCode, formatUsd, type NanoUsd } from '../../lib/index.ts'
import { findPayment, isRefundRail, type RailRefundState, type Refund, type RefundDesk, type StripeRail } from '../../payments/index.ts'
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

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'stripe' | 'refunds' | 'log'>

type Asked = { readonly paymentId: string; readonly amount: NanoUsd; readonly by: 'operator' | 'operator-exception' }
type Going = {
  readonly id: string
  readonly paymentId: string
  readonly amount: NanoUsd
  readonly askedAt: Date
  readonly state: RailRefundState | Refund['state']
  readonly outcome: string | undefined
  readonly origin?: 'here' | 'stripe'
}

/** How money of one way to pay goes back. */
type Way = {
  readonly ask: (tx: Database, asked: Asked) => Promise<Going>
  readonly carryOn: (id: string) => Promise<Going | undefined>
  readonly of: (paymentId: string) => Promise<readonly Going[]>
}

/** Money that goes back to whoever paid; absent where nothing is taken whose money can go back. */
export function paymentRefundRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, log } = dependencies
  if (dependencies.stripe === undefined && dependencies.refunds === undefined) return
  app.openapi(refundRoute, async (c) => {
    const paymentId = c.req.valid('param').id
    const { amount: text, exception } = c.req.valid('json')
    const amount = readAmount(text, undefined)
    const by = exception ? 'operator-exception' : 'operator'
    const way = await wayOf(dependencies, paymentId)
    const asked = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: cardRefundAsked,
      work: async (tx) => showAsked(await way.ask(tx, { paymentId, amount, by })),
    })
    // It is written down: what is not done now is carried on, and this tells how far it is.
    const { id } = asked
    const refund = await carryOn(way, id).catch((thrown: unknown) => {
      log({ event: 'refund-stuck', payment: paymentId, code: errorCode(thrown) })
      return undefined
    })
    const far = refund ?? (await way.of(paymentId)).find((known) => known.id === id)
    return c.json({ ...asked, state: far?.state ?? 'asked', outcome: far?.outcome ?? null, origin: 'here' as const }, 201)
  })
  app.openapi(refundsRoute, async (c) => {
    const paymentId = c.req.valid('param').id
    return c.json({ data: (await (await wayOf(dependencies, paymentId)).of(paymentId)).map(showGoing) }, 200)
  })
}

/** The way that a payment was paid by. Fails with payment_unknown. */
async function wayOf({ appDatabase, stripe, refunds }: Dependencies, paymentId: string): Promise<Way> {
  const payment = await findPayment(appDatabase, paymentId)
  if (payment !== undefined && isRefundRail(payment.rail)) return refunds === undefined ? fail('payment_unknown') : coinWay(refunds)
  return stripe === undefined ? fail('payment_unknown') : cardWay(stripe)
}

const coinWay = (refunds: RefundDesk): Way => ({ ask: refunds.ask, carryOn: refunds.carryOn, of: refunds.listOf })
const cardWay = (stripe: StripeRail): Way => ({ ask: stripe.askRefund, carryOn: stripe.carryOnRefund, of: stripe.refundsOf })

/** A processor that cannot be reached now is no failure of the request: the refund is carried on. */
async function carryOn(way: Way, id: string): Promise<Going | undefined> {
  try {
    return await way.carryOn(id)
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'rail_unavailable') return undefined
    throw thrown
  }
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

const showAsked = ({ id, paymentId, amount, askedAt }: Going) => ({
  ...{ id, payment_id: paymentId, amount: formatUsd(amount), asked_at: askedAt.toISOString() },
})

const showGoing = (refund: Going) => ({
  ...{ ...showAsked(refund), state: refund.state, outcome: refund.outcome ?? null, origin: refund.origin ?? ('here' as const) },
})
