import { inputTokensOf, outputTokensOf } from '../../spec/index.ts'
import type { LengthStop } from '../protocol.ts'

/** What the chunks of a stream have in common, as the upstream wrote it: JSON values. */
export type ChunkHead = { readonly id: string; readonly created: string; readonly model: string }

/**
 * The last events of a stream that is ended as if the upstream had reached its limit: a chunk with finish_reason "length" for each
 * choice, the usage where it was asked for, and [DONE]. Source: https://platform.openai.com/docs/api-reference/chat-streaming (2026-11).
 */
export function encodeLengthStop(head: ChunkHead | undefined, stop: LengthStop): Buffer {
  const { id, created, model } = head ?? { id: JSON.stringify(stop.requestId), created: '0', model: '""' }
  const chunk = (choices: string, more = ''): string =>
    `data: {"id":${id},"object":"chat.completion.chunk","created":${created},"model":${model},"choices":${choices}${more}}\n\n`
  const ends = Array.from({ length: stop.choices }, (_, index) =>
    chunk(`[{"index":${index},"delta":{},"logprobs":null,"finish_reason":"length"}]`),
  )
  const usage = stop.wantsUsage ? [chunk('[]', `,"usage":${usageJson(stop)}`)] : []
  return Buffer.from([...ends, ...usage, 'data: [DONE]\n\n'].join(''))
}

function usageJson({ usage }: LengthStop): string {
  const [prompt, completion] = [inputTokensOf(usage), outputTokensOf(usage)]
  return JSON.stringify({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: usage.cacheRead, audio_tokens: usage.audioInput },
    completion_tokens_details: { reasoning_tokens: usage.reasoning, audio_tokens: usage.audioOutput },
  })
}
