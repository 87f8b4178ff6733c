import type { Imported } from './imported.ts'

/**
 * The upstreams and models of another program as the beginning of a farebox.yaml (JSON is YAML). Keys of upstreams are variables to be set,
 * what a model takes and gives at most is left open: farebox apply says where something is missing.
 */
export function catalogOf({ upstreams, prices }: Imported): string {
  const names = [...new Set(upstreams.flatMap(({ models }) => models))]
  const priceOf = new Map(prices.map(({ model, input, output }) => [model, { input, output }]))
  return `${JSON.stringify(
    {
      upstreams: upstreams.map(({ id, kind, baseUrl }) => ({ id, kind, base_url: baseUrl, api_key: `\${${variableOf(id)}}` })),
      models: names.map((id) => ({
        ...{ id, context: null, output_max: null },
        ...(priceOf.has(id) && { price: priceOf.get(id) }),
        routes: upstreams
          .filter(({ models }) => models.includes(id))
          .map((upstream) => ({ upstream: upstream.id, model: new Map(Object.entries(upstream.names)).get(id) ?? id })),
      })),
    },
    null,
    2,
  )}\n`
}

const variableOf = (id: string): string => `${id.toUpperCase().replaceAll('-', '_')}_KEY`
