import { z } from '@hono/zod-openapi'

/** What every answer of the management interface looks like that is none of a failure. */
export const managed = <Schema extends z.ZodType>(data: Schema) => z.object({ success: z.literal(true), data })

/** What every failure of the management interface looks like; `code` is one of docs/errors.md, `field` names what to mend. */
export const managedError = z
  .object({
    success: z.literal(false),
    error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }),
  })
  .openapi('ManagedError')

/** Puts an answer into its envelope. */
export const tell = <Data>(data: Data) => ({ success: true as const, data })
