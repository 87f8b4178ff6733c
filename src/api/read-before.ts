import type { Context } from 'hono'
import { fail } from '../failures.ts'
import { isUtcDay } from '../lib/index.ts'

/** The `next` of the page before: the last day it had. Fails with invalid_field (before). */
export function readBefore(c: Context): string | undefined {
  const before = c.req.query('before')
  if (before === undefined || isUtcDay(before)) return before
  return fail('invalid_field', { field: 'before', expected: 'a day such as 2026-11-21' })
}
