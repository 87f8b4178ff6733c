// Replies of upstreams are read as they are, cut anywhere and in every spelling that upstreams have; nothing they send breaks a reader.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { recordedReplies, recordedStreams, WITHOUT_RECORDINGS } from '../../protocols/testing.ts'
import type { Json } from '../call.ts'
import { answerOf, readAll } from '../testing.ts'
import { readStream, readWhole } from './read-reply.ts'

const FOLDERS = ['openai-chat', 'deepseek', 'xai']
const DONE = { hasNames: false, last: 'data: [DONE]\n\n' }

const sse = (...objects: readonly Json[]): Buffer =>
  Buffer.from([...objects.map((one) => JSON.stringify(one)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''))
const chunk = (delta: Json, finish: string | null = null, more: object = {}): Json => ({
  ...{ id: 'chatcmpl-9', created: 1, model: 'm' },
  choices: [{ index: 0, delta, finish_reason: finish, ...more }],
})
const partsOf = (...objects: readonly Json[]) => {
  const answer = answerOf(readAll(readStream(), sse(...objects)))
  assert.equal(answer.ending, 'end')
  return answer.choices.get(0)?.parts.map(({ kind, text }) => ({ ...kind, text })) ?? []
}
const call = (index: number, more: object): Json => chunk({ tool_calls: [{ index, ...more }] })
const finish = chunk({}, 'tool_calls')

describe('recorded streams', { skip: WITHOUT_RECORDINGS }, () => {
  for (const recording of recordedStreams(FOLDERS, DONE)) {
    test(`${recording.name}: every character and figure`, () => {
      const answer = answerOf(readAll(readStream(), recording.bytes))
      const chunks = recording.bytes
        .toString()
        .split('\n\n')
        .flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6)) as never] : []))
      const told = (pick: (delta: Record<string, never>) => string | null | undefined): string =>
        (chunks as { choices: { delta: Record<string, never> }[] }[]).map(({ choices }) => pick(choices[0]?.delta ?? {}) ?? '').join('')
      const read = (type: string): string =>
        (answer.choices.get(0)?.parts ?? []).map(({ kind, text }) => (kind.type === type ? text : '')).join('')
      assert.equal(
        read('text'),
        told((delta) => delta['content']),
      )
      assert.equal(
        read('reasoning'),
        told((delta) => delta['reasoning_content']),
      )
      assert.equal(
        read('tool-call'),
        told((delta) => (delta['tool_calls'] as { function: { arguments: string } }[] | undefined)?.[0]?.function.arguments),
      )
      const usage = (chunks as { usage?: { total_tokens: number } | null }[]).findLast((one) => one.usage)?.usage
      const figures = answer.usage
      assert.equal((figures?.input ?? 0) + (figures?.cacheRead ?? 0) + (figures?.output ?? 0), usage?.total_tokens)
      assert.equal(answer.ending, 'end')
    })
  }
})

describe('recorded replies', { skip: WITHOUT_RECORDINGS }, () => {
  for (const { name, bytes } of recordedReplies(FOLDERS)) {
    test(name, () => {
      const told = JSON.parse(bytes.toString()) as { choices: { message: Record<string, unknown> }[]; usage: { total_tokens: number } }
      const answer = answerOf(readAll(readWhole(), bytes, [10, 500]))
      const text = (answer.choices.get(0)?.parts ?? []).map((part) => part.text).join('')
      const { message } = told.choices[0] ?? assert.fail()
      const calls = (message['tool_calls'] ?? []) as { function: { arguments: string } }[]
      assert.equal(text, [message['reasoning_content'], message['content'], ...calls.map((one) => one.function.arguments)].join(''))
      const { input = 0, cacheRead = 0, output = 0 } = answer.usage ?? {}
      assert.deepEqual([input + cacheRead + output, answer.ending], [told.usage.total_tokens, 'end'])
    })
  }
})

test('tool calls whose pieces come mixed are brought in a row, each with its own arguments', () => {
  const parts = partsOf(
    call(0, { id: 'a', function: { name: 'first', arguments: '{"x":' } }),
    call(1, { id: 'b', function: { name: 'second', arguments: '{"y"' } }),
    call(0, { function: { arguments: '"}"}' } }),
    call(1, { function: { arguments: ':2}' } }),
    finish,
  )
  assert.deepEqual(parts, [
    { type: 'tool-call', id: 'a', name: 'first', text: '{"x":"}"}' },
    { type: 'tool-call', id: 'b', name: 'second', text: '{"y":2}' },
  ])
})

test('an answer begins with what is known of it, not with what filters made of the prompt', () => {
  const filtered: Json = { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [{ prompt_index: 0 }] }
  const events = readAll(readStream(), sse(filtered, chunk({ content: 'Hi' }), chunk({}, 'stop')))
  assert.deepEqual(events[0], { type: 'start', id: 'chatcmpl-9', model: 'm', createdAt: 1 })
  assert.equal(events.filter(({ type }) => type === 'start').length, 1)
  // Who never tells them is told of as one who does not.
  const nameless = readAll(readStream(), sse({ id: '', model: '', created: 0, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }))
  assert.deepEqual(nameless[0], { type: 'start', id: undefined, model: undefined, createdAt: undefined })
})

test('a whole call is not held back until the end', () => {
  const reader = readStream()
  const first = reader.push(sse(call(0, { id: 'a', function: { name: 'f', arguments: '{}' } })))
  const second = reader.push(sse(call(1, { id: 'b', function: { name: 'g', arguments: '{' } })))
  assert.deepEqual(
    first.map(({ type }) => type),
    ['start', 'part-start', 'arguments-delta'],
  )
  assert.deepEqual(
    second.map(({ type }) => type),
    ['part-end', 'part-start', 'arguments-delta'],
  )
})

test('calls that are numbered the same but have ids of their own are two', () => {
  const parts = partsOf(
    call(0, { id: 'a', function: { name: 'f', arguments: '{}' } }),
    call(0, { id: 'b', function: { name: 'f', arguments: '{}' } }),
    finish,
  )
  assert.deepEqual(
    parts.map((part) => 'id' in part && part.id),
    ['a', 'b'],
  )
})

test('a call without an id gets one that is the same for the same reply', () => {
  const read = () =>
    partsOf(call(0, { function: { name: 'f', arguments: '{}' } }), call(1, { function: { name: 'f', arguments: '{}' } }), finish)
  assert.deepEqual(read(), read())
  assert.deepEqual(
    read().map((part) => 'id' in part && part.id),
    ['call_chatcmpl-9_0', 'call_chatcmpl-9_1'],
  )
})

test('arguments that go on after their end are a broken reply, not other arguments', () => {
  const bytes = sse(
    call(0, { id: 'a', function: { name: 'f', arguments: '{}' } }),
    call(1, { id: 'b', function: { name: 'f', arguments: '{}' } }),
    call(0, { function: { arguments: '1' } }),
    finish,
  )
  assert.match(answerOf(readAll(readStream(), bytes)).ending, /^error upstream_cut/)
})

test('thoughts under two names are told once, contents in pieces are told too', () => {
  assert.deepEqual(partsOf(chunk({ reasoning: 'a', reasoning_content: 'a' }), chunk({ content: 'b' }, 'stop')), [
    { type: 'reasoning', origin: 'openai-chat', text: 'a' },
    { type: 'text', text: 'b' },
  ])
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'a' }] }
  assert.deepEqual(partsOf(chunk({ content: [thinking, { type: 'text', text: 'b' }] }, 'stop')), [
    { type: 'reasoning', origin: 'openai-chat', text: 'a' },
    { type: 'text', text: 'b' },
  ])
})

test('why an answer ended', () => {
  const reason = (delta: Json, word: string, more: object = {}) => {
    const choice = answerOf(readAll(readStream(), sse(chunk(delta, word, more)))).choices.get(0)
    return [choice?.finish, choice?.stopSequence]
  }
  assert.deepEqual(reason({ content: 'a' }, 'stop'), ['stop', undefined])
  assert.deepEqual(reason({ content: 'a' }, 'stop', { stop_reason: 'END' }), ['stop-sequence', 'END'])
  assert.deepEqual(reason({ content: 'a' }, 'stop', { stop_reason: 128_009 }), ['stop', undefined])
  assert.deepEqual(reason({ refusal: 'no' }, 'stop'), ['refusal', undefined])
  assert.deepEqual(reason({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] }, 'stop'), [
    'tool-calls',
    undefined,
  ])
  assert.deepEqual(reason({}, 'length'), ['length', undefined])
  assert.deepEqual(reason({}, 'content_filter'), ['filter', undefined])
  assert.deepEqual(reason({}, 'something_new'), ['other', undefined])
})

test('an error in the stream, an early end and an endless event are errors', () => {
  const ending = (bytes: Buffer) => answerOf(readAll(readStream(), bytes)).ending
  const start = chunk({ content: 'a' })
  assert.equal(ending(sse(start, { error: { message: 'Overloaded', code: 'overloaded' } })), 'error overloaded Overloaded')
  assert.equal(ending(sse({ error: 'Out of memory' })), 'error undefined Out of memory')
  assert.match(ending(sse(start)), /^error upstream_cut/)
  assert.match(ending(Buffer.alloc(0)), /^error upstream_cut/)
  const reader = readStream()
  let told = 0
  for (let round = 0; round < 40; round += 1) told += reader.push(Buffer.alloc(1_048_576, 'x')).length
  assert.equal(told + reader.end().length, 1)
})
