import type { OrderWays } from './strategy.ts'

/** The least priority first; those of one priority in the order of the catalogue. */
export const byPriority: OrderWays = (ways) => {
  const byNumber = Map.groupBy(ways, ({ route }) => route.priority)
  return [...byNumber].toSorted(([a], [b]) => a - b).map(([, rank]) => rank)
}
