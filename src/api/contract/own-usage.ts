import { z } from '@hono/zod-openapi'
import { isoDate, isUtcDay, utcDayOf } from '../../lib/index.ts'
import { usd } from './fields.ts'

const DATE_EXPECTED = 'a day such as 2026-11-01, or a time on it'
const ZONE = /(?:Z|[+-]\d\d:\d\d)$/

/** A UTC day of the calendar; a time is on the day that UTC has then, and one without a zone is of UTC. */
const day = z
  .string()
  .regex(/^[12]\d{3}-\d\d-\d\d(?:T[\d:.]{5,12}(?:Z|[+-]\d\d:\d\d)?)?$/, DATE_EXPECTED)
  .refine((text) => isUtcDay(text.slice(0, 10)) && !Number.isNaN(momentOf(text)), { error: DATE_EXPECTED })
  .transform((text) => isoDate(utcDayOf(momentOf(text))))
  .openapi({ type: 'string', example: '2026-11-01' })

const momentOf = (text: string): number => Date.parse(text.length === 10 || ZONE.test(text) ? text : `${text}Z`)

/** Which days of usage are asked for, both of them included; the last 90 when they are left out. */
export const ownUsageQuery = z.strictObject({ startDate: day.optional(), endDate: day.optional() })

/** The same of each day, of one key where that is said. */
export const daysUsedQuery = ownUsageQuery.extend({ keyId: z.string().max(64).optional() })

const sum = z.object({ requests: z.int(), inputTokens: z.int(), outputTokens: z.int(), cost: usd })

/** The usage of a key in four periods of UTC days. */
export const keyUsageShown = z
  .object({
    keyId: z.string(),
    name: z.string().nullable(),
    today: sum,
    last7Days: sum,
    last30Days: sum,
    range: sum,
    subscriptionId: z.string().nullable(),
  })
  .openapi('KeyUsage')

/** The usage of all keys, and the days that `range` is of. */
export const accountUsageShown = z
  .object({ startDate: z.string(), endDate: z.string(), keys: z.array(keyUsageShown) })
  .openapi('AccountUsage')

/** What was used on each day, by model and key; days without calls are absent. */
export const daysUsedShown = z
  .object({
    startDate: z.string(),
    endDate: z.string(),
    days: z.array(sum.extend({ day: z.string(), model: z.string(), keyId: z.string(), memberId: z.string().nullable(), covered: usd })),
  })
  .openapi('DaysUsed')
