// Guarantee: a client that asks for thought is answered in each turn of its tools, also where its protocol brings no thoughts back, and is told that
// nothing was thought where the provider would refuse it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CanonicalCall, Json, Message, Part, ProtocolName } from '../call.ts'
import { makeLosses } from '../loss.ts'
import { openaiChatAdapter } from '../openai-chat/index.ts'
import { plainCall } from '../testing.ts'
import { writeRequest } from './write-request.ts'

const REASONING = { effort: 'low', budgetTokens: undefined, isTold: undefined, isEncryptedTold: undefined } as const
const user = (...parts: readonly Part[]): Message => ({ role: 'user', parts })
const model = (...parts: readonly Part[]): Message => ({ role: 'assistant', parts })
const text = (words: string): Part => ({ type: 'text', text: words })
const call = (id: string): Part => ({ type: 'tool-call', id, name: 'f', arguments: '{}' })
const result = (id: string): Part => ({ type: 'tool-result', id, name: 'f', parts: [text('1')], isError: false })
const thought = (origin: ProtocolName): Part => ({ type: 'reasoning', text: 'Hm', signature: 's', origin, at: 'thought' })
const own = thought('anthropic-messages')

const written = (call: CanonicalCall, upstreamModel: string) => {
  const losses = makeLosses()
  const { thinking } = JSON.parse(writeRequest(call, { model: upstreamModel, losses })) as { thinking?: { type: string } }
  return [thinking?.type, losses.list()]
}
const think = (messages: readonly Message[], upstreamModel = 'claude-sonnet-4-5') =>
  written(plainCall('openai-responses', { messages, reasoning: REASONING, outputMax: 8_000 }), upstreamModel)

const ASKED = user(text('Hi'))

test('a chat after a call of a tool is answered without thought, which is named, but by models that decide themselves', () => {
  const f = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } }
  const messages: Json = [
    { role: 'user', content: 'Hi' },
    {
      role: 'assistant',
      content: null,
      reasoning_content: 'Hm',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'a', content: '1' },
  ]
  const asked = { model: 'm', max_tokens: 8_000, reasoning_effort: 'low', tools: [f] }
  const told = (upstreamModel: string, said: Json) =>
    written(openaiChatAdapter.readRequest(Buffer.from(JSON.stringify({ ...asked, messages: said }))), upstreamModel)
  const lost = 'messages[1].reasoning_content'
  assert.deepEqual(told('claude-sonnet-4-5', messages), [undefined, [lost, 'reasoning_effort']])
  assert.deepEqual(told('claude-opus-4-7', messages), ['adaptive', [lost]])
  assert.deepEqual(told('claude-sonnet-4-5', [...messages, { role: 'assistant', content: '1' }, messages[0] ?? null]), ['enabled', [lost]])
})

test('an answer that began with a thought of the provider goes on with thought', () => {
  assert.deepEqual(think([ASKED, model(own, call('a')), user(result('a'))]), ['enabled', []])
  assert.deepEqual(think([ASKED, model(own, call('a')), user(result('a')), model(call('b')), user(result('b'))]), ['enabled', []])
  // Each of what the model said may be a message of its own.
  assert.deepEqual(think([ASKED, model(own), model(call('a')), user(result('a')), user(text('So?'))]), ['enabled', []])
})

test('one that did not goes on without, whatever was thought before it and whoever thought', () => {
  const lost = [undefined, ['reasoning']]
  assert.deepEqual(think([ASKED, model(call('a')), user(result('a'))]), lost)
  assert.deepEqual(think([ASKED, model(text('So'), own, call('a')), user(result('a'))]), lost)
  assert.deepEqual(think([ASKED, model(thought('openai-responses'), call('a')), user(result('a'))]), [undefined, ['thought', 'reasoning']])
  assert.deepEqual(think([ASKED, model(own, text('Yes')), ASKED, model(call('a')), user(result('a'))]), lost)
  assert.deepEqual(think([ASKED, model(own, call('a')), user(result('a'), text('So?')), model(call('b')), user(result('b'))]), lost)
  assert.deepEqual(think([ASKED, model(call('a')), user(result('a'), text('So?'))]), lost)
})

test('nothing is asked of a conversation that does not end with what tools gave', () => {
  for (const messages of [[ASKED], [ASKED, model(text('Yes')), ASKED], [user(result('a'))]])
    assert.deepEqual(think(messages), ['enabled', []])
})
