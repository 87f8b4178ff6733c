import { crc32 } from 'node:zlib'
import type { SeededRandom } from '../../../../sim/index.ts'
import { FAILURES, FailureError } from '../../../../src/failures.ts'
import type { CallAddress, DecodedCall, ProtocolId } from '../../../../src/protocols/index.ts'
import { bodyEditor, PROTOCOLS } from '../../../../src/protocols/index.ts'
import { ADAPTERS, makeLosses, PROTOCOL_NAMES, type ProtocolName } from '../../../../src/translation/index.ts'
import { makeRequest } from '../../../money/request-fuzz.ts'
import { SPOKEN_PROTOCOLS } from '../../../streams.ts'
import { editJson } from '../json-edit.ts'
import { type FuzzTarget, rule } from '../target.ts'

/** An input is the name of a protocol, a line feed, and a body in it. */
const IDS = Object.keys(PROTOCOLS).filter((id) => PROTOCOLS[id as ProtocolId].form === undefined) as [ProtocolId, ...ProtocolId[]]
/** What no answer of ours may hold. */
const CANARY = 'cnryQ7f3'
/** Counting tokens takes longer than all else. */
const COUNTED_ONE_IN = 32
const UPSTREAM_MODEL = 'upstream-model'
/** The protocol in which bodies are edited for an upstream that has the model in its path. */
const EDITED: ProtocolId = 'anthropic-messages'
const edited = bodyEditor({ without: ['model', 'stream'], adds: ['anthropic_version', 'anthropic_beta'] })

/** Small bodies of the surfaces beside the four that are spoken in full. */
const SURFACE_BODIES: Readonly<Partial<Record<ProtocolId, object>>> = {
  'openai-embeddings': { model: 'm', input: [CANARY, 'fare'], dimensions: 8, encoding_format: 'float' },
  'openai-completions': { model: 'm', prompt: [CANARY], max_tokens: 5, n: 2, best_of: 3, stream: true, suffix: 'x', echo: true },
  'openai-moderations': {
    model: 'm',
    input: [
      { type: 'text', text: CANARY },
      { type: 'image_url', image_url: { url: 'https://e.org/a' } },
    ],
  },
  'openai-images': { model: 'm', prompt: CANARY, n: 2, size: '1024x1024', quality: 'high', stream: true, partial_images: 2 },
  'openai-speech': { model: 'm', input: CANARY, voice: 'v', response_format: 'mp3', stream_format: 'sse', speed: 1 },
  'openai-responses-count': { model: 'm', input: CANARY, tools: [] },
  'anthropic-count-tokens': { model: 'm', messages: [{ role: 'user', content: CANARY }], system: 'x' },
  'gemini-embed': { content: { parts: [{ text: CANARY }] }, taskType: 'RETRIEVAL_QUERY', outputDimensionality: 8 },
  'gemini-batch-embed': { requests: [{ model: 'models/m', content: { parts: [{ text: CANARY }] } }] },
  'gemini-count': { contents: [{ role: 'user', parts: [{ text: CANARY }] }] },
}
const SURFACES = Object.keys(SURFACE_BODIES) as [ProtocolId, ...ProtocolId[]]

const WORDS = [
  ...[
    'model',
    'messages',
    'input',
    'contents',
    'content',
    'parts',
    'role',
    'user',
    'assistant',
    'system',
    'tool',
    'developer',
    'type',
    'text',
  ],
  ...[
    'input_text',
    'output_text',
    'image_url',
    'input_image',
    'image',
    'document',
    'input_file',
    'file',
    'input_audio',
    'inlineData',
    'fileData',
  ],
  ...[
    'source',
    'base64',
    'url',
    'media_type',
    'data',
    'detail',
    'low',
    'high',
    'tools',
    'function',
    'custom',
    'web_search',
    'web_search_20250305',
  ],
  ...['code_execution_20250825', 'googleSearch', 'codeExecution', 'max_uses', 'max_tool_calls', 'tool_calls', 'tool_use', 'tool_result'],
  ...[
    'function_call',
    'function_call_output',
    'functionCall',
    'functionResponse',
    'reasoning',
    'thinking',
    'redacted_thinking',
    'signature',
  ],
  ...['arguments', 'output', 'name', 'id', 'call_id', 'tool_call_id', 'stream', 'stream_options', 'include_usage', 'n', 'max_tokens'],
  ...[
    'max_completion_tokens',
    'max_output_tokens',
    'maxOutputTokens',
    'generationConfig',
    'candidateCount',
    'prediction',
    'modalities',
    'audio',
  ],
  ...[
    'service_tier',
    'serviceTier',
    'flex',
    'priority',
    'auto',
    'cache_control',
    'ephemeral',
    'ttl',
    '1h',
    'store',
    'previous_response_id',
  ],
  ...[
    'response_format',
    'json_schema',
    'schema',
    'strict',
    'tool_choice',
    'stop',
    'thinkingConfig',
    'thinkingBudget',
    'effort',
    'budget_tokens',
  ],
  ...[
    'prompt',
    'size',
    'quality',
    'dimensions',
    'requests',
    'taskType',
    'user_id',
    'metadata',
    'logprobs',
    'top_logprobs',
    '__proto__',
    CANARY,
  ],
] as const

/** Bodies of requests in every protocol: what decodes is JSON with exact bounds, and can be said to each upstream; what does not is refused by name. */
export const jsonTarget: FuzzTarget = {
  dictionary: [...'{}[]:,"\\', '\\u0000', '\\ud800', '\xed\xa0\x80', 'null', 'true', '"model":"m"', '{"', '":', ',"', ...WORDS],
  bytesMax: 16_384,
  make: makeBody,
  edit: (input, random) => {
    const { head, body } = apart(input)
    const text = editJson(body.toString(), random, WORDS)
    return text === undefined ? input : Buffer.from(head + text)
  },
  read: (input) => {
    const { id, body } = apart(input)
    const address: CallAddress = { model: 'm', isStream: (crc32(input) & 1) === 1 }
    const isJson = tried(() => void JSON.parse(body.toString()))
    const call = orRefused(id, () => PROTOCOLS[id].decode(body, address))
    if (call === undefined) return 1
    rule(isJson, `${id}: what is no JSON was taken`)
    boundsHold(id, call, body)
    bodiesHold(id, call)
    addressesHold(id, body)
    if (id === EDITED) jsonOf(edited(body, { anthropic_version: '"x"', anthropic_beta: '[]' }), `${id}: edited`)
    if (crc32(input) % COUNTED_ONE_IN === 0) rule(isCount(call.countInput()), `${id}: the prompt cannot be counted`)
    if (isTranslated(id)) translationHolds(id, body, address)
    return 1
  },
}

function makeBody(random: SeededRandom): Buffer {
  if (random.below(3) === 0) {
    const id = random.pick(SURFACES)
    return Buffer.from(`${id}\n${JSON.stringify(SURFACE_BODIES[id])}`)
  }
  const { protocol, body } = makeRequest(random)
  const text = body.toString().replaceAll(/(?:iVBORw0KGgo){3,}/g, 'iVBORw0KGgo')
  return Buffer.from(`${SPOKEN_PROTOCOLS[protocol].id}\n${text}`)
}

function apart(input: Buffer): { readonly head: string; readonly id: ProtocolId; readonly body: Buffer } {
  const end = input.indexOf(10)
  const name = input.toString('latin1', 0, Math.max(0, end))
  const isKnown = (IDS as readonly string[]).includes(name)
  const id = isKnown ? (name as ProtocolId) : (IDS[crc32(input) % IDS.length] ?? IDS[0])
  return { id, head: isKnown ? `${name}\n` : '', body: isKnown ? input.subarray(end + 1) : input }
}

const tried = (what: () => void): boolean => {
  try {
    what()
    return true
  } catch {
    return false
  }
}

/** What a reader gives; undefined where it refuses with a failure that we have, of the client's, which says nothing of the body. */
function orRefused<T>(id: ProtocolId, read: () => T): T | undefined {
  try {
    return read()
  } catch (thrown) {
    if (!(thrown instanceof FailureError)) throw thrown
    const { failure } = thrown
    rule(Object.hasOwn(FAILURES, failure.code), `${id}: a failure that is not ours`)
    rule(failure.status >= 400 && failure.status < 500, `${id}: ${failure.code} is not the client's`)
    for (const bytes of [PROTOCOLS[id].encodeError(failure, 'r'), PROTOCOLS[id].encodeStreamError(failure, 'r')])
      rule(!bytes.includes(CANARY), `${id}: ${failure.code} says what was sent`)
    return undefined
  }
}

const isCount = (count: number | undefined): boolean => count === undefined || (Number.isSafeInteger(count) && count >= 0)

function boundsHold(id: ProtocolId, call: DecodedCall, body: Buffer): void {
  const { inputMax, outputMax, outputExtra, choices, passes, textBytes, counts } = call
  for (const [name, count] of Object.entries({ inputMax, outputMax, outputExtra, choices, passes, textBytes, ...counts }))
    rule(isCount(count), `${id}: ${name} is ${count}`)
  rule(choices >= 1 && passes >= 1, `${id}: no answer was asked for`)
  rule(textBytes <= body.length, `${id}: more text than bytes`)
  for (const model of ['gpt-4o-mini', 'claude-opus-5', 'gemini-2.5-flash', 'vision-m2'])
    rule(isCount(call.inputMaxFor(model)) && isCount(call.outputMaxFor?.(model)), `${id}: no bound for ${model}`)
}

function bodiesHold(id: ProtocolId, call: DecodedCall): void {
  const forced = { outputMax: 7, addsOutputMax: true, limitsTools: true, pseudonymOf: () => 'pseudonym' }
  const asIs = jsonOf(Buffer.concat([...call.bodyFor(UPSTREAM_MODEL)]), `${id}: as it is`)
  const bound = jsonOf(Buffer.concat([...call.bodyFor(UPSTREAM_MODEL, forced)]), `${id}: bound`)
  if (id.startsWith('gemini')) return
  rule(asIs['model'] === UPSTREAM_MODEL && bound['model'] === UPSTREAM_MODEL, `${id}: the upstream is asked for another model`)
}

function jsonOf(bytes: Buffer, what: string): Readonly<Record<string, unknown>> {
  const text = bytes.toString()
  rule(
    tried(() => void JSON.parse(text)),
    `${what}: what would go out is no JSON`,
  )
  const value: unknown = JSON.parse(text)
  rule(typeof value === 'object' && value !== null, `${what}: what would go out is no object`)
  return value as Readonly<Record<string, unknown>>
}

function addressesHold(id: ProtocolId, body: Buffer): void {
  let from = 0
  for (const { start, end, url } of PROTOCOLS[id].addresses?.(body) ?? []) {
    rule(start >= from && end > start && end <= body.length, `${id}: addresses that overlap`)
    rule(typeof url === 'string', `${id}: an address that is no text`)
    from = end
  }
}

const isTranslated = (id: ProtocolId): id is ProtocolName => (PROTOCOL_NAMES as readonly string[]).includes(id)

/** The call, in one of the protocols that upstreams speak. */
function translationHolds(id: ProtocolName, body: Buffer, address: CallAddress): void {
  const call = orRefused(id, () => ADAPTERS[id]?.readRequest(body, address))
  if (call === undefined) return
  const other = PROTOCOL_NAMES[crc32(body) % PROTOCOL_NAMES.length] ?? id
  const losses = makeLosses()
  const written = Buffer.from(ADAPTERS[other]?.writeRequest(call, { model: UPSTREAM_MODEL, losses, outputMax: 4096 }) ?? '')
  jsonOf(written, `${id} to ${other}`)
  for (const loss of losses.list()) rule(/^[\w.[\]?-]{1,100}$/.test(loss), `${id} to ${other}: a loss that no header can say`)
  orRefused(other, () => PROTOCOLS[other].decode(written, { model: UPSTREAM_MODEL, isStream: call.isStream }))
}
