// Guarantee: reply bytes go on as they came, and message_start and message_delta make one usage, the same at every cut.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { NO_USAGE } from '../../spec/index.ts'
import { knownBy, recordedReplies, recordedStreams, replay, shortened, WITHOUT_RECORDINGS } from '../testing.ts'
import { anthropicMessages } from './index.ts'

const STREAM = { protocol: anthropicMessages, isStream: true, removesUsage: true }
const WHOLE = { protocol: anthropicMessages, isStream: false, removesUsage: false }
const EMPTY = NO_USAGE

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const events = (...payloads: { type: string }[]) =>
  Buffer.from(payloads.map((payload) => `event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`).join(''))
const start = (usage: unknown) => ({ type: 'message_start', message: { id: 'msg_1', model: 'claude-x', content: [], usage } })
const delta = (fields: object) => ({ type: 'content_block_delta', index: 0, delta: fields })
const last = (usage: unknown) => ({ type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage })
const stop = { type: 'message_stop' }
const told = (...payloads: { type: string }[]) => knownBy(replay(STREAM, events(...payloads), []).reader)

test('recorded streams pass unchanged, at every cut', { skip: WITHOUT_RECORDINGS }, () => {
  for (const recording of recordedStreams(['anthropic'], { hasNames: true, last: '' })) {
    const { bytes, name } = shortened(recording)
    const whole = knownBy(replay(STREAM, bytes, []).reader)
    const step = Math.max(1, Math.floor(bytes.length / 3_000))
    for (let cut = 0; cut <= bytes.length; cut += step) {
      const { out, reader, isSameBuffers } = replay(STREAM, bytes, [cut])
      assert.equal(sha256(out), sha256(bytes), name)
      assert.ok(isSameBuffers)
      assert.deepEqual(knownBy(reader), whole, name)
    }
    const bytewise = replay(STREAM, recording.bytes, [...recording.bytes.keys()])
    assert.equal(sha256(bytewise.out), sha256(recording.bytes), name)
    assert.ok(whole.isComplete && whole.isUsageFinal && !whole.isUsageSuspect && whole.reportedModel !== undefined, name)
  }
})

test('usage of recordings', { skip: WITHOUT_RECORDINGS }, () => {
  const streams = new Map(
    recordedStreams(['anthropic'], { hasNames: true, last: '' }).map(({ name, bytes }) => [name, replay(STREAM, bytes, []).reader.usage()]),
  )
  assert.deepEqual(streams.get('anthropic/anthropic-text.chunks.txt'), { ...EMPTY, input: 12, output: 30 })
  assert.deepEqual(streams.get('anthropic/anthropic-web-search-tool.1.chunks.txt'), {
    ...EMPTY,
    input: 15_665,
    output: 795,
    webSearches: 1,
  })
  const replies = new Map(recordedReplies(['anthropic']).map(({ name, bytes }) => [name, replay(WHOLE, bytes, []).reader]))
  assert.deepEqual(replies.get('anthropic/anthropic-web-search-tool.1.json')?.usage(), {
    ...EMPTY,
    input: 27_118,
    output: 600,
    webSearches: 2,
  })
  assert.ok([...replies.values()].every((reader) => reader.serviceTier() === 'standard'))
  for (const { name, bytes } of recordedReplies(['anthropic'])) {
    const whole = knownBy(replay(WHOLE, bytes, []).reader)
    assert.ok(whole.usage !== undefined && whole.isComplete && whole.isUsageFinal && whole.reportedModel !== undefined, name)
    const step = Math.max(1, Math.floor(bytes.length / 700))
    for (let cut = 0; cut <= bytes.length; cut += step) assert.deepEqual(knownBy(replay(WHOLE, bytes, [cut]).reader), whole)
  }
})

test('iterations count where they come to more than what is told of all, and another model in them is suspect', () => {
  const iteration = (type: string, input: number, more: object = {}) => ({ type, input_tokens: input, output_tokens: 100, ...more })
  const reply = (usage: object) => {
    const { reader } = replay(
      WHOLE,
      Buffer.from(JSON.stringify({ id: 'msg_1', type: 'message', model: 'claude-x', content: [], usage })),
      [],
    )
    return [reader.usage(), reader.isUsageSuspect()]
  }
  const [sums, other] = [{ input_tokens: 1_000, output_tokens: 200 }, { model: 'claude-dearer' }]
  const own = { model: 'claude-x-1' }
  const plain = { ...EMPTY, input: 1_000, output: 200 }
  assert.deepEqual(reply({ ...sums, iterations: null }), [plain, false])
  assert.deepEqual(reply({ ...sums, iterations: [] }), [plain, false])
  const turns = [iteration('message', 400, own), iteration('message', 600, { model: null })]
  assert.deepEqual(reply({ ...sums, iterations: turns }), [plain, false])
  const compacted = [iteration('compaction', 180_000), ...turns]
  assert.deepEqual(reply({ ...sums, iterations: compacted }), [{ ...EMPTY, input: 181_000, output: 300 }, false])
  assert.deepEqual(reply({ ...sums, iterations: [...turns, iteration('advisor_message', 180_000, other)] }), [plain, true])
  assert.deepEqual(reply({ ...sums, iterations: [...turns, iteration('message', 500, other)] }), [plain, true])
  assert.deepEqual(reply({ ...sums, iterations: [iteration('fallback_message', 1_000, other)] }), [plain, true])
  assert.deepEqual(reply({ ...sums, iterations: [iteration('message', 400)] }), [plain, true], 'less was read than is told')
  assert.deepEqual(reply({ ...sums, iterations: [iteration('message', -1), ...turns] })[1], true)

  const split = { cache_creation: { ephemeral_1h_input_tokens: 40 }, cache_creation_input_tokens: 50, cache_read_input_tokens: 7 }
  assert.deepEqual(
    told(start({ ...sums, ...split }), last({ output_tokens: 200, iterations: [iteration('message', 1_100, split)] }), stop),
    {
      ...told(start({ ...sums, ...split, input_tokens: 1_100, output_tokens: 100 }), last({ output_tokens: 100 }), stop),
      usage: { ...EMPTY, input: 1_000, cacheRead: 7, cacheWrite5m: 10, cacheWrite1h: 40, output: 200 },
    },
  )
  const more = [iteration('message', 1_100, split), iteration('message', 0, split)]
  assert.deepEqual(told(start({ ...sums, ...split }), last({ output_tokens: 200, iterations: more }), stop).usage, {
    ...EMPTY,
    ...{ input: 1_100, cacheRead: 14, cacheWrite5m: 20, cacheWrite1h: 80, output: 200 },
  })
})

test('later figures win, absent and null ones leave the earlier', () => {
  const first = { input_tokens: 12, cache_read_input_tokens: 3, cache_creation_input_tokens: 5, output_tokens: 1 }
  assert.deepEqual(told(start(first), last({ output_tokens: 30 }), stop).usage, {
    ...EMPTY,
    input: 12,
    cacheRead: 3,
    cacheWrite5m: 5,
    output: 30,
  })
  assert.deepEqual(told(start(first), last({ input_tokens: null, output_tokens: 30, cache_read_input_tokens: 0 }), stop).usage, {
    ...EMPTY,
    input: 12,
    cacheWrite5m: 5,
    output: 30,
  })
  assert.deepEqual(told(start(null), last({ output_tokens: 2 })).usage, { ...EMPTY, output: 2 })
  assert.equal(told(start(null), stop).usage, undefined)
})

test('cache writes by lifetime', () => {
  const split = { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 }
  const usage = (cache: object) => told(start({ input_tokens: 1, output_tokens: 1, ...cache })).usage
  assert.deepEqual(usage({ cache_creation_input_tokens: 30, cache_creation: split }), {
    ...EMPTY,
    input: 1,
    cacheWrite5m: 10,
    cacheWrite1h: 20,
    output: 1,
  })
  assert.deepEqual(usage({ cache_creation_input_tokens: 35, cache_creation: split }), {
    ...EMPTY,
    input: 1,
    cacheWrite5m: 15,
    cacheWrite1h: 20,
    output: 1,
  })
  assert.deepEqual(usage({ cache_creation: split }), { ...EMPTY, input: 1, cacheWrite5m: 10, cacheWrite1h: 20, output: 1 })
  assert.deepEqual(usage({ cache_creation_input_tokens: 15, cache_creation: split }), {
    ...EMPTY,
    input: 1,
    cacheWrite5m: 0,
    cacheWrite1h: 15,
    output: 1,
  })
})

test('what the provider ran for the call is counted in pieces, sums not differences', () => {
  const tools = (searches: unknown, fetches: number) => ({
    server_tool_use: { web_search_requests: searches, web_fetch_requests: fetches },
  })
  const usage = { input_tokens: 1, output_tokens: 1 }
  assert.deepEqual(told(start({ ...usage, ...tools(1, 0) }), last({ output_tokens: 2, ...tools(3, 2) })).usage, {
    ...EMPTY,
    ...{ input: 1, output: 2, webSearches: 3, toolCalls: 2 },
  })
  const run = { server_tool_use: { web_fetch_requests: 2, code_execution_requests: 4 } }
  assert.equal(told(start({ ...usage, ...run })).usage?.toolCalls, 6)
  assert.equal(told(start({ ...usage, server_tool_use: null })).usage?.webSearches, 0)
  const absurd = told(start({ ...usage, ...tools(-1, 0) }))
  assert.deepEqual([absurd.usage?.webSearches, absurd.isUsageSuspect], [0, true])
})

test('tells the tier it was served in, where it is one we know', () => {
  const tier = (...words: unknown[]) =>
    told(...words.map((word) => start({ input_tokens: 1, output_tokens: 1, service_tier: word }))).serviceTier
  assert.deepEqual(
    ['standard', 'priority', 'batch'].map((word) => tier(word)),
    ['standard', 'priority', 'batch'],
  )
  assert.deepEqual(
    [tier(undefined), tier(null), tier('golden'), tier(7), tier('__proto__')],
    Array.from({ length: 5 }, () => undefined),
  )
  assert.equal(tier('priority', null), 'priority')
})

test('is final with the stop reason and complete with message_stop', () => {
  const first = start({ input_tokens: 1, output_tokens: 1 })
  assert.deepEqual([told(first).isUsageFinal, told(first).isComplete], [false, false])
  const beforeStop = told(first, last({ output_tokens: 2 }))
  assert.deepEqual([beforeStop.isUsageFinal, beforeStop.isComplete], [true, false])
  assert.equal(told(first, last({ output_tokens: 2 }), stop).isComplete, true)
  assert.equal(told(first, { type: 'ping' }, { type: 'error' }).isComplete, false)
})

test('counts the text of deltas only', () => {
  const count = (...payloads: { type: string }[]) => told(...payloads).countedOutput
  const text = [
    delta({ type: 'text_delta', text: ' hello' }),
    delta({ type: 'thinking_delta', thinking: ' hello' }),
    delta({ type: 'input_json_delta', partial_json: ' hello' }),
  ]
  assert.equal(count(...text), 3)
  assert.equal(
    count(delta({ type: 'signature_delta', signature: 'hello' }), { type: 'content_block_start', content_block: { text: 'hello' } } as {
      type: string
    }),
    0,
  )
})

test('fuzzed usage never throws and never gives a negative or broken class', () => {
  const figure = fc.oneof(
    fc.nat(1_000),
    fc.integer(),
    fc.double(),
    fc.string({ maxLength: 3 }),
    fc.constantFrom(null, true, -0, 2 ** 53, 2 ** 63, -1, [], {}),
  )
  const split = fc.oneof(figure, fc.record({ ephemeral_5m_input_tokens: figure, ephemeral_1h_input_tokens: figure }, { requiredKeys: [] }))
  const usage = fc.oneof(
    figure,
    fc.record(
      {
        input_tokens: figure,
        output_tokens: figure,
        cache_read_input_tokens: figure,
        cache_creation_input_tokens: figure,
        cache_creation: split,
      },
      { requiredKeys: [] },
    ),
  )
  fc.assert(
    fc.property(usage, usage, (first, second) => {
      const { reader } = replay(STREAM, events(start(first), last(second)), [])
      for (const count of Object.values(reader.usage() ?? {})) assert.ok(Number.isInteger(count) && count >= 0 && !Object.is(count, -0))
    }),
    { numRuns: 50_000 },
  )
})
