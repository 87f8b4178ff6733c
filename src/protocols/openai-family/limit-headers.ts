import type { LimitState } from '../protocol.ts'

/** Rate headers; resets are durations such as "120ms" or "12s". Source: https://platform.openai.com/docs/guides/rate-limits (2026-11). */
export function limitHeaders(state: LimitState): Record<string, string> {
  const headers: Record<string, string> = {}
  const { requests, tokens } = state
  // Spelled out, as names that are put together have to be looked up for every call.
  if (requests !== undefined) {
    headers['x-ratelimit-limit-requests'] = String(requests.limit)
    headers['x-ratelimit-remaining-requests'] = String(requests.remaining)
    headers['x-ratelimit-reset-requests'] = duration(requests.resetMs)
  }
  if (tokens !== undefined) {
    headers['x-ratelimit-limit-tokens'] = String(tokens.limit)
    headers['x-ratelimit-remaining-tokens'] = String(tokens.remaining)
    headers['x-ratelimit-reset-tokens'] = duration(tokens.resetMs)
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
