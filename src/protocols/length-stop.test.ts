// Guarantee: a stream that is ended at its bound, wherever its bytes were cut, is a whole answer to the official clients: everything
// that went out before, then the protocol's own length stop.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { type SeededRandom, seededRandom, syntheticStreams } from '../../sim/index.ts'
import { NO_USAGE } from '../spec/index.ts'
import { anthropicMessages, gemini, type LengthStop, openaiChat, openaiResponses, type Protocol } from './index.ts'

const stop: LengthStop = { requestId: 'r1', choices: 1, usage: { ...NO_USAGE, input: 7, output: 42 }, wantsUsage: true }
const WORDS = ['The', ' ferry', ' takes', ' forty', ' minutes', ' Füße', ' 渡船', ' \\"so\\"', ' and', ' then']

const openaiChunk = (delta: string) =>
  `data: {"id":"chatcmpl-9","object":"chat.completion.chunk","created":1763000000,"model":"up-m","choices":[{"index":0,"delta":${delta},"finish_reason":null}]}\n\n`
const openaiStream = openaiChunk('{"role":"assistant","content":""}') + WORDS.map((word) => openaiChunk(`{"content":"${word}"}`)).join('')

const event = (type: string, more: string) => `event: ${type}\ndata: {"type":"${type}",${more}}\n\n`
const anthropicStream =
  event(
    'message_start',
    '"message":{"id":"msg_9","type":"message","role":"assistant","model":"up-m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":1}}',
  ) +
  event('content_block_start', '"index":0,"content_block":{"type":"text","text":""}') +
  event('content_block_delta', '"index":0,"delta":{"type":"text_delta","text":"Well"}') +
  event('content_block_stop', '"index":0') +
  event('content_block_start', '"index":1,"content_block":{"type":"text","text":""}') +
  WORDS.map((word) => event('content_block_delta', `"index":1,"delta":{"type":"text_delta","text":"${word}"}`)).join('')

const responsesStream =
  event(
    'response.created',
    '"sequence_number":0,"response":{"id":"resp_9","object":"response","created_at":1763000000,"status":"in_progress","model":"up-m","output":[],"usage":null}',
  ) +
  event(
    'response.output_item.added',
    '"sequence_number":1,"output_index":0,"item":{"id":"msg_9","type":"message","status":"in_progress","role":"assistant","content":[]}',
  ) +
  event(
    'response.content_part.added',
    '"sequence_number":2,"item_id":"msg_9","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}',
  ) +
  WORDS.map((word, index) =>
    event(
      'response.output_text.delta',
      `"sequence_number":${3 + index},"item_id":"msg_9","output_index":0,"content_index":0,"delta":"${word}"`,
    ),
  ).join('')

const reply = (bytes: Buffer) => async () => new Response(new Uint8Array(bytes), { headers: { 'content-type': 'text/event-stream' } })

function cut(bytes: Buffer, random: SeededRandom): Buffer[] {
  const pieces: Buffer[] = []
  const lengthMax = 1 + random.below(400)
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random.below(lengthMax)
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}

/** What went out of a stream that is stopped at the first push in which the count passes `bound`; undefined when it never did. */
function stopped(protocol: Protocol, pieces: readonly Buffer[], told: { readonly bound: number; readonly removesUsage: boolean }) {
  const reader = protocol.readReply({ isStream: true, removesUsage: told.removesUsage })
  const out: Buffer[] = []
  for (const piece of pieces) {
    const passed = reader.push(Buffer.from(piece))
    if (reader.countedOutput() > told.bound) return { bytes: Buffer.concat([...out, reader.stopAtLength(passed, stop)]), reader }
    out.push(Buffer.from(passed))
  }
  return undefined
}

test('the official OpenAI client reads a stopped stream as one that reached its limit', async () => {
  const random = seededRandom(5)
  for (let round = 0; round < 60; round += 1) {
    const pieces = cut(Buffer.from(openaiStream), random)
    const end = stopped(openaiChat, pieces, { bound: random.below(9), removesUsage: round % 2 === 0 })
    assert.ok(end !== undefined)
    const client = new OpenAI({ apiKey: 'x', maxRetries: 0, fetch: reply(end.bytes) })
    const told = await client.chat.completions.stream({ model: 'm', messages: [] }).finalChatCompletion()
    assert.equal(told.choices[0]?.finish_reason, 'length')
    assert.deepEqual([told.id, told.model, told.created], ['chatcmpl-9', 'up-m', 1763000000])
    assert.deepEqual([told.usage?.prompt_tokens, told.usage?.completion_tokens, told.usage?.total_tokens], [7, 42, 49])
    const text = told.choices[0]?.message.content ?? ''
    assert.ok(text !== '' && WORDS.join('').replaceAll('\\"', '"').startsWith(text), text)
    assert.ok(end.bytes.toString().endsWith('data: [DONE]\n\n'))
  }
})

test('the official Anthropic client reads a stopped stream as one that reached its limit', async () => {
  const random = seededRandom(6)
  for (let round = 0; round < 60; round += 1) {
    const pieces = cut(Buffer.from(anthropicStream), random)
    const end = stopped(anthropicMessages, pieces, { bound: random.below(9), removesUsage: false })
    assert.ok(end !== undefined)
    const client = new Anthropic({ apiKey: 'x', maxRetries: 0, fetch: reply(end.bytes) })
    const told = await client.messages.stream({ model: 'm', max_tokens: 9, messages: [] }).finalMessage()
    assert.deepEqual([told.stop_reason, told.id, told.usage.output_tokens], ['max_tokens', 'msg_9', 42])
    const text = told.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
    assert.ok(text !== '' && `Well${WORDS.join('').replaceAll('\\"', '"')}`.startsWith(text), text)
    const starts = end.bytes.toString().match(/"content_block_start"/g)?.length
    assert.equal(end.bytes.toString().match(/"content_block_stop"/g)?.length, starts)
  }
})

test('the official OpenAI client reads a stopped response as one that reached its limit', async () => {
  const random = seededRandom(8)
  for (let round = 0; round < 60; round += 1) {
    const pieces = cut(Buffer.from(responsesStream), random)
    const end = stopped(openaiResponses, pieces, { bound: random.below(9), removesUsage: false })
    assert.ok(end !== undefined)
    const client = new OpenAI({ apiKey: 'x', maxRetries: 0, fetch: reply(end.bytes) })
    const told = await client.responses.stream({ model: 'm', input: 'x' }).finalResponse()
    assert.deepEqual(
      [told.status, told.incomplete_details?.reason, told.id, told.model],
      ['incomplete', 'max_output_tokens', 'resp_9', 'up-m'],
    )
    assert.deepEqual([told.usage?.input_tokens, told.usage?.output_tokens, told.usage?.total_tokens], [7, 42, 49])
    const text = told.output_text
    assert.ok(text !== '' && WORDS.join('').replaceAll('\\"', '"').startsWith(text), text)
    const numbers = [...end.bytes.toString().matchAll(/"sequence_number":(\d+)/g)].map(([, number]) => Number(number))
    assert.deepEqual(numbers, [...numbers.keys()])
  }
})

test('every choice that was asked for is ended, and usage is told only to who asked', async () => {
  const reader = openaiChat.readReply({ isStream: true, removesUsage: true })
  const passed = reader.push(Buffer.from(openaiStream))
  const bytes = reader.stopAtLength(passed, { ...stop, choices: 3, wantsUsage: false })
  assert.equal(bytes.toString().match(/"finish_reason":"length"/g)?.length, 3)
  assert.ok(!bytes.toString().includes('"usage"'))
})

test('synthetic streams of any shape are stopped at whole events', () => {
  const random = seededRandom(7)
  let stops = 0
  for (const { protocol, bytes } of syntheticStreams(3, 40)) {
    const spoken = { openai: openaiChat, 'openai-responses': openaiResponses, anthropic: anthropicMessages, gemini }[protocol]
    const end = stopped(spoken, cut(bytes, random), { bound: 5, removesUsage: protocol === 'openai' })
    if (end === undefined) continue
    stops += 1
    const datas = [...end.bytes.toString().matchAll(/^data: ?([^\r\n]*)$/gm)].map(([, data = '']) => data)
    for (const data of datas.filter((text) => text !== '[DONE]')) assert.doesNotThrow(() => JSON.parse(data), data)
  }
  assert.ok(stops > 5, `${stops} streams were long enough`)
})

test('an upstream that sends less than a token at a time does not seem to have made more than it has', () => {
  const letters = [...'A sentence that is sent letter by letter, as some do.'.repeat(20)]
  const reader = openaiChat.readReply({ isStream: true, removesUsage: false })
  for (const letter of letters) reader.push(Buffer.from(openaiChunk(`{"content":"${letter}"}`)))
  assert.equal(reader.countedOutput(), letters.length)
  assert.ok(reader.leastOutput() <= letters.length / 4)
})
