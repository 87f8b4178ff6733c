import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { getAccount } from '../../accounts/index.ts'
import { findPriceVersion } from '../../catalog/index.ts'
import { listBill } from '../../usage/index.ts'
import { billPage, billQuery, errorBody, idParameter, json, priceVersionShown, versionParameter } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { showPriceToOperator } from '../prices.ts'

/** Bills: the calls charged to an account in a month, and the prices that they were charged by. */
export function billRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, subjects }: Pick<ApiDependencies, 'appDatabase' | 'subjects'>): void {
  app.openapi(listBillRoute, async (c) => {
    const account = await getAccount(appDatabase, subjects, c.req.valid('param').id)
    const { month, cursor, limit } = c.req.valid('query')
    const { rows, next, posted } = await listBill(appDatabase, { accountId: account.id, month, cursor, limit })
    return c.json({ account_id: account.id, month, posted, data: [...rows], next: next ?? null }, 200)
  })
  app.openapi(getPriceRoute, async (c) =>
    c.json(showPriceToOperator(await findPriceVersion(appDatabase, c.req.valid('param').version)), 200),
  )
}

const failures = { default: json(errorBody, 'What went wrong') }

const listBillRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts/{id}/bill',
  summary: 'List the calls charged to an account in a month, oldest first, with all that their charge follows from',
  request: { params: idParameter, query: billQuery },
  responses: { 200: json(billPage, 'A page of the month'), ...failures },
})

const getPriceRoute = createRoute({
  method: 'get',
  path: '/operator/v1/prices/{version}',
  summary: 'Show a price version',
  request: { params: versionParameter },
  responses: { 200: json(priceVersionShown, 'The price version'), ...failures },
})
