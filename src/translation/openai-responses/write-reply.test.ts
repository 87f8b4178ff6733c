// What an answer says survives this protocol, streamed or whole, with every event of the real one, and the official client reads it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import OpenAI from 'openai'
import { inputTokensOf, NO_USAGE, outputTokensOf } from '../../spec/index.ts'
import type { CanonicalEvent } from '../events.ts'
import { contextOf, eventsOfParts, serve, writeAll } from '../testing.ts'
import { readRequest } from './read-request.ts'
import { writeStream, writeWhole } from './write-reply.ts'

const CONTEXT = contextOf('openai-responses')

const USAGE = {
  ...NO_USAGE,
  input: 7,
  cacheRead: 5,
  cacheWrite5m: 3,
  cacheWrite1h: 2,
  audioInput: 4,
  output: 20,
  audioOutput: 6,
  reasoning: 9,
}
const ANSWER: readonly CanonicalEvent[] = [
  { type: 'start', id: undefined, model: 'served-model', createdAt: undefined },
  ...eventsOfParts(0, [
    {
      kind: { type: 'reasoning', origin: 'anthropic-messages' },
      inner: [
        { type: 'reasoning-delta', text: 'Hm.' },
        { type: 'signature', signature: 's=' },
      ],
    },
    {
      kind: { type: 'reasoning', origin: 'openai-responses', id: 'rs_9', isSummary: true },
      inner: [{ type: 'reasoning-delta', text: 'Sum.' }],
    },
    {
      kind: { type: 'text' },
      inner: [
        { type: 'text-delta', text: '{"answer":' },
        {
          type: 'citation',
          origin: 'anthropic-messages',
          value: { type: 'web_search_result_location', url: 'https://a.test', title: 'A' },
        },
        { type: 'text-delta', text: '42}' },
      ],
    },
    { kind: { type: 'refusal' }, inner: [{ type: 'refusal-delta', text: 'Not more.' }] },
    {
      kind: { type: 'tool-call', id: 'call_1', name: 'add' },
      inner: [
        { type: 'arguments-delta', text: '{"a":' },
        { type: 'arguments-delta', text: '1}' },
      ],
    },
    { kind: { type: 'tool-call', id: 'call_2', name: 'run', isCustom: true }, inner: [{ type: 'arguments-delta', text: 'ls' }] },
  ]),
  { type: 'usage', usage: USAGE },
  { type: 'finish', choice: 0, reason: 'tool-calls', stopSequence: undefined },
  { type: 'end' },
]
const BODY = {
  model: 'm',
  input: 'Hi',
  instructions: 'Be short.',
  metadata: { a: 'b' },
  temperature: 0.5,
  tools: [{ type: 'function', name: 'add', parameters: {} }],
}
const asked = { ...CONTEXT, call: readRequest(Buffer.from(JSON.stringify({ ...BODY, store: true, text: { verbosity: 'low' } }))) }

test('the events of a stream, in their order, with numbers, places and names', () => {
  const frames = writeAll(writeStream(CONTEXT), ANSWER)
    .toString()
    .trim()
    .split('\n\n')
    .map((frame) => {
      const [, name, data] = /^event: (\S+)\ndata: (.*)$/.exec(frame) ?? assert.fail(frame)
      const event = JSON.parse(data ?? '') as { type: string; sequence_number: number; item_id?: string; output_index?: number }
      assert.equal(event.type, name)
      return event
    })
  assert.deepEqual(
    frames.map((one) => one.sequence_number),
    frames.map((_, index) => index),
  )
  assert.deepEqual(
    frames.map(({ type }) => type.replace('response.', '')),
    [
      ...['created', 'in_progress'],
      ...[
        'output_item.added',
        'content_part.added',
        'reasoning_text.delta',
        'reasoning_text.done',
        'content_part.done',
        'output_item.done',
      ],
      ...['output_item.added', 'reasoning_summary_part.added', 'reasoning_summary_text.delta', 'reasoning_summary_text.done'],
      ...['reasoning_summary_part.done', 'output_item.done', 'output_item.added', 'content_part.added', 'output_text.delta'],
      ...['output_text.delta', 'output_text.annotation.added', 'output_text.done', 'content_part.done'],
      ...['content_part.added', 'refusal.delta', 'refusal.done', 'content_part.done', 'output_item.done'],
      ...[
        'output_item.added',
        'function_call_arguments.delta',
        'function_call_arguments.delta',
        'function_call_arguments.done',
        'output_item.done',
      ],
      ...['output_item.added', 'custom_tool_call_input.delta', 'custom_tool_call_input.done', 'output_item.done', 'completed'],
    ],
  )
  const ids = new Map(frames.filter((one) => one.item_id !== undefined).map((one) => [one.output_index, one.item_id ?? '']))
  assert.deepEqual(
    [...ids.values()].map((id) => id.replace(/_.*/, '')),
    ['rs', 'rs', 'msg', 'fc', 'ctc'],
  )
  assert.equal(ids.get(1), 'rs_9')
})

test('the official client reads a whole reply, parses what it was asked to and finds its request repeated', async () => {
  const server = await serve([{ body: writeAll(writeWhole(asked), ANSWER), isStream: false }])
  try {
    const client = new OpenAI({ baseURL: server.base, apiKey: 'k', maxRetries: 0 })
    const format = { type: 'json_schema' as const, name: 'a', strict: true, schema: {} }
    const tools = [{ type: 'function' as const, name: 'add', strict: true, parameters: {} }]
    const reply = await client.responses.parse({ model: 'm', input: 'Hi', text: { format }, tools })
    assert.equal(reply.output_text, '{"answer":42}')
    assert.deepEqual(reply.output_parsed, { answer: 42 })
    const call = reply.output.find((item) => item.type === 'function_call')
    assert.deepEqual([call?.call_id, call?.status, call?.parsed_arguments], ['call_1', 'completed', { a: 1 }])
    assert.deepEqual(
      [reply.object, reply.status, reply.model, reply.error, reply.incomplete_details],
      ['response', 'completed', 'served-model', null, null],
    )
    assert.deepEqual([reply.instructions, reply.metadata, reply.temperature, reply.text?.verbosity], ['Be short.', { a: 'b' }, 0.5, 'low'])
    assert.deepEqual(reply.tools, [{ type: 'function', name: 'add', parameters: {}, description: null, strict: null }])
    assert.equal((reply as { store?: boolean }).store, false)
    assert.equal(reply.usage?.input_tokens, inputTokensOf(USAGE))
    assert.equal(reply.usage?.output_tokens, outputTokensOf(USAGE))
    assert.equal(reply.usage?.input_tokens_details.cached_tokens, USAGE.cacheRead)
    const message = reply.output.find((item) => item.type === 'message')?.content[0]
    assert.deepEqual(message?.type === 'output_text' && message.annotations, [
      { type: 'url_citation', url: 'https://a.test', title: 'A', start_index: 0, end_index: 13 },
    ])
  } finally {
    await server.stop()
  }
})

test('a call that came with no arguments at all has none as JSON, one of a custom tool is as it came', () => {
  const called: readonly CanonicalEvent[] = [
    { type: 'start', id: undefined, model: 'served-model', createdAt: undefined },
    ...eventsOfParts(0, [
      { kind: { type: 'tool-call', id: 'call_1', name: 'now' }, inner: [] },
      { kind: { type: 'tool-call', id: 'call_2', name: 'run', isCustom: true }, inner: [] },
    ]),
    { type: 'finish', choice: 0, reason: 'tool-calls', stopSequence: undefined },
    { type: 'end' },
  ]
  const whole = JSON.parse(writeAll(writeWhole(CONTEXT), called).toString()) as { output: { arguments?: string; input?: string }[] }
  assert.deepEqual(
    whole.output.map((item) => item.arguments ?? item.input),
    ['{}', ''],
  )
  const stream = writeAll(writeStream(CONTEXT), called).toString()
  assert.match(stream, /function_call_arguments\.delta","?[^\n]*"delta":"\{\}"/)
  assert.match(stream, /function_call_arguments\.done","?[^\n]*"arguments":"\{\}"/)
  assert.doesNotMatch(stream, /custom_tool_call_input\.delta/)
})

test('a call of a tool in a namespace names both, as the client finds its tools by both', () => {
  const get = { type: 'function', name: 'get', parameters: {} }
  const body = { ...BODY, tools: [{ type: 'namespace', name: 'mcp__a', description: 'A.', tools: [get] }, ...BODY.tools] }
  const context = { ...CONTEXT, call: readRequest(Buffer.from(JSON.stringify(body))) }
  const called: readonly CanonicalEvent[] = [
    ...eventsOfParts(0, [
      { kind: { type: 'tool-call', id: 'call_1', name: 'mcp__a__get' }, inner: [{ type: 'arguments-delta', text: '{}' }] },
      { kind: { type: 'tool-call', id: 'call_2', name: 'add' }, inner: [{ type: 'arguments-delta', text: '{}' }] },
    ]),
    { type: 'finish', choice: 0, reason: 'tool-calls', stopSequence: undefined },
    { type: 'end' },
  ]
  type Item = { readonly namespace?: string; readonly name: string }
  const named = (items: readonly Item[]) => items.map(({ namespace, name }) => [namespace, name])
  const expected = [
    ['mcp__a', 'get'],
    [undefined, 'add'],
  ]
  const whole = JSON.parse(writeAll(writeWhole(context), called).toString()) as { output: Item[] }
  assert.deepEqual(named(whole.output), expected)
  const events = [
    ...writeAll(writeStream(context), called)
      .toString()
      .matchAll(/^data: (.*)$/gm),
  ].map(([, data]) => JSON.parse(data ?? '') as { type: string; item: Item; response: { output: Item[] } })
  for (const type of ['response.output_item.added', 'response.output_item.done'])
    assert.deepEqual(named(events.filter((event) => event.type === type).map(({ item }) => item)), expected, type)
  assert.deepEqual(named(events.at(-1)?.response.output ?? []), expected)
})

test('the official client reads a stream, event by event and gathered', async () => {
  const body = writeAll(writeStream(asked), ANSWER)
  const server = await serve([
    { body, isStream: true },
    { body, isStream: true },
  ])
  try {
    const client = new OpenAI({ baseURL: server.base, apiKey: 'k', maxRetries: 0 })
    const stream = client.responses.stream({ model: 'm', input: 'Hi' })
    const texts: string[] = []
    stream.on('response.output_text.delta', ({ snapshot }) => texts.push(snapshot))
    const final = await stream.finalResponse()
    assert.deepEqual(texts, ['{"answer":', '{"answer":42}'])
    assert.equal(final.output_text, '{"answer":42}')
    const whole = JSON.parse(writeAll(writeWhole(asked), ANSWER).toString()) as { output: unknown }
    const types = final.output.map(({ type }) => type)
    assert.deepEqual(types, ['reasoning', 'reasoning', 'message', 'function_call', 'custom_tool_call'])
    let last: unknown
    for await (const event of await client.responses.create({ model: 'm', input: 'Hi', stream: true })) {
      if (event.type === 'response.completed') last = event.response.output
    }
    assert.deepEqual(last, whole.output)
  } finally {
    await server.stop()
  }
})

test('what the client sends back is what the upstream said, signatures and all', () => {
  const { output } = JSON.parse(writeAll(writeWhole(CONTEXT), ANSWER).toString()) as { output: object[] }
  const [message] = readRequest(Buffer.from(JSON.stringify({ model: 'm', input: [...output, { role: 'user', content: 'Hi' }] }))).messages
  const [thought, summary] = message?.parts ?? []
  assert.deepEqual(thought, { type: 'reasoning', text: 'Hm.', origin: 'anthropic-messages', signature: 's=', at: 'input[0]' })
  assert.equal(summary?.type === 'reasoning' && summary.id, 'rs_9')
})

test('thoughts of other protocols are told as summaries to those who asked for such', () => {
  const reasoning = { effort: undefined, budgetTokens: undefined, isTold: true, isEncryptedTold: undefined }
  const text = writeAll(writeStream(contextOf('openai-responses', { reasoning })), ANSWER).toString()
  assert.ok(text.includes('"delta":"Hm."') && !text.includes('reasoning_text.delta'))
})

test('an answer that was cut short is incomplete and says why', () => {
  const cut = (reason: 'length' | 'filter' | 'refusal') => {
    const part = { kind: { type: 'text' }, inner: [{ type: 'text-delta', text: 'a' }] } as const
    const events: CanonicalEvent[] = [
      ...eventsOfParts(0, [part]),
      { type: 'finish', choice: 0, reason, stopSequence: undefined },
      { type: 'end' },
    ]
    const reply = JSON.parse(writeAll(writeWhole(CONTEXT), events).toString()) as {
      status: string
      incomplete_details: unknown
      output: { status: string }[]
    }
    assert.match(writeAll(writeStream(CONTEXT), events).toString(), /\nevent: response\.incomplete\n/)
    return [reply.status, reply.incomplete_details, reply.output[0]?.status]
  }
  assert.deepEqual(cut('length'), ['incomplete', { reason: 'max_output_tokens' }, 'incomplete'])
  assert.deepEqual(cut('filter'), ['incomplete', { reason: 'content_filter' }, 'incomplete'])
  assert.deepEqual(cut('refusal'), ['incomplete', { reason: 'content_filter' }, 'incomplete'])
})

test('a reply that breaks off, or that the provider gives up, is a failure to the client, never an answer', async () => {
  const start = ANSWER.slice(0, 4)
  const broken: readonly (readonly [readonly CanonicalEvent[], string])[] = [
    [start, 'upstream_cut'],
    [[...start, { type: 'error', code: 'overloaded', message: 'Too much to do.' }], 'overloaded'],
    [[{ type: 'finish', choice: 0, reason: 'error', stopSequence: undefined }, { type: 'end' }], 'upstream_cut'],
  ]
  for (const [events, code] of broken) {
    const server = await serve([
      { body: writeAll(writeStream(CONTEXT), events), isStream: true },
      { body: writeAll(writeWhole(CONTEXT), events), isStream: false },
    ])
    try {
      const client = new OpenAI({ baseURL: server.base, apiKey: 'k', maxRetries: 0 })
      await assert.rejects(client.responses.stream({ model: 'm', input: 'Hi' }).finalResponse(), (error) => {
        return error instanceof OpenAI.APIError && error.code === code
      })
      const reply = await client.responses.create({ model: 'm', input: 'Hi' })
      assert.deepEqual([reply.status, reply.error?.code], ['failed', code])
    } finally {
      await server.stop()
    }
  }
})

test('an output too large to be kept is not told a second time, and the official client still has it', async () => {
  const piece = 'x'.repeat(1_048_576)
  const parts = Array.from({ length: 5 }, (_, index) => ({
    kind: { type: 'text', phase: index % 2 === 0 ? 'commentary' : 'final_answer' } as const,
    inner: [{ type: 'text-delta', text: piece } as const],
  }))
  const events: CanonicalEvent[] = [
    ...eventsOfParts(0, parts),
    { type: 'finish', choice: 0, reason: 'stop', stopSequence: undefined },
    { type: 'end' },
  ]
  const body = writeAll(writeStream(CONTEXT), events)
  assert.ok(body.toString().endsWith('"output":null}}\n\n'))
  const server = await serve([{ body, isStream: true }])
  try {
    const client = new OpenAI({ baseURL: server.base, apiKey: 'k', maxRetries: 0 })
    const final = await client.responses.stream({ model: 'm', input: 'Hi' }).finalResponse()
    assert.equal(final.output_text.length, 5 * piece.length)
  } finally {
    await server.stop()
  }
})
