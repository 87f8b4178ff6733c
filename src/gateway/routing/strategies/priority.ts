import type { OrderWays, Way } from './strategy.ts'

/** The least priority first; those of one priority in the order of the catalogue. */
export const byPriority: OrderWays = <Item>(ways: readonly Way<Item>[]) => {
  const ranks: Way<Item>[][] = []
  let last: Way<Item> | undefined
  for (const way of ways.toSorted((a, b) => a.route.priority - b.route.priority)) {
    if (last?.route.priority === way.route.priority) ranks.at(-1)?.push(way)
    else ranks.push([way])
    last = way
  }
  return ranks
}
