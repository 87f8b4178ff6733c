import { createHash } from 'node:crypto'
import { type Database, sql } from '../db/index.ts'
import { millisToNextVersion } from '../privacy/index.ts'
import {
  type Catalog,
  encodeCatalog,
  isPricedAsAnthropic,
  type Model,
  type Price,
  type PrivacyLabel,
  type ProtocolName,
  type Strategy,
  UPSTREAM_KINDS,
  type Upstream,
  type WrittenPrice,
} from '../spec/index.ts'
import { keyPoolPurpose, keyPurpose, type Sealing } from './desired.ts'
import { readHeldUpstreams } from './held-upstreams.ts'
import { openKeyPool } from './key-pool.ts'
import { PRICE_COLUMNS, PRICE_NOW, type PriceRow, priceOfRow } from './price-rows.ts'
import { costOf } from './rates.ts'

/**
 * The catalogue that holds now: active models with a price and at least one active route to an active upstream that is not held. Models
 * that lack the price alone are named in `unpriced`. `version` is made of the content, so it changes with it and only with it.
 */
export async function loadCatalog(database: Database, sealing: Pick<Sealing, 'unseal'>): Promise<Catalog> {
  const [upstreamRows, modelRows, routeRows] = await readRows(database)
  const routes = Map.groupBy(routeRows, (row) => row.model_serial)
  const reachable = modelRows.filter((row) => routes.has(row.serial))
  const models = reachable.flatMap((row) => toModel(row, routes.get(row.serial) ?? []))
  const unpriced = reachable.filter((row) => row.price_version === null).map((row) => row.id)
  const upstreams = upstreamRows.map((row) => toUpstream(row, sealing))
  return { version: versionOf({ version: 0, upstreams, models, unpriced }), upstreams, models, unpriced }
}

type UpstreamRow = {
  readonly serial: number
  readonly id: string
  readonly kind: string
  readonly base_url: string
  readonly api_key_sealed: Buffer | null
  readonly api_version: string | null
  readonly key_pool_sealed: Buffer | null
  readonly max_concurrency: number | null
  readonly placement: 'third_party' | 'local'
  readonly privacy: PrivacyLabel
  readonly protocols: readonly ProtocolName[] | null
  readonly fetches_urls: boolean
}

type ModelRow = Partial<PriceRow> & {
  readonly serial: number
  readonly id: string
  readonly context: number
  readonly output_max: number
  readonly strategy: Strategy
  readonly created_at: number
  readonly price_version: number | null
}

type RouteRow = {
  readonly serial: number
  readonly model_serial: number
  readonly upstream_serial: number
  readonly upstream_model: string
  readonly priority: number
  readonly weight: number
  readonly cost: WrittenPrice
  readonly kind: string
}

/** One snapshot over all reads, so that a change between them cannot pair a route with an upstream that is not there. */
const readRows = (database: Database) =>
  database.transaction(async (tx): Promise<readonly [readonly UpstreamRow[], readonly ModelRow[], readonly RouteRow[]]> => {
    await tx.query(sql`set transaction isolation level repeatable read read only`)
    const held = await readHeldUpstreams(tx)
    const isCalled = (serial: number): boolean => held.every((one) => one.serial !== serial)
    const upstreams = await tx.query<UpstreamRow>(sql`
      select serial, id, kind, base_url, api_key_sealed, key_pool_sealed, api_version, max_concurrency, placement, privacy, protocols,
        fetches_urls
      from upstream
      where is_active and kind = any(${[...UPSTREAM_KINDS]}) order by serial`)
    const models = await tx.query<ModelRow>(sql`
      select m.serial, m.id, m.context, m.output_max, m.strategy, floor(extract(epoch from m.created_at))::float8 as created_at,
        p.id as price_version, ${PRICE_COLUMNS}
      from model m left join ${PRICE_NOW} on true
      where m.is_active order by m.id collate "C"`)
    const routes = await tx.query<RouteRow>(sql`
      select r.serial, r.model_serial, r.upstream_serial, r.upstream_model, r.priority, r.weight, r.cost, u.kind
      from route r join upstream u on u.serial = r.upstream_serial
      where r.is_active and u.is_active and u.kind = any(${[...UPSTREAM_KINDS]}) order by r.priority, r.serial`)
    return [upstreams.filter(({ serial }) => isCalled(serial)), models, routes.filter((route) => isCalled(route.upstream_serial))]
  })

function toUpstream(row: UpstreamRow, sealing: Pick<Sealing, 'unseal'>): Upstream {
  const { serial, id, placement, privacy } = row
  const kind = UPSTREAM_KINDS.find((known) => known === row.kind)
  if (kind === undefined) throw new TypeError('a kind of upstream that the query leaves out')
  const keyPool = openKeyPool(row.key_pool_sealed, keyPoolPurpose(id), sealing)
  return {
    ...{ serial, id, kind, baseUrl: row.base_url, placement, privacy },
    ...(row.api_version === null ? {} : { apiVersion: row.api_version }),
    ...(row.protocols === null ? {} : { protocols: row.protocols }),
    ...(row.api_key_sealed === null ? {} : { apiKey: sealing.unseal(row.api_key_sealed, keyPurpose(id)).toString('utf8') }),
    ...(keyPool.length === 0 ? {} : { keyPool }),
    ...(row.max_concurrency === null ? {} : { maxConcurrency: row.max_concurrency }),
    ...(row.fetches_urls ? { fetchesUrls: true } : {}),
  }
}

function toModel(row: ModelRow, routes: readonly RouteRow[]): readonly Model[] {
  if (row.price_version === null) return []
  return [
    {
      serial: row.serial,
      id: row.id,
      context: row.context,
      outputMax: row.output_max,
      createdAt: row.created_at,
      priceVersion: row.price_version,
      price: priceOfRow(row as PriceRow),
      strategy: row.strategy,
      routes: routes.map((route) => ({
        serial: route.serial,
        upstreamSerial: route.upstream_serial,
        upstreamModel: route.upstream_model,
        priority: route.priority,
        weight: route.weight,
        cost: costOf(route.cost, isPricedAsAnthropic(route.kind, route.upstream_model)),
      })),
    },
  ]
}

const versionOf = (catalog: Catalog): number => createHash('sha256').update(encodeCatalog(catalog)).digest().readUIntBE(0, 6)

/** The price of one version; throws RangeError when there is none. */
export async function priceOfVersion(database: Database, version: number): Promise<Price> {
  const [row] = await database.query<PriceRow>(sql`select ${PRICE_COLUMNS} from price_version p where p.id = ${version}`)
  if (row === undefined) throw new RangeError('unknown price version')
  return priceOfRow(row)
}

/** Milliseconds until a scheduled price or a version of the policy begins to hold, by the database's clock; undefined when none is to come. */
export async function millisToNextChange(database: Database): Promise<number | undefined> {
  const found = [await millisToNextPrice(database), await millisToNextVersion(database)].filter((millis) => millis !== undefined)
  return found.length === 0 ? undefined : Math.min(...found)
}

/** Milliseconds until the next scheduled price begins to hold, by the database's clock; undefined when none is. */
export async function millisToNextPrice(database: Database): Promise<number | undefined> {
  const [row] = await database.query<{ readonly millis: number | null }>(sql`
    select (extract(epoch from min(effective_at) - statement_timestamp()) * 1000)::float8 as millis
    from price_version where cancelled_at is null and effective_at > statement_timestamp()`)
  return row?.millis ?? undefined
}
