import { type HeaderFields, isoTime } from '../../lib/index.ts'
import type { LimitState } from '../protocol.ts'

/** Rate headers; resets are RFC 3339 times. Source: https://docs.claude.com/en/api/rate-limits#response-headers (2026-11). */
export function limitHeaders(state: LimitState, now: number): HeaderFields {
  const fields: string[] = []
  for (const kind of ['requests', 'tokens'] as const) {
    const limit = state[kind]
    if (limit === undefined) continue
    fields.push(`anthropic-ratelimit-${kind}-limit`, String(limit.limit))
    fields.push(`anthropic-ratelimit-${kind}-remaining`, String(limit.remaining))
    fields.push(`anthropic-ratelimit-${kind}-reset`, isoTime(now + limit.resetMs))
  }
  return fields
}
