import type { OrderWays, Way } from './strategy.ts'

/**
 * Of two drawn at random the one that is likely to answer sooner: its latency lately times the calls that wait there. The others follow by
 * the same measure. Source: Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 12 (2001).
 */
export const byLatency: OrderWays = <Item>(ways: readonly Way<Item>[], { isStream, random }: Parameters<OrderWays>[1]) => {
  const load = ({ health }: Way<Item>): number => health.latencyMs(isStream) * (health.inFlight + 1)
  const sorted = ways.toSorted((a, b) => load(a) - load(b))
  if (sorted.length <= 2) return [sorted]
  const first = Math.floor(random() * sorted.length)
  const second = (first + 1 + Math.floor(random() * (sorted.length - 1))) % sorted.length
  // The order is by load, so the better of two is the one that stands first.
  const chosen = Math.min(first, second)
  return [[...sorted.slice(chosen, chosen + 1), ...sorted.slice(0, chosen), ...sorted.slice(chosen + 1)]]
}
