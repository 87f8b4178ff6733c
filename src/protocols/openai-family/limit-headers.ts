import type { HeaderFields } from '../../lib/index.ts'
import type { LimitState } from '../protocol.ts'

/** Rate headers; resets are durations such as "120ms" or "12s". Source: https://platform.openai.com/docs/guides/rate-limits (2026-11). */
export function limitHeaders({ requests, tokens }: LimitState): HeaderFields {
  const fields: string[] = []
  if (requests !== undefined) {
    fields.push('x-ratelimit-limit-requests', String(requests.limit))
    fields.push('x-ratelimit-remaining-requests', String(requests.remaining))
    fields.push('x-ratelimit-reset-requests', duration(requests.resetMs))
  }
  if (tokens !== undefined) {
    fields.push('x-ratelimit-limit-tokens', String(tokens.limit))
    fields.push('x-ratelimit-remaining-tokens', String(tokens.remaining))
    fields.push('x-ratelimit-reset-tokens', duration(tokens.resetMs))
  }
  return fields
}

/** Go's notation, which the original uses: "6m0s", "7.66s", "120ms". */
function duration(millis: number): string {
  const whole = Math.max(0, Math.ceil(millis))
  if (whole < 1_000) return `${whole}ms`
  const minutes = Math.floor(whole / 60_000)
  const seconds = `${(whole % 60_000) / 1_000}s`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}
