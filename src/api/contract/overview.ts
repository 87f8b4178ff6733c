import { z } from '@hono/zod-openapi'
import { time, usd } from './fields.ts'

const calls = z.object({
  calls: z.int(),
  /** Those that an upstream or the house failed. */
  failed: z.int(),
  /** The end of the class that such a call is in, at most an eighth more than it took. */
  latency_ms_median: z.int().nullable(),
  latency_ms_p95: z.int().nullable(),
})

/** What the house earned of calls: `charged` to balances, `covered` by plans; `margin` is both less what upstreams ask. */
const earned = { calls: z.int(), charged: usd, covered: usd, upstream_cost: usd, shortfall: usd, margin: usd }

/** What can need a hand, the most pressing first. */
export const CONCERNS = [
  'books_broken',
  'accounts_frozen',
  'overdue_settlements',
  'reconciliation_alarms',
  'privacy_late',
  'support_late',
  'incidents_open',
  'key_alarms',
  'upstreams_open',
  'payment_problems',
  'credits_waiting',
  'refunds_asked',
  'models_unpriced',
  'privacy_open',
  'support_open',
] as const

/** How the house does, at a glance. */
export const overviewShown = z
  .object({
    at: time,
    calls: z.object({ last_hour: calls, last_day: calls }),
    today: z.object(earned),
    last_7_days: z.object(earned),
    last_30_days: z.object(earned),
    days: z.array(z.object({ day: z.string(), ...earned })),
    /** Money that payers sent less what went back, beside what customers can spend and owe. */
    standing: z.object({ paid_in: usd, credit: usd, owed: usd, accounts: z.int() }),
    books: z.object({ ok: z.boolean(), audited_at: time.nullable() }),
    concerns: z.array(z.object({ kind: z.enum(CONCERNS), count: z.int(), since: time.nullable() })),
  })
  .openapi('Overview')

export type ShownOverview = z.output<typeof overviewShown>
