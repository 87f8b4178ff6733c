import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { cardOf, type PrivacyLabel } from '../spec/index.ts'
import type { Source, WrittenPrice } from './desired.ts'
import { PRICE_COLUMNS, PRICE_NOW, type PriceRow, priceOfRow } from './price-rows.ts'
import { writeRates } from './rates.ts'

/** An upstream as the operator sees it; its key is never shown, only that there is one. */
export type UpstreamView = {
  readonly id: string
  readonly kind: string
  readonly base_url: string
  readonly has_key: boolean
  readonly has_admin_key: boolean
  readonly placement: string
  readonly privacy: PrivacyLabel
  readonly source: Source
  readonly is_active: boolean
}

/** A model as the operator sees it; `price` is null when it has none. Amounts are decimal USD per million tokens. */
export type ModelView = {
  readonly id: string
  readonly context: number
  readonly output_max: number
  readonly price: WrittenPrice | null
  readonly price_version: number | null
  readonly routes: readonly RouteView[]
  readonly source: Source
  readonly is_active: boolean
}

/** A route as the operator sees it; lower priority is tried first. */
export type RouteView = {
  readonly upstream: string
  readonly model: string
  readonly priority: number
  readonly cost: WrittenPrice
  readonly is_active: boolean
}

/** Every upstream that was ever there, by id. */
export const listUpstreams = (database: Database): Promise<readonly UpstreamView[]> =>
  database.query<UpstreamView>(sql`
    select id, kind, base_url, api_key_sealed is not null as has_key, admin_key_sealed is not null as has_admin_key, placement, privacy, source, is_active
    from upstream order by id collate "C"`)

type ModelRow = Omit<ModelView, 'price' | 'routes'> & Partial<PriceRow> & { readonly serial: number }

/** Every model that was ever there, by id, with the price that holds now. */
export async function listModels(database: Database): Promise<readonly ModelView[]> {
  const rows = await database.query<ModelRow>(sql`
    select m.serial, m.id, m.context, m.output_max, m.source, m.is_active,
      p.id as price_version, ${PRICE_COLUMNS}
    from model m left join ${PRICE_NOW} on true
    order by m.id collate "C"`)
  const routes = await database.query<RouteView & { readonly model_serial: number }>(sql`
    select r.model_serial, u.id as upstream, r.upstream_model as model, r.priority, r.cost, r.is_active and u.is_active as is_active
    from route r join upstream u on u.serial = r.upstream_serial order by r.priority, r.serial`)
  const byModel = Map.groupBy(routes, (route) => route.model_serial)
  return rows.map((row) => toModelView(row, byModel.get(row.serial) ?? []))
}

/** A price version as the operator sees it, decimal USD per million tokens. */
export type PriceVersionView = Required<{ readonly [Class in keyof WrittenPrice]: string }> & {
  readonly version: number
  readonly model: string
  readonly created_at: string
}

/** One price version; they never change. Fails with price_unknown. */
export async function showPriceVersion(database: Database, version: number): Promise<PriceVersionView> {
  const [row] = await database.query<PriceRow & { readonly model: string; readonly created_at: Date }>(sql`
    select m.id as model, p.created_at, ${PRICE_COLUMNS}
    from price_version p join model m on m.serial = p.model_serial where p.id = ${version}`)
  if (row === undefined) return fail('price_unknown')
  return { version, model: row.model, ...writeBase(row), created_at: row.created_at.toISOString() }
}

const writeBase = (row: PriceRow) => writeRates(cardOf(priceOfRow(row), 0, 'standard').rates)

const toModelView = (row: ModelRow, routes: readonly RouteView[]): ModelView => ({
  id: row.id,
  context: row.context,
  output_max: row.output_max,
  price: row.price_version === null ? null : writeBase(row as PriceRow),
  price_version: row.price_version,
  routes: routes.map(({ upstream, model, priority, cost, is_active }) => ({ upstream, model, priority, cost, is_active })),
  source: row.source,
  is_active: row.is_active,
})
