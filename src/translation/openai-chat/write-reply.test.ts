// What an answer says survives this protocol, streamed or whole, and the official client reads it as its own; usage keeps its totals.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import OpenAI from 'openai'
import { inputTokensOf, NO_USAGE, outputTokensOf } from '../../spec/index.ts'
import type { CanonicalEvent } from '../events.ts'
import { contextOf, eventsOfParts, serve, writeAll } from '../testing.ts'
import { writeStream, writeWhole } from './write-reply.ts'

const CONTEXT = contextOf('openai-chat', { choices: 2 })

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
  { type: 'start', id: 'chatcmpl-1', model: 'served-model', createdAt: 1_770_000_000 },
  ...eventsOfParts(0, [
    {
      kind: { type: 'reasoning', origin: 'anthropic-messages' },
      inner: [
        { type: 'reasoning-delta', text: 'Hm.' },
        { type: 'signature', signature: 's' },
      ],
    },
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
      ],
    },
    {
      kind: { type: 'tool-call', id: 'call_2', name: 'now' },
      inner: [
        { type: 'arguments-delta', text: '{}' },
        { type: 'signature', signature: 'sig' },
      ],
    },
  ]),
  { type: 'finish', choice: 0, reason: 'tool-calls', stopSequence: undefined },
  { type: 'usage', usage: USAGE },
  { type: 'end' },
]
const FORMAT = { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: { type: 'object' } } } as const
const REQUEST = { model: 'm', messages: [{ role: 'user' as const, content: 'x' }] }
const TOOLS = [
  { type: 'function' as const, function: { name: 'add', strict: true, parameters: {} } },
  { type: 'function' as const, function: { name: 'now', strict: true, parameters: {} } },
]

test('the official client reads a whole reply, and parses what it was asked to', async () => {
  const body = writeAll(writeWhole(CONTEXT), ANSWER)
  const server = await serve([{ body, isStream: false }])
  try {
    const client = new OpenAI({ baseURL: server.base, apiKey: 'k', maxRetries: 0 })
    const reply = await client.chat.completions.parse({ ...REQUEST, tools: TOOLS, response_format: FORMAT })
    const message = reply.choices[0]?.message
    assert.deepEqual([reply.id, reply.object, reply.model, reply.created], ['chatcmpl-1', 'chat.completion', 'served-model', 1_770_000_000])
    assert.deepEqual(message?.parsed, { answer: 42 })
    assert.equal(reply.choices[0]?.finish_reason, 'tool_calls')
    const calls = (message?.tool_calls ?? []).map((call) =>
      call.type === 'function' ? [call.id, call.function.name, call.function.arguments] : [],
    )
    assert.deepEqual(calls, [
      ['call_1', 'add', '{"a":1}'],
      ['call_2', 'now', '{}'],
    ])
    assert.deepEqual(message?.annotations, [
      { type: 'url_citation', url_citation: { url: 'https://a.test', title: 'A', start_index: 0, end_index: 13 } },
    ])
    assert.equal((message as { reasoning_content?: string } | undefined)?.reasoning_content, 'Hm.')
    assert.equal(reply.usage?.prompt_tokens, inputTokensOf(USAGE))
    assert.equal(reply.usage?.completion_tokens, outputTokensOf(USAGE))
    assert.equal(reply.usage?.total_tokens, inputTokensOf(USAGE) + outputTokensOf(USAGE))
    assert.deepEqual(
      [reply.usage?.prompt_tokens_details?.cached_tokens, reply.usage?.completion_tokens_details?.reasoning_tokens],
      [USAGE.cacheRead, USAGE.reasoning],
    )
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
    const client = new OpenAI({ baseURL: server.base, apiKey: 'k', maxRetries: 0 })
    const stream = client.chat.completions.stream({ ...REQUEST, tools: TOOLS, stream_options: { include_usage: true } })
    const done: string[] = []
    stream.on('tool_calls.function.arguments.done', ({ name, arguments: text }) => done.push(`${name} ${text}`))
    const final = await stream.finalChatCompletion()
    assert.deepEqual(done, ['add {"a":1}', 'now {}'])
    assert.equal(final.choices[0]?.message.content, '{"answer":42}')
    assert.equal(final.choices[0]?.finish_reason, 'tool_calls')
    assert.equal(final.usage?.total_tokens, inputTokensOf(USAGE) + outputTokensOf(USAGE))
    const roles: unknown[] = []
    for await (const chunk of await client.chat.completions.create({ ...REQUEST, stream: true })) {
      assert.deepEqual([chunk.id, chunk.object, chunk.model], ['chatcmpl-1', 'chat.completion.chunk', 'served-model'])
      roles.push(chunk.choices[0]?.delta.role)
    }
    assert.deepEqual(
      roles.filter((role) => role !== undefined),
      ['assistant'],
    )
  } finally {
    await server.stop()
  }
})

test('usage is told in a stream to those who asked for it, and to no others', () => {
  const asked = writeAll(writeStream(contextOf('openai-chat', { wantsUsage: true })), ANSWER).toString()
  const silent = writeAll(writeStream(contextOf('openai-chat', { wantsUsage: false })), ANSWER).toString()
  assert.ok(asked.includes('"choices":[],"usage":{') && asked.endsWith('data: [DONE]\n\n'))
  assert.ok(!silent.includes('usage') && silent.endsWith('data: [DONE]\n\n'))
})

test('which stop sequence was hit is told beside the reason', () => {
  const events: CanonicalEvent[] = [{ type: 'finish', choice: 0, reason: 'stop-sequence', stopSequence: '</s>' }, { type: 'end' }]
  assert.match(writeAll(writeStream(CONTEXT), events).toString(), /"finish_reason":"stop","stop_reason":"<\/s>"/)
  assert.match(writeAll(writeWhole(CONTEXT), events).toString(), /"finish_reason":"stop","stop_reason":"<\/s>"/)
})

test('a reply that breaks off, or that the provider gives up, is an error to the client, never an answer', async () => {
  const start = ANSWER.slice(0, 4)
  const broken: readonly (readonly CanonicalEvent[])[] = [
    start,
    [...start, { type: 'error', code: 'overloaded', message: 'Too much to do.' }],
    [{ type: 'finish', choice: 0, reason: 'error', stopSequence: undefined }, { type: 'end' }],
  ]
  for (const events of broken) {
    const server = await serve([
      { body: writeAll(writeStream(CONTEXT), events), isStream: true },
      { body: writeAll(writeWhole(CONTEXT), events), isStream: false, status: 502 },
    ])
    try {
      const client = new OpenAI({ baseURL: server.base, apiKey: 'k', maxRetries: 0 })
      const isOurs = (error: unknown): boolean => error instanceof OpenAI.APIError && error.code === 'upstream_cut'
      await assert.rejects(client.chat.completions.stream(REQUEST).finalChatCompletion(), isOurs)
      await assert.rejects(client.chat.completions.create(REQUEST), isOurs)
    } finally {
      await server.stop()
    }
  }
  assert.match(writeAll(writeStream(CONTEXT), broken[1] ?? []).toString(), /Too much to do\./)
})
