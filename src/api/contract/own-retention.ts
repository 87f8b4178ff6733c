import { z } from '@hono/zod-openapi'
import { USAGE_RETENTION_DAYS_MAX } from '../../spec/index.ts'
import { usd } from './fields.ts'

const EXPECTED = `a whole number of days from 1 to ${USAGE_RETENTION_DAYS_MAX}`
const days = z.int(EXPECTED).min(1, EXPECTED).max(USAGE_RETENTION_DAYS_MAX, EXPECTED)

/** Days that notes of an account's calls are kept. */
export const ownRetentionInput = z.strictObject({ days }).openapi('OwnRetentionChange')

/** Of how many days it is asked what would go. */
export const ownRetentionQuery = z.strictObject({
  days: z
    .string()
    .regex(/^\d{1,3}$/, EXPECTED)
    .transform(Number)
    .pipe(days)
    .optional()
    .openapi({ type: 'integer', minimum: 1, maximum: USAGE_RETENTION_DAYS_MAX }),
})

/** How long notes of calls are kept, and for how long at most; `lost` is what of them would go, up to and with the UTC day `until`, where it is asked. */
export const ownRetentionShown = z
  .object({
    days: z.int(),
    maximum: z.int(),
    lost: z.object({ until: z.iso.date(), calls: z.int(), cost: usd }).nullable(),
  })
  .openapi('OwnRetention')
