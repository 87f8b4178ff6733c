// Guarantee: every path speaks its protocol, and failures and limits are told in a shape that the official clients understand.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { FAILURES, type FailureCode, failure } from '../failures.ts'
import { fieldsOf, headerLines } from '../lib/index.ts'
import { anthropicMessages, openaiChat, openaiResponses, PROTOCOL_PATHS, PROTOCOLS, spokenAt } from './index.ts'

const state = { requests: { limit: 60, remaining: 59, resetMs: 120 }, tokens: { limit: 150_000, remaining: 149_984, resetMs: 360_500 } }
const stream = (text: string | Buffer) => async () =>
  new Response(new Uint8Array(Buffer.from(text)), { headers: { 'content-type': 'text/event-stream' } })

test('paths', () => {
  assert.equal(spokenAt('/v1/chat/completions')?.protocol, openaiChat)
  assert.equal(spokenAt('/api/proxy/chat/completions')?.protocol, openaiChat)
  assert.equal(spokenAt('/anthropic/v1/messages')?.protocol, anthropicMessages)
  assert.equal(spokenAt('/v1/responses')?.protocol, openaiResponses)
  assert.equal(spokenAt('/api/proxy/v1/responses')?.protocol, openaiResponses)
  assert.equal(spokenAt('/v1/messages/'), undefined)
  for (const protocol of PROTOCOL_PATHS.values()) assert.equal(PROTOCOLS[protocol.id], protocol)
})

test('every failure has a body in both shapes', () => {
  for (const code of Object.keys(FAILURES) as FailureCode[]) {
    const told = failure(code)
    const openai = JSON.parse(openaiChat.encodeError(told, 'r1').toString()) as { error: Record<string, unknown> }
    assert.deepEqual([openai.error['message'], openai.error['code'], openai.error['param']], [told.message, code, null])
    assert.equal(typeof openai.error['type'], 'string')
    assert.ok(openaiResponses.encodeError(told, 'r1').equals(openaiChat.encodeError(told, 'r1')))
    const anthropic = JSON.parse(anthropicMessages.encodeError(told, 'r1').toString()) as Record<string, Record<string, unknown>>
    assert.deepEqual([anthropic['type'], anthropic['error']?.['message'], anthropic['request_id']], ['error', told.message, 'r1'])
  }
})

test('error types by status', () => {
  const types = (code: FailureCode) =>
    [openaiChat, anthropicMessages].map(
      (protocol) => (JSON.parse(protocol.encodeError(failure(code), '').toString()) as { error: { type: string } }).error.type,
    )
  assert.deepEqual(types('insufficient_credit'), ['insufficient_quota', 'billing_error'])
  assert.deepEqual(types('key_invalid'), ['authentication_error', 'authentication_error'])
  assert.deepEqual(types('requests_limited'), ['rate_limit_error', 'rate_limit_error'])
  assert.deepEqual(types('invalid_json'), ['invalid_request_error', 'invalid_request_error'])
  assert.deepEqual(types('body_too_large'), ['invalid_request_error', 'request_too_large'])
  assert.deepEqual(types('upstream_timeout'), ['server_error', 'timeout_error'])
  assert.deepEqual(types('unavailable'), ['server_error', 'overloaded_error'])
})

test('the official OpenAI client throws at the error frame of a started stream', async () => {
  const frame = openaiChat.encodeStreamError(failure('upstream_cut'), 'r1').toString()
  assert.ok(frame.endsWith('data: [DONE]\n\n'))
  const client = new OpenAI({ apiKey: 'x', maxRetries: 0, fetch: stream(`data: {"choices":[]}\n\n${frame}`) })
  const reply = await client.chat.completions.create({ model: 'm', messages: [], stream: true })
  await assert.rejects(async () => {
    for await (const _ of reply);
  }, /broke off/)
})

test('the official Anthropic client throws at the error frame of a started stream', async () => {
  const frame = anthropicMessages.encodeStreamError(failure('upstream_cut'), 'r1').toString()
  const client = new Anthropic({ apiKey: 'x', maxRetries: 0, fetch: stream(`event: ping\ndata: {"type":"ping"}\n\n${frame}`) })
  const reply = await client.messages.create({ model: 'm', max_tokens: 1, messages: [], stream: true })
  await assert.rejects(async () => {
    for await (const _ of reply);
  }, /broke off/)
})

const pairsOf = (lines: string): object => {
  const fields = fieldsOf(lines)
  assert.equal(headerLines(fields), lines)
  return Object.fromEntries(Array.from({ length: fields.length / 2 }, (_, at) => [fields[2 * at], fields[2 * at + 1]]))
}

test('rate headers in each spelling', () => {
  assert.deepEqual(pairsOf(openaiChat.limitHeaders(state, () => 0)), {
    'x-ratelimit-limit-requests': '60',
    'x-ratelimit-remaining-requests': '59',
    'x-ratelimit-reset-requests': '120ms',
    'x-ratelimit-limit-tokens': '150000',
    'x-ratelimit-remaining-tokens': '149984',
    'x-ratelimit-reset-tokens': '6m0.5s',
  })
  assert.deepEqual(pairsOf(anthropicMessages.limitHeaders({ requests: state.requests }, () => Date.UTC(2026, 10, 21))), {
    'anthropic-ratelimit-requests-limit': '60',
    'anthropic-ratelimit-requests-remaining': '59',
    'anthropic-ratelimit-requests-reset': '2026-11-21T00:00:01Z',
  })
  assert.equal(
    openaiChat.limitHeaders({}, () => 0),
    '',
  )
})
