// What an answer says survives this protocol, streamed or whole, and the official client reads it as its own; usage keeps its totals.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError, type GenerateContentResponse, GoogleGenAI } from '@google/genai'
import { failure } from '../../failures.ts'
import { gemini } from '../../protocols/index.ts'
import { inputTokensOf, NO_USAGE, outputTokensOf } from '../../spec/index.ts'
import type { CanonicalEvent } from '../events.ts'
import { contextOf, eventsOfParts, serve, withoutPlaces, writeAll } from '../testing.ts'
import { readRequest } from './read-request.ts'
import { writeStream, writeWhole } from './write-reply.ts'

const CONTEXT = contextOf('gemini')
const USAGE = {
  ...NO_USAGE,
  ...{ input: 7, cacheRead: 5, cacheWrite5m: 3, cacheWrite1h: 2, audioInput: 4, output: 20, audioOutput: 6, reasoning: 9 },
}
const ANSWER: readonly CanonicalEvent[] = [
  { type: 'start', id: 'msg_1', model: 'served-model', createdAt: undefined },
  ...eventsOfParts(0, [
    {
      kind: { type: 'reasoning', origin: 'anthropic-messages' },
      inner: [
        { type: 'reasoning-delta', text: 'Hm' },
        { type: 'reasoning-delta', text: '.' },
        { type: 'signature', signature: 's+/=' },
      ],
    },
    { kind: { type: 'reasoning', origin: 'anthropic-messages', encrypted: 'hidden' }, inner: [] },
    {
      kind: { type: 'text' },
      inner: [
        { type: 'text-delta', text: '{"answer":' },
        { type: 'text-delta', text: '42}' },
        { type: 'citation', origin: 'openai-chat', value: { type: 'url_citation', url_citation: { url: 'https://a.test', title: 'A' } } },
      ],
    },
    { kind: { type: 'reasoning', origin: 'gemini' }, inner: [{ type: 'signature', signature: 'g+/=' }] },
    {
      kind: { type: 'tool-call', id: 'call_1', name: 'add' },
      inner: [
        { type: 'arguments-delta', text: '{"a":' },
        { type: 'arguments-delta', text: '12345678901234567890}' },
        { type: 'signature', signature: 'c+/=' },
      ],
    },
    { kind: { type: 'tool-call', id: 'call_2', name: 'now' }, inner: [] },
  ]),
  { type: 'finish', choice: 0, reason: 'tool-calls', stopSequence: undefined },
  { type: 'usage', usage: USAGE },
  { type: 'end' },
]
const QUESTION = { model: 'm', contents: 'x' }
const clientOf = (base: string) => new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: base } }).models

/** Asserts that answers, as the official client has them, say what ANSWER says, and that all of it comes back with the next request. */
function assertAnswer(answers: readonly GenerateContentResponse[]): void {
  const parts = answers.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? [])
  const last = answers.at(-1) ?? assert.fail()
  assert.deepEqual([last.responseId, last.modelVersion], ['msg_1', 'served-model'])
  assert.equal(last.candidates?.[0]?.finishReason, 'STOP')
  assert.deepEqual(last.candidates?.[0]?.groundingMetadata?.groundingChunks, [{ web: { uri: 'https://a.test', title: 'A' } }])
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, totalTokenCount, cachedContentTokenCount } = last.usageMetadata ?? {}
  assert.deepEqual(
    [promptTokenCount, (candidatesTokenCount ?? 0) + (thoughtsTokenCount ?? 0)],
    [inputTokensOf(USAGE), outputTokensOf(USAGE)],
  )
  assert.deepEqual([totalTokenCount, thoughtsTokenCount, cachedContentTokenCount], [inputTokensOf(USAGE) + outputTokensOf(USAGE), 9, 5])
  const body = Buffer.from(JSON.stringify({ contents: [{ role: 'model', parts }] }))
  const back = readRequest(body, { model: 'm', isStream: true }).messages[0]?.parts ?? []
  assert.equal(back.map((part) => (part.type === 'text' ? part.text : '')).join(''), '{"answer":42}')
  const others = back.filter(({ type }) => type !== 'text')
  assert.deepEqual(withoutPlaces(others), [
    { type: 'reasoning', text: 'Hm.', origin: 'anthropic-messages', signature: 's+/=' },
    { type: 'reasoning', origin: 'anthropic-messages', encrypted: 'hidden' },
    { type: 'reasoning', origin: 'gemini', signature: 'g+/=' },
    { type: 'tool-call', id: 'call_1', name: 'add', arguments: '{"a":12345678901234567000}', signature: 'c+/=' },
    { type: 'tool-call', id: 'call_2', name: 'now', arguments: '{}' },
  ])
}

test('the official client reads a whole reply and a stream', async () => {
  const whole = writeAll(writeWhole(CONTEXT), ANSWER)
  assert.match(whole.toString(), /"args":\{"a":12345678901234567890\}/)
  const server = await serve([
    { body: whole, isStream: false },
    { body: writeAll(writeStream(CONTEXT), ANSWER), isStream: true },
  ])
  try {
    assertAnswer([await clientOf(server.base).generateContent(QUESTION)])
    const answers: GenerateContentResponse[] = []
    for await (const answer of await clientOf(server.base).generateContentStream(QUESTION)) answers.push(answer)
    assert.ok(answers.length > 5)
    assertAnswer(answers)
  } finally {
    await server.stop()
  }
})

test('each event of the stream is a piece at once, ended as the provider ends it; a call is one when it is whole', () => {
  const writer = writeStream(CONTEXT)
  assert.equal(writer.push({ type: 'part-start', choice: 0, part: 0, kind: { type: 'text' } }).length, 0)
  const first = writer.push({ type: 'text-delta', choice: 0, part: 0, text: 'a' }).toString()
  assert.match(
    first,
    /^data: \{"candidates":\[\{"content":\{"parts":\[\{"text":"a"\}\],"role":"model"\},"index":0\}\],"modelVersion":"m",.*\}\r\n\r\n$/,
  )
  writer.push({ type: 'part-end', choice: 0, part: 0 })
  writer.push({ type: 'part-start', choice: 0, part: 1, kind: { type: 'tool-call', id: 'a', name: 'f' } })
  assert.equal(writer.push({ type: 'arguments-delta', choice: 0, part: 1, text: '{\n"a": 1}' }).length, 0)
  const call = writer.push({ type: 'part-end', choice: 0, part: 1 }).toString()
  assert.match(call, /"functionCall":\{"id":"a","name":"f","args":\{ "a": 1\}\}/)
  // A stream that is stopped in the middle of a call tells none.
  writer.push({ type: 'part-start', choice: 0, part: 2, kind: { type: 'tool-call', id: 'b', name: 'f' } })
  writer.push({ type: 'arguments-delta', choice: 0, part: 2, text: '{"a"' })
  writer.push({ type: 'finish', choice: 0, reason: 'length', stopSequence: undefined })
  const end = writer.push({ type: 'end' }).toString()
  assert.ok(end.includes('"finishReason":"MAX_TOKENS"') && !end.includes('functionCall'))
})

test('why an answer ended, and what was refused', () => {
  const ending = (events: readonly CanonicalEvent[]) => {
    const told = JSON.parse(writeAll(writeWhole(CONTEXT), [...events, { type: 'end' }]).toString()) as {
      candidates: { finishReason: string; finishMessage?: string }[]
    }
    return [told.candidates[0]?.finishReason, told.candidates[0]?.finishMessage]
  }
  const finish = (reason: Extract<CanonicalEvent, { type: 'finish' }>['reason']): CanonicalEvent => ({
    ...{ type: 'finish', choice: 0, reason, stopSequence: undefined },
  })
  const words = {
    stop: 'STOP',
    length: 'MAX_TOKENS',
    'stop-sequence': 'STOP',
    filter: 'SAFETY',
    refusal: 'SAFETY',
    pause: 'OTHER',
  } as const
  for (const [reason, word] of Object.entries(words)) assert.deepEqual(ending([finish(reason as keyof typeof words)]), [word, undefined])
  const refused = eventsOfParts(0, [{ kind: { type: 'refusal' }, inner: [{ type: 'refusal-delta', text: 'I will not.' }] }])
  assert.deepEqual(ending([...refused, finish('stop')]), ['SAFETY', 'I will not.'])
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
      await assert.rejects(async () => {
        for await (const _ of await clientOf(server.base).generateContentStream(QUESTION));
      })
      await assert.rejects(clientOf(server.base).generateContent(QUESTION), (error) => error instanceof ApiError && error.status === 502)
    } finally {
      await server.stop()
    }
  }
  assert.match(writeAll(writeStream(CONTEXT), broken[1] ?? []).toString(), /Too much to do\./)
})

test('failures in the words of the provider, with our code and when to try again', () => {
  const told = JSON.parse(gemini.encodeError({ ...failure('upstream_limited'), retryAfterSeconds: 7 }, 'id').toString()) as {
    error: object
  }
  const { message, ...rest } = told.error as { message: string }
  assert.ok(message.startsWith('The provider'))
  assert.deepEqual(rest, {
    ...{ code: 429, status: 'RESOURCE_EXHAUSTED' },
    details: [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'UPSTREAM_LIMITED', domain: 'farebox' },
      { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId: 'id' },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' },
    ],
  })
  const frames = gemini.encodeStreamError(failure('upstream_cut'), 'id').toString().trimEnd().split('\r\n\r\n')
  assert.deepEqual([frames.length, frames[0], frames[1]], [3, '', `data: ${frames[2]}`])
})
