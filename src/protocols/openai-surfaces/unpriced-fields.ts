import { fail } from '../../failures.ts'
import type { RequestFields } from '../request-fields.ts'
import { ROUTING_FIELDS, refuseRouting } from '../routing-fields.ts'

/** Fields that routers and other providers know on these paths too, and that have no price there. */
export const UNPRICED_FIELDS = [...ROUTING_FIELDS, 'plugins', 'service_tier'] as const

const TIERS = ['auto', 'default'] as const

/** Refuses what would have another model answer, a better service, or tools of the upstream's. Failure code: invalid_field. */
export function refuseUnpriced(fields: RequestFields): void {
  refuseRouting(fields)
  if (fields.givenSpan('plugins') !== undefined) fail('invalid_field', { field: 'plugins', expected: 'it has no price here; leave it out' })
  fields.onlyPriced('service_tier', TIERS)
}
