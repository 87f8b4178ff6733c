import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { cancelPriceVersion, listPriceVersions, listShortNotices } from '../../catalog/index.ts'
import { errorBody, json, priceList, priceQuery, shortNoticeList, versionParameter } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

const VERSIONS_MAX = 1_000

/** Price versions: those of a model with the times from which they hold; one that does not hold yet can be cancelled. */
export function priceRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase }: Pick<ApiDependencies, 'appDatabase'>): void {
  app.openapi(listPricesRoute, async (c) => {
    const { model, at } = c.req.valid('query')
    const listing = { model, at: at === undefined ? undefined : Date.parse(at), limit: VERSIONS_MAX }
    return c.json({ data: [...(await listPriceVersions(appDatabase, listing))] }, 200)
  })
  app.openapi(shortNoticesRoute, async (c) => {
    const data = (await listShortNotices(appDatabase, VERSIONS_MAX)).map(({ at, actor, noun, name, holdsFrom, allowedFrom, reason }) => ({
      ...{ at: new Date(at).toISOString(), actor, noun, name, reason },
      ...{ holds_from: new Date(holdsFrom).toISOString(), allowed_from: new Date(allowedFrom).toISOString() },
    }))
    return c.json({ data }, 200)
  })
  app.openapi(cancelPriceRoute, async (c) => {
    await cancelPriceVersion(appDatabase, c.req.valid('param').version)
    return c.body(null, 204)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const listPricesRoute = createRoute({
  method: 'get',
  path: '/operator/v1/prices',
  summary: `List the price versions of a model, latest first, at most ${VERSIONS_MAX}; with "at" the one that holds then`,
  request: { query: priceQuery },
  responses: { 200: json(priceList, 'The versions'), ...failures },
})

const shortNoticesRoute = createRoute({
  method: 'get',
  path: '/operator/v1/prices/short-notices',
  summary: 'List rises that hold with less notice than the rules say, with who let them and why, latest first',
  responses: { 200: json(shortNoticeList, 'The rises'), ...failures },
})

const cancelPriceRoute = createRoute({
  method: 'delete',
  path: '/operator/v1/prices/{version}',
  summary: 'Cancel a price version that does not hold yet',
  request: { params: versionParameter },
  responses: { 204: { description: 'It will not hold' }, ...failures },
})
