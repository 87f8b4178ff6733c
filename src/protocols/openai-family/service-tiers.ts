import type { ServiceTier } from '../../spec/index.ts'
import type { RequestFields } from '../request-fields.ts'
import { type Edit, replaceByText } from '../splice.ts'

/**
 * What `service_tier` asks for. `auto` is what the project is set to at the upstream, which the operator knows; `on_demand` is Groq's word,
 * and `fast` OpenAI's newer one for `priority`. Sources: https://platform.openai.com/docs/api-reference/chat/create,
 * https://console.groq.com/docs/service-tiers (2026-11-26), https://developers.openai.com/api/docs/guides/fast-mode (2026-11-30).
 */
export const ASKED_TIERS: ReadonlyMap<string, ServiceTier> = new Map([
  ['auto', 'standard'],
  ['default', 'standard'],
  ['on_demand', 'standard'],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['fast', 'priority'],
])

/** What a reply's `service_tier` says; capacity that was bought ahead (`scale`) is sold as the usual service. Sources as above. */
export const TOLD_TIERS: ReadonlyMap<string, ServiceTier> = new Map([
  ['default', 'standard'],
  ['on_demand', 'standard'],
  ['standard', 'standard'],
  ['scale', 'standard'],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['fast', 'priority'],
])

/** The newer word for a tier goes out as the older one: to OpenAI both say the same, and its kin may know no other. */
export const tierEdits = (fields: RequestFields, asked: string): readonly Edit[] =>
  asked === 'fast' ? [replaceByText(fields.requiredSpan('service_tier'), 'priority')] : []
