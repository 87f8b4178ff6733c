import { isoTime } from '../../lib/index.ts'
import type { LimitState } from '../protocol.ts'

/** Rate headers; resets are RFC 3339 times. Source: https://docs.claude.com/en/api/rate-limits#response-headers (2026-11). */
export function limitHeaders(state: LimitState, now: number): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const kind of ['requests', 'tokens'] as const) {
    const limit = state[kind]
    if (limit === undefined) continue
    headers[`anthropic-ratelimit-${kind}-limit`] = String(limit.limit)
    headers[`anthropic-ratelimit-${kind}-remaining`] = String(limit.remaining)
    headers[`anthropic-ratelimit-${kind}-reset`] = isoTime(now + limit.resetMs)
  }
  return headers
}
