import { setTimeout as sleep } from 'node:timers/promises'
import type { HoldTimes } from './proxy.ts'

const BUCKET = /^farebox_hold_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm

/** Gateways tell how long holds took with their vitals, each second. */
const TOLD_MS = 1_500

/** How long Farebox's holds took so far, from its metrics, as soon as gateways have told of all of them. */
export async function readHoldTimes(url: string): Promise<HoldTimes> {
  await sleep(TOLD_MS)
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
  return parseHoldTimes(await response.text())
}

/** The histogram in Prometheus' text, whose buckets hold all below them too. */
export function parseHoldTimes(text: string): HoldTimes {
  const times = new Map<number, number>()
  let below = 0
  for (const [, bound = '', count = ''] of text.matchAll(BUCKET)) {
    times.set(bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound) * 1e6, Number(count) - below)
    below = Number(count)
  }
  return times
}

/** The time below which the share `q` of the calls between two readings lies, in microseconds, even within a bucket; NaN for none. */
export function holdQuantile(before: HoldTimes, after: HoldTimes, q: number): number {
  const counts = [...after].map(([bound, count]) => ({ bound, count: count - (before.get(bound) ?? 0) }))
  const rank = counts.reduce((sum, { count }) => sum + count, 0) * q
  let [seen, from] = [0, 0]
  for (const { bound, count } of counts) {
    if (count > 0 && seen + count >= rank)
      return bound === Number.POSITIVE_INFINITY ? from : from + ((bound - from) * (rank - seen)) / count
    seen += count
    from = bound
  }
  return Number.NaN
}
