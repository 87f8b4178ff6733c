import type { LimitState } from '../protocol.ts'

/** Rate headers; resets are durations such as "120ms" or "12s". Source: https://platform.openai.com/docs/guides/rate-limits (2026-11). */
export function limitHeaders(state: LimitState): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const kind of ['requests', 'tokens'] as const) {
    const limit = state[kind]
    if (limit === undefined) continue
    headers[`x-ratelimit-limit-${kind}`] = String(limit.limit)
    headers[`x-ratelimit-remaining-${kind}`] = String(limit.remaining)
    headers[`x-ratelimit-reset-${kind}`] = duration(limit.resetMs)
  }
  return headers
}

/** Go's notation, which the original uses: "6m0s", "7.66s", "120ms". */
function duration(millis: number): string {
  const whole = Math.max(0, Math.ceil(millis))
  if (whole < 1_000) return `${whole}ms`
  const minutes = Math.floor(whole / 60_000)
  const seconds = `${(whole % 60_000) / 1_000}s`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}
