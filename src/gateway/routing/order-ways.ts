import type { NanoUsd, Random } from '../../lib/index.ts'
import type { Route, Strategy, Upstream } from '../../spec/index.ts'
import type { HealthBook } from './health-book.ts'
import { ORDERS, type Way } from './strategies/index.ts'

/** Something that leads to an upstream by a route. */
export type Routed = { readonly target: { readonly route: Route; readonly upstream: Pick<Upstream, 'id' | 'serial' | 'baseUrl'> } }

/** What the order of a call's ways hangs on. */
export type Ordering<Item> = {
  readonly strategy: Strategy
  readonly health: HealthBook
  readonly random: Random
  readonly isStream: boolean
  /** Ids of upstreams in the order in which the customer wants them tried. */
  readonly named: readonly string[] | undefined
  /** The route whose upstream has read the prompt's beginning lately. */
  readonly warmRoute: number | undefined
  readonly costOf: (item: Item) => NanoUsd | undefined
}

/** The ways of a call in the order in which to try them: as the customer named them, then by the model's strategy, a warm one first among equals. */
export function orderWays<Item extends Routed>(items: readonly Item[], ordering: Ordering<Item>): readonly Item[] {
  if (items.length < 2) return items
  if (ordering.named === undefined) return orderGroup(items, ordering)
  return namedGroups(items, ordering.named).flatMap((group) => orderGroup(group, ordering))
}

function namedGroups<Item extends Routed>(items: readonly Item[], named: readonly string[]): readonly (readonly Item[])[] {
  return [...new Set(named)].map((id) => items.filter(({ target }) => target.upstream.id === id))
}

function orderGroup<Item extends Routed>(items: readonly Item[], ordering: Ordering<Item>): readonly Item[] {
  const { strategy, health, warmRoute, costOf } = ordering
  const ways = items.map((item): Way<Item> => {
    const { route } = item.target
    return { item, route, health: health.route(route), cost: strategy === 'cheapest' ? costOf(item) : undefined }
  })
  const ordered: Item[] = []
  for (const rank of ORDERS[strategy](ways, ordering)) for (const { item } of warmFirst(rank, warmRoute)) ordered.push(item)
  return ordered
}

function warmFirst<Item>(rank: readonly Way<Item>[], warmRoute: number | undefined): readonly Way<Item>[] {
  const at = warmRoute === undefined ? -1 : rank.findIndex(({ route }) => route.serial === warmRoute)
  const warm = rank[at]
  return warm === undefined || at === 0 ? rank : [warm, ...rank.filter((way) => way !== warm)]
}
