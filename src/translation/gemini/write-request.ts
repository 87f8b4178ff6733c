import type { RequestTarget } from '../adapter.ts'
import type { CallField, CanonicalCall, JsonObject } from '../call.ts'
import { withoutUndefined } from '../json.ts'
import { type Losses, nameOf } from '../loss.ts'
import { isOfThirdGeneration } from './model-generation.ts'
import { writeContents } from './write-contents.ts'
import { writeThinking } from './write-thinking.ts'
import { writeTools } from './write-tools.ts'

/** What this protocol has no words for. */
const UNSAYABLE = ['verbosity', 'promptCacheKey'] as const satisfies readonly CallField[]

/**
 * A call as a request for content; the model and whether it is a stream are in the address.
 * Source: https://ai.google.dev/api/generate-content (2026-11-26).
 */
export function writeRequest(call: CanonicalCall, target: RequestTarget): string {
  const { losses } = target
  for (const field of call.unknown) losses.note(field)
  for (const field of UNSAYABLE) if (call[field] !== undefined) losses.note(nameOf(call, field))
  const config = configOf(call, target)
  return JSON.stringify(
    withoutUndefined({
      ...writeContents(call, target),
      ...writeTools(call, losses),
      generationConfig: Object.keys(config).length > 0 ? config : undefined,
      serviceTier: serviceTierOf(call, losses),
    }),
  )
}

/** Source: https://ai.google.dev/api/generate-content#v1beta.GenerationConfig (2026-11-26). */
function configOf(call: CanonicalCall, target: RequestTarget): JsonObject {
  const topLogprobs = topLogprobsOf(call, target)
  return withoutUndefined({
    maxOutputTokens: call.outputMax,
    temperature: call.temperature,
    topP: call.topP,
    // Others say 0 or less for all tokens.
    topK: call.topK !== undefined && (call.topK > 0 || call.protocol === 'gemini') ? call.topK : undefined,
    seed: seedOf(call, target.losses),
    presencePenalty: penaltyOf(call, 'presencePenalty', target),
    frequencyPenalty: penaltyOf(call, 'frequencyPenalty', target),
    stopSequences: stopOf(call, target.losses),
    candidateCount: call.choices === 1 ? undefined : call.choices,
    responseLogprobs: topLogprobs === undefined ? undefined : true,
    logprobs: topLogprobs === 0 ? undefined : topLogprobs,
    ...formatOf(call, target.losses),
    thinkingConfig: writeThinking(call, target),
  })
}

/** Seeds are numbers of 32 bits here. */
function seedOf(call: CanonicalCall, losses: Losses): number | undefined {
  const { seed } = call
  if (seed === undefined || Math.trunc(seed) === (seed | 0)) return seed
  losses.note(nameOf(call, 'seed'))
  return undefined
}

type Target = Pick<RequestTarget, 'model' | 'losses' | 'tellsLogprobs'>

/**
 * No model since 2.5 takes a penalty. Sources: https://github.com/vercel/ai/issues/8943, https://github.com/google-gemini/cookbook/issues/1290
 * (2026-11-30).
 */
function penaltyOf(call: CanonicalCall, field: 'presencePenalty' | 'frequencyPenalty', { losses }: Target): number | undefined {
  const penalty = call[field]
  if (call.protocol === 'gemini') return penalty
  if (penalty !== undefined && penalty !== 0) losses.note(nameOf(call, field))
  return undefined
}

/**
 * How likely tokens were is told of models before the third generation, and not everywhere; elsewhere the whole request is refused. Sources:
 * https://github.com/vercel/ai/issues/5418, https://github.com/BerriAI/litellm/issues/31600 (2026-11-30).
 */
function topLogprobsOf(call: CanonicalCall, target: Target): number | undefined {
  const { topLogprobs } = call
  const isTold = target.tellsLogprobs === true && !isOfThirdGeneration(target)
  if (topLogprobs === undefined || call.protocol === 'gemini' || isTold) return topLogprobs
  target.losses.note(nameOf(call, 'topLogprobs'))
  return undefined
}

const STOPS_MAX = 5

function stopOf(call: CanonicalCall, losses: Losses): readonly string[] | undefined {
  const { stop } = call
  if (stop.length === 0) return undefined
  if (call.protocol === 'gemini' || stop.length <= STOPS_MAX) return stop
  losses.note(nameOf(call, 'stop'))
  return stop.slice(0, STOPS_MAX)
}

/** Answers always keep to their schema here. Source: https://ai.google.dev/gemini-api/docs/structured-output (2026-11-26). */
function formatOf(call: CanonicalCall, losses: Losses): JsonObject {
  const { format } = call
  if (format.kind === 'text') return {}
  if (format.kind === 'json') return { responseMimeType: 'application/json' }
  if (format.description !== undefined) losses.note(nameOf(call, 'format'))
  return { responseMimeType: 'application/json', responseJsonSchema: format.schema }
}

/** Tiers by their name; one that cannot be asked for in a call is a loss. */
function serviceTierOf(call: CanonicalCall, losses: Losses): string | undefined {
  if (call.serviceTier !== 'batch') return call.serviceTier
  losses.note(nameOf(call, 'serviceTier'))
  return undefined
}
