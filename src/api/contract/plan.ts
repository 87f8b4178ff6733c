import { z } from '@hono/zod-openapi'
import { PLAN_KINDS } from '../../spec/index.ts'
import { time, usd } from './fields.ts'

/** A plan as it is sent: the fields of farebox.yaml without the id. The catalogue checks them and names what is not right. */
export const planInput = z
  .record(z.string(), z.unknown())
  .openapi('PlanInput', { type: 'object', description: 'price_multiplier, and what else a plan has in farebox.yaml' })

/** A plan as the operator sees it: `price` of each period, null where there is none; one that is not in use takes no new members. */
export const planShown = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    kind: z.enum(PLAN_KINDS),
    price: usd.nullable(),
    price_multiplier: z.string(),
    price_changes: z.array(z.object({ change: z.int(), price_multiplier: z.string(), effective_at: time })),
    models: z.array(z.string()).nullable(),
    requests_per_minute: z.int().nullable(),
    tokens_per_minute: z.int().nullable(),
    concurrent_calls: z.int().nullable(),
    budget: z.object({ amount: usd, window: z.string() }).nullable(),
    public: z.boolean(),
    closed: z.boolean(),
    members: z.int(),
    source: z.string(),
    is_active: z.boolean(),
  })
  .openapi('Plan')

/** All plans. */
export const planList = z.object({ data: z.array(planShown) })
export type ShownPlan = z.output<typeof planShown>
