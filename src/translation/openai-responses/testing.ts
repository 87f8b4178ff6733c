/** For tests only: random requests and answers that responses can carry, and what is left of them there. */
import fc from 'fast-check'
import { type Recording, recordedStreams } from '../../protocols/testing.ts'
import type { Json } from '../call.ts'
import type { CanonicalEvent } from '../events.ts'
import {
  type Answer,
  anyText,
  anyUsage,
  eventsOfParts,
  foldedUsage,
  type PartEvents,
  type ProtocolSample,
  sseOf,
  withoutPlaces,
} from '../testing.ts'

const logprob = fc.record({
  token: anyText,
  logprob: fc.integer({ min: -50, max: 0 }),
  bytes: fc.constant([]),
  top_logprobs: fc.constant([]),
})
const citation = fc.record({
  type: fc.constant('url_citation'),
  url: fc.webUrl(),
  title: anyText,
  start_index: fc.nat(),
  end_index: fc.nat(),
})
const texts = fc.array(anyText, { maxLength: 4 })

const text = fc
  .record({
    ...{ texts, logprobs: fc.boolean(), probability: logprob, citations: fc.array(citation, { maxLength: 2 }) },
    phase: fc.constantFrom(undefined, 'commentary', 'final_answer'),
  })
  .map(
    ({ texts, logprobs, probability, citations, phase }): PartEvents => ({
      kind: { type: 'text', ...(phase === undefined ? {} : { phase }) },
      inner: [
        ...texts.map((one) => ({ type: 'text-delta', text: one, ...(logprobs ? { logprobs: [probability] } : {}) }) as const),
        ...citations.map((value) => ({ type: 'citation', origin: 'openai-responses', value }) as const),
      ],
    }),
  )
const refusal = texts.map(
  (told): PartEvents => ({ kind: { type: 'refusal' }, inner: told.map((one) => ({ type: 'refusal-delta', text: one }) as const) }),
)
const thoughts = (told: readonly string[]) => told.map((one) => ({ type: 'reasoning-delta', text: one }) as const)

/** Thoughts of the protocol itself: summaries, texts and what is encrypted, under one id. */
const ownThoughts = fc
  .record({
    id: fc.uuid(),
    summaries: fc.array(texts, { maxLength: 2 }),
    told: fc.array(texts, { maxLength: 2 }),
    encrypted: fc.option(fc.base64String(), { nil: undefined }),
  })
  .map(({ id, summaries, told, encrypted }): PartEvents[] => {
    const own = { type: 'reasoning', origin: 'openai-responses', id: `rs_${id}` } as const
    return [
      ...summaries.map((one) => ({ kind: { ...own, isSummary: true }, inner: thoughts(one) })),
      ...told.map((one) => ({ kind: own, inner: thoughts(one) })),
      ...(encrypted === undefined ? [] : [{ kind: { ...own, encrypted }, inner: [] }]),
    ]
  })
/** Thoughts of other protocols, with what proves or replaces them. */
const carriedThoughts = fc
  .record({
    ...{ origin: fc.constantFrom('openai-chat', 'anthropic-messages', 'gemini'), told: texts },
    ...{ signature: fc.option(anyText, { nil: undefined }), isSummary: fc.constantFrom(undefined, true, false) },
    encrypted: fc.option(anyText, { nil: undefined }),
  })
  .map(({ origin, told, signature, isSummary, encrypted }): PartEvents[] => [
    {
      kind: {
        type: 'reasoning',
        origin,
        ...(encrypted === undefined ? {} : { encrypted }),
        ...(isSummary === undefined ? {} : { isSummary }),
      },
      inner: [...thoughts(told), ...(signature === undefined ? [] : [{ type: 'signature', signature } as const])],
    },
  ])
const toolCall = fc
  .record({
    id: fc.uuid(),
    name: fc.string({ minLength: 1 }),
    told: texts,
    isCustom: fc.boolean(),
    signature: fc.option(anyText, { nil: undefined }),
  })
  .map(
    ({ id, name, told, isCustom, signature }): PartEvents => ({
      kind: { type: 'tool-call', id, name, ...(isCustom ? { isCustom } : {}) },
      inner: [
        ...told.map((one) => ({ type: 'arguments-delta', text: one }) as const),
        ...(signature === undefined ? [] : [{ type: 'signature', signature } as const]),
      ],
    }),
  )
const image = fc
  .base64String({ minLength: 4 })
  .map((data): PartEvents => ({ kind: { type: 'image', mimeType: 'image/png', data }, inner: [] }))
const search = fc.uuid().map((id): PartEvents => {
  const value = { id: `ws_${id}`, type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'q' } }
  return { kind: { type: 'foreign', protocol: 'openai-responses', name: 'web_search_call', value }, inner: [] }
})
const one = (part: fc.Arbitrary<PartEvents>): fc.Arbitrary<PartEvents[]> => part.map((alone) => [alone])

const FINISHES = ['stop', 'length', 'tool-calls', 'filter'] as const

/** Events of an answer. */
const anyEvents: fc.Arbitrary<CanonicalEvent[]> = fc
  .record({
    parts: fc.array(fc.oneof(one(text), one(refusal), ownThoughts, carriedThoughts, one(toolCall), one(image), one(search)), {
      maxLength: 7,
    }),
    ...{ reason: fc.constantFrom(...FINISHES), usage: anyUsage, id: fc.uuid() },
  })
  .map(({ parts, reason, usage, id }): CanonicalEvent[] => [
    { type: 'start', id: `resp_${id}`, model: 'served', createdAt: 1_770_000_000 },
    ...eventsOfParts(0, parts.flat()),
    { type: 'usage', usage },
    { type: 'finish', choice: 0, reason, stopSequence: undefined },
    { type: 'end' },
  ])
  // Objects of the kind that JSON gives.
  .map((events) => structuredClone(events) as CanonicalEvent[])

/** The arguments of a function are JSON: nothing at all is an empty object. */
const toldArguments = ({ isCustom }: { readonly isCustom?: boolean }, text: string): string =>
  text === '' && isCustom !== true ? '{}' : text

/** What the protocol keeps of an answer: all of it, but that it tells of tools that were called by their calls alone. */
function keptOf(answer: Answer): unknown {
  const { parts: told = [], finish, stopSequence } = answer.choices.get(0) ?? {}
  const parts = told.map((part) => (part.kind.type === 'tool-call' ? { ...part, text: toldArguments(part.kind, part.text) } : part))
  const has = (type: string): boolean => parts.some(({ kind }) => kind.type === type)
  const whole = has('tool-call') ? 'tool-calls' : has('refusal') ? 'refusal' : 'stop'
  const webSearches = parts.filter(({ kind }) => kind.type === 'foreign').length
  return {
    ...answer,
    usage: answer.usage === undefined ? undefined : { ...foldedUsage(answer.usage), webSearches },
    choices: [parts, finish === 'length' || finish === 'filter' ? finish : whole, stopSequence],
  }
}

const words = fc.string({ minLength: 1, maxLength: 12 })
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined })
const schema = fc.constantFrom<Json>({ type: 'object', properties: { a: { type: 'string' } } }, { type: 'object' })
const inputPart = fc.oneof(
  fc.record({ type: fc.constant('input_text'), text: anyText, prompt_cache_breakpoint: maybe(fc.constant({ mode: 'explicit' })) }),
  fc.record({
    type: fc.constant('input_image'),
    image_url: fc.oneof(
      fc.webUrl(),
      fc.base64String().map((data) => `data:image/png;base64,${data}`),
    ),
    detail: maybe(fc.constantFrom('low', 'high', 'auto')),
  }),
  fc.record({ type: fc.constant('input_image'), file_id: words }),
  fc.record({
    type: fc.constant('input_file'),
    file_data: fc.base64String().map((data) => `data:application/pdf;base64,${data}`),
    filename: words,
  }),
  fc.record({ type: fc.constant('input_file'), file_url: fc.webUrl(), filename: maybe(words) }),
  fc.record({
    type: fc.constant('input_audio'),
    input_audio: fc.record({ data: fc.base64String(), format: fc.constantFrom('wav', 'mp3') }),
  }),
)
const outputPart = fc.oneof(
  fc.record({ type: fc.constant('output_text'), text: anyText, annotations: fc.array(citation, { maxLength: 2 }) }),
  fc.record({ type: fc.constant('refusal'), refusal: anyText }),
)
const content = fc.oneof(anyText, fc.array(inputPart, { minLength: 1, maxLength: 3 }))
const summaries = fc.array(fc.record({ type: fc.constant('summary_text'), text: anyText }), { minLength: 1, maxLength: 2 })

/** Items, each with an id of its own where it has one. */
const item = fc.oneof(
  fc.record({ type: fc.constantFrom('message', undefined), role: fc.constant('user'), content }),
  fc.record({ type: fc.constant('message'), role: fc.constantFrom('system', 'developer'), content: anyText }),
  fc.record({
    type: fc.constant('message'),
    role: fc.constant('assistant'),
    content: fc.array(outputPart, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    type: fc.constant('message'),
    role: fc.constant('assistant'),
    content: anyText,
    phase: fc.constantFrom('commentary', 'final_answer'),
  }),
  fc.record({ type: fc.constant('function_call'), call_id: words, name: words, namespace: maybe(words), arguments: anyText }),
  fc.record({ type: fc.constant('custom_tool_call'), call_id: fc.constant('custom'), name: words, input: anyText }),
  fc.record({ type: fc.constant('function_call_output'), call_id: words, output: content }),
  fc.record({ type: fc.constant('reasoning'), id: fc.uuid(), summary: summaries, encrypted_content: maybe(words) }),
  fc.record({ type: fc.constant('reasoning'), id: fc.uuid(), summary: fc.constant([]), encrypted_content: words }),
  fc.record({ type: fc.constant('web_search_call'), id: words, status: fc.constant('completed') }),
)

const functionTool = fc.record({
  type: fc.constant('function'),
  name: words,
  description: maybe(words),
  parameters: schema,
  strict: maybe(fc.boolean()),
})
const grammar = fc.record({ type: fc.constant('grammar'), syntax: fc.constantFrom('lark', 'regex'), definition: words })
const customTool = fc.record({ type: fc.constant('custom'), name: words, description: maybe(words), format: maybe(grammar) })
const namespace = fc.record({
  ...{ type: fc.constant('namespace'), name: words, description: maybe(words) },
  tools: fc.array(fc.oneof(functionTool, customTool), { minLength: 1, maxLength: 3 }),
})
const providerTool = fc.constantFrom(
  { type: 'web_search', search_context_size: 'low' },
  { type: 'code_interpreter', container: { type: 'auto' } },
)
const named = fc.record({ type: fc.constant('function'), name: words })
const toolChoice = fc.oneof(
  fc.constantFrom<Json>('none', 'auto', 'required', { type: 'web_search_preview' }, { type: 'mcp', server_label: 'a' }),
  named,
  fc.record({
    type: fc.constant('allowed_tools'),
    mode: fc.constantFrom('auto', 'required'),
    tools: fc.array(named, { minLength: 1, maxLength: 3 }),
  }),
)

/** Requests with everything that a canonical call has a place for. */
const anyRequest: fc.Arbitrary<Json> = fc
  .record({
    ...{ model: words, input: fc.oneof(anyText, fc.array(item, { minLength: 1, maxLength: 8 })), instructions: maybe(words) },
    ...{ stream: maybe(fc.boolean()), max_output_tokens: maybe(fc.integer({ min: 1, max: 9_999 })), temperature: maybe(fc.nat(2)) },
    ...{ top_p: maybe(fc.constantFrom(0, 0.5, 1)), top_logprobs: maybe(fc.nat(20)), parallel_tool_calls: maybe(fc.boolean()) },
    ...{
      tools: fc.array(fc.oneof(functionTool, customTool, namespace, providerTool), { minLength: 1, maxLength: 3 }),
      tool_choice: maybe(toolChoice),
    },
    include: maybe(fc.subarray(['reasoning.encrypted_content', 'message.output_text.logprobs'])),
    text: maybe(
      fc.record({
        format: maybe(
          fc.oneof(
            fc.constantFrom({ type: 'text' }, { type: 'json_object' }),
            fc.record({ type: fc.constant('json_schema'), name: words, description: maybe(words), schema, strict: maybe(fc.boolean()) }),
          ),
        ),
        verbosity: maybe(fc.constantFrom('low', 'high')),
      }),
    ),
    reasoning: maybe(
      fc.record({ effort: maybe(fc.constantFrom('none', 'low', 'xhigh', 'max')), summary: maybe(fc.constantFrom('auto', 'detailed')) }),
    ),
    ...{ service_tier: maybe(fc.constantFrom('auto', 'default', 'flex', 'priority', 'fast')), prompt_cache_key: maybe(words) },
    ...{ store: maybe(fc.constant(false)), metadata: maybe(fc.constant({ a: 'b' })), truncation: maybe(fc.constant('disabled')) },
  })
  .map((request) => JSON.parse(JSON.stringify(request)) as Json)

/** Recorded streams; a recording may hold several, and each begins with its creation. */
export const streams = (): readonly Recording[] =>
  recordedStreams(['openai-responses'], { hasNames: true, last: '' }).flatMap(({ name, bytes }) =>
    bytes
      .toString()
      .split(/(?=event: response\.created\n)/)
      .filter((text) => text !== '')
      .map((text, index) => ({ name: `${name} ${index}`, bytes: Buffer.from(text) })),
  )

const response = (status: string, more: object = {}): Json => ({
  id: 'r',
  object: 'response',
  model: 'm',
  created_at: 1,
  status,
  output: [],
  ...more,
})
const created: Json = { type: 'response.created', response: response('in_progress') }
const event = (type: string, index: number, more: object): Json => ({ type: `response.${type}`, output_index: index, ...more })

const ITEMS: Json = [
  { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'a' }], encrypted_content: 'x', content: [{ text: 'b' }] },
  {
    type: 'message',
    id: 'm',
    content: [
      { type: 'output_text', text: 'a', annotations: [{ type: 'url_citation' }], logprobs: [] },
      { type: 'refusal', refusal: 'b' },
    ],
  },
  { type: 'function_call', id: 'f', call_id: 'c', name: 'n', arguments: '{}' },
  { type: 'image_generation_call', id: 'i', result: 'AAAA' },
]
const EVENTS: readonly Json[] = [
  created,
  event('output_item.added', 1, { item: { type: 'message', id: 'm' } }),
  event('content_part.added', 1, { content_index: 0, part: { type: 'output_text', text: '' } }),
  event('output_text.delta', 1, { content_index: 0, delta: 'a', logprobs: [{ token: 'a' }] }),
  event('output_text.annotation.added', 1, { content_index: 0, annotation: { type: 'url_citation' } }),
  event('output_item.done', 1, { item: { type: 'message', id: 'm', content: [{ type: 'output_text', text: 'a' }] } }),
  { type: 'response.completed', response: response('completed', { output: ITEMS, usage: { input_tokens: 1, output_tokens: 1 } }) },
]

/** What the tests that are the same for every protocol need of this one. */
export const sample: ProtocolSample = {
  name: 'openai-responses',
  call: {},
  anyRequest,
  anyEvents,
  keptOf,
  // What a reply repeats, and what it calls tools, is for the client alone.
  sameCall: (call) => withoutPlaces({ ...call, echo: undefined, toolNames: undefined }),
  toldArguments,
  streams,
  hostile: { whole: response('completed', { output: ITEMS }), stream: EVENTS },
  sse: sseOf(''),
}
