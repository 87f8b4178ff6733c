import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { Price } from '../spec/index.ts'
import { PRICE_COLUMNS, type PriceRow, priceOfRow } from './price-rows.ts'

/** A price version whole: whose it is, from when it holds, when it was written, all its cards. It never changes. */
export type PriceVersion = {
  readonly version: number
  readonly model: string
  readonly effectiveAt: Date
  readonly createdAt: Date
  readonly price: Price
}

/** Which versions to list: those above `after` that hold or held at `now`, in milliseconds, by number, at most `limit`. */
export type PriceVersionPage = { readonly after: number; readonly now: number; readonly limit: number }

/** One price version. Fails with price_unknown. */
export async function findPriceVersion(database: Database, version: number): Promise<PriceVersion> {
  const [row] = await database.query<VersionRow>(sql`${VERSIONS} where p.id = ${version}`)
  return row === undefined ? fail('price_unknown') : toVersion(row)
}

/** One that holds or held at a time in milliseconds: not one that was called off before its own. Fails with price_unknown. */
export async function findPublishedPrice(database: Database, version: number, now: number): Promise<PriceVersion> {
  const [row] = await database.query<VersionRow>(sql`
    ${VERSIONS} where p.id = ${version} and p.effective_at <= ${new Date(now)} and p.cancelled_at is null`)
  return row === undefined ? fail('price_unknown') : toVersion(row)
}

/** Versions whose time has come: a price is for anybody to see once it is asked for. */
export async function listPublishedPrices(database: Database, page: PriceVersionPage): Promise<readonly PriceVersion[]> {
  const rows = await database.query<VersionRow>(sql`
    ${VERSIONS} where p.id > ${page.after} and p.effective_at <= ${new Date(page.now)} and p.cancelled_at is null order by p.id limit ${page.limit}`)
  return rows.map(toVersion)
}

/** The prices of some versions; one that is not there is left out. */
export async function pricesOfVersions(database: Database, versions: readonly number[]): Promise<ReadonlyMap<number, Price>> {
  const rows = await database.query<PriceRow & { readonly id: number }>(sql.named('read_prices')`
    select p.id, ${PRICE_COLUMNS} from price_version p where p.id = any(${[...new Set(versions)]}::integer[])`)
  return new Map(rows.map((row) => [row.id, priceOfRow(row)]))
}

type VersionRow = PriceRow & {
  readonly id: number
  readonly model: string
  readonly effective_at: Date
  readonly created_at: Date
}

const VERSIONS = sql`
  select p.id, m.id as model, p.effective_at, p.created_at, ${PRICE_COLUMNS} from price_version p join model m on m.serial = p.model_serial`

const toVersion = (row: VersionRow): PriceVersion => ({
  version: row.id,
  model: row.model,
  effectiveAt: row.effective_at,
  createdAt: row.created_at,
  price: priceOfRow(row),
})
