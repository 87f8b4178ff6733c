import { z } from '@hono/zod-openapi'

/** What every failure of the operator API looks like; `code` is one of docs/errors.md, `field` names what to mend. */
export const errorBody = z
  .object({ error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }) })
  .openapi('Error')

/** What every failure of the customer API looks like, as clients of OpenAI's API expect it. */
export const customerErrorBody = z
  .object({ error: z.object({ message: z.string(), type: z.string(), code: z.string(), param: z.string().nullable() }) })
  .openapi('CustomerError')
