/** For tests only: random requests and answers that chat completions can carry, and what is left of them there. */
import fc from 'fast-check'
import { recordedStreams } from '../../protocols/testing.ts'
import type { Json } from '../call.ts'
import type { CanonicalEvent } from '../events.ts'
import {
  type Answer,
  anyText,
  anyUsage,
  eventsOfParts,
  foldedUsage,
  interleave,
  type PartEvents,
  type ProtocolSample,
  sseOf,
  type WholePart,
  withoutPlaces,
} from '../testing.ts'

const logprob = fc.record({
  token: anyText,
  logprob: fc.integer({ min: -50, max: 0 }),
  bytes: fc.constant(null),
  top_logprobs: fc.constant([]),
})
const citation = fc.record({ type: fc.constant('url_citation'), url_citation: fc.record({ url: fc.webUrl(), title: anyText }) })

const text = fc
  .record({
    texts: fc.array(anyText, { maxLength: 4 }),
    logprobs: fc.boolean(),
    probability: logprob,
    citations: fc.array(citation, { maxLength: 2 }),
  })
  .map(
    ({ texts, logprobs, probability, citations }): PartEvents => ({
      kind: { type: 'text' },
      inner: [
        ...texts.map((one) => ({ type: 'text-delta', text: one, ...(logprobs ? { logprobs: [probability] } : {}) }) as const),
        ...citations.map((value) => ({ type: 'citation', origin: 'openai-chat', value }) as const),
      ],
    }),
  )
const reasoning = fc
  .record({ texts: fc.array(anyText, { maxLength: 3 }), origin: fc.constantFrom('openai-chat', 'anthropic-messages') })
  .map(
    ({ texts, origin }): PartEvents => ({
      kind: { type: 'reasoning', origin },
      inner: texts.map((one) => ({ type: 'reasoning-delta', text: one }) as const),
    }),
  )
const refusal = fc
  .array(anyText, { minLength: 1, maxLength: 2 })
  .map((texts): PartEvents => ({ kind: { type: 'refusal' }, inner: texts.map((one) => ({ type: 'refusal-delta', text: one }) as const) }))
const image = fc
  .base64String({ minLength: 4 })
  .map((data): PartEvents => ({ kind: { type: 'image', mimeType: 'image/png', data }, inner: [] }))
const foreign: fc.Arbitrary<PartEvents> = fc.constant({
  kind: { type: 'foreign', protocol: 'anthropic-messages', name: 'server_tool_use', value: { type: 'server_tool_use' } },
  inner: [],
})

/** A tool call whose arguments come in pieces cut anywhere. */
const toolCall = fc
  .record({
    id: fc.uuid(),
    name: fc.string({ minLength: 1 }),
    value: fc.dictionary(anyText, fc.jsonValue()),
    cuts: fc.array(fc.nat(), { maxLength: 4 }),
  })
  .map(({ id, name, value, cuts }): PartEvents => ({ kind: { type: 'tool-call', id, name }, inner: pieces(JSON.stringify(value), cuts) }))
const customCall = fc
  .record({ id: fc.uuid(), name: fc.string({ minLength: 1 }), input: anyText })
  .map(({ id, name, input }): PartEvents => ({ kind: { type: 'tool-call', id, name, isCustom: true }, inner: pieces(input, []) }))

const pieces = (whole: string, cuts: readonly number[]) => {
  const places = [0, ...cuts.map((cut) => cut % whole.length).toSorted((a, b) => a - b), whole.length]
  return places.slice(1).flatMap((place, index) => {
    const piece = whole.slice(places[index], place)
    return piece === '' ? [] : [{ type: 'arguments-delta', text: piece } as const]
  })
}

const FINISHES = ['stop', 'length', 'tool-calls', 'filter', 'stop-sequence'] as const

/** Events of an answer of one or two choices, whose events come in any mixture. */
const anyEvents: fc.Arbitrary<CanonicalEvent[]> = fc
  .record({
    choices: fc.array(
      fc.record({
        parts: fc.array(fc.oneof(text, reasoning, refusal, image, foreign, toolCall, customCall), { maxLength: 6 }),
        reason: fc.constantFrom(...FINISHES),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    picks: fc.array(fc.nat(), { maxLength: 60 }),
    usage: anyUsage,
    id: fc.uuid(),
  })
  .map(({ choices, picks, usage, id }) => [
    { type: 'start', id, model: 'served', createdAt: 1_770_000_000 },
    ...interleave(
      choices.map(({ parts, reason }, choice): CanonicalEvent[] => [
        ...eventsOfParts(choice, parts),
        { type: 'finish', choice, reason, stopSequence: reason === 'stop-sequence' ? 'END' : undefined },
      ]),
      picks,
    ),
    { type: 'usage', usage },
    { type: 'end' },
  ])
  // Objects of the kind that JSON gives.
  .map((events) => structuredClone(events) as CanonicalEvent[])

/** What the protocol keeps of an answer: neighbours of a kind are one, empty ones none, thoughts lose where they are from. */
function keptOf(answer: Answer, isOrdered: boolean): unknown {
  const choices = [...answer.choices].toSorted(([a], [b]) => a - b)
  return {
    ...answer,
    usage: answer.usage === undefined ? undefined : foldedUsage(answer.usage),
    choices: choices.map(([index, { parts, finish, stopSequence }]) => {
      const kept = merged(isOrdered ? byKind(parts) : parts)
      const has = (type: string): boolean => kept.some(({ kind }) => kind.type === type)
      const stop = has('tool-call') ? 'tool-calls' : has('refusal') ? 'refusal' : 'stop'
      return [index, kept, finish === 'stop' ? stop : finish, stopSequence]
    }),
  }
}

const ORDER = ['reasoning', 'text', 'refusal', 'image', 'tool-call', 'foreign']
const byKind = (parts: readonly WholePart[]): readonly WholePart[] =>
  parts.toSorted((a, b) => ORDER.indexOf(a.kind.type) - ORDER.indexOf(b.kind.type))

function merged(parts: readonly WholePart[]): readonly WholePart[] {
  const kept: WholePart[] = []
  for (const part of parts) {
    const { kind } = part
    const isProse = kind.type === 'text' || kind.type === 'reasoning' || kind.type === 'refusal'
    if (kind.type === 'foreign' || (isProse && part.text === '' && part.citations.length === 0)) continue
    const last = kept.at(-1)
    if (isProse && last?.kind.type === kind.type) {
      last.text += part.text
      last.logprobs.push(...part.logprobs)
      last.citations.push(...part.citations)
    } else
      kept.push({
        ...part,
        kind: kind.type === 'reasoning' ? { type: 'reasoning', origin: 'openai-chat' } : kind,
        logprobs: [...part.logprobs],
        citations: [...part.citations],
      })
  }
  return kept
}

const words = fc.string({ minLength: 1, maxLength: 12 })
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(value, { nil: undefined })
const schema = fc.constantFrom<Json>({ type: 'object', properties: { a: { type: 'string' } } }, { type: 'object' })
const breakpoint = maybe(fc.constant({ mode: 'explicit' }))

const textPart = fc.record({ type: fc.constant('text'), text: anyText, prompt_cache_breakpoint: breakpoint })
const userPart = fc.oneof(
  textPart,
  fc.record({
    type: fc.constant('image_url'),
    image_url: fc.record({
      url: fc.oneof(
        fc.webUrl(),
        fc.base64String().map((data) => `data:image/png;base64,${data}`),
      ),
      detail: maybe(fc.constantFrom('low', 'high', 'auto')),
    }),
  }),
  fc.record({
    type: fc.constant('input_audio'),
    input_audio: fc.record({ data: fc.base64String(), format: fc.constantFrom('wav', 'mp3') }),
  }),
  fc.record({
    type: fc.constant('file'),
    file: fc.oneof(
      fc.record({ file_data: fc.base64String().map((data) => `data:application/pdf;base64,${data}`), filename: words }),
      fc.record({ file_id: words, filename: maybe(words) }),
    ),
  }),
)
const content = fc.oneof(anyText, fc.array(textPart, { minLength: 1, maxLength: 3 }))
const toolCallMember = fc.oneof(
  fc.record({
    id: words,
    type: fc.constant('function'),
    function: fc.record({ name: words, arguments: anyText }),
    extra_content: maybe(fc.record({ google: fc.record({ thought_signature: words }) })),
  }),
  fc.record({ id: words, type: fc.constant('custom'), custom: fc.record({ name: words, input: anyText }) }),
)
const message = fc.oneof(
  fc.record({ role: fc.constantFrom('system', 'developer'), content }),
  fc.record({ role: fc.constant('user'), content: fc.oneof(anyText, fc.array(userPart, { minLength: 1, maxLength: 4 })) }),
  fc.record({
    role: fc.constant('assistant'),
    content: fc.oneof(content, fc.constant(null)),
    reasoning_content: maybe(words),
    tool_calls: maybe(fc.array(toolCallMember, { minLength: 1, maxLength: 3 })),
  }),
  fc.record({ role: fc.constant('assistant'), refusal: words }),
  fc.record({ role: fc.constant('tool'), tool_call_id: words, content }),
)

const functionTool = fc.record({
  type: fc.constant('function'),
  function: fc.record({ name: words, description: maybe(words), parameters: maybe(schema), strict: maybe(fc.boolean()) }),
})
const grammar = fc.record({
  type: fc.constant('grammar'),
  grammar: fc.record({ syntax: fc.constantFrom('lark', 'regex'), definition: words }),
})
const customTool = fc.record({
  type: fc.constant('custom'),
  custom: fc.record({ name: words, description: maybe(words), format: maybe(grammar) }),
})
const named = fc.record({ type: fc.constant('function'), function: fc.record({ name: words }) })
const toolChoice = fc.oneof(
  fc.constantFrom('none', 'auto', 'required'),
  named,
  fc.record({
    type: fc.constant('allowed_tools'),
    allowed_tools: fc.record({ mode: fc.constantFrom('auto', 'required'), tools: fc.array(named, { minLength: 1, maxLength: 3 }) }),
  }),
)
const jsonSchema = fc.record({ name: words, description: maybe(words), schema, strict: maybe(fc.boolean()) })

/** Requests with everything that a canonical call has a place for. */
const anyRequest: fc.Arbitrary<Json> = fc
  .record({
    model: words,
    messages: fc.array(message, { minLength: 1, maxLength: 6 }),
    stream: maybe(fc.boolean()),
    max_tokens: maybe(fc.integer({ min: 1, max: 9_999 })),
    temperature: maybe(fc.integer({ min: 0, max: 2 })),
    top_p: maybe(fc.constantFrom(0, 0.5, 1)),
    top_k: maybe(fc.nat(100)),
    n: maybe(fc.integer({ min: 1, max: 4 })),
    seed: maybe(fc.integer()),
    stop: maybe(fc.oneof(words, fc.array(words, { minLength: 1, maxLength: 4 }))),
    presence_penalty: maybe(fc.constantFrom(-2, 0, 1.5)),
    frequency_penalty: maybe(fc.constantFrom(-2, 0, 1.5)),
    logprobs: fc.constant(true),
    top_logprobs: maybe(fc.nat(20)),
    tools: fc.array(fc.oneof(functionTool, customTool), { minLength: 1, maxLength: 3 }),
    tool_choice: maybe(toolChoice),
    parallel_tool_calls: maybe(fc.boolean()),
    response_format: maybe(
      fc.oneof(
        fc.constantFrom({ type: 'text' }, { type: 'json_object' }),
        fc.record({ type: fc.constant('json_schema'), json_schema: jsonSchema }),
      ),
    ),
    reasoning_effort: maybe(fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max')),
    service_tier: maybe(fc.constantFrom('auto', 'default', 'flex', 'priority', 'fast')),
    verbosity: maybe(fc.constantFrom('low', 'high')),
    prompt_cache_key: maybe(words),
    web_search_options: maybe(fc.record({ search_context_size: fc.constantFrom('low', 'high') })),
  })
  .map((request) => JSON.parse(JSON.stringify(request)) as Json)

const DONE = 'data: [DONE]\n\n'
const WHOLE: Json = {
  ...{ id: 'a', object: 'chat.completion', created: 1, model: 'm', service_tier: null },
  choices: [
    {
      ...{ index: 0, finish_reason: 'tool_calls', logprobs: { content: [{ token: 'a' }] } },
      message: {
        ...{ role: 'assistant', content: 'text', reasoning_content: 'thought', refusal: null, annotations: [{ type: 'url_citation' }] },
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
        images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
      },
    },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, prompt_tokens_details: { cached_tokens: 1 } },
}

/** What the tests that are the same for every protocol need of this one. */
export const sample: ProtocolSample = {
  name: 'openai-chat',
  call: { choices: 2 },
  anyRequest,
  anyEvents,
  keptOf: (answer) => keptOf(answer, false),
  keptWhole: (answer) => keptOf(answer, true),
  // Usage is always asked for upstream, as it is what the call is charged by.
  sameCall: (call) => withoutPlaces({ ...call, wantsUsage: true }),
  streams: () => recordedStreams(['openai-chat', 'deepseek', 'xai'], { hasNames: false, last: DONE }),
  hostile: { whole: WHOLE, stream: [WHOLE, WHOLE] },
  sse: sseOf(DONE),
}
