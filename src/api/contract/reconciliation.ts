import { z } from '@hono/zod-openapi'
import { isUtcDay } from '../../lib/index.ts'
import { plainText, time, usd } from './fields.ts'

const figures = z.object({
  calls: z.int().nullable(),
  input_tokens: z.int().nullable(),
  output_tokens: z.int().nullable(),
  amount: usd.nullable(),
})

const difference = z.object({ name: z.string(), ours: figures, theirs: figures })

/** What was found when a day of the books was compared: what we have and others do not (over), and the other way (under). */
export const reconciledDayShown = z
  .object({
    day: z.string(),
    checked_at: time,
    state: z.enum(['agrees', 'waiting', 'differs']),
    is_alarming: z.boolean(),
    over: usd,
    under: usd,
    loss: usd,
    comparisons: z.array(
      z.object({
        part: z.enum(['ledger', 'rail', 'provider']),
        source: z.string(),
        report: z.enum(['read', 'none', 'missing', 'unreadable']),
        report_code: z.string().nullable(),
        ours: usd,
        theirs: usd,
        over: usd,
        under: usd,
        loss: usd,
        is_alarming: z.boolean(),
        over_list: z.array(difference),
        under_list: z.array(difference),
      }),
    ),
  })
  .openapi('ReconciledDay')

const day = z.string().regex(/^20\d\d-[01]\d-[0-3]\d$/, 'a day such as 2026-11-25')
const DAYS_EXPECTED = 'a whole number from 1 to 90'

/** Which page of reconciled days: at most `limit`, before a day. */
export const reconciliationQuery = z.strictObject({
  before: day.refine(isUtcDay, { error: 'a day such as 2026-11-25' }).optional(),
  limit: z
    .string()
    .regex(/^\d{1,2}$/, DAYS_EXPECTED)
    .transform(Number)
    .pipe(z.int().min(1, DAYS_EXPECTED).max(90, DAYS_EXPECTED))
    .prefault('35')
    .openapi({ type: 'integer', minimum: 1, maximum: 90, default: 35 }),
})

/** Reconciled days, newest first; `next` is the `before` of the following page. */
export const reconciliationPage = z.object({ data: z.array(reconciledDayShown), next: z.string().nullable() }).openapi('ReconciliationPage')

/** The day in a path. */
export const dayParameter = z.object({ day: z.string() })

const ENTRIES_MAX = 5_000

/** All that came in by hand on a day, as the bank lists it; `external_id` is the id of the transfer that credited it, or the bank's own. */
export const railDayInput = z.strictObject({
  entries: z
    .array(
      z.strictObject({ external_id: plainText(200), amount: z.string(), currency: z.literal('USD', 'USD, which the books are kept in') }),
    )
    .max(ENTRIES_MAX, `at most ${ENTRIES_MAX} entries`),
})

/** A day that was listed. */
export const railDayShown = z.object({ rail: z.string(), day: z.string(), entries: z.int(), amount: usd }).openapi('RailDay')

export type ShownReconciledDay = z.output<typeof reconciledDayShown>
