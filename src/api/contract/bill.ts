import { z } from '@hono/zod-openapi'
import { OUTCOMES, USAGE_SOURCES } from '../../spec/index.ts'
import { pageQuery, time, usd } from './fields.ts'
import { tokensShown } from './usage.ts'

/** Which month of a bill, and which page of it. */
export const billQuery = pageQuery.extend({
  month: z
    .string('a month such as 2026-11')
    .regex(/^20\d\d-(?:0[1-9]|1[0-2])$/, 'a month such as 2026-11')
    .openapi({ example: '2026-11' }),
})

/** One call of a bill with all that its charge follows from. */
export const billRowShown = z
  .object({
    request_id: z.string(),
    at: time,
    posted_day: z.string(),
    model: z.string(),
    outcome: z.enum(OUTCOMES),
    billing_rule: z.string(),
    usage_source: z.enum(USAGE_SOURCES),
    tokens: tokensShown,
    price_version: z.int(),
    hold: usd,
    cost: usd,
    shortfall: usd,
  })
  .openapi('BillRow')

const sums = z.object({ calls: z.int(), cost: usd, shortfall: usd })

/** A page of a bill, oldest calls first; `posted` is what the books say of the whole month. */
export const billPage = z
  .object({ account_id: z.string(), month: z.string(), posted: sums, data: z.array(billRowShown), next: z.string().nullable() })
  .openapi('BillPage')

/** A price that was or is asked for a model, USD per million tokens; a version never changes. */
export const priceVersionShown = z
  .object({
    version: z.int(),
    model: z.string(),
    input: usd,
    output: usd,
    cache_read: usd,
    cache_write_5m: usd,
    cache_write_1h: usd,
    created_at: time,
  })
  .openapi('PriceVersion')

/** The number of a price version in a path. */
export const versionParameter = z.object({
  version: z
    .string()
    .regex(/^\d{1,9}$/, 'the number of a price version')
    .transform(Number)
    .openapi({ type: 'integer' }),
})

/** A line of an exported bill: its head, the prices it uses, its rows, its sum; `sha256` is of all lines before, line feeds included. */
export const billLine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bill'), format: z.literal(1), account: z.string(), month: z.string(), currency: z.literal('USD') }),
  priceVersionShown.extend({ kind: z.literal('price') }),
  billRowShown.extend({ kind: z.literal('row') }),
  sums.extend({ kind: z.literal('sum'), posted: sums, sha256: z.string() }),
])

export type BillPage = z.output<typeof billPage>
export type BillLine = z.output<typeof billLine>
export type PriceVersion = z.output<typeof priceVersionShown>
