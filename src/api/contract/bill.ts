import { z } from '@hono/zod-openapi'
import { OUTCOMES, USAGE_SOURCES } from '../../spec/index.ts'
import { pageQuery, time, usd } from './fields.ts'
import { pricePublished } from './price.ts'
import { termsShown, usageByClass } from './usage.ts'

/** Which month of a bill, and which page of it. */
export const billQuery = pageQuery.extend({
  month: z
    .string('a month such as 2026-11')
    .regex(/^20\d\d-(?:0[1-9]|1[0-2])$/, 'a month such as 2026-11')
    .openapi({ example: '2026-11' }),
})

/** One call of a bill with all that its charge follows from. */
export const billRowShown = z
  .strictObject({
    request_id: z.string(),
    at: time,
    posted_day: z.string(),
    model: z.string(),
    outcome: z.enum(OUTCOMES),
    billing_rule: z.string(),
    usage_source: z.enum(USAGE_SOURCES),
    ...usageByClass,
    ...termsShown,
    hold: usd,
    cost: usd,
    /** What a plan paid instead, and the subscription of it; absent where the balance paid. */
    covered: usd.optional(),
    covered_by: z.string().optional(),
    shortfall: usd,
  })
  .openapi('BillRow')

const sums = z.strictObject({ calls: z.int(), cost: usd, covered: usd.optional(), shortfall: usd })

/** A page of a bill, oldest calls first; `posted` is what the books say of the whole month. */
export const billPage = z
  .object({ account_id: z.string(), month: z.string(), posted: sums, data: z.array(billRowShown), next: z.string().nullable() })
  .openapi('BillPage')

/** The last line of an exported bill; `sha256` is of all lines before, line feeds included. */
const sumLine = sums.extend({ kind: z.literal('sum'), posted: sums, sha256: z.string() })

const head = { kind: z.literal('bill'), account: z.string(), month: z.string(), currency: z.literal('USD') }

/** A line of an exported bill: its head, the prices it uses, its rows, its sum. */
export const billLine = z.discriminatedUnion('kind', [
  z.strictObject({ ...head, format: z.literal(2) }),
  pricePublished.extend({ kind: z.literal('price') }),
  billRowShown.extend({ kind: z.literal('row') }),
  sumLine,
])

/** The same of a bill from before prices had cards: five rates a version, six classes a row. */
export const firstBillLine = z.discriminatedUnion('kind', [
  z.strictObject({ ...head, format: z.literal(1) }),
  z.strictObject({
    kind: z.literal('price'),
    version: z.int(),
    model: z.string(),
    ...{ input: usd, output: usd, cache_read: usd, cache_write_5m: usd, cache_write_1h: usd },
    created_at: time,
  }),
  billRowShown
    .omit({ pieces: true, service_tier: true, card: true, multiplier: true, reported: true, covered: true, covered_by: true })
    .extend({ kind: z.literal('row') }),
  sumLine,
])

export type BillPage = z.output<typeof billPage>
export type BillLine = z.output<typeof billLine>
export type FirstBillLine = z.output<typeof firstBillLine>
