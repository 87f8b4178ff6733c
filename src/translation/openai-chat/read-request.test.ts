// A request is read whole: every field has a place in the call or is named as one that has none, and what is wrong is refused by its name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailureError } from '../../failures.ts'
import type { Json } from '../call.ts'
import { readRequest } from './read-request.ts'

const read = (body: Json) => readRequest(Buffer.from(JSON.stringify(body)))
const messages: Json = [{ role: 'user', content: 'Hi' }]
const failureOf = (body: Json | Buffer) => {
  try {
    readRequest(Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)))
  } catch (error) {
    if (error instanceof FailureError) return [error.failure.code, error.failure.field]
    throw error
  }
  return undefined
}

test('the conversation: instructions first, results of tools together, each piece with its place', () => {
  const call = read({
    model: 'm',
    messages: [
      { role: 'developer', content: 'Be short.' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } }] },
      { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] },
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'two' }] },
      { role: 'system', content: 'Now in French.' },
    ],
  })
  assert.deepEqual(call.system, [{ type: 'text', text: 'Be short.', at: 'messages[0].content' }])
  assert.deepEqual(call.messages[0]?.parts, [
    { type: 'image', media: { kind: 'base64', mimeType: 'image/png', data: 'AAAA' }, detail: 'low', at: 'messages[1].content[0]' },
  ])
  assert.deepEqual(call.messages[1]?.parts, [
    { type: 'tool-call', id: 'a', name: 'f', arguments: '{"a":1}', at: 'messages[2].tool_calls[0]' },
  ])
  assert.deepEqual(
    call.messages[2]?.parts.map((part) => part.type === 'tool-result' && part.id),
    ['a', 'b'],
  )
  assert.deepEqual(
    call.messages.map(({ role }) => role),
    ['user', 'assistant', 'user', 'system'],
  )
})

test('functions of the time before tools become calls with ids', () => {
  const call = read({
    model: 'm',
    functions: [{ name: 'f', parameters: { type: 'object' } }],
    function_call: { name: 'f' },
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'done' },
    ],
  })
  const [, asked, answered] = call.messages
  assert.equal(
    asked?.parts[0]?.type === 'tool-call' && asked.parts[0].id,
    answered?.parts[0]?.type === 'tool-result' && answered.parts[0].id,
  )
  assert.deepEqual(
    [call.tools[0]?.kind, call.toolChoice, call.unknown],
    ['function', { kind: 'named', names: ['f'] }, ['functions', 'function_call']],
  )
})

test('fields without a place are named by their paths, and those that say nothing are not', () => {
  const { unknown } = read({
    ...{ model: 'm', logit_bias: { 1: 2 }, user: 'u', store: true, service_tier: 'scale', modalities: ['text', 'audio'], metadata: null },
    stream_options: { include_usage: true, include_obfuscation: true },
    tools: [{ type: 'function', function: { name: 'f', extra: 1 } }],
    messages: [{ role: 'user', name: 'Ada', content: [{ type: 'text', text: 'Hi', weight: 2 }] }],
    stream: true,
  })
  assert.deepEqual(unknown.toSorted(), [
    ...['logit_bias', 'messages[0].content[0].weight', 'messages[0].name', 'modalities', 'service_tier', 'store'],
    ...['stream_options.include_obfuscation', 'tools[0].function.extra', 'user'],
  ])
  assert.deepEqual(read({ model: 'm', messages, store: false, service_tier: 'auto', n: 1, modalities: ['text'], user: null }).unknown, [])
})

test('what is no request is refused by the name of its field', () => {
  const cases: readonly (readonly [Json, string, string | undefined])[] = [
    [[], 'invalid_json', undefined],
    [{ messages }, 'missing_field', 'model'],
    [{ model: 'm' }, 'missing_field', 'messages'],
    [{ model: 'm', messages: [] }, 'invalid_field', 'messages'],
    [{ model: 'm', messages: ['Hi'] }, 'invalid_field', 'messages[0]'],
    [{ model: 'm', messages: [{ role: 'user' }] }, 'missing_field', 'messages[0].content'],
    [{ model: 'm', messages: [{ role: 'robot', content: 'Hi' }] }, 'invalid_field', 'messages[0].role'],
    [{ model: 'm', messages: [{ role: 'user', content: [{ type: 'smell' }] }] }, 'invalid_field', 'messages[0].content[0].type'],
    [{ model: 'm', messages: [{ role: 'tool', content: 'Hi' }] }, 'missing_field', 'messages[0].tool_call_id'],
    [{ model: 'm', messages, temperature: 'hot' }, 'invalid_field', 'temperature'],
    [{ model: 'm', messages, n: 0 }, 'invalid_field', 'n'],
    [{ model: 'm', messages, stop: [1] }, 'invalid_field', 'stop[0]'],
    [{ model: 'm', messages, tools: [{ type: 'function' }] }, 'missing_field', 'tools[0].function'],
    [{ model: 'm', messages, tool_choice: 'maybe' }, 'invalid_field', 'tool_choice'],
    [{ model: 'm', messages, response_format: { type: 'json_schema' } }, 'missing_field', 'response_format.json_schema'],
    [{ model: 'm', messages, reasoning_effort: 'huge' }, 'invalid_field', 'reasoning_effort'],
  ]
  for (const [body, code, field] of cases) assert.deepEqual(failureOf(body), [code, field])
  assert.deepEqual(failureOf(Buffer.from('{"model":')), ['invalid_json', undefined])
  assert.deepEqual(failureOf(Buffer.from([0x7b, 0xff, 0x7d])), ['invalid_json', undefined])
  assert.deepEqual(failureOf(Buffer.from(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)), ['json_too_deep', undefined])
})
