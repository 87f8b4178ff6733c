import type { AnswerFormat, CallField, CanonicalCall, ReasoningWish } from '../call.ts'
import {
  countOf,
  type Fields,
  flagOf,
  missing,
  noteOthers,
  noteUnknown,
  numberOf,
  objectOf,
  parseRequest,
  requiredObject,
  requiredText,
  textOf,
  textsOf,
  wholeOf,
  wordOf,
} from '../request-fields.ts'
import { withShortNames } from '../tool-names.ts'
import { readMessages } from './read-messages.ts'
import { readTools } from './read-tools.ts'
import { TOOL_INPUT } from './tool-input.ts'

/** What this protocol calls the fields of a call, where it is not the canonical name in snake case. */
const NAMES: Readonly<Partial<Record<CallField, string>>> = {
  isStream: 'stream',
  isParallel: 'tool_choice.disable_parallel_tool_use',
  outputMax: 'max_tokens',
  stop: 'stop_sequences',
  format: 'output_config.format',
  reasoning: 'thinking',
}

/** Fields that are read. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'system', 'max_tokens', 'stream', 'temperature', 'top_p', 'top_k', 'stop_sequences', 'tools', 'tool_choice'],
  ...['thinking', 'output_config', 'output_format', 'service_tier'],
])

/**
 * A request for a message; failure codes: invalid_json, json_too_deep, missing_field, invalid_field. Tools have names of up to 128 characters here.
 * Source: https://platform.claude.com/docs/en/api/messages/create (2026-11).
 */
export function readRequest(body: Buffer): CanonicalCall {
  const request = parseRequest(body, TOOL_INPUT)
  noteOthers(request, KNOWN)
  return withShortNames({
    protocol: 'anthropic-messages',
    model: requiredText(request, 'model'),
    isStream: flagOf(request, 'stream') ?? false,
    wantsUsage: true,
    ...readMessages(request),
    ...readTools(request),
    outputMax: countOf(request, 'max_tokens') ?? missing(request, 'max_tokens'),
    temperature: numberOf(request, 'temperature'),
    topP: numberOf(request, 'top_p'),
    topK: wholeOf(request, 'top_k', { least: 0, most: Number.MAX_SAFE_INTEGER }),
    ...{ seed: undefined, presencePenalty: undefined, frequencyPenalty: undefined, topLogprobs: undefined },
    stop: textsOf(request, 'stop_sequences') ?? [],
    choices: 1,
    format: readFormat(request),
    reasoning: readThinking(request),
    serviceTier: readServiceTier(request),
    ...{ verbosity: undefined, promptCacheKey: undefined },
    unknown: request.unknown,
    names: NAMES,
  })
}

/** "auto" leaves it to the provider; the other word is the usual service. Source: https://platform.claude.com/docs/en/api/service-tiers (2026-11). */
function readServiceTier(request: Fields): CanonicalCall['serviceTier'] {
  const tier = textOf(request, 'service_tier')
  if (tier !== undefined && tier !== 'auto' && tier !== 'standard_only') noteUnknown(request, 'service_tier')
  return tier === 'standard_only' ? 'standard' : undefined
}

/**
 * A schema for the answer, where it is today and where its beta had it. It has no name here, and says nothing of strictness, as what
 * OpenAI calls strict allows fewer schemas. Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs (2026-11).
 */
function readFormat(request: Fields): AnswerFormat {
  const output = objectOf(request, 'output_config')
  const format = (output === undefined ? undefined : objectOf(output, 'format')) ?? objectOf(request, 'output_format')
  if (format === undefined) return { kind: 'text' }
  if (wordOf(format, 'type', ['json_schema']) === undefined) return missing(format, 'type')
  return { kind: 'schema', name: 'answer', schema: requiredObject(format, 'schema').object, isStrict: undefined }
}

const WORDS = ['low', 'medium', 'high', 'xhigh', 'max'] as const

/** How much to think: a budget, or a word. Source: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking (2026-11). */
function readThinking(request: Fields): ReasoningWish | undefined {
  const output = objectOf(request, 'output_config')
  if (output !== undefined) noteOthers(output, new Set(['effort', 'format']))
  const word = output === undefined ? undefined : wordOf(output, 'effort', WORDS)
  const thinking = objectOf(request, 'thinking')
  const wish = { effort: word, budgetTokens: undefined, isTold: undefined, isEncryptedTold: undefined }
  if (thinking === undefined) return word === undefined ? undefined : wish
  noteOthers(thinking, new Set(['type', 'budget_tokens', 'display']))
  const type = requiredText(thinking, 'type')
  const display = wordOf(thinking, 'display', ['summarized', 'omitted'])
  const told = { ...wish, isTold: display === undefined ? undefined : display === 'summarized' }
  if (type === 'disabled') {
    // Without thoughts the word still says how long an answer may be, which nobody else has.
    if (output !== undefined && word !== undefined) noteUnknown(output, 'effort')
    return { ...told, effort: 'none' }
  }
  if (type === 'enabled') return { ...told, budgetTokens: countOf(thinking, 'budget_tokens') ?? missing(thinking, 'budget_tokens') }
  if (type !== 'adaptive') noteUnknown(thinking, 'type')
  return told
}
