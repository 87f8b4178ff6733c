import { isoTime } from '../../lib/index.ts'
import type { ModelPresenter, ModelView } from '../protocol.ts'

/** Models as Anthropic lists them, all on one page. Source: https://docs.claude.com/en/api/models-list (2026-11). */
export const presentModels: ModelPresenter = {
  one: presentModel,
  list: (models) => ({
    data: models.map(presentModel),
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
    has_more: false,
  }),
}

function presentModel(model: ModelView): object {
  const { id, createdAt, context, outputMax, price, routes } = model
  const own = { type: 'model', id, display_name: id, created_at: isoTime(createdAt * 1000) }
  return { ...own, context_length: context, max_output_tokens: outputMax, price_usd_per_million_tokens: price, routes }
}
