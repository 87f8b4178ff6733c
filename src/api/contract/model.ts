import { z } from '@hono/zod-openapi'
import { usd } from './fields.ts'

const price = z.object({
  input: usd.optional(),
  output: usd.optional(),
  cache_read: usd.optional(),
  cache_write_5m: usd.optional(),
  cache_write_1h: usd.optional(),
})

/** A model as it is sent: the fields of farebox.yaml without the id. The catalogue checks them and names what is not right. */
export const modelInput = z
  .record(z.string(), z.unknown())
  .openapi('ModelInput', { type: 'object', description: 'context, output_max, price, free and routes as in farebox.yaml' })

/** A model as the operator sees it; prices are USD per million tokens, null when it has none and cannot be called. */
export const modelShown = z
  .object({
    id: z.string(),
    context: z.int(),
    output_max: z.int(),
    price: price.nullable(),
    price_version: z.int().nullable(),
    routes: z.array(z.object({ upstream: z.string(), model: z.string(), priority: z.int(), cost: price })),
    source: z.string(),
  })
  .openapi('Model')
