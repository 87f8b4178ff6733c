import { fail } from '../../failures.ts'
import { failUnpriced, type RequestFields } from '../request-fields.ts'
import { objectAt, parseObject } from '../usage-figures.ts'

/** Fields that can multiply the price, have another model answer, or have work done that the usual figures do not tell; and what is stored. */
export const UNPRICED_FIELDS = [
  'thread',
  'diagnostics',
  'speed',
  'inference_geo',
  'fallbacks',
  'compaction',
  'context_management',
  'anthropic_beta',
] as const

/** What only takes something out of the prompt. Others have the model read all of it once more, to sum it up. */
const CLEARING = ['clear_tool_uses_20250919', 'clear_thinking_20251015']
const CLEARS = /^clear_(?:tool_uses|thinking)_\d+$/

/**
 * Refuses what has no price, and what is stored. Conversations of threads lie at the provider under the operator's key, where another
 * customer could go on with one, and no request tells how long they are. Diagnostics have the provider keep a record of the request, and
 * tell where it differs from one that was kept, whoever sent that. Skills that are not Anthropic's own lie there too, and none of them is
 * a customer's. Sources: https://docs.claude.com/en/docs/about-claude/pricing (2026-11),
 * https://platform.claude.com/docs/en/build-with-claude/message-threads, /cache-diagnostics, /refusals-and-fallback, /compaction and
 * /context-editing, * @anthropic-ai/sdk 1.14.0 (MessageCreateParams of beta) (2026-11-29). Failure codes: invalid_field, nothing_stored.
 */
export function refuseUnpriced(body: Buffer, fields: RequestFields): void {
  for (const field of STORED) if (fields.givenSpan(field) !== undefined) fail('nothing_stored', { field })
  fields.onlyPriced('speed', ['standard'])
  fields.onlyPriced('inference_geo', ['global', 'not_available'])
  for (const [field, expected] of REFUSED) if (fields.givenSpan(field) !== undefined) fail('invalid_field', { field, expected })
  refuseOwnSkills(body, fields)
  const span = fields.object('context_management')
  if (span !== undefined && !isClearing(body.subarray(span.start, span.end))) failUnpriced('context_management', CLEARING)
}

const STORED = ['thread', 'diagnostics'] as const

const REFUSED = [
  ['fallbacks', 'it cannot be used here; "model" alone says which model answers'],
  ['compaction', 'it cannot be used here, as it has no price; ask for a summary as for any other answer'],
  ['anthropic_beta', 'it cannot be used here; send it as the header anthropic-beta'],
] as const

/** A container is named by its id alone, or told with the skills that are loaded into it. */
function refuseOwnSkills(body: Buffer, fields: RequestFields): void {
  const span = fields.givenSpan('container')
  if (span === undefined) return
  const skills = parseObject(body.subarray(span.start, span.end))?.['skills'] ?? []
  const areKnown = Array.isArray(skills) && skills.every((skill: unknown) => objectAt(skill)?.['type'] === 'anthropic')
  if (!areKnown) fail('nothing_stored', { field: 'container.skills' })
}

function isClearing(value: Buffer): boolean {
  const { edits = [], ...others } = parseObject(value) ?? {}
  return (
    Array.isArray(edits) && Object.keys(others).length === 0 && edits.every((edit: unknown) => isClearingEdit(objectAt(edit)?.['type']))
  )
}

const isClearingEdit = (type: unknown): boolean => typeof type === 'string' && CLEARS.test(type)
