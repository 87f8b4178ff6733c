import type { OrderWays, Way } from './strategy.ts'

/** The least that the upstream can ask of us for this call first; where nobody said what it asks, last. */
export const byCost: OrderWays = <Item>(ways: readonly Way<Item>[]) => {
  const byAmount = Map.groupBy(ways, ({ cost }) => cost)
  return [...byAmount]
    .toSorted(([a], [b]) => {
      if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
      return a < b ? -1 : 1
    })
    .map(([, rank]) => rank)
}
