/** For tests only: random requests and answers that messages can carry, and what is left of them there. */

import fc from 'fast-check'
import { readJson } from '../../lib/index.ts'
import { recordedStreams } from '../../protocols/testing.ts'
import { inputTokensOf, outputTokensOf, type Usage } from '../../spec/index.ts'
import type { Json } from '../call.ts'
import type { CanonicalEvent } from '../events.ts'
import { isObject, textIn } from '../json.ts'
import {
  type Answer,
  anyText,
  anyUsage,
  eventsOfParts,
  type PartEvents,
  type ProtocolSample,
  type WholePart,
  withoutPlaces,
} from '../testing.ts'

const words = fc.string({ minLength: 1, maxLength: 12 })
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined })

const citation = fc.record({
  ...{ type: fc.constant('web_search_result_location'), url: fc.webUrl(), title: words, cited_text: words, encrypted_index: words },
})
const text = fc.record({ texts: fc.array(anyText, { maxLength: 4 }), citations: fc.array(citation, { maxLength: 2 }) }).map(
  ({ texts, citations }): PartEvents => ({
    kind: { type: 'text' },
    inner: [
      ...texts.map((one) => ({ type: 'text-delta', text: one }) as const),
      ...citations.map((value) => ({ type: 'citation', origin: 'anthropic-messages', value }) as const),
    ],
  }),
)
const ORIGINS = ['anthropic-messages', 'openai-chat', 'openai-responses', 'gemini'] as const
const reasoning = fc
  .record({ texts: fc.array(anyText, { maxLength: 3 }), origin: fc.constantFrom(...ORIGINS), signature: maybe(words), id: maybe(words) })
  .map(
    ({ texts, origin, signature, id }): PartEvents => ({
      kind: { type: 'reasoning', origin, ...(id === undefined || origin === 'anthropic-messages' ? {} : { id, isSummary: true }) },
      inner: [
        ...texts.map((one) => ({ type: 'reasoning-delta', text: one }) as const),
        ...(signature === undefined ? [] : [{ type: 'signature', signature } as const]),
      ],
    }),
  )
const hidden = fc
  .record({ origin: fc.constantFrom(...ORIGINS), encrypted: words })
  .map(({ origin, encrypted }): PartEvents => ({ kind: { type: 'reasoning', origin, encrypted }, inner: [] }))
const refusal = fc
  .array(anyText, { minLength: 1, maxLength: 2 })
  .map((texts): PartEvents => ({ kind: { type: 'refusal' }, inner: texts.map((one) => ({ type: 'refusal-delta', text: one }) as const) }))
const silent = fc.constantFrom<PartEvents>(
  { kind: { type: 'image', mimeType: 'image/png', data: 'AAAA' }, inner: [] },
  { kind: { type: 'foreign', protocol: 'gemini', name: 'x', value: {} }, inner: [] },
)
const foreign = fc
  .record({ type: fc.constant('server_tool_use'), id: words, name: fc.constant('web_search'), input: fc.dictionary(words, words) })
  .map((value): PartEvents => ({ kind: { type: 'foreign', protocol: 'anthropic-messages', name: 'server_tool_use', value }, inner: [] }))

const input = fc.dictionary(anyText, fc.jsonValue())
const toolCall = fc
  .record({
    ...{ id: fc.uuid(), name: words, value: input, cuts: fc.array(fc.nat(), { maxLength: 4 }) },
    signature: maybe(words),
  })
  .map(
    ({ id, name, value, cuts, signature }): PartEvents => ({
      kind: { type: 'tool-call', id, name },
      inner: [...pieces(JSON.stringify(value), cuts), ...(signature === undefined ? [] : [{ type: 'signature', signature } as const])],
    }),
  )
const customCall = fc
  .record({ id: fc.uuid(), name: words, plain: anyText })
  .map(({ id, name, plain }): PartEvents => ({ kind: { type: 'tool-call', id, name, isCustom: true }, inner: pieces(plain, [1]) }))

const pieces = (whole: string, cuts: readonly number[]) => {
  const places = [0, ...cuts.map((cut) => cut % whole.length).toSorted((a, b) => a - b), whole.length]
  return places.slice(1).flatMap((place, index) => {
    const piece = whole.slice(places[index], place)
    return piece === '' ? [] : [{ type: 'arguments-delta', text: piece } as const]
  })
}

const FINISHES = ['stop', 'length', 'tool-calls', 'filter', 'refusal', 'stop-sequence', 'pause'] as const

/** Events of an answer. */
const anyEvents: fc.Arbitrary<CanonicalEvent[]> = fc
  .record({
    parts: fc.array(fc.oneof(text, reasoning, hidden, refusal, silent, foreign, toolCall, customCall), { maxLength: 6 }),
    reason: fc.constantFrom(...FINISHES),
    usage: anyUsage,
    id: fc.uuid(),
  })
  .map(({ parts, reason, usage, id }): CanonicalEvent[] => [
    { type: 'start', id, model: 'served', createdAt: undefined },
    ...eventsOfParts(0, parts),
    { type: 'finish', choice: 0, reason, stopSequence: reason === 'stop-sequence' ? 'END' : undefined },
    { type: 'usage', usage },
    { type: 'end' },
  ])
  // Objects of the kind that JSON gives.
  .map((events) => structuredClone(events) as CanonicalEvent[])

/** What a usage says once it has gone through this protocol's words. */
const toldUsage = (usage: Usage): Usage => ({
  ...usage,
  input: inputTokensOf(usage) - usage.cacheRead - usage.cacheWrite5m - usage.cacheWrite1h,
  output: outputTokensOf(usage),
  ...{ imageInput: 0, audioInput: 0, imageOutput: 0, audioOutput: 0, embedding: 0 },
})

/** What the protocol keeps of an answer: refusals are told at its end, plain text of a tool is a member of an object. */
function keptOf(answer: Answer): unknown {
  const choice = answer.choices.get(0) ?? { parts: [], finish: undefined, stopSequence: undefined }
  const refused = choice.parts.flatMap(({ kind, text: told }) => (kind.type === 'refusal' ? [told] : [])).join('')
  const finish = choice.finish === 'filter' || (choice.finish === 'stop' && refused !== '') ? 'refusal' : choice.finish
  return {
    ...answer,
    usage: answer.usage === undefined ? undefined : toldUsage(answer.usage),
    choices: [choice.parts.flatMap(keptPart), refused, finish, choice.stopSequence],
  }
}

function keptPart(part: WholePart): readonly WholePart[] {
  const { kind } = part
  if (kind.type === 'refusal' || kind.type === 'image' || (kind.type === 'foreign' && kind.protocol !== 'anthropic-messages')) return []
  if (kind.type !== 'tool-call') return [part]
  const { isCustom: _, ...rest } = kind
  return [{ ...part, kind: rest, text: toldArguments(kind, part.text), signature: undefined }]
}

/** The input of a tool is always an object: nothing at all is an empty one, and plain text is the member of one. */
function toldArguments({ isCustom }: { readonly isCustom?: boolean }, told: string): string {
  const text = isCustom === true ? JSON.stringify({ input: told }) : told
  // A character in two pieces is spelled otherwise than one in a piece.
  return text === '' ? '{}' : text.startsWith('{"input":"') ? JSON.stringify(readJson(text)) : text
}

const cacheMark = maybe(fc.constantFrom<Json>({ type: 'ephemeral' }, { type: 'ephemeral', ttl: '1h' }))
const textBlock = fc.record({ type: fc.constant('text'), text: anyText, cache_control: cacheMark })
const citedText = fc.record({ type: fc.constant('text'), text: anyText, citations: fc.array(citation, { minLength: 1, maxLength: 2 }) })
const file = fc.record({ type: fc.constant('file'), file_id: words })
const address = fc.record({ type: fc.constant('url'), url: fc.webUrl() })
const bytesOf = (mimeType: string) =>
  fc.record({ type: fc.constant('base64'), media_type: fc.constant(mimeType), data: fc.base64String({ minLength: 4 }) })
const image = fc.record({ type: fc.constant('image'), source: fc.oneof(bytesOf('image/png'), address, file), cache_control: cacheMark })
const wordsSource = fc.record({ type: fc.constant('text'), media_type: fc.constant('text/plain'), data: anyText })
const document = fc.record({
  type: fc.constant('document'),
  source: fc.oneof(bytesOf('application/pdf'), wordsSource, address, file, fc.record({ type: fc.constant('content'), content: anyText })),
  title: maybe(words),
  cache_control: cacheMark,
})
const toolResult = fc.record({
  type: fc.constant('tool_result'),
  tool_use_id: words,
  content: maybe(fc.oneof(anyText, fc.array(fc.oneof(textBlock, image, document), { minLength: 1, maxLength: 3 }))),
  is_error: maybe(fc.boolean()),
  cache_control: cacheMark,
})
const searchResult = fc.record({ type: fc.constant('search_result'), source: words, title: words, content: fc.constant([]) })
const userBlock = fc.oneof(textBlock, image, document, toolResult, searchResult)
const assistantBlock = fc.oneof(
  textBlock,
  citedText,
  fc.record({ type: fc.constant('thinking'), thinking: anyText, signature: words }),
  fc.record({ type: fc.constant('redacted_thinking'), data: words }),
  fc.record({
    type: fc.constant('tool_use'),
    id: words,
    name: words,
    input: fc.dictionary(words, fc.jsonValue()),
    cache_control: cacheMark,
  }),
  fc.record({ type: fc.constant('server_tool_use'), id: words, name: fc.constant('web_search'), input: fc.dictionary(words, words) }),
  fc.record({ type: fc.constant('web_search_tool_result'), tool_use_id: words, content: fc.constant([]) }),
)
const message = fc.oneof(
  fc.record({ role: fc.constant('user'), content: fc.oneof(anyText, fc.array(userBlock, { minLength: 1, maxLength: 4 })) }),
  fc.record({ role: fc.constant('assistant'), content: fc.oneof(anyText, fc.array(assistantBlock, { minLength: 1, maxLength: 4 })) }),
  fc.record({ role: fc.constant('system'), content: anyText }),
)

const schema = fc.constantFrom<Json>({ type: 'object', properties: { a: { type: 'string' } } }, { type: 'object' })
const tool = fc.oneof(
  fc.record({ name: words, description: maybe(words), input_schema: schema, strict: maybe(fc.boolean()), cache_control: cacheMark }),
  fc.record({ type: fc.constant('web_search_20250305'), name: fc.constant('web_search'), max_uses: fc.nat() }),
)
const toolChoice = fc.oneof(
  fc.record({ type: fc.constantFrom('auto', 'any'), disable_parallel_tool_use: maybe(fc.boolean()) }),
  fc.record({ type: fc.constant('tool'), name: words, disable_parallel_tool_use: maybe(fc.boolean()) }),
  fc.constant({ type: 'none' }),
)
const display = maybe(fc.constantFrom('summarized', 'omitted'))
const thinking = fc.oneof(
  fc.record({ type: fc.constant('enabled'), budget_tokens: fc.integer({ min: 1_024, max: 9_999 }), display }),
  fc.record({ type: fc.constant('adaptive'), display }),
)

/** Requests with everything that a canonical call has a place for. */
const anyRequest: fc.Arbitrary<Json> = fc
  .record({
    ...{ model: words, messages: fc.array(message, { minLength: 1, maxLength: 6 }), max_tokens: fc.integer({ min: 1, max: 9_999 }) },
    system: maybe(fc.oneof(anyText, fc.array(textBlock, { minLength: 1, maxLength: 2 }))),
    stream: maybe(fc.boolean()),
    temperature: maybe(fc.constantFrom(0, 0.5, 1)),
    top_p: maybe(fc.constantFrom(0, 0.5, 1)),
    top_k: maybe(fc.nat(100)),
    stop_sequences: maybe(fc.array(words, { maxLength: 3 })),
    tools: fc.array(tool, { minLength: 1, maxLength: 3 }),
    tool_choice: maybe(toolChoice),
    thinking: maybe(thinking),
    output_config: maybe(
      fc.record({
        effort: maybe(fc.constantFrom('low', 'medium', 'high', 'xhigh', 'max')),
        format: maybe(fc.record({ type: fc.constant('json_schema'), schema })),
      }),
    ),
    service_tier: maybe(fc.constantFrom('auto', 'standard_only')),
  })
  .map((request) => JSON.parse(JSON.stringify(request)) as Json)

const start: Json = { type: 'message_start', message: { id: 'msg_1', model: 'm', usage: { input_tokens: 3, output_tokens: 1 } } }
const block = (index: number, content: Json): Json => ({ type: 'content_block_start', index, content_block: content })
const delta = (index: number, told: Json): Json => ({ type: 'content_block_delta', index, delta: told })
const stop = (index: number): Json => ({ type: 'content_block_stop', index })
const end: readonly Json[] = [
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 7 } },
  { type: 'message_stop' },
]
const MESSAGE: Json = {
  ...{ id: 'a', type: 'message', role: 'assistant', model: 'm', stop_reason: 'tool_use', stop_sequence: null },
  stop_details: { type: 'refusal', explanation: 'no' },
  content: [
    { type: 'thinking', thinking: 'Hm', signature: 's' },
    { type: 'text', text: 'a', citations: [{ type: 'char_location' }] },
    { type: 'tool_use', id: 'a', name: 'f', input: { a: 1 } },
    { type: 'server_tool_use', id: 'a', name: 'f', input: { a: 1 } },
  ],
  usage: {
    input_tokens: 1,
    output_tokens: 1,
    cache_creation: { ephemeral_5m_input_tokens: 0 },
    output_tokens_details: { thinking_tokens: 1 },
  },
}
const STREAM: readonly Json[] = [
  ...[start, block(0, { type: 'thinking', thinking: '', signature: '' }), delta(0, { type: 'signature_delta', signature: 's' }), stop(0)],
  ...[block(1, { type: 'tool_use', id: 'a', name: 'f', input: {} }), delta(1, { type: 'input_json_delta', partial_json: '{}' }), stop(1)],
  ...[block(2, { type: 'text', text: '' }), delta(2, { type: 'citations_delta', citation: {} }), stop(2), ...end],
]

/** What the tests that are the same for every protocol need of this one. */
export const sample: ProtocolSample = {
  name: 'anthropic-messages',
  call: {},
  anyRequest,
  anyEvents,
  keptOf,
  keptWhole: keptOf,
  sameCall: withoutPlaces,
  toldArguments,
  streams: () => recordedStreams(['anthropic'], { hasNames: true, last: '' }),
  hostile: { whole: MESSAGE, stream: STREAM },
  sse: (objects) =>
    Buffer.from(objects.map((one) => `event: ${isObject(one) ? textIn(one, 'type') : ''}\ndata: ${JSON.stringify(one)}\n\n`).join('')),
}
