import type { ServiceTier } from '../../spec/index.ts'

/**
 * What `service_tier` asks for. `auto` is what the project is set to at the upstream, which the operator knows; `on_demand` is Groq's word.
 * Sources: https://platform.openai.com/docs/api-reference/chat/create, https://console.groq.com/docs/service-tiers (2026-11-26).
 */
export const ASKED_TIERS: ReadonlyMap<string, ServiceTier> = new Map([
  ['auto', 'standard'],
  ['default', 'standard'],
  ['on_demand', 'standard'],
  ['flex', 'flex'],
  ['priority', 'priority'],
])

/** What a reply's `service_tier` says; capacity that was bought ahead (`scale`) is sold as the usual service. Sources as above. */
export const TOLD_TIERS: ReadonlyMap<string, ServiceTier> = new Map([
  ['default', 'standard'],
  ['on_demand', 'standard'],
  ['standard', 'standard'],
  ['scale', 'standard'],
  ['flex', 'flex'],
  ['priority', 'priority'],
])
