import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import { formatUsd } from '../../lib/index.ts'
import {
  acceptWish,
  declineWish,
  findWish,
  listReturnables,
  listWishes,
  type RefundWish,
  type ReturnablePayment,
  reasonOf,
  type WishParts,
} from '../../payments/index.ts'
import { readAmount } from '../amount.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  refundWishAcceptance,
  refundWishDecided,
  refundWishList,
  refundWishQuery,
  refundWishRefusal,
  refundWishShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { carryOnNow, wishPartsOf } from '../refund-ways.ts'

type Dependencies = Pick<
  ApiDependencies,
  'appDatabase' | 'ledger' | 'subjects' | 'paymentSettings' | 'stripe' | 'refunds' | 'clock' | 'ids' | 'log'
>

const LISTED_MAX = 500

/** Money that customers asked back and that the operator decides on; judged by when it was asked for. */
export function refundWishRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase: database } = dependencies
  const parts = wishPartsOf(dependencies)
  const shown = async (id: string) => {
    const [one] = await showWishes(dependencies, parts, [(await findWish(database, id)) ?? fail('refund_wish_unknown')])
    return one ?? fail('refund_wish_unknown')
  }
  app.openapi(listRoute, async (c) => {
    const isAll = c.req.valid('query').state === 'all'
    return c.json({ data: await showWishes(dependencies, parts, await listWishes(database, { isAll, limit: LISTED_MAX })) }, 200)
  })
  app.openapi(acceptRoute, async (c) => {
    const [{ id }, { amount: text }] = [c.req.valid('param'), c.req.valid('json')]
    const amount = text === undefined ? undefined : readAmount(text, undefined)
    const decided = await answerOnce(database, await repeatableOf(c), {
      status: 200,
      schema: refundWishDecided,
      work: async (tx) => {
        const refundId = await acceptWish(parts, tx, { id, amount })
        const { paymentId } = (await findWish(tx, id)) ?? fail('refund_wish_unknown')
        return { id, state: 'accepted' as const, payment_id: paymentId, refund_id: refundId }
      },
    })
    await carryOnNow(dependencies, { paymentId: decided.payment_id, id: decided.refund_id ?? '' })
    return c.json(await shown(id), 200)
  })
  app.openapi(declineRoute, async (c) => {
    const [{ id }, { reason }] = [c.req.valid('param'), c.req.valid('json')]
    await answerOnce(database, await repeatableOf(c), {
      status: 200,
      schema: refundWishDecided,
      work: async (tx) => {
        await declineWish(parts, tx, { id, reason })
        const { paymentId } = (await findWish(tx, id)) ?? fail('refund_wish_unknown')
        return { id, state: 'declined' as const, payment_id: paymentId, refund_id: null }
      },
    })
    return c.json(await shown(id), 200)
  })
}

async function showWishes({ appDatabase }: Dependencies, parts: WishParts, wishes: readonly RefundWish[]) {
  const payments = await listReturnables(
    appDatabase,
    wishes.map(({ paymentId }) => paymentId),
  )
  const known = wishes.flatMap((wish) => {
    const payment = payments.get(wish.paymentId)
    return payment === undefined ? [] : [{ wish, payment }]
  })
  return await Promise.all(known.map(async ({ wish, payment }) => showWish(wish, payment, (await reasonOf(parts, wish)) ?? null)))
}

const showWish = (wish: RefundWish, payment: ReturnablePayment, reason: string | null): z.output<typeof refundWishShown> => ({
  ...{ id: wish.id, account_id: wish.accountId, payment_id: wish.paymentId, rail: payment.rail, amount: formatUsd(wish.amount) },
  ...{ paid: formatUsd(payment.amount), paid_at: payment.settledAt.toISOString(), left: formatUsd(payment.left) },
  ...{ available: formatUsd(payment.available), state: wish.state, asked_at: wish.askedAt.toISOString() },
  ...{ decided_at: wish.decidedAt?.toISOString() ?? null, refund_id: wish.refundId ?? null, reason },
})

const failures = { default: json(errorBody, 'What went wrong') }
const one = json(refundWishShown, 'What was asked for, as it is now')

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/refund-wishes',
  summary: 'List money that customers asked back and that waits for a decision, oldest first, or the last of all',
  request: { query: refundWishQuery },
  responses: { 200: json(refundWishList, 'Five hundred at most'), ...failures },
})

const acceptRoute = createRoute({
  method: 'post',
  path: '/operator/v1/refund-wishes/{id}/acceptance',
  summary: 'Have what a customer asked back go back, or less of it; the rules let it when it was asked for',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(refundWishAcceptance) },
  responses: { 200: one, ...failures },
})

const declineRoute = createRoute({
  method: 'post',
  path: '/operator/v1/refund-wishes/{id}/refusal',
  summary: 'Decline what a customer asked back, with a reason that they read',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(refundWishRefusal) },
  responses: { 200: one, ...failures },
})
