import { type OrderWays, type Way, weightOf } from './strategy.ts'

/** The fewest calls for its weight first; among equals any. */
export const byBusyness: OrderWays = <Item>(ways: readonly Way<Item>[], { random }: Parameters<OrderWays>[1]) => {
  const drawn = ways.map((way) => ({ way, busy: way.health.inFlight / weightOf(way), chance: random() }))
  return [drawn.toSorted((a, b) => a.busy - b.busy || a.chance - b.chance).map(({ way }) => way)]
}
