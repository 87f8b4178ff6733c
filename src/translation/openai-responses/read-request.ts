import { fail } from '../../failures.ts'
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
  requiredObject,
  requiredText,
  textOf,
  textsOf,
  wholeOf,
  wordOf,
} from '../request-fields.ts'
import { echoOf } from './echo.ts'
import { readInput } from './read-input.ts'
import { readNaming, readTools } from './read-tools.ts'

/** What this protocol calls the fields of a call, where it is not the canonical name in snake case. */
const NAMES: Readonly<Partial<Record<CallField, string>>> = {
  isStream: 'stream',
  system: 'instructions',
  messages: 'input',
  isParallel: 'parallel_tool_calls',
  outputMax: 'max_output_tokens',
  format: 'text.format',
  verbosity: 'text.verbosity',
}

/** Fields that are read, repeated in the reply, or ask for nothing that we do not do anyway. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['model', 'input', 'instructions', 'stream', 'stream_options', 'store', 'background', 'previous_response_id', 'conversation'],
  ...['prompt', 'tools', 'tool_choice', 'parallel_tool_calls', 'max_output_tokens', 'temperature', 'top_p', 'presence_penalty'],
  ...['frequency_penalty', 'include', 'top_logprobs', 'text', 'reasoning', 'service_tier', 'prompt_cache_key', 'truncation', 'metadata'],
])

/**
 * A request for a response; failure codes: invalid_json, json_too_deep, missing_field, invalid_field, and nothing_stored where it refers
 * to something stored. Source: https://platform.openai.com/docs/api-reference/responses/create (2026-11).
 */
export function readRequest(body: Buffer): CanonicalCall {
  const request = parseRequest(body)
  refuseStored(request)
  noteOthers(request, KNOWN)
  // Without it nothing is stored either; who asks for it is told that it was not done.
  if (flagOf(request, 'store') === true) noteUnknown(request, 'store')
  if (wordOf(request, 'truncation', ['auto', 'disabled']) === 'auto') noteUnknown(request, 'truncation')
  const text = objectOf(request, 'text')
  if (text !== undefined) noteOthers(text, TEXT)
  const naming = readNaming(request)
  // Before the conversation, so that a tool has the same name whatever was called.
  const tools = readTools(request, naming)
  return {
    protocol: 'openai-responses',
    model: requiredText(request, 'model'),
    isStream: flagOf(request, 'stream') ?? false,
    wantsUsage: true,
    ...readInput(request, naming),
    ...tools,
    isParallel: flagOf(request, 'parallel_tool_calls'),
    outputMax: countOf(request, 'max_output_tokens'),
    temperature: numberOf(request, 'temperature'),
    topP: numberOf(request, 'top_p'),
    topK: undefined,
    seed: undefined,
    presencePenalty: numberOf(request, 'presence_penalty'),
    frequencyPenalty: numberOf(request, 'frequency_penalty'),
    stop: [],
    choices: 1,
    format: text === undefined ? { kind: 'text' } : readFormat(text),
    ...readWishes(request),
    serviceTier: readServiceTier(request),
    verbosity: text === undefined ? undefined : textOf(text, 'verbosity'),
    promptCacheKey: textOf(request, 'prompt_cache_key'),
    unknown: request.unknown,
    names: NAMES,
    ...(naming.own.size > 0 ? { toolNames: naming.own } : {}),
    echo: echoOf(request),
  }
}

/** Fields that name something stored, or that can only be done by storing. */
const STORED = ['previous_response_id', 'conversation', 'prompt'] as const

function refuseStored(request: Fields): void {
  const name =
    STORED.find((field) => given(request, field) !== undefined) ?? (flagOf(request, 'background') === true ? 'background' : undefined)
  if (name !== undefined) fail('nothing_stored', { field: name })
}

const TEXT: ReadonlySet<string> = new Set(['format', 'verbosity'])

function readFormat(text: Fields): AnswerFormat {
  const format = objectOf(text, 'format')
  const type = format === undefined ? 'text' : wordOf(format, 'type', ['text', 'json_object', 'json_schema'])
  if (format === undefined || type === undefined || type === 'text') return { kind: 'text' }
  if (type === 'json_object') return { kind: 'json' }
  return {
    kind: 'schema',
    name: requiredText(format, 'name'),
    ...optional('description', textOf(format, 'description')),
    schema: requiredObject(format, 'schema').object,
    isStrict: flagOf(format, 'strict'),
  }
}

const ENCRYPTED = 'reasoning.encrypted_content'
const LOGPROBS = 'message.output_text.logprobs'

/** What is to be told beside the answer. */
function readWishes(request: Fields): Pick<CanonicalCall, 'reasoning' | 'topLogprobs'> {
  const include = textsOf(request, 'include') ?? []
  for (const [index, name] of include.entries()) {
    if (name !== ENCRYPTED && name !== LOGPROBS) noteUnknown(request, `include[${index}]`)
  }
  const count = wholeOf(request, 'top_logprobs', { least: 0, most: 20 }) ?? 0
  return {
    reasoning: readReasoning(request, include.includes(ENCRYPTED)),
    topLogprobs: include.includes(LOGPROBS) || count > 0 ? count : undefined,
  }
}

const REASONING: ReadonlySet<string> = new Set(['effort', 'summary', 'generate_summary'])

function readReasoning(request: Fields, isEncryptedTold: boolean): ReasoningWish | undefined {
  const reasoning = objectOf(request, 'reasoning')
  if (reasoning !== undefined) noteOthers(reasoning, REASONING)
  const summary = reasoning === undefined ? undefined : (textOf(reasoning, 'summary') ?? textOf(reasoning, 'generate_summary'))
  const effort = reasoning === undefined ? undefined : wordOf(reasoning, 'effort', EFFORTS)
  if (effort === undefined && summary === undefined && !isEncryptedTold) return undefined
  return {
    effort,
    budgetTokens: undefined,
    isTold: summary === undefined ? undefined : true,
    ...optional('summary', summary),
    isEncryptedTold: isEncryptedTold ? true : undefined,
  }
}
