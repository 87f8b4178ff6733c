import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { showPrice, type WrittenPrice } from '../spec/index.ts'
import { mayWrite } from './apply.ts'
import type { Source } from './desired.ts'
import { lockCatalog } from './lock.ts'
import { PRICE_COLUMNS, type PriceRow, priceAt, priceOfRow } from './price-rows.ts'

/** A price version of a model. past: it held once, or never, as a later one began before or with it. */
export type VersionView = {
  readonly version: number
  readonly model: string
  readonly price: WrittenPrice
  readonly effective_at: string
  readonly created_at: string
  readonly cancelled_at: string | null
  readonly state: 'scheduled' | 'holds' | 'past' | 'cancelled'
}

/** Which versions: those of a model, latest first, at most `limit`; `at` in milliseconds asks for the one that held or will hold then. */
export type PriceListing = { readonly model: string; readonly at?: number | undefined; readonly limit: number }

type VersionRow = PriceRow & {
  readonly id: number
  readonly effective_at: Date
  readonly created_at: Date
  readonly cancelled_at: Date | null
  readonly is_coming: boolean
  readonly is_held: boolean
}

/** Price versions of a model. Fails with model_unknown. */
export async function listPriceVersions(database: Database, { model, at, limit }: PriceListing): Promise<readonly VersionView[]> {
  const known = await database.query(sql`select 1 from model where id = ${model}`)
  if (known.length === 0) fail('model_unknown')
  const columns = sql`p.id, p.effective_at, p.created_at, p.cancelled_at, p.effective_at > statement_timestamp() as is_coming,
    p.id = (select p.id from ${priceAt(sql`statement_timestamp()`)}) as is_held, ${PRICE_COLUMNS}`
  const rows = await database.query<VersionRow>(
    at === undefined
      ? sql`select ${columns} from model m join price_version p on p.model_serial = m.serial
          where m.id = ${model} order by p.effective_at desc, p.id desc limit ${limit}`
      : sql`select ${columns} from model m join ${priceAt(sql`${new Date(at)}::timestamptz`)} on true where m.id = ${model}`,
  )
  return rows.map((row) => viewOf(model, row))
}

const viewOf = (model: string, row: VersionRow): VersionView => ({
  version: row.id,
  model,
  price: showPrice(priceOfRow(row)),
  effective_at: row.effective_at.toISOString(),
  created_at: row.created_at.toISOString(),
  cancelled_at: row.cancelled_at?.toISOString() ?? null,
  state: stateOf(row),
})

function stateOf(row: VersionRow): VersionView['state'] {
  if (row.cancelled_at !== null) return 'cancelled'
  if (row.is_coming) return 'scheduled'
  return row.is_held ? 'holds' : 'past'
}

type OwnedRow = {
  readonly source: Source
  readonly is_active: boolean
  readonly is_coming: boolean
}

/** Cancels a version that does not hold yet. Failures: price_unknown, price_begun, catalog_from_file. */
export async function cancelPriceVersion(database: Database, version: number): Promise<void> {
  await database.transaction(async (tx) => {
    await lockCatalog(tx)
    const [row] = await tx.query<OwnedRow>(sql`
      select m.source, m.is_active, p.cancelled_at is null and p.effective_at > statement_timestamp() as is_coming
      from price_version p join model m on m.serial = p.model_serial where p.id = ${version}`)
    if (row === undefined) return fail('price_unknown')
    if (!mayWrite('operator', row)) fail('catalog_from_file')
    const cancelled = row.is_coming
      ? await tx.query(sql`
          update price_version set cancelled_at = clock_timestamp()
          where id = ${version} and effective_at > clock_timestamp() + interval '10 milliseconds' returning id`)
      : []
    if (cancelled.length === 0) fail('price_begun')
  })
}
