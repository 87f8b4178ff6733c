import { fail } from '../failures.ts'
import type { RequestFields } from './request-fields.ts'

/**
 * Fields by which routers let a caller have another model, or the same from a dearer place: what is held is for the one that was named.
 * Sources: https://openrouter.ai/docs/features/model-routing, /provider-routing, /presets, https://docs.litellm.ai/docs/proxy/reliability
 * (2026-11-26).
 */
export const ROUTING_FIELDS = ['models', 'fallbacks', 'provider', 'route', 'preset'] as const

/** Refuses what would have another model answer. Failure code: invalid_field. */
export function refuseRouting(fields: RequestFields): void {
  const field = ROUTING_FIELDS.find((name) => fields.givenSpan(name) !== undefined)
  if (field !== undefined) failRouting(field)
}

/** The same for a field of a form, by its name, which may be that of a list. */
export function refuseRoutingName(name: string): void {
  const field = ROUTING_FIELDS.find((one) => one === name.toLowerCase().split('[', 1)[0])
  if (field !== undefined) failRouting(field)
}

const failRouting = (field: string): never =>
  fail('invalid_field', { field, expected: 'it cannot be used here; "model" alone says which model answers' })
