import { z } from '@hono/zod-openapi'
import { balanceShown, time, usd } from './fields.ts'

/** The caller's own account; `suspension` says why it is suspended, and how to object. */
export const ownAccountShown = z
  .object({
    id: z.string(),
    status: z.enum(['active', 'suspended', 'erased']),
    suspension: z
      .object({ reason: z.string(), message: z.string(), note: z.string().nullable(), since: time, appeal: z.string() })
      .nullable(),
    balance: balanceShown,
    debt: usd,
    createdAt: time,
  })
  .openapi('OwnAccount')
