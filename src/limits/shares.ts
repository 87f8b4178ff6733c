/** What limits count: requests and tokens of a minute, places of calls that run. */
export const LIMIT_KINDS = ['requests', 'tokens', 'places'] as const
export type LimitKind = (typeof LIMIT_KINDS)[number]

/** A limit of a subject; `startedAt` is when the window that is asked about began, in milliseconds since 1970. */
export type Share = { readonly id: string; readonly kind: LimitKind; readonly limit: number; readonly startedAt: number }

/** How much of limits this node may grant, where others grant from them as well. */
export type Shares = {
  /** How much of a limit may be in use on this node: of requests and tokens in that window, of places now. */
  readonly allowed: (share: Share) => number
  /** How much could be in use on this node if it asked for all there is. */
  readonly reachable: (share: Share) => number
  /** By how many milliseconds the windows that nodes share are ahead of the clock. */
  readonly aheadMs: () => number
}

/** Limits that nobody else grants from. */
export const WHOLE: Shares = { allowed: ({ limit }) => limit, reachable: ({ limit }) => limit, aheadMs: () => 0 }
