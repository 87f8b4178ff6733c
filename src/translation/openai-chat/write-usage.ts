import { inputTokensOf, outputTokensOf, type Usage } from '../../spec/index.ts'
import type { JsonObject } from '../call.ts'

/** A usage in this protocol's words: what was read from and written to a cache is a part of the prompt, thoughts are a part of the completion. */
export function usageJson(usage: Usage): JsonObject {
  const written = usage.cacheWrite5m + usage.cacheWrite1h
  const prompt = inputTokensOf(usage)
  const completion = outputTokensOf(usage)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      audio_tokens: usage.audioInput,
      ...(written > 0 ? { cache_write_tokens: written } : {}),
    },
    completion_tokens_details: { reasoning_tokens: Math.min(usage.reasoning, completion), audio_tokens: usage.audioOutput },
  }
}
