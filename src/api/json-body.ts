import type { Context } from 'hono'
import type { z } from 'zod'
import { FailureError } from '../failures.ts'
import { readJson } from '../lib/index.ts'
import { failureOfIssues } from './failure-of.ts'

/** The JSON body of a request by its schema; an empty one is an empty object. Fails with the codes of bad fields, which name a field and repeat no value. */
export async function readBody<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const text = await c.req.text()
  const data: unknown = text === '' ? {} : readJson(text)
  const read = schema.safeParse(data)
  if (!read.success) throw new FailureError(failureOfIssues(read.error.issues, data))
  return read.data
}
