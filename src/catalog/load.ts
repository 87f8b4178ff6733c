import { createHash } from 'node:crypto'
import { type Database, sql } from '../db/index.ts'
import { type Catalog, encodeCatalog, type Model, type PrivacyLabel, type Rates, UPSTREAM_KINDS, type Upstream } from '../spec/index.ts'
import { keyPurpose, type Sealing } from './desired.ts'

/**
 * The catalogue that holds now: active models with a price and at least one active route to an active upstream. Models that lack
 * the price alone are named in `unpriced`. `version` is made of the content, so it changes with it and only with it.
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
  readonly placement: 'third_party' | 'local'
  readonly privacy: PrivacyLabel
}

type Amount = bigint | string | number

type ModelRow = {
  readonly serial: number
  readonly id: string
  readonly context: number
  readonly output_max: number
  readonly created_at: number
  readonly price_version: number | null
  readonly input: Amount
  readonly output: Amount
  readonly cache_read: Amount
  readonly cache_write_5m: Amount
  readonly cache_write_1h: Amount
}

type RouteRow = {
  readonly serial: number
  readonly model_serial: number
  readonly upstream_serial: number
  readonly upstream_model: string
  readonly priority: number
}

/** One snapshot over three reads, so that a change between them cannot pair a route with an upstream that is not there. */
const readRows = (database: Database) =>
  database.transaction(async (tx): Promise<readonly [readonly UpstreamRow[], readonly ModelRow[], readonly RouteRow[]]> => {
    await tx.query(sql`set transaction isolation level repeatable read read only`)
    const upstreams = await tx.query<UpstreamRow>(sql`
      select serial, id, kind, base_url, api_key_sealed, placement, privacy from upstream
      where is_active and kind = any(${[...UPSTREAM_KINDS]}) order by serial`)
    const models = await tx.query<ModelRow>(sql`
      select m.serial, m.id, m.context, m.output_max, floor(extract(epoch from m.created_at))::float8 as created_at,
        p.id as price_version, p.input, p.output, p.cache_read, p.cache_write_5m, p.cache_write_1h
      from model m left join lateral (select * from price_version where model_serial = m.serial order by id desc limit 1) p on true
      where m.is_active order by m.id collate "C"`)
    const routes = await tx.query<RouteRow>(sql`
      select r.serial, r.model_serial, r.upstream_serial, r.upstream_model, r.priority
      from route r join upstream u on u.serial = r.upstream_serial
      where r.is_active and u.is_active and u.kind = any(${[...UPSTREAM_KINDS]}) order by r.priority, r.serial`)
    return [upstreams, models, routes]
  })

function toUpstream(row: UpstreamRow, sealing: Pick<Sealing, 'unseal'>): Upstream {
  const { serial, id, placement, privacy } = row
  const kind = UPSTREAM_KINDS.find((known) => known === row.kind)
  if (kind === undefined) throw new TypeError('a kind of upstream that the query leaves out')
  const plain = { serial, id, kind, baseUrl: row.base_url, placement, privacy }
  if (row.api_key_sealed === null) return plain
  return { ...plain, apiKey: sealing.unseal(row.api_key_sealed, keyPurpose(id)).toString('utf8') }
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
      rates: ratesOfRow(row),
      routes: routes.map((route) => ({
        serial: route.serial,
        upstreamSerial: route.upstream_serial,
        upstreamModel: route.upstream_model,
        priority: route.priority,
      })),
    },
  ]
}

/** Rates of a price_version row. */
export const ratesOfRow = (row: Pick<ModelRow, 'input' | 'output' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h'>): Rates => ({
  input: BigInt(row.input),
  output: BigInt(row.output),
  cacheRead: BigInt(row.cache_read),
  cacheWrite5m: BigInt(row.cache_write_5m),
  cacheWrite1h: BigInt(row.cache_write_1h),
})

const versionOf = (catalog: Catalog): number => createHash('sha256').update(encodeCatalog(catalog)).digest().readUIntBE(0, 6)

/** The rates of one price version; throws RangeError when there is none. */
export async function ratesOfVersion(database: Database, version: number): Promise<Rates> {
  const [row] = await database.query<Parameters<typeof ratesOfRow>[0]>(sql`
    select input, output, cache_read, cache_write_5m, cache_write_1h from price_version where id = ${version}`)
  if (row === undefined) throw new RangeError('unknown price version')
  return ratesOfRow(row)
}
