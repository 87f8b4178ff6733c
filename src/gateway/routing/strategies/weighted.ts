import { type OrderWays, weightOf } from './strategy.ts'

/**
 * Each way is first as often as its weight says, and those after it likewise. Source: Efraimidis and Spirakis, "Weighted random sampling
 * with a reservoir", Information Processing Letters 97 (2006).
 */
export const byWeight: OrderWays = (ways, { random }) => {
  const drawn = ways.map((way) => ({ way, key: random() ** (1 / weightOf(way)) }))
  return [drawn.toSorted((a, b) => b.key - a.key).map(({ way }) => way)]
}
