import type { ServiceTier } from '../../spec/index.ts'
import type { CanonicalCall } from '../call.ts'
import { type Losses, nameOf } from '../loss.ts'
import { type Fields, noteUnknown, textOf } from '../request-fields.ts'

/** Tiers by their name; "auto" leaves it to the provider. Sources: https://platform.openai.com/docs/api-reference/chat/create, /docs/guides/fast-mode (2026-11). */
const TIERS: ReadonlyMap<string, ServiceTier | undefined> = new Map([
  ['auto', undefined],
  ['default', 'standard'],
  ['on_demand', 'standard'],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['fast', 'priority'],
])

/** The tier that is asked for; one that we have no price for is noted. */
export function readServiceTier(request: Fields): ServiceTier | undefined {
  const name = textOf(request, 'service_tier')
  if (name !== undefined && !TIERS.has(name)) noteUnknown(request, 'service_tier')
  return name === undefined ? undefined : TIERS.get(name)
}

/** The service tier's name; one that cannot be asked for here is a loss. */
export function writeServiceTier(call: CanonicalCall, losses: Losses): string | undefined {
  if (call.serviceTier === undefined) return undefined
  const name = [...TIERS].find(([, tier]) => tier === call.serviceTier)?.[0]
  if (name === undefined) losses.note(nameOf(call, 'serviceTier'))
  return name
}
