import { z } from '@hono/zod-openapi'
import { time } from './fields.ts'

/** Why and since when an account is served no more. */
export const freezeShown = z.object({ reason: z.string(), at: time }).openapi('Freeze')

/** Whether the books agree with themselves: what was checked, how often, what does not hold, and which accounts are frozen. */
export const ledgerVerdict = z
  .object({
    ok: z.boolean(),
    checked: z.record(z.string(), z.int()),
    problems: z.array(z.string()),
    frozen: z.array(freezeShown.extend({ account: z.string() })),
  })
  .openapi('LedgerVerdict')
