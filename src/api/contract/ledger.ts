import { z } from '@hono/zod-openapi'

/** Whether the books agree with themselves: what was checked, how often, and what does not hold. */
export const ledgerVerdict = z
  .object({ ok: z.boolean(), checked: z.record(z.string(), z.int()), problems: z.array(z.string()) })
  .openapi('LedgerVerdict')
