// Replies of upstreams are read as they are, cut anywhere and in every spelling that upstreams have; nothing they send breaks a reader.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { recordedReplies, recordedStreams, WITHOUT_RECORDINGS } from '../../protocols/testing.ts'
import type { Json, JsonObject } from '../call.ts'
import { isObject, objectIn, objectsIn, textIn } from '../json.ts'
import { type Answer, answerOf, readAll } from '../testing.ts'
import { readStream, readWhole } from './read-reply.ts'

const FOLDERS = ['anthropic']
const EVENTS = { hasNames: true, last: '' }

const sse = (...objects: readonly Json[]): Buffer =>
  Buffer.from(objects.map((one) => `event: ${isObject(one) ? textIn(one, 'type') : ''}\ndata: ${JSON.stringify(one)}\n\n`).join(''))
const start: Json = { type: 'message_start', message: { id: 'msg_1', model: 'm', usage: { input_tokens: 3, output_tokens: 1 } } }
const block = (index: number, content: Json): Json => ({ type: 'content_block_start', index, content_block: content })
const delta = (index: number, told: Json): Json => ({ type: 'content_block_delta', index, delta: told })
const stop = (index: number): Json => ({ type: 'content_block_stop', index })
const end = (reason: string, more: JsonObject = {}): Json[] => [
  { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null, ...more }, usage: { output_tokens: 7 } },
  { type: 'message_stop' },
]
const partsOf = (...objects: readonly Json[]) => {
  const answer = answerOf(readAll(readStream(), sse(start, ...objects, ...end('end_turn'))))
  assert.equal(answer.ending, 'end')
  return answer.choices.get(0)?.parts.map(({ kind, text, signature }) => ({ ...kind, text, ...(signature ? { signature } : {}) })) ?? []
}
const read = (answer: Answer, type: string): string =>
  (answer.choices.get(0)?.parts ?? []).map(({ kind, text }) => (kind.type === type ? text : '')).join('')
const citationsOf = (answer: Answer): number => (answer.choices.get(0)?.parts ?? []).reduce((sum, part) => sum + part.citations.length, 0)

describe('recorded streams', { skip: WITHOUT_RECORDINGS }, () => {
  for (const recording of recordedStreams(FOLDERS, EVENTS)) {
    test(`${recording.name}: every character and figure`, () => {
      const answer = answerOf(readAll(readStream(), recording.bytes))
      const lines = recording.bytes.toString().split('\n')
      const events = lines.flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6)) as JsonObject] : []))
      const deltas = events.map((event) => objectIn(event, 'delta') ?? {})
      const told = (name: string): string => deltas.map((one) => textIn(one, name) ?? '').join('')
      assert.equal(read(answer, 'text'), told('text'))
      assert.equal(read(answer, 'reasoning'), told('thinking'))
      assert.equal(citationsOf(answer), deltas.filter((one) => one['type'] === 'citations_delta').length)
      const signatures = (answer.choices.get(0)?.parts ?? []).map(({ signature }) => signature ?? '')
      assert.equal(signatures.join(''), told('signature'))
      const inputs = answer.choices.get(0)?.parts.flatMap(({ kind, text }) => (kind.type === 'tool-call' ? [text] : [])) ?? []
      const isServerTool = events.some((event) => objectIn(event, 'content_block')?.['type'] === 'server_tool_use')
      if (!isServerTool) assert.equal(inputs.join(''), told('partial_json') || inputs.map(() => '{}').join(''))
      const usages = events.flatMap((event) => [objectIn(event, 'usage') ?? objectIn(objectIn(event, 'message') ?? {}, 'usage') ?? {}])
      const last = (name: string): Json | undefined => usages.findLast((usage) => typeof usage[name] === 'number')?.[name]
      assert.deepEqual([answer.usage?.input, answer.usage?.output], [last('input_tokens'), last('output_tokens')])
      assert.equal(answer.ending, 'end')
    })
  }
})

describe('recorded replies', { skip: WITHOUT_RECORDINGS }, () => {
  for (const { name, bytes } of recordedReplies(FOLDERS)) {
    test(name, () => {
      const told = JSON.parse(bytes.toString()) as JsonObject
      const answer = answerOf(readAll(readWhole(), bytes, [10, 500]))
      const blocks = objectsIn(told, 'content')
      const join = (member: string): string => blocks.map((one) => textIn(one, member) ?? '').join('')
      assert.deepEqual([read(answer, 'text'), read(answer, 'reasoning')], [join('text'), join('thinking')])
      const calls = blocks.flatMap((one) => (one['type'] === 'tool_use' ? [JSON.stringify(one['input'])] : []))
      assert.equal(read(answer, 'tool-call'), calls.join(''))
      assert.equal(read(answer, 'refusal'), textIn(objectIn(told, 'stop_details') ?? {}, 'explanation') ?? '')
      const usage = objectIn(told, 'usage') ?? {}
      assert.deepEqual([answer.usage?.input, answer.usage?.output, answer.ending], [usage['input_tokens'], usage['output_tokens'], 'end'])
    })
  }
})

test('thoughts with their signature, hidden ones, and a tool that the provider ran, whole', () => {
  const parts = partsOf(
    ...[block(0, { type: 'thinking', thinking: '', signature: '' }), delta(0, { type: 'thinking_delta', thinking: 'Hm' })],
    ...[delta(0, { type: 'signature_delta', signature: 's+/=' }), stop(0)],
    ...[block(1, { type: 'redacted_thinking', data: 'd+/=' }), stop(1), { type: 'ping' }, { type: 'something_new', index: 1 }],
    ...[block(2, { type: 'server_tool_use', id: 'a', name: 'web_search', input: {} })],
    ...[delta(2, { type: 'input_json_delta', partial_json: '{"query":' }), delta(2, { type: 'input_json_delta', partial_json: '"x"}' })],
    ...[delta(2, { type: 'delta_of_tomorrow' }), stop(2)],
  )
  const origin = 'anthropic-messages'
  const value = { type: 'server_tool_use', id: 'a', name: 'web_search', input: { query: 'x' } }
  assert.deepEqual(parts, [
    { type: 'reasoning', origin, text: 'Hm', signature: 's+/=' },
    { type: 'reasoning', origin, encrypted: 'd+/=', text: '' },
    { type: 'foreign', protocol: origin, name: 'server_tool_use', value, text: '' },
  ])
})

test('an input that comes with the beginning of its block, in pieces, or not at all', () => {
  const call = (input: Json) => block(0, { type: 'tool_use', id: 'a', name: 'f', input })
  const inputOf = (...objects: readonly Json[]) => partsOf(...objects).map(({ text }) => text)
  assert.deepEqual(inputOf(call({ a: 1 }), stop(0)), ['{"a":1}'])
  assert.deepEqual(inputOf(call({}), stop(0)), ['{}'])
  assert.deepEqual(inputOf(call({}), delta(0, { type: 'input_json_delta', partial_json: '{ "a":1}' }), stop(0)), ['{ "a":1}'])
  // Some upstreams do not say that a block ends.
  assert.deepEqual(inputOf(call({}), block(1, { type: 'text', text: 'b' })), ['{}', 'b'])
})

test('usage: what lies beside the input is told in its own classes, thoughts are a part of the output', () => {
  const usage = {
    ...{ input_tokens: 5, output_tokens: 1, cache_read_input_tokens: 4, cache_creation_input_tokens: 5 },
    cache_creation: { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 3 },
  }
  const last = { output_tokens: 9, output_tokens_details: { thinking_tokens: 6 }, server_tool_use: { web_search_requests: 2 } }
  const told = answerOf(
    readAll(
      readStream(),
      sse({ type: 'message_start', message: { usage } }, { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: last }),
    ),
  ).usage
  assert.deepEqual(
    [told?.input, told?.cacheRead, told?.cacheWrite5m, told?.cacheWrite1h, told?.output, told?.reasoning, told?.webSearches],
    [5, 4, 2, 3, 9, 6, 2],
  )
})

test('why an answer ended', () => {
  const reason = (word: string, more: JsonObject = {}) => {
    const choice = answerOf(readAll(readStream(), sse(start, ...end(word, more)))).choices.get(0)
    return [choice?.finish, choice?.stopSequence]
  }
  assert.deepEqual(reason('end_turn'), ['stop', undefined])
  assert.deepEqual(reason('stop_sequence', { stop_sequence: 'END' }), ['stop-sequence', 'END'])
  assert.deepEqual(reason('max_tokens'), ['length', undefined])
  assert.deepEqual(reason('model_context_window_exceeded'), ['length', undefined])
  assert.deepEqual(reason('tool_use'), ['tool-calls', undefined])
  assert.deepEqual(reason('pause_turn'), ['pause', undefined])
  assert.deepEqual(reason('refusal'), ['refusal', undefined])
  assert.deepEqual(reason('something_new'), ['other', undefined])
})

test('an error in the stream, an early end and an endless event are errors', () => {
  const ending = (bytes: Buffer) => answerOf(readAll(readStream(), bytes)).ending
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  assert.equal(ending(sse(start, error)), 'error overloaded_error Overloaded')
  assert.equal(answerOf(readAll(readWhole(), Buffer.from(JSON.stringify(error)))).ending, 'error overloaded_error Overloaded')
  assert.match(ending(sse(start, block(0, { type: 'text', text: 'a' }), stop(0))), /^error upstream_cut/)
  assert.match(ending(sse(start, { type: 'message_stop' })), /^error upstream_cut/)
  assert.match(ending(Buffer.alloc(0)), /^error upstream_cut/)
  assert.equal(ending(sse(start, end('end_turn')[0] ?? null)), 'end')
})

test('the input of a tool that the provider runs is kept up to a bound', () => {
  const reader = readStream()
  let last = reader.push(sse(start, block(0, { type: 'server_tool_use', id: 'a', name: 'x', input: {} })))
  const piece = sse(delta(0, { type: 'input_json_delta', partial_json: 'x'.repeat(1_048_576) }))
  for (let round = 0; round < 10 && last.at(-1)?.type !== 'error'; round += 1) last = reader.push(piece)
  assert.equal(last.at(-1)?.type, 'error')
})
