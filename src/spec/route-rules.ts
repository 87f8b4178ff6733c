import type { Upstream } from './catalog.ts'

/** Where calls may go. Absent members rule nothing out; a label that is unknown never satisfies a rule. */
export type RouteRules = {
  /** Ids of upstreams; no others. */
  readonly allow?: readonly string[]
  /** Ids of upstreams that are ruled out. */
  readonly deny?: readonly string[]
  /** Country codes in capitals; no others. */
  readonly countries?: readonly string[]
  /** Machines of the operator's own, no others. */
  readonly localOnly?: boolean
  /** Upstreams that are known to retain nothing and to train on nothing, no others. */
  readonly zdrOnly?: boolean
}

/** Names of the rules, in the order in which they are looked at. */
export const ROUTE_RULES = ['allow', 'deny', 'countries', 'localOnly', 'zdrOnly'] as const satisfies readonly (keyof RouteRules)[]
export type RouteRule = (typeof ROUTE_RULES)[number]

/** Two capital letters. Source: ISO 3166-1 alpha-2 (2020-08). */
export const COUNTRY_CODE = /^[A-Z]{2}$/

/** The first rule that keeps calls from an upstream; undefined when all let them go there. */
export function ruleAgainst(upstream: Pick<Upstream, 'id' | 'placement' | 'privacy'>, rules: RouteRules): RouteRule | undefined {
  const { id, placement, privacy } = upstream
  const holds: Readonly<Record<RouteRule, boolean>> = {
    allow: rules.allow === undefined || rules.allow.includes(id),
    deny: rules.deny?.includes(id) !== true,
    countries: rules.countries === undefined || rules.countries.includes((privacy.country ?? '').trim().toUpperCase()),
    localOnly: rules.localOnly !== true || placement === 'local',
    zdrOnly: rules.zdrOnly !== true || (isNothingRetained(privacy.retention) && privacy.training === 'no'),
  }
  return ROUTE_RULES.find((rule) => !holds[rule])
}

/** Whether a label says that nothing is kept, in one of the ways in which people write that. */
const isNothingRetained = (retention: string | undefined): boolean =>
  /^(?:none|no|zero|zdr|0|0 ?(?:d|days?|h|hours?|s|seconds?)|(?:zero|no)[ -](?:data[ -])?retention)$/i.test((retention ?? '').trim())
