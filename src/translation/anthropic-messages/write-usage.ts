import { outputTokensOf, type Usage } from '../../spec/index.ts'
import type { JsonObject } from '../call.ts'

/**
 * A usage in this protocol's words: what was read from and written to a cache lies beside the input, thoughts are a part of the output.
 * What else was read (pictures, sound) is input, and tools other than a search of the web are told where it counts fetches, as it has no
 * other words. Source: https://platform.claude.com/docs/en/api/messages/create (2026-11).
 */
export function usageJson(usage: Usage): JsonObject {
  const made = outputTokensOf(usage)
  const hasTools = usage.webSearches + usage.toolCalls > 0
  return {
    input_tokens: usage.input + usage.imageInput + usage.audioInput + usage.embedding,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite5m, ephemeral_1h_input_tokens: usage.cacheWrite1h },
    output_tokens: made,
    output_tokens_details: { thinking_tokens: Math.min(usage.reasoning, made) },
    server_tool_use: hasTools ? { web_search_requests: usage.webSearches, web_fetch_requests: usage.toolCalls } : null,
  }
}
