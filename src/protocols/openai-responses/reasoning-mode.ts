import { fail } from '../../failures.ts'
import type { RequestFields } from '../request-fields.ts'
import { objectAt, parseObject } from '../usage-figures.ts'

/** Longest `reasoning` that is looked into, in bytes. */
const REASONING_BYTES_MAX = 4_096

/**
 * Refuses ways to reason other than the usual one, as what they cost is not known. Effort and summary change how many tokens are made
 * and not what one costs, and are bound as all output is.
 * Source: https://platform.openai.com/docs/api-reference/responses/create#responses-create-reasoning (2026-11-26).
 */
export function refuseUnpriced(body: Buffer, fields: RequestFields): void {
  const span = fields.object('reasoning')
  if (span === undefined) return
  if (span.end - span.start > REASONING_BYTES_MAX) fail('invalid_field', { field: 'reasoning', expected: 'it must be shorter' })
  const mode = objectAt(parseObject(body.subarray(span.start, span.end)))?.['mode'] ?? 'standard'
  if (mode !== 'standard')
    fail('invalid_field', { field: 'reasoning.mode', expected: 'only standard can be used here, as others have no price' })
}
