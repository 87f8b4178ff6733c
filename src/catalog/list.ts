import { type Database, sql } from '../db/index.ts'
import { type PrivacyLabel, type Strategy, showPrice, type WrittenPrice } from '../spec/index.ts'
import type { Source } from './desired.ts'
import { PRICE_COLUMNS, PRICE_NOW, type PriceRow, priceOfRow } from './price-rows.ts'

/** An upstream as the operator sees it; its key is never shown, only that there is one. */
export type UpstreamView = {
  readonly id: string
  readonly kind: string
  readonly base_url: string
  readonly has_key: boolean
  /** Whether there are more keys that serve beside it. */
  readonly has_key_pool: boolean
  readonly max_concurrency: number | null
  readonly has_admin_key: boolean
  readonly api_version: string | null
  readonly placement: string
  readonly privacy: PrivacyLabel
  /** null: what its kind speaks. */
  readonly protocols: readonly string[] | null
  readonly fetches_urls: boolean
  readonly source: Source
  readonly is_active: boolean
}

/** A model as the operator sees it; `price` is null when it has none now, and `price_changes` are those that are scheduled. */
export type ModelView = {
  readonly id: string
  readonly context: number
  readonly output_max: number
  readonly strategy: Strategy
  readonly price: WrittenPrice | null
  readonly price_version: number | null
  readonly price_changes: readonly PriceChangeView[]
  readonly routes: readonly RouteView[]
  readonly source: Source
  readonly is_active: boolean
}

/** A price that will hold. */
export type PriceChangeView = WrittenPrice & { readonly version: number; readonly effective_at: string }

/** A route as the operator sees it; lower priority is tried first. */
export type RouteView = {
  readonly upstream: string
  readonly model: string
  readonly priority: number
  readonly weight: number
  readonly cost: WrittenPrice
  readonly is_active: boolean
}

/** Every upstream that was ever there, by id. */
export const listUpstreams = (database: Database): Promise<readonly UpstreamView[]> =>
  database.query<UpstreamView>(sql`
    select id, kind, base_url, api_key_sealed is not null as has_key, key_pool_sealed is not null as has_key_pool,
      admin_key_sealed is not null as has_admin_key, api_version, max_concurrency, placement, privacy, protocols, fetches_urls,
      source, is_active
    from upstream order by id collate "C"`)

type ModelRow = Omit<ModelView, 'price' | 'price_changes' | 'routes'> & Partial<PriceRow> & { readonly serial: number }

/** Every model that was ever there, by id, with the price that holds now. */
export async function listModels(database: Database): Promise<readonly ModelView[]> {
  const rows = await database.query<ModelRow>(sql`
    select m.serial, m.id, m.context, m.output_max, m.strategy, m.source, m.is_active,
      p.id as price_version, ${PRICE_COLUMNS}
    from model m left join ${PRICE_NOW} on true
    order by m.id collate "C"`)
  const routes = await database.query<RouteView & { readonly model_serial: number }>(sql`
    select r.model_serial, u.id as upstream, r.upstream_model as model, r.priority, r.weight, r.cost, r.is_active and u.is_active as is_active
    from route r join upstream u on u.serial = r.upstream_serial order by r.priority, r.serial`)
  const coming = await database.query<PriceRow & ComingRow>(sql`
    select p.model_serial, p.id, p.effective_at, ${PRICE_COLUMNS} from price_version p
    where p.cancelled_at is null and p.effective_at > statement_timestamp() order by p.effective_at, p.id`)
  const routesOf = Map.groupBy(routes, (route) => route.model_serial)
  const comingOf = Map.groupBy(coming, (row) => row.model_serial)
  return rows.map((row) => toModelView(row, { routes: routesOf.get(row.serial) ?? [], coming: comingOf.get(row.serial) ?? [] }))
}

type ComingRow = { readonly model_serial: number; readonly id: number; readonly effective_at: Date }

type Parts = { readonly routes: readonly RouteView[]; readonly coming: readonly (PriceRow & ComingRow)[] }

const toModelView = (row: ModelRow, { routes, coming }: Parts): ModelView => ({
  id: row.id,
  context: row.context,
  output_max: row.output_max,
  strategy: row.strategy,
  price: row.price_version === null ? null : showPrice(priceOfRow(row as PriceRow)),
  price_version: row.price_version,
  price_changes: coming.map((change) => ({
    ...{ version: change.id, effective_at: change.effective_at.toISOString() },
    ...showPrice(priceOfRow(change)),
  })),
  routes: routes.map(({ upstream, model, priority, weight, cost, is_active }) => ({ upstream, model, priority, weight, cost, is_active })),
  source: row.source,
  is_active: row.is_active,
})
