import { z } from '@hono/zod-openapi'
import { CLASS_OF_NAME, type PriceClassName } from '../../spec/index.ts'
import { time, usd } from './fields.ts'

const rates = Object.fromEntries([...CLASS_OF_NAME.keys()].map((name) => [name, usd.optional()])) as Record<
  PriceClassName,
  z.ZodOptional<typeof usd>
>
const longCard = z.object({ prompt_tokens: z.int(), ...rates }).openapi('LongCard')
const cards = z.object({ ...rates, above: z.array(longCard).readonly().optional() }).openapi('TierCards')
const tiers = z.object({ flex: cards.optional(), priority: cards.optional(), batch: cards.optional() })

/** A price with its cards: USD per million tokens, or for one image, web_search, tool_call, call. Classes left out follow from input and output. */
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
