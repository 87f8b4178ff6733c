import type { ModelView } from '../list.ts'
import type { ListedModel } from './price-list.ts'
import { listedPrice } from './written-list.ts'

/** What upstreams ask for the models of a catalogue, by the first route of each whose cost is known. */
export const officialList = (models: readonly ModelView[]): readonly ListedModel[] =>
  models
    .filter((model) => model.is_active)
    .flatMap(({ id, context, output_max: outputMax, routes }) => {
      const route = routes.find((one) => one.is_active && Object.keys(one.cost).length > 0)
      if (route === undefined) return []
      const price = listedPrice(route.cost)
      return [{ key: id, provider: route.upstream, model: route.model, context, outputMax, price, faults: [] }]
    })
