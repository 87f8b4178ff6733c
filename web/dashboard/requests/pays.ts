import type { CustomerPays } from '../words/of-calls.ts'

/** What a call's customer pays for, of where its usage comes from and whether an answer had begun: the table of docs/billing.md. */
export function paysOf(call: { readonly usage_source: string; readonly outcome: string; readonly isBegun: boolean }): CustomerPays {
  if (call.outcome === 'gateway-lost') return 'estimated'
  if (call.usage_source === 'none') return 'nothing'
  if (call.outcome === 'client-aborted' && !call.isBegun) return 'prompt'
  return call.usage_source === 'provider' || call.usage_source === 'clamped' ? 'reported' : 'counted'
}
