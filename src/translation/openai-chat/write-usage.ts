import type { Usage } from '../../spec/index.ts'
import type { JsonObject } from '../call.ts'
import { tellUsage } from '../openai-words/index.ts'

/** A usage in this protocol's words: what was read from and written to a cache is a part of the prompt, thoughts are a part of the completion. */
export function usageJson(usage: Usage): JsonObject {
  const { read, made, readDetails, madeDetails } = tellUsage(usage)
  return {
    prompt_tokens: read,
    completion_tokens: made,
    total_tokens: read + made,
    prompt_tokens_details: readDetails,
    completion_tokens_details: madeDetails,
  }
}
