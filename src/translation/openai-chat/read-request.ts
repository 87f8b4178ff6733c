import type { AnswerFormat, CallField, CanonicalCall, ReasoningWish } from '../call.ts'
import { EFFORTS } from '../effort.ts'
import { optional } from '../json.ts'
import { readServiceTier } from '../openai-words/index.ts'
import {
  countOf,
  type Fields,
  flagOf,
  given,
  noteOthers,
  noteUnknown,
  numberOf,
  objectOf,
  parseRequest,
  refuse,
  requiredObject,
  requiredText,
  textOf,
  textsOf,
  wholeOf,
  wordOf,
} from '../request-fields.ts'
import { readMessages } from './read-messages.ts'
import { readTools } from './read-tools.ts'

/** What this protocol calls the fields of a call, where it is not the canonical name in snake case. */
const NAMES: Readonly<Partial<Record<CallField, string>>> = {
  isStream: 'stream',
  wantsUsage: 'stream_options.include_usage',
  system: 'messages',
  isParallel: 'parallel_tool_calls',
  outputMax: 'max_completion_tokens',
  choices: 'n',
  format: 'response_format',
  reasoning: 'reasoning_effort',
}

/** Fields that are read, or that ask for nothing that we do not do anyway. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'top_k', 'n', 'stop'],
  ...['seed', 'presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs', 'tools', 'functions', 'tool_choice', 'function_call'],
  ...['parallel_tool_calls', 'response_format', 'reasoning_effort', 'service_tier', 'verbosity', 'prompt_cache_key'],
  ...['web_search_options', 'store', 'modalities'],
])

/**
 * A request for a chat completion; failure codes: invalid_json, json_too_deep, missing_field, invalid_field.
 * Source: https://platform.openai.com/docs/api-reference/chat/create (2026-11).
 */
export function readRequest(body: Buffer): CanonicalCall {
  const request = parseRequest(body)
  noteOthers(request, KNOWN)
  if (flagOf(request, 'store') === true) noteUnknown(request, 'store')
  if (textsOf(request, 'modalities')?.some((name) => name !== 'text')) noteUnknown(request, 'modalities')
  const { system, messages } = readMessages(request)
  const isStream = flagOf(request, 'stream') ?? false
  return {
    protocol: 'openai-chat',
    model: requiredText(request, 'model'),
    isStream,
    wantsUsage: !isStream || wantsUsage(request),
    system,
    messages,
    ...readTools(request),
    isParallel: flagOf(request, 'parallel_tool_calls'),
    outputMax: countOf(request, 'max_completion_tokens') ?? countOf(request, 'max_tokens'),
    temperature: numberOf(request, 'temperature'),
    topP: numberOf(request, 'top_p'),
    topK: wholeOf(request, 'top_k', { least: -1, most: Number.MAX_SAFE_INTEGER }),
    seed: wholeOf(request, 'seed', { least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER }),
    presencePenalty: numberOf(request, 'presence_penalty'),
    frequencyPenalty: numberOf(request, 'frequency_penalty'),
    stop: readStop(request),
    topLogprobs: readLogprobs(request),
    choices: wholeOf(request, 'n', { least: 1, most: 128 }) ?? 1,
    format: readFormat(request),
    reasoning: readReasoning(request),
    serviceTier: readServiceTier(request),
    verbosity: textOf(request, 'verbosity'),
    promptCacheKey: textOf(request, 'prompt_cache_key'),
    unknown: request.unknown,
    names: { ...NAMES, ...(given(request, 'max_completion_tokens') === undefined ? { outputMax: 'max_tokens' } : {}) },
  }
}

function wantsUsage(request: Fields): boolean {
  const options = objectOf(request, 'stream_options')
  if (options === undefined) return false
  if (flagOf(options, 'include_obfuscation') === true) noteUnknown(options, 'include_obfuscation')
  return flagOf(options, 'include_usage') ?? false
}

function readLogprobs(request: Fields): number | undefined {
  const count = wholeOf(request, 'top_logprobs', { least: 0, most: 20 }) ?? 0
  if (flagOf(request, 'logprobs') === true) return count
  // Without the other field it has no meaning.
  if (count > 0) noteUnknown(request, 'top_logprobs')
  return undefined
}

function readStop(request: Fields): readonly string[] {
  const stop = given(request, 'stop')
  if (stop === undefined) return []
  if (typeof stop === 'string') return [stop]
  return Array.isArray(stop) ? (textsOf(request, 'stop') ?? []) : refuse(request, 'stop', 'it must be a string or an array of strings')
}

function readFormat(request: Fields): AnswerFormat {
  const format = objectOf(request, 'response_format')
  if (format === undefined) return { kind: 'text' }
  const type = wordOf(format, 'type', ['text', 'json_object', 'json_schema']) ?? 'text'
  if (type === 'text') return { kind: 'text' }
  if (type === 'json_object') return { kind: 'json' }
  const schema = requiredObject(format, 'json_schema')
  return {
    kind: 'schema',
    name: requiredText(schema, 'name'),
    ...optional('description', textOf(schema, 'description')),
    schema: objectOf(schema, 'schema')?.object ?? {},
    isStrict: flagOf(schema, 'strict'),
  }
}

function readReasoning(request: Fields): ReasoningWish | undefined {
  const effort = wordOf(request, 'reasoning_effort', EFFORTS)
  return effort === undefined ? undefined : { effort, budgetTokens: undefined, isTold: undefined, isEncryptedTold: undefined }
}
