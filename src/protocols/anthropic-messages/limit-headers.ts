import { isoTime } from '../../lib/index.ts'
import type { LimitState } from '../protocol.ts'

/** Rate headers; resets are RFC 3339 times. Source: https://docs.claude.com/en/api/rate-limits#response-headers (2026-11). */
export function limitHeaders(state: LimitState, now: () => number): string {
  let lines = ''
  for (const kind of ['requests', 'tokens'] as const) {
    const limit = state[kind]
    if (limit === undefined) continue
    const name = `anthropic-ratelimit-${kind}`
    lines += `${name}-limit: ${limit.limit}\r\n${name}-remaining: ${limit.remaining}\r\n${name}-reset: ${isoTime(now() + limit.resetMs)}\r\n`
  }
  return lines
}
