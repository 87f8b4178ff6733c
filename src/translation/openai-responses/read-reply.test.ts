// Replies of upstreams are read as they are, cut anywhere and with whatever events they leave out or add; nothing they send breaks a reader.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { recordedReplies, WITHOUT_RECORDINGS } from '../../protocols/testing.ts'
import type { Json } from '../call.ts'
import { answerOf, readAll } from '../testing.ts'
import { readStream, readWhole } from './read-reply.ts'
import { streams } from './testing.ts'

type Item = {
  readonly type: string
  readonly content?: { text: string }[]
  readonly summary?: { text: string }[]
  arguments?: string
  input?: string
}
type Response = { readonly output: Item[]; readonly usage: { total_tokens: number } }

const sse = (...events: readonly Json[]): Buffer => Buffer.from(events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(''))
const textOf = (item: Item): string =>
  [...(item.summary ?? []), ...(item.content ?? [])].map(({ text }) => text).join('') + (item.arguments ?? item.input ?? '')

describe('recorded streams', { skip: WITHOUT_RECORDINGS }, () => {
  for (const recording of streams()) {
    test(`${recording.name}: every character, call and figure`, () => {
      const answer = answerOf(readAll(readStream(), recording.bytes))
      const last = JSON.parse(recording.bytes.toString().trim().split('\ndata: ').at(-1) ?? '') as { type: string; response: Response }
      if (last.type === 'response.failed') {
        assert.match(answer.ending, /^error insufficient_quota You exceeded/)
        return
      }
      const parts = answer.choices.get(0)?.parts ?? []
      assert.equal(parts.map(({ text }) => text).join(''), last.response.output.map(textOf).join(''))
      const searches = last.response.output.filter(({ type }) => type === 'web_search_call')
      assert.equal(parts.filter(({ kind }) => kind.type === 'foreign').length, searches.length)
      const { input = 0, cacheRead = 0, output = 0 } = answer.usage ?? {}
      assert.deepEqual([input + cacheRead + output, answer.ending], [last.response.usage.total_tokens, 'end'])
    })
  }
})

describe('recorded replies', { skip: WITHOUT_RECORDINGS }, () => {
  for (const { name, bytes } of recordedReplies(['openai-responses'])) {
    test(name, () => {
      const told = JSON.parse(bytes.toString()) as Response & { error?: object | null }
      const answer = answerOf(readAll(readWhole(), bytes, [10, 500]))
      if (told.error) return assert.match(answer.ending, /^error insufficient_quota/)
      const parts = answer.choices.get(0)?.parts ?? []
      assert.equal(parts.map(({ text }) => text).join(''), told.output.map(textOf).join(''))
      const { input = 0, cacheRead = 0, output = 0 } = answer.usage ?? {}
      assert.deepEqual([input + cacheRead + output, answer.ending], [told.usage.total_tokens, 'end'])
    })
  }
})

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
const completed: Json = { type: 'response.completed', response: response('completed') }
const event = (type: string, index: number, more: object): Json => ({ type: `response.${type}`, output_index: index, ...more })
const partsOf = (...events: readonly Json[]) => {
  const answer = answerOf(readAll(readStream(), sse(created, ...events)))
  assert.equal(answer.ending, 'end')
  return answer.choices.get(0)?.parts.map(({ kind, text }) => ({ ...kind, text })) ?? []
}

test('an item that is told only when it is done is told whole, and one that was told in part is completed', () => {
  const message = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello there', annotations: [] }] }
  assert.deepEqual(partsOf(event('output_item.done', 0, { item: message }), completed), [{ type: 'text', text: 'Hello there' }])
  const begun = event('output_text.delta', 0, { content_index: 0, delta: 'Hello' })
  assert.deepEqual(partsOf(begun, event('output_item.done', 0, { item: message }), completed), [{ type: 'text', text: 'Hello there' }])
})

test('an output that is told only at the end is told then, and no output twice', () => {
  const call = { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' }
  const last: Json = { type: 'response.completed', response: response('completed', { output: [call] }) }
  assert.deepEqual(partsOf(last), [{ type: 'tool-call', id: 'a', name: 'f', text: '{}' }])
  assert.equal(partsOf(event('output_item.done', 3, { item: call }), last).length, 1)
})

test('the second part of an item is told as it comes, and an item that is told twice is told once', () => {
  const grow = (content_index: number): Json => event('output_text.delta', 0, { content_index, delta: 'a' })
  const reader = readStream()
  reader.push(sse(created, grow(0)))
  assert.deepEqual(
    reader.push(sse(grow(1))).map(({ type }) => type),
    ['part-end', 'part-start', 'text-delta'],
  )
  const done = event('output_item.done', 0, { item: { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' } })
  assert.equal(partsOf(done, done, completed).length, 1)
})

test('items that come mixed are brought in a row', () => {
  const added = (index: number): Json =>
    event('output_item.added', index, { item: { type: 'function_call', call_id: `c${index}`, name: 'f' } })
  const grow = (index: number, delta: string): Json => event('function_call_arguments.delta', index, { delta })
  const done = (index: number, text: string): Json =>
    event('output_item.done', index, { item: { type: 'function_call', call_id: `c${index}`, name: 'f', arguments: text } })
  const parts = partsOf(added(0), grow(0, '{"a"'), added(1), grow(1, '[1'), grow(0, ':1}'), done(1, '[1]'), done(0, '{"a":1}'), completed)
  assert.deepEqual(
    parts.map(({ text }) => text),
    ['{"a":1}', '[1]'],
  )
})

test('why an answer ended', () => {
  const reason = (...events: readonly Json[]) => answerOf(readAll(readStream(), sse(created, ...events))).choices.get(0)?.finish
  const incomplete = (why: string): Json => ({
    type: 'response.incomplete',
    response: response('incomplete', { incomplete_details: { reason: why } }),
  })
  const refused = { type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }
  assert.equal(reason(completed), 'stop')
  assert.equal(
    reason(event('output_item.done', 0, { item: { type: 'custom_tool_call', call_id: 'a', name: 'f', input: '' } }), completed),
    'tool-calls',
  )
  assert.equal(reason(event('output_item.done', 0, { item: refused }), completed), 'refusal')
  assert.equal(reason(incomplete('max_output_tokens')), 'length')
  assert.equal(reason(incomplete('content_filter')), 'filter')
  assert.equal(reason(incomplete('steered')), 'other')
})

test('errors of both shapes, failures and an early end are errors; events that nobody knows are passed over', () => {
  const ending = (...events: readonly Json[]) => answerOf(readAll(readStream(), sse(created, ...events))).ending
  assert.equal(ending({ type: 'error', code: 'a', message: 'b' }), 'error a b')
  assert.equal(ending({ type: 'error', error: { code: 'a', message: 'b' } }), 'error a b')
  assert.equal(ending({ type: 'response.failed', response: response('failed', { error: { code: 'a', message: 'b' } }) }), 'error a b')
  assert.match(ending(), /^error upstream_cut/)
  assert.equal(ending({ type: 'response.something_new', output_index: 0, delta: 'x' }, { type: 'keepalive' }, completed), 'end')
})

test('searches that the provider made are counted, pages that it opened are not', () => {
  const search = (type: string): Json => ({ type: 'web_search_call', id: 'a', action: { type } })
  const usage = { input_tokens: 5, output_tokens: 2, total_tokens: 7, input_tokens_details: { cached_tokens: 3 } }
  const body = response('completed', { output: [search('search'), search('open_page'), { type: 'file_search_call' }], usage })
  const told = answerOf(readAll(readWhole(), Buffer.from(JSON.stringify(body)))).usage
  assert.deepEqual([told?.input, told?.cacheRead, told?.output, told?.webSearches, told?.toolCalls], [2, 3, 2, 1, 1])
})
