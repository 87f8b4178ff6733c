// Guarantee: what Bedrock's runtime endpoint answers is read as Anthropic's own, event for event, and a failure in a stream by what it is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { awsMessage } from '../../sim/index.ts'
import { bedrockReply } from './bedrock-reply.ts'
import { UpstreamTold } from './reply-rewriting.ts'

const STREAM = { status: 200, headers: { 'content-type': 'application/vnd.amazon.eventstream' } }
const streamReply = () => bedrockReply(STREAM) ?? assert.fail('not rewritten')
const chunk = (data: string): Buffer =>
  awsMessage(
    { ':event-type': 'chunk', ':message-type': 'event' },
    JSON.stringify({ bytes: Buffer.from(data).toString('base64'), p: 'abc' }),
  )
const exception = (type: string): Buffer =>
  awsMessage({ ':exception-type': type, ':message-type': 'exception' }, JSON.stringify({ message: 'the customer’s words' }))

test('each event goes on with its name and its bytes, wherever the stream is cut', () => {
  const event = fc
    .record({ type: fc.constantFrom('message_start', 'content_block_delta', 'new_event'), text: fc.string() })
    .map((one) => JSON.stringify(one))
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 4 }), fc.nat(), (events, place) => {
      const stream = Buffer.concat(events.map(chunk))
      const at = place % stream.length
      const reply = streamReply()
      const out = Buffer.concat([reply.push(stream.subarray(0, at)), reply.push(stream.subarray(at)), reply.end()]).toString()
      assert.equal(out, events.map((one) => `event: ${(JSON.parse(one) as { type: string }).type}\ndata: ${one}\n\n`).join(''))
    }),
    { numRuns: 300 },
  )
})

test('data of several lines stays one event', () => {
  const out = streamReply().push(chunk('{\n"type": "ping"\r\n}')).toString()
  assert.equal(out, 'event: ping\ndata: {"type":"ping"}\n\n')
})

test('an exception is told by the status that it stands for, without its words', () => {
  for (const [type, status] of [
    ['throttlingException', 429],
    ['modelTimeoutException', 408],
    ['validationException', 400],
    ['serviceUnavailableException', 503],
    ['modelStreamErrorException', 500],
    ['a new one', 500],
  ] as const)
    assert.throws(
      () => streamReply().push(exception(type)),
      (thrown) => thrown instanceof UpstreamTold && thrown.status === status && !thrown.message.includes('words'),
    )
  assert.throws(() => streamReply().push(awsMessage({ ':message-type': 'error', ':error-code': 'x' }, '')), UpstreamTold)
})

test('what is no event is refused without a word of it', () => {
  const none = [
    chunk('the customer’s words'),
    chunk('null'),
    chunk(''),
    awsMessage({ ':event-type': 'chunk', ':message-type': 'event' }, 'the words'),
  ]
  for (const message of none)
    assert.throws(
      () => streamReply().push(message),
      (thrown) => thrown instanceof Error && thrown.message === 'an event of a stream that is no JSON object' && thrown.cause === undefined,
    )
})

test('events of other kinds say nothing, and an end within a message is none', () => {
  const reply = streamReply()
  assert.equal(reply.push(awsMessage({ ':event-type': 'initial-response', ':message-type': 'event' }, '{}')).length, 0)
  assert.equal(reply.end().length, 0)
  reply.push(chunk('{"type":"ping"}').subarray(0, 30))
  assert.throws(() => reply.end(), /ended in a message/)
})

test('errors have the shape of Anthropic’s, and a model that failed is a failure of the upstream', () => {
  const told = (status: number, body: string) => {
    const reply = bedrockReply({ status, headers: { 'content-type': 'application/json' } }) ?? assert.fail('not rewritten')
    const [half, rest] = [body.slice(0, body.length >> 1), body.slice(body.length >> 1)]
    assert.equal(Buffer.concat([reply.push(Buffer.from(half)), reply.push(Buffer.from(rest))]).length, 0)
    return [reply.status, reply.headers['content-type'], JSON.parse(reply.end().toString())]
  }
  const error = (type: string, message: string) => ({ type: 'error', error: { type, message } })
  assert.deepEqual(told(400, '{"message":"Malformed input"}'), [400, 'application/json', error('invalid_request_error', 'Malformed input')])
  assert.deepEqual(told(403, '{"Message":"No access"}'), [403, 'application/json', error('permission_error', 'No access')])
  assert.deepEqual(told(424, '{"message":"It failed"}'), [500, 'application/json', error('api_error', 'It failed')])
  assert.deepEqual(told(502, '<html>'), [502, 'application/json', error('api_error', '')])
})

test('a whole answer goes on as it is', () => {
  assert.equal(bedrockReply({ status: 200, headers: { 'content-type': 'application/json' } }), undefined)
})
