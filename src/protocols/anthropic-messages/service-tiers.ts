import type { ServiceTier } from '../../spec/index.ts'

/**
 * What `service_tier` asks for: a tier that was bought ahead where there is room, or never. Both are sold as the usual service.
 * Source: https://platform.claude.com/docs/en/api/service-tiers (2026-11-26).
 */
export const ASKED_TIERS: ReadonlyMap<string, ServiceTier> = new Map([
  ['auto', 'standard'],
  ['standard_only', 'standard'],
])

/** What a usage's `service_tier` says. Source as above. */
export const TOLD_TIERS: ReadonlyMap<string, ServiceTier> = new Map([
  ['standard', 'standard'],
  ['priority', 'priority'],
  ['batch', 'batch'],
])
