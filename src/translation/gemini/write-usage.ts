import { inputTokensOf, outputTokensOf, type Usage } from '../../spec/index.ts'
import type { JsonObject } from '../call.ts'

/** A usage in this protocol's words; what was written to a cache is a part of the prompt like any other. Source: https://ai.google.dev/api/generate-content#UsageMetadata (2026-11-26). */
export function usageJson(usage: Usage): JsonObject {
  const { cacheRead, imageInput, audioInput, imageOutput, audioOutput } = usage
  const [read, made] = [inputTokensOf(usage), outputTokensOf(usage)]
  const thoughts = Math.min(usage.reasoning, made)
  return {
    promptTokenCount: read,
    candidatesTokenCount: made - thoughts,
    totalTokenCount: read + made,
    ...(cacheRead > 0 ? { cachedContentTokenCount: cacheRead } : {}),
    promptTokensDetails: details({ TEXT: read - imageInput - audioInput, IMAGE: imageInput, AUDIO: audioInput }),
    ...(imageOutput + audioOutput > 0 ? { candidatesTokensDetails: details({ IMAGE: imageOutput, AUDIO: audioOutput }) } : {}),
    ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
  }
}

const details = (counts: Readonly<Record<string, number>>): readonly JsonObject[] =>
  Object.entries(counts).flatMap(([modality, tokenCount]) => (tokenCount > 0 ? [{ modality, tokenCount }] : []))
