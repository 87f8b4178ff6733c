import type { RequestTarget } from '../adapter.ts'
import type { CallField, CanonicalCall, Json } from '../call.ts'
import { withoutUndefined } from '../json.ts'
import { type Losses, nameOf } from '../loss.ts'
import { closeSchema } from './close-schema.ts'
import { mannersOf } from './model-manners.ts'
import { writeMessages } from './write-messages.ts'
import { type Thinking, writeThinking } from './write-thinking.ts'
import { writeTools } from './write-tools.ts'

/** The bound on the output where neither the client nor the target told one; every model can make as much. */
const OUTPUT_MAX = 4_096

/** What this protocol has no words for. */
const UNSAYABLE = [
  ...['seed', 'presencePenalty', 'frequencyPenalty', 'topLogprobs', 'verbosity', 'promptCacheKey'],
] as const satisfies readonly CallField[]

/**
 * A call as a request for a message. The output has to be bound here: where the client did not, it is by what the model can make.
 * Source: https://platform.claude.com/docs/en/api/messages/create (2026-11).
 */
export function writeRequest(call: CanonicalCall, target: RequestTarget): string {
  const { losses } = target
  for (const field of call.unknown) losses.note(field)
  for (const field of UNSAYABLE) if (call[field] !== undefined) losses.note(nameOf(call, field))
  if (call.choices > 1) losses.note(nameOf(call, 'choices'))
  const outputMax = call.outputMax ?? target.outputMax ?? OUTPUT_MAX
  if (call.outputMax === undefined && target.outputMax === undefined) losses.note(nameOf(call, 'outputMax'))
  const format = formatOf(call, losses)
  const said = writeMessages(call, target)
  const { thinking, effort } = writeThinking(call, { ...target, outputMax, messages: said.messages })
  const output = withoutUndefined({ effort, format })
  return JSON.stringify(
    withoutUndefined({
      model: target.model,
      max_tokens: outputMax,
      ...said,
      stream: call.isStream ? true : undefined,
      ...writeSampling(call, thinking, target),
      stop_sequences: stopOf(call, losses),
      ...writeTools(call, target),
      thinking,
      output_config: Object.keys(output).length > 0 ? output : undefined,
      service_tier: serviceTierOf(call, losses),
    }),
  )
}

/**
 * Where an answer is to stop; a sequence of blanks alone would be refused with the whole request, as a client of this protocol is told by the provider.
 * Source: https://github.com/BerriAI/litellm/issues/3286 (2026-11-30).
 */
function stopOf(call: CanonicalCall, losses: Losses): readonly string[] | undefined {
  const told = call.protocol === 'anthropic-messages' ? call.stop : call.stop.filter((sequence) => sequence.trim() !== '')
  if (told.length < call.stop.length) losses.note(nameOf(call, 'stop'))
  return told.length > 0 ? told : undefined
}

type Sampling = Readonly<Record<string, Json | undefined>>

/**
 * How tokens are chosen. Temperatures end at 1 here, only one of temperature and top_p may be told, and where a model thinks nothing of
 * this may be changed, nor ever for newer models; what would be refused is a loss, but for a client of this protocol, which is told so by the
 * provider.
 */
function writeSampling(call: CanonicalCall, thinking: Thinking['thinking'], { model, losses }: RequestTarget): Sampling {
  const { temperature, topP, topK } = call
  if (call.protocol === 'anthropic-messages') return { temperature, top_p: topP, top_k: topK }
  const isFixed = mannersOf(model).isAdaptive || (thinking !== undefined && thinking['type'] !== 'disabled')
  // One, and a number of tokens that is not positive, change nothing.
  const wanted = {
    temperature: isFixed && temperature === 1 ? undefined : temperature,
    topP: topP === 1 ? undefined : topP,
    topK: topK !== undefined && topK > 0 ? topK : undefined,
  }
  const told = {
    temperature: wanted.temperature === undefined || isFixed ? undefined : Math.min(wanted.temperature, 1),
    topP: isFixed || temperature !== undefined ? undefined : wanted.topP,
    topK: isFixed ? undefined : wanted.topK,
  }
  for (const name of ['temperature', 'topP', 'topK'] as const) if (told[name] !== wanted[name]) losses.note(nameOf(call, name))
  return { temperature: told.temperature, top_p: told.topP, top_k: told.topK }
}

/**
 * A schema for the answer; JSON of no schema cannot be asked for. A client of this protocol is told by the provider what it does not take of one.
 * Source: as in read-request.ts.
 */
function formatOf(call: CanonicalCall, losses: Losses): Json | undefined {
  const { format } = call
  if (format.kind === 'text') return undefined
  const note = (): void => losses.note(nameOf(call, 'format'))
  if (format.kind === 'json' || format.description !== undefined) note()
  if (format.kind === 'json') return undefined
  return { type: 'json_schema', schema: call.protocol === 'anthropic-messages' ? format.schema : closeSchema(format.schema, note) }
}

/** The usual service can be asked for; others are a matter of what was bought. */
function serviceTierOf(call: CanonicalCall, losses: Losses): string | undefined {
  if (call.serviceTier === undefined) return undefined
  if (call.serviceTier === 'standard') return 'standard_only'
  losses.note(nameOf(call, 'serviceTier'))
  return undefined
}
