// Guarantee: every proxy is sent the same bytes, of the sizes that the tables name, and answered by a well-formed upstream.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ANSWER_BYTES, answerBody, BENCH_MODEL, requestBody, STREAM_DELTAS, streamEvents } from './bodies.ts'

test('request bodies have their sizes, are JSON, and are the same every time', () => {
  const sizes = { '1kb': [1024, 1024], stream: [1024, 1024], '30kb': [30_000, 32_000], '1mb': [1_048_576, 1_050_000] } as const
  for (const name of ['1kb', 'stream', '30kb', '1mb'] as const) {
    const body = requestBody(name)
    const [least, most] = sizes[name]
    assert.ok(body.length >= least && body.length <= most, `${name}: ${body.length}`)
    assert.equal(JSON.parse(body.toString()).model, BENCH_MODEL)
    assert.deepEqual(body, requestBody(name))
  }
  assert.equal(JSON.parse(requestBody('stream').toString()).stream_options.include_usage, true)
})

test('the answer is a chat completion with usage of the named length', () => {
  const body = answerBody()
  assert.equal(body.length, ANSWER_BYTES)
  assert.equal(JSON.parse(body.toString()).usage.completion_tokens, STREAM_DELTAS)
})

test('a stream is chunked SSE, with a usage event only when it was asked for', () => {
  const events = streamEvents(true)
  assert.equal(events.length, STREAM_DELTAS + 4)
  assert.equal(streamEvents(false).length, STREAM_DELTAS + 3)
  for (const event of events) {
    const [size = '', data = ''] = event.toString().split('\r\n')
    assert.equal(Number.parseInt(size, 16), Buffer.byteLength(data))
    assert.match(data, /^data: .*\n\n$/)
  }
  assert.ok(events.at(-2)?.toString().includes('"total_tokens"'))
})
