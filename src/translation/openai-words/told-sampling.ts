import type { RequestTarget } from '../adapter.ts'
import type { CallField, CanonicalCall } from '../call.ts'
import { type Losses, nameOf } from '../loss.ts'
import { isOpenai } from './cache-mark.ts'
import { toldEffort } from './told-effort.ts'

/** Models of OpenAI's that reason. */
const REASONING = /^(?:ft:)?(?:gpt-(?:[5-9]|\d\d)|o\d)(?!.*-(?:chat|search))/
/** Whether a model is one of OpenAI's that reason; those under another name are not known to. */
export const isReasoning = (model: string): boolean => REASONING.test(model)
/** Those that need not, and do not unasked. */
const SILENT_UNASKED = /gpt-5\.[1-4](?!\d)(?!.*-(?:codex|pro))/

/** What chooses tokens, and the value with which it changes nothing. */
const USUAL: readonly (readonly [field: CallField, value: unknown])[] = [
  ['temperature', 1],
  ['topP', 1],
  ['presencePenalty', 0],
  ['frequencyPenalty', 0],
  ['topLogprobs', undefined],
]

/** What of a call says how tokens are chosen. */
type Sampled = Pick<CanonicalCall, 'temperature' | 'topP' | 'presencePenalty' | 'frequencyPenalty' | 'topLogprobs' | 'stop'>

/**
 * How tokens are to be chosen, as far as the model can be told: those that reason refuse a request that says it, and stop sequences ever. What would be
 * refused is a loss, but for a client of OpenAI's protocols, which is told so by the provider. Sources: https://github.com/vercel/ai/issues/10932,
 * https://github.com/khoj-ai/khoj/issues/1377, https://platform.openai.com/docs/api-reference/chat/create (`stop`) (2026-11-29).
 */
export function toldSampling(call: CanonicalCall, { model, losses }: Pick<RequestTarget, 'model' | 'losses'>): Sampled {
  if (isOpenai(call) || !isReasoning(model)) return call
  if (call.stop.length > 0) losses.note(nameOf(call, 'stop'))
  const effort = toldEffort(call, { model, losses })
  if (SILENT_UNASKED.test(model) && (effort ?? 'none') === 'none') return { ...call, stop: [] }
  noteUnusual(call, losses)
  return {
    ...{ temperature: undefined, topP: undefined, presencePenalty: undefined, frequencyPenalty: undefined, topLogprobs: undefined },
    stop: [],
  }
}

function noteUnusual(call: CanonicalCall, losses: Losses): void {
  for (const [field, usual] of USUAL) if (call[field] !== undefined && call[field] !== usual) losses.note(nameOf(call, field))
}
