import { fail } from '../../failures.ts'
import { type RouteRules, ruleAgainst, type Upstream } from '../../spec/index.ts'
import { NO_RULES, RULE_HEADERS } from './read-rules.ts'

/** The rules of a call, the serials of the upstreams that its key may reach (undefined: all), and what tells the time in milliseconds since 1970. */
export type Permission = { readonly rules: RouteRules; readonly upstreams: ReadonlySet<number> | undefined; readonly now: () => number }

/** Of some targets those that key and call let it go to. Fails with route_not_allowed, naming what rules them out. */
export function permitted<Item extends { readonly upstream: Upstream }>(
  targets: readonly Item[],
  { rules, upstreams, now }: Permission,
): readonly Item[] {
  if (rules === NO_RULES && upstreams === undefined) return targets
  const time = now()
  const broken = new Set<string>()
  const left = targets.filter(({ upstream }) => {
    const isOfKey = upstreams === undefined || upstreams.has(upstream.serial)
    const rule = ruleAgainst(upstream, rules, time)
    if (!isOfKey) broken.add('the routing of this key')
    else if (rule !== undefined) broken.add(RULE_HEADERS[rule])
    return isOfKey && rule === undefined
  })
  if (left.length === 0 && broken.size > 0) fail('route_not_allowed', { rule: [...broken].join(', ') })
  return left
}
