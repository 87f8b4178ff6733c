// Guarantees that made-up streams have the grammar of recorded ones (same events, same fields), and that their bytes carry the
// payloads and the usage that they claim.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createParser } from 'eventsource-parser'
import { listRecordings, type Recording, syntheticStreams } from './index.ts'

const recordings = listRecordings()
const skip = recordings.length === 0 ? 'no recordings beside the checkout' : false

function eventsOf(bytes: Buffer): { readonly event: string | undefined; readonly data: string }[] {
  const events: { event: string | undefined; data: string }[] = []
  const parser = createParser({ onEvent: ({ event, data }) => events.push({ event, data }) })
  parser.feed(bytes.toString('utf8'))
  return events
}

/** The paths of all fields, such as "choices[].delta.content:string". */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [`${path}[]`] : value.flatMap((item) => shapeOf(item, `${path}[]`))
  if (typeof value !== 'object' || value === null) return [`${path}:${value === null ? 'null' : typeof value}`]
  const inner = Object.entries(value).flatMap(([field, item]) => shapeOf(item, `${path}.${field}`))
  return inner.length === 0 ? [`${path}{}`] : inner
}

const shapesOf = (recording: Recording): Set<string> =>
  new Set(recording.payloads.map((payload) => shapeOf(JSON.parse(payload)).sort().join(' ')))

const named = (name: string): Recording => {
  const found = recordings.find((recording) => recording.name === name)
  assert.ok(found !== undefined, `the recording ${name} is missing`)
  return found
}

const madeUp = (protocol: 'openai' | 'openai-responses' | 'anthropic', trait: string): Recording => {
  const isPlain = (traits: readonly string[]): boolean => !traits.includes('parts') && !traits.includes('cache-writes')
  const found = syntheticStreams(5, 200).find(
    (stream) => stream.protocol === protocol && stream.traits[0] === trait && stream.usage !== undefined && isPlain(stream.traits),
  )
  assert.ok(found !== undefined)
  return found
}

test('openai prose: the same shapes as recorded', { skip }, () => {
  assert.deepEqual(shapesOf(madeUp('openai', 'prose')), shapesOf(named('openai-chat/openai-text')))
})

test('anthropic prose: the same shapes as recorded', { skip }, () => {
  assert.deepEqual(shapesOf(madeUp('anthropic', 'prose')), shapesOf(named('anthropic/anthropic-text')))
})

test('anthropic tool call: the same shapes as recorded but for the opening, which has grown since', { skip }, () => {
  const isLater = (shape: string): boolean => !shape.includes('message_start') && !shape.includes('.message.')
  const recorded = [...shapesOf(named('anthropic/anthropic-json-tool.1'))].filter(isLater).sort()
  assert.deepEqual([...shapesOf(madeUp('anthropic', 'tool'))].filter(isLater).sort(), recorded)
})

test('openai tool call: the same fields in the calls as recorded', { skip }, () => {
  const callsOf = (recording: Recording): string[] =>
    [...new Set([...shapesOf(recording)].flatMap((shape) => shape.split(' ').filter((field) => field.includes('.tool_calls'))))].sort()
  assert.deepEqual(callsOf(madeUp('openai', 'tool')), callsOf(named('deepseek/deepseek-tool-call')))
})

test('responses: each kind of event has a shape that was recorded', { skip }, () => {
  const recorded = recordings.filter(({ protocol }) => protocol === 'openai-responses')
  const shapes = new Set(recorded.flatMap((recording) => [...shapesOf(recording)]))
  const kinds = new Set(recorded.flatMap(({ payloads }) => payloads.map((payload) => String(JSON.parse(payload).type))))
  const later = /^response\.(created|in_progress|completed|incomplete)$/
  for (const trait of ['prose', 'tool', 'reasoning'])
    for (const payload of madeUp('openai-responses', trait).payloads) {
      const event = JSON.parse(payload)
      // Recorded without an item's name, which was added since.
      if (later.test(event.type) || event.type === 'response.function_call_arguments.done') continue
      assert.ok(kinds.has(event.type), event.type)
      // Recorded reasoning has something encrypted in it.
      if (event.item?.type !== 'reasoning') assert.ok(shapes.has(shapeOf(event).sort().join(' ')), payload)
    }
})

test('recorded streams are read back event for event', { skip }, () => {
  for (const recording of recordings) {
    const events = eventsOf(recording.bytes).filter(({ data }) => data !== '[DONE]')
    assert.deepEqual(
      events.map(({ data }) => data),
      recording.payloads,
      recording.name,
    )
    const isNamed = recording.protocol === 'anthropic' || recording.protocol === 'openai-responses'
    for (const { event, data } of events) assert.equal(event, isNamed ? JSON.parse(data).type : undefined)
  }
})

test('made-up streams are read back event for event, whatever their line ends and comments', () => {
  const streams = syntheticStreams(1, 70)
  for (const stream of streams) {
    const read = eventsOf(stream.bytes).flatMap(({ data }) => (data === '[DONE]' ? [] : [data]))
    // A strict reader drops an event that the stream ends in the middle of, and cannot know a last CR from half a CRLF.
    const isLastUnsure = stream.traits.includes('no-final-newline') || stream.traits.includes('cr')
    const expected = isLastUnsure && read.length < stream.payloads.length ? stream.payloads.slice(0, -1) : stream.payloads
    assert.deepEqual(read, expected, stream.name)
  }
  const traits = new Set(streams.flatMap((stream) => stream.traits))
  const wanted = [
    'prose',
    'tool',
    'prose-tool',
    'reasoning',
    'empty',
    'tool-1mb',
    'lf',
    'crlf',
    'cr',
    'comments',
    'no-final-newline',
    'no-usage',
  ]
  for (const trait of wanted) assert.ok(traits.has(trait), trait)
})

test('made-up streams say the usage that they claim, and a seed gives the same bytes', () => {
  const streams = syntheticStreams(2, 10)
  assert.deepEqual(streams, syntheticStreams(2, 10))
  for (const stream of streams) {
    const told = stream.payloads
      .map((payload) => JSON.parse(payload))
      .map(({ usage, usageMetadata, response }) => usage ?? usageMetadata ?? response?.usage ?? null)
    const last = told.findLast((usage) => usage !== null)
    const beside = (last?.candidatesTokenCount ?? 0) + (last?.thoughtsTokenCount ?? 0)
    const output = last === undefined ? undefined : (last.completion_tokens ?? last.output_tokens ?? beside)
    assert.equal(output, stream.usage?.output, stream.name)
  }
})
