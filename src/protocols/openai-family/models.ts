import type { ModelPresenter, ModelView } from '../protocol.ts'

/** Models as OpenAI lists them, with bounds, price and routes beside. Source: https://platform.openai.com/docs/api-reference/models (2026-11). */
export const presentModels: ModelPresenter = { one: presentModel, list: (models) => ({ object: 'list', data: models.map(presentModel) }) }

function presentModel(model: ModelView): object {
  return {
    id: model.id,
    object: 'model',
    created: model.createdAt,
    owned_by: 'farebox',
    context_length: model.context,
    max_output_tokens: model.outputMax,
    price_usd_per_million_tokens: model.price,
    routes: model.routes,
  }
}
