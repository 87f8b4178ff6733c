// What an answer says survives this protocol, streamed or whole, and the official client reads it as its own; usage keeps its totals.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { inputTokensOf, NO_USAGE, outputTokensOf } from '../../spec/index.ts'
import type { CanonicalEvent } from '../events.ts'
import { contextOf, eventsOfParts, serve, withoutPlaces, writeAll } from '../testing.ts'
import { readRequest } from './read-request.ts'
import { writeStream, writeWhole } from './write-reply.ts'

const CONTEXT = contextOf('anthropic-messages')

const USAGE = {
  ...NO_USAGE,
  ...{ input: 7, cacheRead: 5, cacheWrite5m: 3, cacheWrite1h: 2, audioInput: 4, output: 20, audioOutput: 6, reasoning: 9, webSearches: 1 },
}
const ANSWER: readonly CanonicalEvent[] = [
  { type: 'start', id: 'msg_1', model: 'served-model', createdAt: 1_770_000_000 },
  ...eventsOfParts(0, [
    {
      kind: { type: 'reasoning', origin: 'anthropic-messages' },
      inner: [
        { type: 'reasoning-delta', text: 'Hm.' },
        { type: 'signature', signature: 's+/=' },
      ],
    },
    { kind: { type: 'reasoning', origin: 'anthropic-messages', encrypted: 'hidden' }, inner: [] },
    {
      kind: { type: 'reasoning', origin: 'gemini' },
      inner: [
        { type: 'reasoning-delta', text: 'Well.' },
        { type: 'signature', signature: 'g+/=' },
      ],
    },
    { kind: { type: 'reasoning', origin: 'openai-responses', id: 'rs_1', encrypted: 'e+/=' }, inner: [] },
    {
      kind: { type: 'text' },
      inner: [
        { type: 'text-delta', text: '{"answer":' },
        { type: 'text-delta', text: '42}' },
        { type: 'citation', origin: 'gemini', value: { web: { uri: 'https://a.test', title: 'A' } } },
      ],
    },
    {
      kind: { type: 'tool-call', id: 'call_1', name: 'add' },
      inner: [
        { type: 'arguments-delta', text: '{"a":' },
        { type: 'arguments-delta', text: '1}' },
        { type: 'signature', signature: 'c+/=' },
      ],
    },
    { kind: { type: 'tool-call', id: 'call_2', name: 'now' }, inner: [] },
  ]),
  { type: 'finish', choice: 0, reason: 'tool-calls', stopSequence: undefined },
  { type: 'usage', usage: USAGE },
  { type: 'end' },
]
const REQUEST = { model: 'm', max_tokens: 9, messages: [{ role: 'user' as const, content: 'x' }] }
const clientOf = (base: string) => new Anthropic({ baseURL: base, apiKey: 'k', maxRetries: 0 })

/** Asserts that a message, as the official client has it, says what ANSWER says, and that all of it comes back with the next request. */
function assertAnswer(message: Anthropic.Message): void {
  assert.deepEqual([message.id, message.type, message.role, message.model], ['msg_1', 'message', 'assistant', 'served-model'])
  assert.deepEqual([message.stop_reason, message.stop_sequence], ['tool_use', null])
  assert.deepEqual(
    message.content.map(({ type }) => type),
    ['thinking', 'redacted_thinking', 'thinking', 'redacted_thinking', 'text', 'tool_use', 'redacted_thinking', 'tool_use'],
  )
  const cited = { type: 'web_search_result_location', url: 'https://a.test', title: 'A', cited_text: '', encrypted_index: '' }
  assert.deepEqual(message.content[4], { type: 'text', text: '{"answer":42}', citations: [cited] })
  const { usage } = message
  const read = usage.input_tokens + (usage.cache_creation_input_tokens ?? 0) + (usage.cache_read_input_tokens ?? 0)
  assert.deepEqual([read, usage.output_tokens], [inputTokensOf(USAGE), outputTokensOf(USAGE)])
  assert.deepEqual(
    [usage.cache_read_input_tokens, usage.output_tokens_details, usage.server_tool_use?.web_search_requests],
    [...[5, { thinking_tokens: 9 }, 1]],
  )
  const back = readRequest(Buffer.from(JSON.stringify({ ...REQUEST, messages: [{ role: 'assistant', content: message.content }] })))
  assert.deepEqual(withoutPlaces(back.messages[0]?.parts), [
    { type: 'reasoning', text: 'Hm.', origin: 'anthropic-messages', signature: 's+/=' },
    { type: 'reasoning', origin: 'anthropic-messages', encrypted: 'hidden' },
    { type: 'reasoning', text: 'Well.', origin: 'gemini', signature: 'g+/=' },
    { type: 'reasoning', origin: 'openai-responses', encrypted: 'e+/=', id: 'rs_1' },
    { type: 'text', text: '{"answer":42}', citations: [cited] },
    { type: 'tool-call', id: 'call_1', name: 'add', arguments: '{"a":1}', signature: 'c+/=' },
    { type: 'tool-call', id: 'call_2', name: 'now', arguments: '{}' },
  ])
  assert.deepEqual(back.unknown, [])
}

test('a tool with a longer name than others take has it again in the answer, whatever was called before', () => {
  const long = `mcp__plugin_cloudflare_workers-observability__${'query_worker_'.repeat(3)}logs`
  const body = {
    ...REQUEST,
    messages: [...REQUEST.messages, { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: long, input: {} }] }],
    tools: [{ name: long, input_schema: {} }],
    tool_choice: { type: 'tool', name: long },
  }
  const call = readRequest(Buffer.from(JSON.stringify(body)))
  const [told] = call.toolNames?.keys() ?? []
  assert.ok(told !== undefined && long.length > 64 && told.length === 64, told)
  const named = call.messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool-call' ? [part.name] : [])))
  assert.deepEqual(
    call.tools.map((tool) => tool.kind === 'function' && tool.name),
    [told],
  )
  assert.deepEqual([call.toolChoice, named], [{ kind: 'named', names: [told] }, [told]])
  const called: readonly CanonicalEvent[] = [
    ...eventsOfParts(0, [{ kind: { type: 'tool-call', id: 'b', name: told }, inner: [] }]),
    { type: 'finish', choice: 0, reason: 'tool-calls', stopSequence: undefined },
    { type: 'end' },
  ]
  for (const write of [writeWhole, writeStream]) {
    const text = writeAll(write({ ...CONTEXT, call }), called).toString()
    assert.ok(text.includes(`"name":"${long}"`) && !text.includes(told), text)
  }
})

test('the official client reads a whole reply, and parses what it was asked to', async () => {
  const body = writeAll(writeWhole(CONTEXT), ANSWER)
  const server = await serve([
    { body, isStream: false },
    { body, isStream: false },
  ])
  try {
    assertAnswer(await clientOf(server.base).messages.create(REQUEST))
    const format = { type: 'json_schema' as const, schema: { type: 'object' }, parse: (text: string): unknown => JSON.parse(text) }
    const parsed = await clientOf(server.base).messages.parse({ ...REQUEST, output_config: { format } })
    assert.deepEqual(parsed.parsed_output, { answer: 42 })
  } finally {
    await server.stop()
  }
})

test('the official client reads a stream, event by event and gathered', async () => {
  const body = writeAll(writeStream(CONTEXT), ANSWER)
  const server = await serve([
    { body, isStream: true },
    { body, isStream: true },
  ])
  try {
    const stream = clientOf(server.base).messages.stream(REQUEST)
    const inputs: unknown[] = []
    stream.on('contentBlock', (block) => block.type === 'tool_use' && inputs.push(block.input))
    assertAnswer(await stream.finalMessage())
    assert.deepEqual(inputs, [{ a: 1 }, {}])
    const types: string[] = []
    for await (const event of await clientOf(server.base).messages.create({ ...REQUEST, stream: true })) types.push(event.type)
    assert.deepEqual(
      [types[0], types[1], types.at(-2), types.at(-1)],
      [...['message_start', 'content_block_start', 'message_delta', 'message_stop']],
    )
  } finally {
    await server.stop()
  }
})

test('the first event tells the input where the upstream told it first, and waits for no more than that', () => {
  const writer = writeStream(CONTEXT)
  assert.equal(writer.push({ type: 'start', id: 'a', model: 'm', createdAt: undefined }).length, 0)
  assert.equal(writer.push({ type: 'usage', usage: { ...NO_USAGE, input: 12, output: 1 } }).length, 0)
  const first = writer.push({ type: 'part-start', choice: 0, part: 0, kind: { type: 'text' } }).toString()
  assert.match(first, /^event: message_start\ndata: .*"input_tokens":12,.*\n\nevent: content_block_start\n/)
  const later = writeStream({ ...CONTEXT, inputEstimate: 9 })
  const begun = later.push({ type: 'part-start', choice: 0, part: 0, kind: { type: 'text' } }).toString()
  assert.match(begun, /"input_tokens":9,/)
  later.push({ type: 'usage', usage: { ...NO_USAGE, input: 12, output: 1 } })
  assert.match(later.push({ type: 'end' }).toString(), /event: message_delta\ndata: .*"input_tokens":12,/)
})

test('why an answer ended, which stop sequence was hit, and what was refused', () => {
  const ending = (events: readonly CanonicalEvent[]) => {
    const told = JSON.parse(writeAll(writeWhole(CONTEXT), [...events, { type: 'end' }]).toString()) as Record<string, unknown>
    return [told['stop_reason'], told['stop_sequence'], told['stop_details']]
  }
  const finish = (reason: Extract<CanonicalEvent, { type: 'finish' }>['reason'], stopSequence?: string): CanonicalEvent => ({
    ...{ type: 'finish', choice: 0, reason, stopSequence },
  })
  assert.deepEqual(ending([finish('stop')]), ['end_turn', null, null])
  assert.deepEqual(ending([finish('length')]), ['max_tokens', null, null])
  assert.deepEqual(ending([finish('stop-sequence', '</s>')]), ['stop_sequence', '</s>', null])
  assert.deepEqual(ending([finish('filter')]), ['refusal', null, null])
  assert.deepEqual(ending([finish('pause')]), ['pause_turn', null, null])
  const refused = eventsOfParts(0, [{ kind: { type: 'refusal' }, inner: [{ type: 'refusal-delta', text: 'I will not.' }] }])
  const details = { type: 'refusal', category: null, explanation: 'I will not.' }
  assert.deepEqual(ending([...refused, finish('stop')]), ['refusal', null, details])
})

test('arguments that are no object are told as text, and those that are, character for character', () => {
  const inputOf = (text: string) => {
    const call = { kind: { type: 'tool-call', id: 'a', name: 'f' }, inner: [{ type: 'arguments-delta', text }] } as const
    return writeAll(writeWhole(CONTEXT), [...eventsOfParts(0, [call]), { type: 'end' }]).toString()
  }
  assert.match(inputOf('{"a":12345678901234567890}'), /"input":\{"a":12345678901234567890\}\}/)
  assert.match(inputOf('{"a":'), /"input":\{"INVALID_JSON":"\{\\"a\\":"\}\}/)
})

test('a reply that breaks off, or that the provider gives up, is an error to the client, never an answer', async () => {
  const start = ANSWER.slice(0, 4)
  const broken: readonly (readonly CanonicalEvent[])[] = [
    start,
    [...start, { type: 'error', code: 'overloaded_error', message: 'Too much to do.' }],
    [{ type: 'finish', choice: 0, reason: 'error', stopSequence: undefined }, { type: 'end' }],
  ]
  for (const events of broken) {
    const server = await serve([
      { body: writeAll(writeStream(CONTEXT), events), isStream: true },
      { body: writeAll(writeWhole(CONTEXT), events), isStream: false, status: 502 },
    ])
    try {
      const isOurs = (error: unknown): boolean => error instanceof Anthropic.APIError && /"type":"api_error"/.test(error.message)
      await assert.rejects(clientOf(server.base).messages.stream(REQUEST).finalMessage(), isOurs)
      await assert.rejects(clientOf(server.base).messages.create(REQUEST), isOurs)
    } finally {
      await server.stop()
    }
  }
  assert.match(writeAll(writeStream(CONTEXT), broken[1] ?? []).toString(), /Too much to do\./)
})
