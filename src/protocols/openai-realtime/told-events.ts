import type { Failure } from '../../failures.ts'
import { readJson } from '../../lib/index.ts'
import { encodeError } from '../openai-family/index.ts'
import type { LimitState } from '../protocol.ts'

/** Ids of an event of ours: its own, and that of the client's event it answers. */
export type EventIds = { readonly own: string; readonly answered?: string | undefined }

/**
 * A failure as the protocol's error event. Source: https://platform.openai.com/docs/api-reference/realtime-server-events/error (2026-11-26).
 */
export function errorEvent(failure: Failure, { own, answered }: EventIds): string {
  const { error } = readJson(encodeError(failure).toString()) as { readonly error: object }
  return JSON.stringify({
    ...{ type: 'error', event_id: own },
    error: { ...error, param: failure.field ?? null, event_id: answered ?? null },
  })
}

/**
 * The customer's own limits in the event in which an upstream tells ours; undefined where there are none. Source:
 * https://platform.openai.com/docs/api-reference/realtime-server-events/rate_limits/updated (2026-11-26).
 */
export function limitsEvent(limits: LimitState, own: string): string | undefined {
  const rates = (['requests', 'tokens'] as const).flatMap((name) => {
    const limit = limits[name]
    return limit === undefined
      ? []
      : [{ name, limit: limit.limit, remaining: limit.remaining, reset_seconds: Math.ceil(limit.resetMs / 1_000) }]
  })
  return rates.length === 0 ? undefined : JSON.stringify({ type: 'rate_limits.updated', event_id: own, rate_limits: rates })
}
