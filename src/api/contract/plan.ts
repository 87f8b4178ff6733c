import { z } from '@hono/zod-openapi'

/** A plan as it is sent: the fields of farebox.yaml without the id. The catalogue checks them and names what is not right. */
export const planInput = z
  .record(z.string(), z.unknown())
  .openapi('PlanInput', { type: 'object', description: 'price_multiplier, as in farebox.yaml' })

/** A plan as the operator sees it; one that is not in use takes no new members. */
export const planShown = z
  .object({ id: z.string(), price_multiplier: z.string(), members: z.int(), source: z.string(), is_active: z.boolean() })
  .openapi('Plan')

/** All plans. */
export const planList = z.object({ data: z.array(planShown) })
export type ShownPlan = z.output<typeof planShown>
