import { crc32 } from 'node:zlib'
import { seededRandom } from '../../../../sim/index.ts'
import { PROTOCOLS, type ProtocolId, type ReplyReader } from '../../../../src/protocols/index.ts'
import { ADAPTERS, PROTOCOL_NAMES, type ProtocolName } from '../../../../src/translation/index.ts'
import { makeReply, oddUsage } from '../../../money/usage-objects.ts'
import { isSameUsage, SPOKEN_PROTOCOLS } from '../../../streams.ts'
import { editJson } from '../json-edit.ts'
import { type FuzzTarget, rule } from '../target.ts'

/** Surfaces whose replies tell usage in ways of their own. */
const SURFACE_REPLIES: Readonly<Partial<Record<ProtocolId, object>>> = {
  'openai-embeddings': { object: 'list', data: [{ embedding: [0.5] }], model: 'm', usage: { prompt_tokens: 8, total_tokens: 8 } },
  'openai-completions': { choices: [{ text: 'fare', index: 0 }], model: 'm', usage: { prompt_tokens: 8, completion_tokens: 3 } },
  'openai-moderations': { id: 'x', model: 'm', results: [{ flagged: false }] },
  'openai-images': {
    created: 1,
    data: [{ b64_json: 'AA' }],
    usage: { input_tokens: 5, output_tokens: 7, input_tokens_details: { image_tokens: 2 } },
  },
  'openai-transcriptions': { text: 'fare', usage: { type: 'duration', seconds: 3 } },
  'gemini-embed': { embedding: { values: [0.5] }, usageMetadata: { promptTokenCount: 3 } },
}
const SURFACES = Object.keys(SURFACE_REPLIES) as [ProtocolId, ...ProtocolId[]]
const WORDS = [
  ...['usage', 'usageMetadata', 'prompt_tokens', 'completion_tokens', 'total_tokens', 'prompt_tokens_details', 'completion_tokens_details'],
  ...[
    'cached_tokens',
    'audio_tokens',
    'image_tokens',
    'reasoning_tokens',
    'cache_write_tokens',
    'input_tokens',
    'output_tokens',
    'message',
  ],
  ...[
    'input_tokens_details',
    'output_tokens_details',
    'cache_read_input_tokens',
    'cache_creation_input_tokens',
    'cache_creation',
    'response',
  ],
  ...['ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens', 'server_tool_use', 'web_search_requests', 'web_fetch_requests', 'seconds'],
  ...['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'cachedContentTokenCount', 'toolUsePromptTokenCount', 'modality'],
  ...['promptTokensDetails', 'candidatesTokensDetails', 'AUDIO', 'IMAGE', 'tokenCount', 'num_sources_used', 'output', 'web_search_call'],
  ...['service_tier', 'model', 'choices', 'error', 'type', 'duration', 'tokens', 'data', '__proto__', 'constructor', 'length'],
] as const

/** An input is the name of a protocol, `stream` or `whole`, a line feed, and a reply in it: counts that fit, alike however it was cut. */
export const usageTarget: FuzzTarget = {
  dictionary: [...'{}[]:,"-.', '1e9', 'null', 'true', '\n\n', 'data: ', '"usage":', '{"prompt_tokens":', '}}', ...WORDS],
  bytesMax: 8_192,
  make: (random) => {
    if (random.below(4) === 0) {
      const id = random.pick(SURFACES)
      return Buffer.from(`${id} whole\n${JSON.stringify(SURFACE_REPLIES[id])}`)
    }
    const { protocol, isStream, bytes } = makeReply(random)
    return Buffer.concat([Buffer.from(`${SPOKEN_PROTOCOLS[protocol].id} ${isStream ? 'stream' : 'whole'}\n`), bytes])
  },
  edit: (input, random) => {
    const { head, reply, isStream } = apart(input)
    const text = reply.toString()
    const lines = isStream ? text.split(/(?<=\n)/) : [text]
    const at = random.below(lines.length)
    const [, name = '', json = ''] = /^((?:data: ?)?)([\s\S]*)$/.exec(lines[at] ?? '') ?? []
    const edited = editJson(json, random, WORDS)
    return edited === undefined ? input : Buffer.from(head + lines.with(at, `${name}${edited}${isStream ? '\n' : ''}`).join(''))
  },
  read: (input) => {
    const { id, isStream, reply } = apart(input)
    const random = seededRandom(crc32(input))
    const cuts = Array.from({ length: random.below(5) }, () => random.below(reply.length + 1)).toSorted((one, other) => one - other)
    const [whole, inParts] = [readerOf(id, isStream), readerOf(id, isStream)]
    passThrough(whole, reply, [])
    passThrough(inParts, reply, cuts)
    const odd = oddUsage(whole.usage())
    rule(odd === undefined, `${id}: ${odd}`)
    rule(isSameUsage(whole.usage(), inParts.usage()), `${id}: another usage when cut`)
    rule(whole.isUsageSuspect() === inParts.isUsageSuspect(), `${id}: suspect in one way of cutting alone`)
    rule(whole.serviceTier() === inParts.serviceTier(), `${id}: another tier when cut`)
    rule(whole.isError() === inParts.isError(), `${id}: an error in one way of cutting alone`)
    rule((whole.reportedModel() ?? '').length <= MODEL_MAX, `${id}: a model without a bound`)
    translated(id, isStream, { reply, cuts })
    return 1
  },
}

/** No name of a model is longer. */
const MODEL_MAX = 1_024
const NAMES = Object.keys(PROTOCOLS) as readonly ProtocolId[]

function apart(input: Buffer): { readonly head: string; readonly id: ProtocolId; readonly isStream: boolean; readonly reply: Buffer } {
  const end = input.indexOf(10)
  const [name = '', manner = ''] = input.toString('latin1', 0, Math.max(0, end)).split(' ')
  const isKnown = (NAMES as readonly string[]).includes(name)
  const id = isKnown ? (name as ProtocolId) : 'openai-chat'
  return { id, head: isKnown ? `${name} ${manner}\n` : '', isStream: manner === 'stream', reply: isKnown ? input.subarray(end + 1) : input }
}

function readerOf(id: ProtocolId, isStream: boolean): ReplyReader {
  return PROTOCOLS[id].readReply({ isStream, removesUsage: false, contentType: isStream ? 'text/event-stream' : 'application/json' })
}

function passThrough(reader: ReplyReader, reply: Buffer, cuts: readonly number[]): void {
  const out: Buffer[] = []
  let from = 0
  for (const to of [...cuts, reply.length]) {
    out.push(Buffer.from(reader.push(Buffer.from(reply.subarray(from, to)))))
    from = to
  }
  out.push(Buffer.from(reader.end()))
  rule(Buffer.concat(out).equals(reply), 'what goes out is not what came')
}

type Cut = { readonly reply: Buffer; readonly cuts: readonly number[] }

/** The reply in the words of every client: no event of an upstream's makes a reader or a writer throw. */
function translated(id: ProtocolId, isStream: boolean, { reply, cuts }: Cut): void {
  const upstream = ADAPTERS[id as ProtocolName]
  if (upstream === undefined) return
  const client = PROTOCOL_NAMES[crc32(reply) % PROTOCOL_NAMES.length] ?? 'openai-chat'
  const call = ADAPTERS[client]?.readRequest(Buffer.from(REQUESTS[client]), { model: 'm', isStream })
  if (call === undefined) return
  const reader = isStream ? upstream.readStream() : upstream.readWhole()
  const context = { call, requestId: 'req_1', now: () => 1_780_000_000_000, inputEstimate: 3 }
  const writer = isStream ? ADAPTERS[client]?.writeStream(context) : ADAPTERS[client]?.writeWhole(context)
  let from = 0
  for (const to of [...cuts, reply.length]) {
    for (const event of reader.push(reply.subarray(from, to))) {
      rule(event.type !== 'usage' || oddUsage(event.usage) === undefined, `${id} to ${client}: an odd usage is told`)
      writer?.push(event)
    }
    from = to
  }
  for (const event of reader.end()) writer?.push(event)
  writer?.end()
}

/** The smallest call of each client. */
const REQUESTS: Readonly<Record<ProtocolName, string>> = {
  'openai-chat': '{"model":"m","messages":[{"role":"user","content":"x"}]}',
  'openai-responses': '{"model":"m","input":"x"}',
  'anthropic-messages': '{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}]}',
  gemini: '{"contents":[{"role":"user","parts":[{"text":"x"}]}]}',
}
