import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Database } from '../../db/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  railRefundList,
  railRefundQuery,
  railRefundShown,
  refundCancellation,
  refundNamed,
  refundTransactionInput,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { showRailRefund, showRefundLine } from '../show-refund.ts'

const LISTED_MAX = 500

/** Refunds in coins: what is to be sent, with which transaction it was, and what is not to be sent after all; absent where no coins are taken. */
export function refundRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, refunds }: Pick<ApiDependencies, 'appDatabase' | 'refunds'>): void {
  if (refunds === undefined) return
  app.openapi(listRoute, async (c) => {
    const isAll = c.req.valid('query').state === 'all'
    return c.json({ data: (await refunds.list({ isAll, limit: LISTED_MAX })).map(showRefundLine) }, 200)
  })
  app.openapi(showRoute, async (c) => c.json(showRailRefund(await refunds.show(c.req.valid('param').id)), 200))
  // What is asked for is remembered first and done then, as a chain or a server is asked; doing it again changes nothing.
  const once = async (c: Context<ApiEnv>, id: string): Promise<void> => {
    const work = async (tx: Database) => ({ id: await refunds.requireKnown(tx, id) })
    await answerOnce(appDatabase, await repeatableOf(c), { status: 200, schema: refundNamed, work })
  }
  app.openapi(transactionRoute, async (c) => {
    const [id, { tx_hash: txHash }] = [c.req.valid('param').id, c.req.valid('json')]
    await once(c, id)
    await refunds.enterTransaction(id, txHash)
    return c.json(showRailRefund(await refunds.show(id)), 200)
  })
  app.openapi(cancellationRoute, async (c) => {
    const id = c.req.valid('param').id
    await once(c, id)
    await refunds.cancel(id)
    return c.json(showRailRefund(await refunds.show(id)), 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/refunds',
  summary: 'List refunds in coins that have not ended, oldest first, or the last of all',
  request: { query: railRefundQuery },
  responses: { 200: json(railRefundList, 'Five hundred at most'), ...failures },
})

const showRoute = createRoute({
  method: 'get',
  path: '/operator/v1/refunds/{id}',
  summary: 'Show a refund in coins: exactly what is to be sent where, or the page where it is claimed',
  request: { params: idParameter },
  responses: { 200: json(railRefundShown, 'The refund'), ...failures },
})

const transactionRoute = createRoute({
  method: 'post',
  path: '/operator/v1/refunds/{id}/transaction',
  summary: 'Say with which transaction a refund was sent; it is booked when the chain shows exactly that transfer for good',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(refundTransactionInput) },
  responses: { 200: json(railRefundShown, 'The refund, and how far it is'), ...failures },
})

const cancellationRoute = createRoute({
  method: 'post',
  path: '/operator/v1/refunds/{id}/cancellation',
  summary: 'Cancel a refund of which nothing was sent; its money is on the balance again',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(refundCancellation) },
  responses: { 200: json(railRefundShown, 'The refund'), ...failures },
})
