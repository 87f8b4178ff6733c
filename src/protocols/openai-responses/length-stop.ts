import { inputTokensOf, outputTokensOf, type Usage } from '../../spec/index.ts'
import type { LengthStop } from '../protocol.ts'

/** What a response says of itself in all of its events. */
export type ResponseHead = { readonly id: string; readonly createdAt: number }

/** Where in a stream an event stands: what is known of its response, and the event's number. */
export type EventPlace = { readonly head: ResponseHead | undefined; readonly model: string; readonly number: number }

/**
 * The last event of a stream that is ended as if the upstream had reached its limit: response.incomplete, for max_output_tokens. What was
 * made is not told again, as nothing is kept of it; the official clients then take the items that they were told.
 * Source: https://platform.openai.com/docs/api-reference/responses-streaming/response/incomplete (2026-11-26).
 */
export function encodeLengthStop({ head, model, number }: EventPlace, { requestId, usage }: LengthStop): Buffer {
  const response = {
    ...{ id: head?.id ?? `resp_${requestId.replace(/\W/g, '')}`, object: 'response', created_at: head?.createdAt ?? 0 },
    ...{ status: 'incomplete', background: false, error: null, incomplete_details: { reason: 'max_output_tokens' }, model },
    ...{ output: null, previous_response_id: null, store: false, usage: usageJson(usage) },
  }
  const event = { type: 'response.incomplete', sequence_number: number, response }
  return Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
}

function usageJson(usage: Usage): object {
  const [read, made] = [inputTokensOf(usage), outputTokensOf(usage)]
  return {
    input_tokens: read,
    input_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite5m },
    output_tokens: made,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: read + made,
  }
}
