import type { RequestTarget } from '../adapter.ts'
import type { CallField, CanonicalCall, Json } from '../call.ts'
import { withoutUndefined } from '../json.ts'
import { type Losses, nameOf } from '../loss.ts'
import { isOpenai, isReasoning, toldEffort, toldSampling, writeServiceTier } from '../openai-words/index.ts'
import { writeInput } from './write-input.ts'
import { writeToolChoice, writeTools } from './write-tools.ts'

/** Fields that this protocol has no words for. */
const LOST = ['topK', 'seed', 'presencePenalty', 'frequencyPenalty'] as const satisfies readonly CallField[]

/**
 * A call as a request for a response; it is never to be stored.
 * Source: https://platform.openai.com/docs/api-reference/responses/create (2026-11).
 */
export function writeRequest(call: CanonicalCall, { model, losses }: RequestTarget): string {
  for (const field of call.unknown) losses.note(field)
  for (const field of LOST) if (call[field] !== undefined) losses.note(nameOf(call, field))
  if (call.stop.length > 0) losses.note(nameOf(call, 'stop'))
  if (call.choices > 1) losses.note(nameOf(call, 'choices'))
  const { tools } = call
  const { temperature, topP, topLogprobs } = toldSampling(call, { model, losses })
  return JSON.stringify(
    withoutUndefined({
      model,
      ...writeInput(call, losses),
      store: false,
      stream: call.isStream ? true : undefined,
      max_output_tokens: outputMaxOf(call, losses),
      temperature,
      top_p: topP,
      top_logprobs: topLogprobs !== undefined && topLogprobs > 0 ? topLogprobs : undefined,
      include: includeOf(call, { model, topLogprobs }),
      text: textOf(call),
      reasoning: reasoningOf(call, { model, losses }),
      service_tier: writeServiceTier(call, losses),
      prompt_cache_key: call.promptCacheKey,
      tools: tools.length > 0 ? writeTools(call, losses) : undefined,
      parallel_tool_calls: call.isParallel,
      tool_choice: writeToolChoice(call, losses),
    }),
  )
}

/** The least bound that is taken; clients of other protocols ask for one token to see whether a model is there. Source: as above. */
const OUTPUT_MIN = 16

function outputMaxOf(call: CanonicalCall, losses: Losses): number | undefined {
  const { outputMax, protocol } = call
  if (outputMax === undefined || outputMax >= OUTPUT_MIN || protocol === 'openai-responses') return outputMax
  losses.note(nameOf(call, 'outputMax'))
  return OUTPUT_MIN
}

/**
 * Whoever is told thoughts brings them back, and as nothing is stored the provider takes them only with what it encrypted. Clients of OpenAI's protocols
 * say so themselves. Models that do not reason refuse to be asked. Source: https://github.com/vercel/ai/issues/7543 (2026-11-30).
 */
function includeOf(
  call: CanonicalCall,
  { model, topLogprobs }: { readonly model: string; readonly topLogprobs: number | undefined },
): readonly string[] | undefined {
  const { isEncryptedTold, isTold } = call.reasoning ?? {}
  const isCarried = isTold === true && !isOpenai(call) && isReasoning(model)
  const include = [
    ...(isEncryptedTold === true || isCarried ? ['reasoning.encrypted_content'] : []),
    ...(topLogprobs === undefined ? [] : ['message.output_text.logprobs']),
  ]
  return include.length > 0 ? include : undefined
}

function textOf({ format, verbosity }: CanonicalCall): Json | undefined {
  const written = formatOf(format)
  return written === undefined && verbosity === undefined ? undefined : withoutUndefined({ format: written, verbosity })
}

function formatOf(format: CanonicalCall['format']): Json | undefined {
  if (format.kind === 'text') return undefined
  if (format.kind === 'json') return { type: 'json_object' }
  const { name, description, schema, isStrict } = format
  return withoutUndefined({ type: 'json_schema', name, description, schema, strict: isStrict })
}

/** Thoughts are told as summaries alone. */
function reasoningOf(call: CanonicalCall, target: Pick<RequestTarget, 'model' | 'losses'>): Json | undefined {
  const { reasoning } = call
  if (reasoning === undefined) return undefined
  const effort = toldEffort(call, target)
  const summary = reasoning.summary ?? (reasoning.isTold === true ? 'auto' : undefined)
  return effort === undefined && summary === undefined ? undefined : withoutUndefined({ effort, summary })
}
