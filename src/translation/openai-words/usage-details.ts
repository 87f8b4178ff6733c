import { inputTokensOf, outputTokensOf, type Usage } from '../../spec/index.ts'
import type { JsonObject } from '../call.ts'

/** A usage as both protocols tell it: all that was read and made, and of what kinds that was. */
export type UsageTold = {
  readonly read: number
  readonly made: number
  /** Parts of what was read: from and to a cache, sound, pictures. */
  readonly readDetails: JsonObject
  /** Parts of what was made: thoughts, sound, pictures. */
  readonly madeDetails: JsonObject
}

/** Source: https://platform.openai.com/docs/api-reference/chat/object (2026-11); pictures as its kin tell them. */
export function tellUsage(usage: Usage): UsageTold {
  const written = usage.cacheWrite5m + usage.cacheWrite1h
  const made = outputTokensOf(usage)
  return {
    read: inputTokensOf(usage),
    made,
    readDetails: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: written,
      audio_tokens: usage.audioInput,
      ...(usage.imageInput > 0 ? { image_tokens: usage.imageInput } : {}),
    },
    madeDetails: {
      reasoning_tokens: Math.min(usage.reasoning, made),
      audio_tokens: usage.audioOutput,
      ...(usage.imageOutput > 0 ? { image_tokens: usage.imageOutput } : {}),
    },
  }
}
