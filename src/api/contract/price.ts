import { z } from '@hono/zod-openapi'
import { byName, CLASS_OF_NAME, type PriceClassName, SERVICE_TIERS, type UsageClass } from '../../spec/index.ts'
import { time, usd } from './fields.ts'

const rates = Object.fromEntries([...CLASS_OF_NAME.keys()].map((name) => [name, usd.optional()])) as Record<
  PriceClassName,
  z.ZodOptional<typeof usd>
>
const longCard = z.object({ prompt_tokens: z.int(), ...rates }).openapi('LongCard')
const cards = z.object({ ...rates, above: z.array(longCard).readonly().optional() }).openapi('TierCards')
const tiers = z.object({ flex: cards.optional(), priority: cards.optional(), batch: cards.optional() })

/** A price with its cards: USD per million tokens, or for one image, web_search, tool_call, call, audio_second, character. Classes left out follow from input and output. */
export const priceShown = z
  .object({ ...rates, above: z.array(longCard).readonly().optional(), service_tiers: tiers.optional() })
  .openapi('Price')

/** Which price versions: of a model, and the one that holds at a time. */
export const priceQuery = z.strictObject({
  model: z.string().min(1).max(80),
  at: z.iso.datetime({ offset: true, error: 'a time such as 2026-12-01T00:00:00Z' }).optional(),
})

/** A price version of a model with the time from which it holds. */
export const priceListed = z
  .object({
    version: z.int(),
    model: z.string(),
    price: priceShown,
    effective_at: time,
    created_at: time,
    cancelled_at: time.nullable(),
    state: z.enum(['scheduled', 'holds', 'past', 'cancelled']),
  })
  .openapi('ListedPrice')

/** Price versions, latest first. */
export const priceList = z.object({ data: z.array(priceListed) })
export type PriceList = z.output<typeof priceList>

/** Classes that bills of before 2026-11-26 do not know; none of them had a price. */
const LATER: ReadonlySet<UsageClass> = new Set(['audioSeconds', 'characters'])
const rateShown = (name: UsageClass): z.ZodType<string> => (LATER.has(name) ? usd.default('0.00') : usd)

/** Rises that were let through with less notice than the rules say, latest first. */
export const shortNoticeList = z.object({
  data: z.array(
    z.object({
      ...{ at: time, actor: z.string(), noun: z.enum(['model', 'plan']), name: z.string() },
      ...{ holds_from: time, allowed_from: time, reason: z.string() },
    }),
  ),
})

/** Rates and when they hold: for one service tier, and for the whole of a call whose prompt has more than `prompt_above` tokens. */
export const rateCardShown = z
  .strictObject({
    service_tier: z.enum(SERVICE_TIERS),
    prompt_above: z.int().min(0),
    /** USD per million tokens; of images, web_searches, tool_calls, calls, audio_seconds and characters per piece. */
    rates: z.strictObject(byName(rateShown)),
  })
  .openapi('RateCard')

/** A price version whole, as anybody may see it. A version never changes. */
export const pricePublished = z
  .strictObject({
    version: z.int(),
    model: z.string(),
    effective_at: time,
    created_at: time,
    cards: z.array(rateCardShown).min(1),
  })
  .openapi('PublishedPrice')

/** A page of the price list, by number; `next` is the `after` of the following page, null on the last one. */
export const pricePage = z.object({ data: z.array(pricePublished), next: z.int().nullable() })

/** A price version as the operator sees it: whole, and with the usual rates of standard service beside, USD per million tokens. */
export const priceVersionShown = pricePublished
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

export type PublishedPrice = z.output<typeof pricePublished>
