import { inputTokensOf, outputTokensOf } from '../../spec/index.ts'
import type { LengthStop } from '../protocol.ts'

/**
 * The last event of a stream that is ended as if the upstream had reached its limit: finishReason "MAX_TOKENS" for each candidate, with
 * the usage. `model` as the upstream told it. Source: https://ai.google.dev/api/generate-content#FinishReason (2026-11-26).
 */
export function encodeLengthStop(model: string | undefined, { usage, choices }: LengthStop): Buffer {
  const [prompt, made] = [inputTokensOf(usage), outputTokensOf(usage)]
  const event = {
    candidates: Array.from({ length: choices }, (_, index) => ({ finishReason: 'MAX_TOKENS', index })),
    usageMetadata: {
      promptTokenCount: prompt,
      candidatesTokenCount: made - usage.reasoning,
      totalTokenCount: prompt + made,
      ...(usage.cacheRead > 0 ? { cachedContentTokenCount: usage.cacheRead } : {}),
      ...(usage.reasoning > 0 ? { thoughtsTokenCount: usage.reasoning } : {}),
    },
    ...(model === undefined ? {} : { modelVersion: model }),
  }
  return Buffer.from(`data: ${JSON.stringify(event)}\r\n\r\n`)
}
