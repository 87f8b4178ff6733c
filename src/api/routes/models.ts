import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { recordAccess } from '../../audit/index.ts'
import { deleteModel, listModels, type ModelView, putPricedModel } from '../../catalog/index.ts'
import { fail } from '../../failures.ts'
import { errorBody, idParameter, json, jsonBody, modelInput, modelShown } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'clock' | 'paymentSettings'>

/** Models: what customers may call, for what price, over which routes. */
export function modelRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, clock, paymentSettings }: Dependencies): void {
  app.openapi(listModelsRoute, async (c) => {
    const models = await listModels(appDatabase)
    return c.json({ data: models.filter((model) => model.is_active).map(showModel) }, 200)
  })
  app.openapi(getModelRoute, async (c) => {
    const { id } = c.req.valid('param')
    const found = (await listModels(appDatabase)).find((model) => model.id === id && model.is_active)
    return c.json(showModel(found ?? fail('model_unknown')), 200)
  })
  app.openapi(putModelRoute, async (c) => {
    const notice = { days: paymentSettings.rules.priceNoticeDays, actor: c.get('operator') }
    const { view, isShort } = await putPricedModel(appDatabase, { id: c.req.valid('param').id, body: c.req.valid('json'), notice })
    if (isShort)
      await recordAccess(appDatabase, { actor: notice.actor, action: 'models.set.short-notice', accountId: undefined, now: clock.now() })
    return c.json(showModel(view), 200)
  })
  app.openapi(deleteModelRoute, async (c) => {
    await deleteModel(appDatabase, c.req.valid('param').id)
    return c.body(null, 204)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }
// Ids of models may hold a slash, such as sandbox/echo.
const path = '/operator/v1/models/{id{.+}}'

const listModelsRoute = createRoute({
  method: 'get',
  path: '/operator/v1/models',
  summary: 'List models',
  responses: { 200: json(z.object({ data: z.array(modelShown) }), 'All models in use'), ...failures },
})

const getModelRoute = createRoute({
  method: 'get',
  path,
  summary: 'Show a model with its price and routes',
  request: { params: idParameter },
  responses: { 200: json(modelShown, 'The model'), ...failures },
})

const putModelRoute = createRoute({
  method: 'put',
  path,
  summary: 'Add or replace a model; a changed price makes a new version, and one that rises needs notice',
  request: { params: idParameter, body: jsonBody(modelInput) },
  responses: { 200: json(modelShown, 'The model as it is now'), ...failures },
})

const deleteModelRoute = createRoute({
  method: 'delete',
  path,
  summary: 'Put a model out of use',
  request: { params: idParameter },
  responses: { 204: { description: 'It is out of use' }, ...failures },
})

const showModel = (model: ModelView) => ({
  id: model.id,
  context: model.context,
  output_max: model.output_max,
  strategy: model.strategy,
  price: model.price,
  price_version: model.price_version,
  price_changes: model.price_changes.map((change) => ({ ...change })),
  routes: model.routes
    .filter((route) => route.is_active)
    .map(({ upstream, model: name, priority, weight, cost }) => ({ upstream, model: name, priority, weight, cost })),
  source: model.source,
})
