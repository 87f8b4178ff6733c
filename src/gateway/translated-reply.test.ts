// Guarantee: a translated reply is metered by the upstream's own bytes and told in the customer's protocol, whatever becomes of it: whole,
// refused, broken off, or ended at its bound.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { anthropicMessages, openaiChat, type Protocol, type ReplyReader } from '../protocols/index.ts'
import { NO_USAGE } from '../spec/index.ts'
import { translateCall } from './translate-call.ts'
import { translatedReply } from './translated-reply.ts'

const context = { requestId: 'r1', now: () => 0 }
const CHUNK = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'up' }
const text = (content: string) =>
  `data: ${JSON.stringify({ ...CHUNK, choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`
const END = [
  `data: ${JSON.stringify({ ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`,
  `data: ${JSON.stringify({ ...CHUNK, choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } })}\n\n`,
  'data: [DONE]\n\n',
].join('')

type Asked = { readonly isStream: boolean; readonly status?: number; readonly comesAsStream?: boolean }

/** A reader of a chat upstream's reply for a customer that speaks messages. */
function readerOf({ isStream, status = 200, comesAsStream = isStream }: Asked, client: Protocol = anthropicMessages): ReplyReader {
  const body = Buffer.from(JSON.stringify({ model: 'm', max_tokens: 50, stream: isStream, messages: [{ role: 'user', content: 'hi' }] }))
  const { translation } = translateCall({
    asked: { body, protocol: client, address: undefined },
    model: { context: 1000, outputMax: 100 },
    ...{ protocol: openaiChat, upstreamModel: 'up', outputMaxField: 'max_tokens' as const },
  })
  const inner = openaiChat.readReply({ isStream: comesAsStream, removesUsage: false })
  return translatedReply(inner, { translation, status, isStream: comesAsStream, context })
}

const read = (reader: ReplyReader, bytes: string): string => Buffer.concat([reader.push(Buffer.from(bytes)), reader.end()]).toString()

const anthropicOf = (bytes: string, status = 200) =>
  new Anthropic({
    ...{ apiKey: 'x', maxRetries: 0 },
    fetch: async () =>
      new Response(bytes, { status, headers: { 'content-type': bytes.startsWith('{') ? 'application/json' : 'text/event-stream' } }),
  })
const ASKED = { model: 'm', max_tokens: 50, messages: [{ role: 'user' as const, content: 'hi' }] }

test('a stream is told whole, with the usage that was metered', async () => {
  const reader = readerOf({ isStream: true })
  const message = await anthropicOf(read(reader, text('Hello') + END))
    .messages.stream(ASKED)
    .finalMessage()
  assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens], [11, 7])
  assert.deepEqual([reader.usage()?.input, reader.usage()?.output, reader.isComplete(), reader.reportedModel()], [11, 7, true, 'up'])
})

test('a stream that breaks off ends in the error of its protocol', async () => {
  const reader = readerOf({ isStream: true })
  const bytes = read(reader, text('Hello'))
  assert.deepEqual([reader.endsItself, reader.isComplete(), reader.isError()], [true, false, true])
  await assert.rejects(anthropicOf(bytes).messages.stream(ASKED).finalMessage(), /broke off/)
})

test('a stream that is stopped at its bound ends as at the limit', async () => {
  const reader = readerOf({ isStream: true })
  const passed = reader.push(Buffer.from(text('Hello')))
  const usage = { ...NO_USAGE, input: 11, output: 3 }
  const bytes = reader.stopAtLength(passed, { requestId: 'r1', choices: 1, usage, wantsUsage: true }).toString()
  const message = await anthropicOf(bytes).messages.stream(ASKED).finalMessage()
  assert.deepEqual([message.stop_reason, message.usage.output_tokens], ['max_tokens', 3])
  assert.ok(message.content[0]?.type === 'text' && message.content[0].text === 'Hello')
})

test('a refusal keeps its status and words, in the shape of the customer’s protocol', async () => {
  for (const isStream of [true, false]) {
    const refused = JSON.stringify({
      error: { message: 'messages[0] is too long', type: 'invalid_request_error', code: null, param: null },
    })
    const bytes = read(readerOf({ isStream, status: 400, comesAsStream: false }), refused)
    await assert.rejects(anthropicOf(bytes, 400).messages.create(ASKED), (thrown) => {
      assert.ok(thrown instanceof Anthropic.BadRequestError)
      assert.match(thrown.message, /messages\[0\] is too long/)
      return true
    })
  }
  assert.match(read(readerOf({ isStream: false, status: 404 }), '<html>'), /"type":"error"/)
})

test('a whole answer that cannot be read is an error; one that tells an error is one', () => {
  for (const bytes of ['{"choices":[', '{"error":{"message":"no"}}', '[]', '']) {
    const reader = readerOf({ isStream: false })
    read(reader, bytes)
    assert.equal(reader.isError(), true, bytes)
  }
})

test('a whole answer that ends in no answer is an error, as what is told of it is one', () => {
  const choices = [{ index: 0, message: { role: 'assistant', content: 'Hel' }, finish_reason: 'insufficient_system_resource' }]
  const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }
  const reader = readerOf({ isStream: false })
  const told = read(reader, JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'up', choices, usage }))
  assert.match(told, /"type":"error"/)
  assert.equal(reader.isError(), true)
})

test('a whole answer to a call for a stream is told as a stream', async () => {
  const whole = {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'up',
    usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
  }
  const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }]
  const bytes = read(readerOf({ isStream: true, comesAsStream: false }), JSON.stringify({ ...whole, choices }))
  const message = await anthropicOf(bytes).messages.stream(ASKED).finalMessage()
  assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens, message.stop_reason], [11, 7, 'end_turn'])
})

test('a refusal for a client of chats', async () => {
  const bytes = JSON.stringify({ error: { message: 'no such thing' } })
  const openai = new OpenAI({
    apiKey: 'x',
    maxRetries: 0,
    fetch: async () => new Response(read(readerOf({ isStream: false, status: 422 }, openaiChat), bytes), { status: 422 }),
  })
  await assert.rejects(openai.chat.completions.create({ model: 'm', messages: [] }), OpenAI.UnprocessableEntityError)
})
