import { formatUsd } from '../../lib/index.ts'
import type { KeySum, PeriodsOfKey } from '../../usage/index.ts'

const NOTHING: KeySum = { requests: 0, inputTokens: 0, outputTokens: 0, cost: 0n }

const add = (one: KeySum, other: KeySum): KeySum => ({
  requests: one.requests + other.requests,
  inputTokens: one.inputTokens + other.inputTokens,
  outputTokens: one.outputTokens + other.outputTokens,
  cost: one.cost + other.cost,
})

/** What some keys used together, as it is shown; keys without calls are undefined. */
export function sumUsage(usages: readonly (PeriodsOfKey | undefined)[]) {
  const sumOf = (period: keyof PeriodsOfKey) => {
    const sum = usages.reduce((all, usage) => add(all, usage?.[period] ?? NOTHING), NOTHING)
    return { ...sum, cost: formatUsd(sum.cost) }
  }
  return { today: sumOf('today'), last7Days: sumOf('last7Days'), last30Days: sumOf('last30Days'), range: sumOf('range') }
}
