// Guarantee: reply bytes go on as they came, and the usage, the tools that ran and the end that are read are the same at every cut.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import OpenAI from 'openai'
import { failure } from '../../failures.ts'
import { NO_USAGE } from '../../spec/index.ts'
import { knownBy, recordedReplies, recordedStreams, replay, shortened, WITHOUT_RECORDINGS } from '../testing.ts'
import { openaiResponses } from './index.ts'

const FOLDERS = ['openai-responses']
const STREAM = { protocol: openaiResponses, isStream: true, removesUsage: false }
const WHOLE = { protocol: openaiResponses, isStream: false, removesUsage: false }
const streams = () => recordedStreams(FOLDERS, { hasNames: true, last: '' })

const events = (...payloads: { readonly type: string; readonly [field: string]: unknown }[]) =>
  Buffer.from(payloads.map((payload) => `event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`).join(''))
const USAGE = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 2 },
}
const response = (more: object = {}) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1_763_000_000,
  model: 'up-m',
  output: [],
  ...more,
})
const begun = { type: 'response.created', sequence_number: 0, response: response({ status: 'in_progress', usage: null }) }
const delta = (text: string, type = 'response.output_text.delta') => ({
  type,
  sequence_number: 1,
  output_index: 0,
  content_index: 0,
  delta: text,
})
const ended = (type: string, more: object = {}) => ({ type, sequence_number: 2, response: response({ usage: USAGE, ...more }) })
const seen = (...payloads: Parameters<typeof events>) => replay(STREAM, events(...payloads), []).reader

test('recorded streams pass unchanged, and are read the same at every cut', { skip: WITHOUT_RECORDINGS }, () => {
  assert.ok(streams().length > 3)
  for (const { bytes, name } of streams()) {
    const { bytes: short } = shortened({ bytes, name })
    const whole = knownBy(replay(STREAM, short, []).reader)
    const step = Math.max(1, Math.floor(short.length / 1_500))
    for (let cut = 0; cut <= short.length; cut += step) {
      const { out, reader, isSameBuffers } = replay(STREAM, short, [cut])
      assert.ok(isSameBuffers && out.equals(short), name)
      assert.deepEqual(knownBy(reader), whole)
    }
    const bytewise = replay(STREAM, bytes, [...bytes.keys()])
    assert.ok(bytewise.out.equals(bytes), name)
    assert.deepEqual(knownBy(bytewise.reader), knownBy(replay(STREAM, bytes, []).reader))
  }
})

test('usage of recorded streams', { skip: WITHOUT_RECORDINGS }, () => {
  const found = new Map(
    streams().map(({ name, bytes }) => [name.slice('openai-responses/'.length).split('.')[0], replay(STREAM, bytes, []).reader]),
  )
  assert.deepEqual(found.get('openai-phase')?.usage(), { ...NO_USAGE, input: 4_040, cacheRead: 3_072, output: 463, reasoning: 64 })
  const searching = found.get('openai-web-search-tool')?.usage()
  assert.deepEqual([searching?.output, searching?.reasoning, searching?.webSearches], [4_416, 3_712, 2])
  assert.equal(found.get('openai-web-search-tool')?.reportedModel(), 'gpt-5-mini-2025-08-07')
  assert.equal(found.get('openai-phase')?.serviceTier(), 'standard')
  const failed = found.get('openai-error')
  assert.deepEqual([failed?.isComplete(), failed?.isUsageFinal(), failed?.endsItself], [false, false, true])
})

test('recorded whole replies are read the same at every cut, with the tools that ran', { skip: WITHOUT_RECORDINGS }, () => {
  for (const { name, bytes } of recordedReplies(FOLDERS)) {
    const whole = knownBy(replay(WHOLE, bytes, []).reader)
    if (name.includes('error')) {
      assert.ok(replay(WHOLE, bytes, []).reader.isError())
      continue
    }
    assert.ok(whole.usage !== undefined && whole.isComplete && whole.isUsageFinal && !whole.isUsageSuspect, name)
    const step = Math.max(1, Math.floor(bytes.length / 700))
    for (let cut = 0; cut <= bytes.length; cut += step) assert.deepEqual(knownBy(replay(WHOLE, bytes, [cut]).reader), whole)
    assert.deepEqual(knownBy(replay(WHOLE, bytes, [...bytes.keys()]).reader), whole)
    const items = (JSON.parse(bytes.toString()) as { output: { type: string; action?: { type: string } }[] }).output
    const searches = items.filter(({ type, action }) => type === 'web_search_call' && (action?.type ?? 'search') === 'search')
    assert.equal(whole.usage.webSearches, searches.length, name)
  }
})

test('counts what was made, in every kind of delta, and nothing else', () => {
  assert.equal(seen(begun, delta('The ferry'), delta('I think', 'response.reasoning_summary_text.delta')).countedOutput(), 4)
  assert.equal(seen(delta('{"a":', 'response.function_call_arguments.delta')).countedOutput() > 0, true)
  assert.equal(seen(begun, delta('AAAA', 'response.audio.delta'), ended('response.completed')).countedOutput(), 0)
  assert.ok(seen(delta('x'.repeat(4))).leastOutput() <= 1)
})

test('how answers end', () => {
  for (const type of ['response.completed', 'response.incomplete', 'response.cancelled']) {
    const reader = seen(begun, ended(type))
    assert.deepEqual([reader.isComplete(), reader.isUsageFinal(), reader.endsItself], [true, true, false], type)
    assert.deepEqual(reader.usage(), { ...NO_USAGE, input: 5, cacheRead: 4, output: 5, reasoning: 2 })
  }
  const unmetered = seen(begun, ended('response.completed', { usage: null }))
  assert.deepEqual([unmetered.isComplete(), unmetered.isUsageFinal(), unmetered.usage()], [true, false, undefined])
  const cut = seen(begun, delta('x'))
  assert.deepEqual([cut.isComplete(), cut.isUsageFinal(), cut.endsItself], [false, false, false])
  for (const failure of [ended('response.failed', { usage: null }), { type: 'error', code: 'server_error', message: 'x' }]) {
    const reader = seen(begun, failure)
    assert.deepEqual([reader.isComplete(), reader.isUsageFinal(), reader.endsItself], [false, false, true])
  }
})

test('tools that the provider ran, and the tier it was served in', () => {
  const done = (item: object) => ({ type: 'response.output_item.done', output_index: 0, item })
  const reader = seen(
    done({ type: 'web_search_call', action: { type: 'search', query: 'x' } }),
    done({ type: 'web_search_call', action: { type: 'open_page', url: 'x' } }),
    done({ type: 'web_search_call' }),
    done({ type: 'code_interpreter_call', code: 'x' }),
    done({ type: 'file_search_call' }),
    done({ type: 'function_call', name: 'web_search_call', arguments: '{"type":"web_search_call"}' }),
    ended('response.completed', { service_tier: 'flex' }),
  )
  assert.deepEqual([reader.usage()?.webSearches, reader.usage()?.toolCalls, reader.serviceTier()], [2, 2, 'flex'])
})

test('a last event of many megabytes is read', () => {
  const output = [{ type: 'image_generation_call', result: 'A'.repeat(5_000_000) }]
  assert.equal(seen(begun, ended('response.completed', { output })).usage()?.output, 5)
})

test('strange bytes are passed on', () => {
  for (const text of [
    'data: {"type":7}\n\n',
    'data: [DONE]\n\n',
    'data: {"type":"response.completed","response":null}\n\n',
    'data: {"type":"response.output_text.delta","delta":{"a":1}}\n\n',
    'data: {"sequence_number":"x","response":{"usage":[]}}\n\n',
  ]) {
    const { out, reader } = replay(STREAM, Buffer.from(text), [])
    assert.equal(out.toString(), text)
    assert.deepEqual([reader.usage(), reader.countedOutput()], [undefined, 0])
  }
})

test('the official client reads what passed, and throws at an error that was told in the stream', async () => {
  const reply = (bytes: Buffer) => async () => new Response(new Uint8Array(bytes), { headers: { 'content-type': 'text/event-stream' } })
  const client = (bytes: Buffer) => new OpenAI({ apiKey: 'x', maxRetries: 0, fetch: reply(bytes) })
  for (const { bytes, name } of streams()) {
    if (name.includes('error') || name.includes('reasoning')) continue
    const { out } = replay(STREAM, bytes, [100, 2_000])
    const final = await client(out).responses.stream({ model: 'm', input: 'x' }).finalResponse()
    assert.equal(
      final.usage?.total_tokens,
      (replay(STREAM, bytes, []).reader.usage()?.output ?? 0) + (final.usage?.input_tokens ?? 0),
      name,
    )
  }
  const broken = Buffer.concat([events(begun), openaiResponses.encodeStreamError(failure('upstream_cut'), 'r1')])
  const stream = await client(broken).responses.create({ model: 'm', input: 'x', stream: true })
  await assert.rejects(async () => {
    for await (const event of stream) if (event.type === 'error') throw new Error(event.message)
  }, /broke off/)
})

test('sound and what is spoken are counted; pictures of the tool, whose tokens are in no usage, are not', () => {
  const second = Buffer.alloc(48_000).toString('base64')
  const partial = { type: 'response.image_generation_call.partial_image', partial_image_index: 0, partial_image_b64: second }
  const reader = seen(
    begun,
    delta(second, 'response.audio.delta'),
    delta('the ferry takes the lorry', 'response.audio.transcript.delta'),
    partial,
  )
  assert.deepEqual([reader.countedMedia?.(), reader.countedOutput()], [{ imageOutput: 0, audioOutput: 20 }, 6])
})
