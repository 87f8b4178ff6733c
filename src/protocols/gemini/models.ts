import type { ModelPresenter, ModelView } from '../protocol.ts'
import { METHODS } from './address.ts'

/** Models as Gemini lists them, all on one page. Source: https://ai.google.dev/api/models (2026-11-26). */
export const presentModels: ModelPresenter = { one: presentModel, list: (models) => ({ models: models.map(presentModel) }) }

const GENERATING = METHODS.filter((method) => !/embed/i.test(method))
const EMBEDDING = METHODS.filter((method) => /embed|count/i.test(method))

function presentModel({ id, context, outputMax, price, routes }: ModelView): object {
  return {
    name: `models/${id}`,
    version: id,
    displayName: id,
    inputTokenLimit: context,
    outputTokenLimit: outputMax,
    supportedGenerationMethods: price.embedding === undefined ? GENERATING : EMBEDDING,
    priceUsdPerMillionTokens: price,
    routes,
  }
}
