import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { deleteUpstream, type HeldUpstream, listUpstreams, putUpstream, readHeldUpstreams, type UpstreamView } from '../../catalog/index.ts'
import { fail } from '../../failures.ts'
import type { Hold } from '../../privacy/index.ts'
import type { PartHealth, UpstreamHealthView } from '../../spec/index.ts'
import { errorBody, idParameter, json, jsonBody, upstreamInput, upstreamShown } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'keyring' | 'upstreamHealth'>

/** Upstreams: the places that answer calls. */
export function upstreamRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, keyring } = dependencies
  const showAll = async (upstreams: readonly UpstreamView[]) => {
    const held = new Map((await readHeldUpstreams(appDatabase)).map((one) => [one.label.name, one]))
    return upstreams.map((upstream) => showUpstream(upstream, dependencies.upstreamHealth(upstream.id), held.get(upstream.id)))
  }
  const show = async (upstream: UpstreamView) => (await showAll([upstream]))[0] ?? fail('upstream_unknown')
  app.openapi(listUpstreamsRoute, async (c) => {
    const upstreams = await listUpstreams(appDatabase)
    return c.json({ data: await showAll(upstreams.filter((upstream) => upstream.is_active)) }, 200)
  })
  app.openapi(getUpstreamRoute, async (c) => {
    const { id } = c.req.valid('param')
    const found = (await listUpstreams(appDatabase)).find((upstream) => upstream.id === id && upstream.is_active)
    return c.json(await show(found ?? fail('upstream_unknown')), 200)
  })
  app.openapi(putUpstreamRoute, async (c) => {
    const put = { id: c.req.valid('param').id, body: c.req.valid('json') }
    return c.json(await show(await putUpstream(appDatabase, put, keyring)), 200)
  })
  app.openapi(deleteUpstreamRoute, async (c) => {
    await deleteUpstream(appDatabase, c.req.valid('param').id)
    return c.body(null, 204)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }
const path = '/operator/v1/upstreams/{id}'

const listUpstreamsRoute = createRoute({
  method: 'get',
  path: '/operator/v1/upstreams',
  summary: 'List upstreams, with how each does',
  responses: { 200: json(z.object({ data: z.array(upstreamShown) }), 'All upstreams in use'), ...failures },
})

const getUpstreamRoute = createRoute({
  method: 'get',
  path,
  summary: 'Show an upstream and how it does; never its key',
  request: { params: idParameter },
  responses: { 200: json(upstreamShown, 'The upstream'), ...failures },
})

const putUpstreamRoute = createRoute({
  method: 'put',
  path,
  summary: 'Add or replace an upstream; without api_key the key stays as it is',
  request: { params: idParameter, body: jsonBody(upstreamInput) },
  responses: { 200: json(upstreamShown, 'The upstream as it is now'), ...failures },
})

const deleteUpstreamRoute = createRoute({
  method: 'delete',
  path,
  summary: 'Put an upstream out of use',
  request: { params: idParameter },
  responses: { 204: { description: 'It is out of use' }, ...failures },
})

const showUpstream = (upstream: UpstreamView, health: UpstreamHealthView | undefined, held: HeldUpstream | undefined) => ({
  id: upstream.id,
  kind: upstream.kind,
  base_url: upstream.base_url,
  has_key: upstream.has_key,
  has_key_pool: upstream.has_key_pool,
  has_admin_key: upstream.has_admin_key,
  api_version: upstream.api_version,
  max_concurrency: upstream.max_concurrency,
  placement: upstream.placement,
  privacy: upstream.privacy,
  protocols: upstream.protocols === null ? null : [...upstream.protocols],
  fetch_urls: upstream.fetches_urls,
  source: upstream.source,
  health: health === undefined ? null : showHealth(health),
  held: held === undefined ? null : showHold(held),
})

/** A hold as operators see it. */
export const showHold = ({ label, worse, version, until }: Hold) => ({
  ...{ provider: label.name, worse: [...worse], version: version ?? null },
  until: until === undefined ? null : new Date(until).toISOString(),
})

const showHealth = ({ routes, keys, ...whole }: UpstreamHealthView) => ({
  ...showPart(whole),
  routes: routes.map((route) => ({ ...route, ...showPart(route) })),
  keys: keys.map((key) => ({ ...key, ...showPart(key) })),
})

const showPart = ({ state, in_flight, last_trouble, open_until }: PartHealth) => ({
  ...{ state, in_flight, last_trouble },
  open_until: open_until?.toISOString() ?? null,
})
