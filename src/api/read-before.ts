import type { Context } from 'hono'
import { fail } from '../failures.ts'

/** The `next` of the page before: the last day it had. Fails with invalid_field (before). */
export function readBefore(c: Context): string | undefined {
  const before = c.req.query('before')
  if (before === undefined || (/^\d{4}-\d\d-\d\d$/.test(before) && !Number.isNaN(Date.parse(before)))) return before
  return fail('invalid_field', { field: 'before', expected: 'a day such as 2026-11-21' })
}
