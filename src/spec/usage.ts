/**
 * Tokens of one call by billing class. The classes do not overlap: `input` leaves out what was read from or written to a cache.
 * `reasoning` alone is a part of `output`, kept for show. Whole non-negative numbers.
 */
export type Usage = {
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly output: number
  readonly reasoning: number
}

/** The classes of `Usage`, in the order they cross the control channel. */
export const USAGE_CLASSES = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output', 'reasoning'] as const

/** No tokens at all. */
export const NO_USAGE: Usage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 }

/** Where the usage of a row came from; `clamped` means the provider's figure was beyond the physical bound and was cut to it. */
export const USAGE_SOURCES = ['none', 'provider', 'counted', 'clamped'] as const
export type UsageSource = (typeof USAGE_SOURCES)[number]

/** The model that the upstream reported, against the route's known names. */
export const REPORTED_MODELS = ['absent', 'asked', 'alias', 'other'] as const
export type ReportedModel = (typeof REPORTED_MODELS)[number]

/**
 * How a call ended; the order is the number on the control channel and in the database, so new ones go to the end.
 * completed: the answer went out whole. client-aborted: the client left. upstream-refused: the upstream answered 4xx.
 * upstream-failed: no upstream gave a first byte. upstream-cut: it broke after the first byte. timed-out: our time-out ended it.
 * length-stopped: the hold was reached. gateway-lost: the gateway died. voided: ended before any upstream was called.
 */
export const OUTCOMES = [
  'completed',
  'client-aborted',
  'upstream-refused',
  'upstream-failed',
  'upstream-cut',
  'timed-out',
  'length-stopped',
  'gateway-lost',
  'voided',
] as const
export type Outcome = (typeof OUTCOMES)[number]
