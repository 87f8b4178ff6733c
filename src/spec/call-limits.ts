/** Bounds on the calls of a key or an account; undefined means that it sets none of its own. */
export type CallLimits = {
  readonly requestsPerMinute: number | undefined
  readonly tokensPerMinute: number | undefined
  readonly concurrentCalls: number | undefined
}
