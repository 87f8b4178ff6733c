import type { ServiceTier } from '../../spec/index.ts'

/** What `serviceTier` asks for. Source: https://ai.google.dev/gemini-api/docs/priority-inference (2026-11-26). */
export const ASKED_TIERS: ReadonlyMap<string, ServiceTier> = new Map([
  ['standard', 'standard'],
  ['unspecified', 'standard'],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['SERVICE_TIER_STANDARD', 'standard'],
  ['SERVICE_TIER_UNSPECIFIED', 'standard'],
  ['SERVICE_TIER_FLEX', 'flex'],
  ['SERVICE_TIER_PRIORITY', 'priority'],
])

/** What a usage's `serviceTier` says; most replies say it in a header only. Source as above. */
export const TOLD_TIERS: ReadonlyMap<string, ServiceTier> = ASKED_TIERS
