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
  /** Upstreams that are known to retain nothing and to train on nothing, by evidence that is fresh, no others. */
  readonly zdrOnly?: boolean
}

/** Names of the rules, in the order in which they are looked at. */
export const ROUTE_RULES = ['allow', 'deny', 'countries', 'localOnly', 'zdrOnly'] as const satisfies readonly (keyof RouteRules)[]
export type RouteRule = (typeof ROUTE_RULES)[number]

/** Two capital letters. Source: ISO 3166-1 alpha-2 (2020-08). */
export const COUNTRY_CODE = /^[A-Z]{2}$/

/** An upstream as far as rules go. */
type Ruled = Pick<Upstream, 'id' | 'placement' | 'privacy'>

/** The first rule that keeps calls from an upstream at a time in milliseconds since 1970; undefined when all let them go there. */
export function ruleAgainst(upstream: Ruled, rules: RouteRules, now: number): RouteRule | undefined {
  const { id, placement, privacy } = upstream
  const holds: Readonly<Record<RouteRule, boolean>> = {
    allow: rules.allow === undefined || rules.allow.includes(id),
    deny: rules.deny?.includes(id) !== true,
    countries: rules.countries === undefined || rules.countries.includes((privacy.country ?? '').trim().toUpperCase()),
    localOnly: rules.localOnly !== true || placement === 'local',
    zdrOnly: rules.zdrOnly !== true || (isNothingRetained(privacy.retention) && privacy.training === 'no' && isProven(upstream, now)),
  }
  return ROUTE_RULES.find((rule) => !holds[rule])
}

/** Whether a label says that nothing is kept, in one of the ways in which people write that. */
const isNothingRetained = (retention: string | undefined): boolean =>
  /^(?:none|no|zero|zdr|0|0 ?(?:d|days?|h|hours?|s|seconds?)|(?:zero|no)[ -](?:data[ -])?retention)$/i.test((retention ?? '').trim())

const DAY_MS = 86_400_000
/** Days for which what somebody read on a page counts as known. */
const EVIDENCE_DAYS_MAX = 180

/** Whether a page says so and somebody looked at it not long ago; of machines of the operator's own no page has to say it. */
function isProven({ placement, privacy: { evidence, checked } }: Ruled, now: number): boolean {
  if (placement === 'local') return true
  return evidence !== undefined && checked !== undefined && now - Date.parse(checked) <= EVIDENCE_DAYS_MAX * DAY_MS
}
