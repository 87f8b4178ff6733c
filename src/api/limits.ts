import type { CallLimits } from '../spec/index.ts'

type Written = {
  readonly requests_per_minute?: number | null | undefined
  readonly tokens_per_minute?: number | null | undefined
  readonly concurrent_calls?: number | null | undefined
}

/** Limits as people see them: null where there is none. */
export const showLimits = (limits: CallLimits) => ({
  requests_per_minute: limits.requestsPerMinute ?? null,
  tokens_per_minute: limits.tokensPerMinute ?? null,
  concurrent_calls: limits.concurrentCalls ?? null,
})

/** The rates that bound calls first, where several bounds hold at once: the smallest of each kind, null where none sets one. */
export const showRates = (bounds: readonly CallLimits[]) => ({
  rpm: smallestOf(bounds.map(({ requestsPerMinute }) => requestsPerMinute)),
  tpm: smallestOf(bounds.map(({ tokensPerMinute }) => tokensPerMinute)),
  concurrency: smallestOf(bounds.map(({ concurrentCalls }) => concurrentCalls)),
})

function smallestOf(figures: readonly (number | undefined)[]): number | null {
  const set = figures.filter((figure) => figure !== undefined)
  return set.length === 0 ? null : Math.min(...set)
}

/** Limits as people send them; absent is none. */
export const readLimits = (written: Written | undefined): CallLimits => ({
  requestsPerMinute: written?.requests_per_minute ?? undefined,
  tokensPerMinute: written?.tokens_per_minute ?? undefined,
  concurrentCalls: written?.concurrent_calls ?? undefined,
})

/** A change of limits as people send it: absent stays, null goes. */
export const readLimitsChange = (written: Written) => ({
  requestsPerMinute: written.requests_per_minute,
  tokensPerMinute: written.tokens_per_minute,
  concurrentCalls: written.concurrent_calls,
})
