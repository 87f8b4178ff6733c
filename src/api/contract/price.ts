import { z } from '@hono/zod-openapi'
import { CLASS_NAMES, SERVICE_TIERS } from '../../spec/index.ts'
import { time, usd } from './fields.ts'

/** Rates and when they hold: for one service tier, and for the whole of a call whose prompt has more than `prompt_above` tokens. */
export const rateCardShown = z
  .strictObject({
    service_tier: z.enum(SERVICE_TIERS),
    prompt_above: z.int().min(0),
    /** USD per million tokens; of images, web_searches, tool_calls and calls per piece. */
    rates: z.record(z.enum(CLASS_NAMES), usd),
  })
  .openapi('RateCard')

/** A price version whole, as anybody may see it. A version never changes. */
export const priceListed = z
  .strictObject({
    version: z.int(),
    model: z.string(),
    effective_at: time,
    created_at: time,
    cards: z.array(rateCardShown).min(1),
  })
  .openapi('ListedPrice')

/** A page of the price list, by number; `next` is the `after` of the following page, null on the last one. */
export const pricePage = z.object({ data: z.array(priceListed), next: z.int().nullable() })

/** A price version as the operator sees it: whole, and with the usual rates of standard service beside, USD per million tokens. */
export const priceVersionShown = priceListed
  .extend({ input: usd, output: usd, cache_read: usd, cache_write_5m: usd, cache_write_1h: usd })
  .openapi('PriceVersion')

/** The number of a price version in a path. */
export const versionParameter = z.object({
  version: z
    .string()
    .regex(/^\d{1,9}$/, 'the number of a price version')
    .transform(Number)
    .openapi({ type: 'integer' }),
})

export type ListedPrice = z.output<typeof priceListed>
