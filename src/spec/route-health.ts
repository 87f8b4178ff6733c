/** States of a circuit breaker; they cross the control channel by their place here. */
export const BREAKER_STATES = ['closed', 'half-open', 'open'] as const
export type BreakerState = (typeof BREAKER_STATES)[number]

/**
 * What was wrong with an upstream, as far as it is told on: `connection`: none could be made, or it broke; `timeout`: no answer in time;
 * `server`: it said that it failed; `limited`: it has enough for now; `credential`: it does not take our key; `quota`: the house has no
 * money there; `malformed`: its answer was none; `cut`: its answer broke off.
 */
export const TROUBLES = ['none', 'connection', 'timeout', 'server', 'limited', 'credential', 'quota', 'malformed', 'cut'] as const
export type TroubleKind = (typeof TROUBLES)[number]

/** How a part of an upstream does, over all gateways of a node. `open_until` is null while it is not resting. */
export type PartHealth = {
  readonly state: BreakerState
  readonly in_flight: number
  readonly last_trouble: TroubleKind
  readonly open_until: Date | null
}

/** How a route does. Counts are those since control began; `latency_ms` is the time to the first byte where it is longest. */
export type RouteHealthView = PartHealth & {
  readonly model: string
  readonly upstream_model: string
  readonly latency_ms: number
  readonly attempts: number
  readonly failures: number
  /** Answers that named a model that is none of the route's names. */
  readonly other_models: number
}

/** How an upstream does: the worst of its routes and keys, and each of them. A key is its place in the pool, from 0. */
export type UpstreamHealthView = PartHealth & {
  readonly routes: readonly RouteHealthView[]
  readonly keys: readonly (PartHealth & { readonly key: number })[]
}
