import { z } from '@hono/zod-openapi'
import { STRATEGIES } from '../../spec/index.ts'
import { time } from './fields.ts'
import { priceShown } from './price.ts'

/** A model as it is sent: the fields of farebox.yaml without the id. The catalogue checks them and names what is not right. */
export const modelInput = z.record(z.string(), z.unknown()).openapi('ModelInput', {
  type: 'object',
  description: 'context, output_max, price, price_changes, free, strategy and routes as in farebox.yaml',
})

/** A model as the operator sees it; its price is null when it has none now and cannot be called. */
export const modelShown = z
  .object({
    id: z.string(),
    context: z.int(),
    output_max: z.int(),
    strategy: z.enum(STRATEGIES),
    price: priceShown.nullable(),
    price_version: z.int().nullable(),
    price_changes: z.array(priceShown.extend({ version: z.int(), effective_at: time })),
    routes: z.array(z.object({ upstream: z.string(), model: z.string(), priority: z.int(), weight: z.int(), cost: priceShown })),
    source: z.string(),
  })
  .openapi('Model')
