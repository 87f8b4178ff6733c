import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { getAccount } from '../../accounts/index.ts'
import { listUsage } from '../../usage/index.ts'
import { errorBody, idParameter, json, pageOf, pageQuery, usageShown } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

/** Usage: the settled calls of an account. */
export function usageRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Pick<ApiDependencies, 'appDatabase' | 'subjects'>): void {
  const { appDatabase, subjects } = dependencies
  app.openapi(listUsageRoute, async (c) => {
    const account = await getAccount(appDatabase, subjects, c.req.valid('param').id)
    const { cursor, limit } = c.req.valid('query')
    const { rows, next } = await listUsage(appDatabase, { accountId: account.id, cursor, limit })
    return c.json({ data: [...rows], next: next ?? null }, 200)
  })
}

const listUsageRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts/{id}/usage',
  summary: "List an account's settled calls, newest first",
  request: { params: idParameter, query: pageQuery },
  responses: { 200: json(pageOf(usageShown), 'A page of calls'), default: json(errorBody, 'What went wrong') },
})
