import type { RequestTarget } from '../adapter.ts'
import type { CanonicalCall, Json } from '../call.ts'
import { withoutUndefined } from '../json.ts'
import { type Losses, nameOf } from '../loss.ts'

import { toldEffort, toldSampling, writeServiceTier } from '../openai-words/index.ts'
import { writeMessages } from './write-messages.ts'
import { writeToolChoice, writeTools } from './write-tools.ts'

/**
 * A call as a request for a chat completion. A stream's usage is always asked for, as it is what the call is charged by.
 * Source: https://platform.openai.com/docs/api-reference/chat/create (2026-11).
 */
export function writeRequest(call: CanonicalCall, target: RequestTarget): string {
  const { model, losses, outputMaxField = 'max_tokens' } = target
  for (const field of call.unknown) losses.note(field)
  noteSummary(call, losses)
  const { temperature, topP, presencePenalty, frequencyPenalty, topLogprobs, stop } = toldSampling(call, { model, losses })
  return JSON.stringify(
    withoutUndefined({
      model,
      messages: writeMessages(call, target),
      ...(call.isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
      [outputMaxField]: call.outputMax,
      temperature,
      top_p: topP,
      top_k: topKOf(call, losses),
      seed: call.seed,
      presence_penalty: presencePenalty,
      frequency_penalty: frequencyPenalty,
      stop: stop.length > 0 ? stop : undefined,
      ...(topLogprobs === undefined ? {} : { logprobs: true, ...(topLogprobs > 0 ? { top_logprobs: topLogprobs } : {}) }),
      n: call.choices === 1 ? undefined : call.choices,
      response_format: formatOf(call),
      reasoning_effort: toldEffort(call, { model, losses }),
      service_tier: writeServiceTier(call, losses),
      verbosity: call.verbosity,
      prompt_cache_key: call.promptCacheKey,
      ...writeTools(call, losses),
      tool_choice: writeToolChoice(call, losses),
    }),
  )
}

/** OpenAI has no top_k, its kin have; so it goes on where a client of this protocol gave it. */
function topKOf(call: CanonicalCall, losses: Losses): number | undefined {
  if (call.topK === undefined || call.protocol === 'openai-chat') return call.topK
  losses.note(nameOf(call, 'topK'))
  return undefined
}

function formatOf({ format }: CanonicalCall): Json | undefined {
  if (format.kind === 'text') return undefined
  if (format.kind === 'json') return { type: 'json_object' }
  const { name, description, schema, isStrict } = format
  return { type: 'json_schema', json_schema: withoutUndefined({ name, description, schema, strict: isStrict }) }
}

/** How long a summary of the thought is to be cannot be told. */
function noteSummary(call: CanonicalCall, losses: Losses): void {
  const summary = call.reasoning?.summary
  if (summary !== undefined && summary !== 'auto') losses.note(`${nameOf(call, 'reasoning')}.summary`)
}
