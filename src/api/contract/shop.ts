import { z } from '@hono/zod-openapi'
import { seenPrice, time, usd } from './fields.ts'

/** What calls of a plan cost of the list price, such as "0.9", and what they will from some times on, the next first. */
export const planPricingShown = {
  priceMultiplier: z.string(),
  priceChanges: z.array(z.object({ effectiveAt: time, priceMultiplier: z.string() })),
}

/** A plan as anybody sees it; limits are null where there is none. */
export const offeredPlanShown = z
  .object({
    slug: z.string(),
    name: z.string(),
    priceUsdc: usd,
    period: z.enum(['month', 'year', 'once', 'free']),
    models: z.array(z.string()).nullable(),
    rateLimits: z.object({ tpm_limit: z.int().nullable(), rpm_limit: z.int().nullable(), concurrency_limit: z.int().nullable() }),
    budget: z.object({ amount: usd, duration: z.string() }).nullable(),
    ...planPricingShown,
  })
  .openapi('OfferedPlan')

/** A pool as anybody sees it; `annualDiscount` is a share such as 0.15 as text. */
export const offeredPoolShown = z
  .object({
    id: z.string(),
    slug: z.string(),
    description: z.string(),
    models: z.array(z.string()),
    status: z.enum(['open', 'sold_out', 'closed']),
    totalSlots: z.int(),
    annualDiscount: z.string(),
    blocks: z.array(
      z.object({
        block: z.string(),
        hoursUtc: z.string(),
        pricePerMonth: usd,
        availableSeats: z.int(),
        status: z.enum(['open', 'sold_out']),
      }),
    ),
  })
  .openapi('OfferedPool')

const QUANTITY_EXPECTED = 'a whole number from 1 to 100'
const BLOCKS_EXPECTED = 'a list of 1 to 24 names of blocks'

/** Seats that are bought of the balance: so many in each of these blocks, all of them for what was seen where that is said. */
export const seatsInput = z
  .strictObject({
    blocks: z.array(z.string(BLOCKS_EXPECTED).min(1).max(32), BLOCKS_EXPECTED).min(1, BLOCKS_EXPECTED).max(24, BLOCKS_EXPECTED),
    quantity: z.int(QUANTITY_EXPECTED).min(1, QUANTITY_EXPECTED).max(100, QUANTITY_EXPECTED).prefault(1),
    billingCycle: z.enum(['month', 'year'], '"month" or "year"').prefault('month'),
    price: seenPrice('What all of these seats cost for one period, by what GET /api/pools told'),
  })
  .openapi('Seats')

/** Seats that were bought, each a subscription of its own. */
export const seatsShown = z
  .object({
    seats: z.array(
      z.object({
        subscriptionId: z.string(),
        poolSlug: z.string(),
        block: z.string(),
        status: z.string(),
        currentPeriodEnd: time.nullable(),
      }),
    ),
  })
  .openapi('BoughtSeats')
