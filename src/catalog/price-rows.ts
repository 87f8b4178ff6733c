import { type Sql, sql } from '../db/index.ts'
import { flatPrice, type Price, type PriceJson, priceOfJson } from '../spec/index.ts'

type Amount = bigint | string | number

/** A price version as the database gives it: five rates, or all cards where there is more to it. */
export type PriceRow = {
  readonly input: Amount
  readonly output: Amount
  readonly cache_read: Amount
  readonly cache_write_5m: Amount
  readonly cache_write_1h: Amount
  readonly cards: PriceJson | null
}

/** The columns of PriceRow, of a price_version called p. */
export const PRICE_COLUMNS = sql`p.input, p.output, p.cache_read, p.cache_write_5m, p.cache_write_1h, p.cards`

/** The version that holds at a time, of a model called m; to be joined as p. A version that was cancelled before its time never holds. */
export const priceAt = (at: Sql): Sql => sql`lateral (
  select * from price_version where model_serial = m.serial and cancelled_at is null and effective_at <= ${at}
  order by effective_at desc, id desc limit 1) p`

/** The version that holds when the statement is run. */
export const PRICE_NOW = priceAt(sql`statement_timestamp()`)

/** The price of a row. */
export const priceOfRow = (row: PriceRow): Price =>
  row.cards === null
    ? flatPrice({
        ...{ input: BigInt(row.input), output: BigInt(row.output), cacheRead: BigInt(row.cache_read) },
        ...{ cacheWrite5m: BigInt(row.cache_write_5m), cacheWrite1h: BigInt(row.cache_write_1h) },
      })
    : priceOfJson(row.cards)
