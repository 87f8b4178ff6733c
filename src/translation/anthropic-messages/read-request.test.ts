// A request is read whole: every field has a place in the call or is named as one that has none, and what is wrong is refused by its name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailureError } from '../../failures.ts'
import type { Json } from '../call.ts'
import { carry } from '../carried-thought.ts'
import { withoutPlaces } from '../testing.ts'
import { readRequest } from './read-request.ts'

const read = (body: Json) => readRequest(Buffer.from(JSON.stringify(body)))
const messages: Json = [{ role: 'user', content: 'Hi' }]
const plain = { model: 'm', max_tokens: 9, messages }
const failureOf = (body: Json | Buffer) => {
  try {
    readRequest(Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)))
  } catch (error) {
    if (error instanceof FailureError) return [error.failure.code, error.failure.field]
    throw error
  }
  return undefined
}

test('what Claude Code tells Anthropic’s billing in the instructions is told to nobody else, and is no loss', () => {
  const line = { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.197.a3f; cc_entrypoint=cli; cch=00000;' }
  const words = { type: 'text', text: 'You are Claude Code.' }
  const { system, unknown } = read({ ...plain, system: [line, words] })
  assert.deepEqual(system, [{ ...words, at: 'system[1]' }])
  assert.deepEqual(unknown, [])
  assert.deepEqual(read({ ...plain, system: [line] }).system, [])
  const longer = { type: 'text', text: `${line.text}\n${words.text}` }
  assert.deepEqual(read({ ...plain, system: [longer] }).system, [{ ...longer, at: 'system[0]' }])
})

test('each block becomes a part with its place, signatures and data byte for byte', () => {
  const call = read({
    ...plain,
    system: [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    messages: [
      { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'sig+/=' },
          { type: 'redacted_thinking', data: 'data+/=' },
          { type: 'tool_use', id: 'a', name: 'f', input: { a: 1 }, caller: { type: 'direct' } },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'no', is_error: true }] },
    ],
  })
  const origin = 'anthropic-messages'
  assert.deepEqual(call.system, [{ type: 'text', text: 'Be short.', cache: { ttl: '1h' }, at: 'system[0]' }])
  assert.deepEqual(
    call.messages.map(({ parts }) => parts),
    [
      [{ type: 'image', media: { kind: 'base64', mimeType: 'image/png', data: 'AAAA' }, at: 'messages[0].content[0]' }],
      [
        { type: 'reasoning', text: 'Hm', origin, signature: 'sig+/=', at: 'messages[1].content[0]' },
        { type: 'reasoning', text: undefined, origin, encrypted: 'data+/=', at: 'messages[1].content[1]' },
        { type: 'tool-call', id: 'a', name: 'f', arguments: '{"a":1}', at: 'messages[1].content[2]' },
      ],
      [
        {
          ...{ type: 'tool-result', id: 'a', name: undefined, isError: true, at: 'messages[2].content[0]' },
          parts: [{ type: 'text', text: 'no', at: 'messages[2].content[0].content' }],
        },
      ],
    ],
  )
  assert.deepEqual(call.unknown, [])
})

test('thoughts of another protocol that were carried are what they were there, also the signature of a call', () => {
  const content = [
    { type: 'thinking', thinking: 'Hm', signature: carry({ origin: 'gemini', signature: 'g' }) },
    { type: 'redacted_thinking', data: carry({ origin: 'openai-responses', encrypted: 'e', id: 'rs_1' }) },
    { type: 'tool_use', id: 'a', name: 'f', input: {} },
    { type: 'redacted_thinking', data: carry({ origin: 'gemini', signature: 's', callId: 'a' }) },
  ]
  assert.deepEqual(withoutPlaces(read({ ...plain, messages: [{ role: 'assistant', content }] }).messages[0]?.parts), [
    { type: 'reasoning', text: 'Hm', origin: 'gemini', signature: 'g' },
    { type: 'reasoning', origin: 'openai-responses', encrypted: 'e', id: 'rs_1' },
    { type: 'tool-call', id: 'a', name: 'f', arguments: '{}', signature: 's' },
  ])
})

test('how much to think: a budget, a word, or not at all', () => {
  const wish = (more: object) => read({ ...plain, ...more }).reasoning
  const none = { effort: undefined, budgetTokens: undefined, isTold: undefined, isEncryptedTold: undefined }
  assert.deepEqual(wish({}), undefined)
  assert.deepEqual(wish({ thinking: { type: 'enabled', budget_tokens: 2_000 } }), { ...none, budgetTokens: 2_000 })
  assert.deepEqual(wish({ thinking: { type: 'disabled' } }), { ...none, effort: 'none' })
  assert.deepEqual(wish({ thinking: { type: 'adaptive', display: 'omitted' } }), { ...none, isTold: false })
  assert.deepEqual(wish({ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }), { ...none, effort: 'max' })
})

test('a schema for the answer is read where it is and where its beta had it', () => {
  const format = { type: 'json_schema', schema: { type: 'object' } }
  const expected = { kind: 'schema', name: 'answer', schema: { type: 'object' }, isStrict: undefined }
  assert.deepEqual(read({ ...plain, output_config: { format } }).format, expected)
  assert.deepEqual(read({ ...plain, output_format: format }).format, expected)
})

test('which tools may be called, and whether at once', () => {
  const choose = (tool_choice: Json) => {
    const { toolChoice, isParallel } = read({ ...plain, tool_choice })
    return [toolChoice, isParallel]
  }
  assert.deepEqual(choose({ type: 'any', disable_parallel_tool_use: true }), [{ kind: 'required' }, false])
  assert.deepEqual(choose({ type: 'tool', name: 'f', disable_parallel_tool_use: false }), [{ kind: 'named', names: ['f'] }, true])
  assert.deepEqual(choose({ type: 'none' }), [{ kind: 'none' }, undefined])
})

test('fields without a place are named by their paths, and those that say nothing are not', () => {
  const { unknown } = read({
    ...{ model: 'm', max_tokens: 9, metadata: { user_id: 'u' }, container: 'c', service_tier: 'fast', mcp_servers: null },
    thinking: { type: 'between_tools' },
    tools: [{ name: 'f', input_schema: {}, defer_loading: true }],
    messages: [
      { role: 'user', content: [{ type: 'document', source: { type: 'url', url: 'x' }, citations: { enabled: true } }] },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {}, caller: { type: 'code_execution' } }] },
    ],
  })
  assert.deepEqual(unknown.toSorted(), [
    ...['container', 'messages[0].content[0].citations', 'messages[1].content[0].caller', 'metadata', 'service_tier', 'thinking.type'],
    'tools[0].defer_loading',
  ])
})

test('what is no request is refused by the name of its field', () => {
  const withBlock = (block: Json) => ({ ...plain, messages: [{ role: 'user', content: [block] }] })
  const cases: readonly (readonly [Json, string, string | undefined])[] = [
    [[], 'invalid_json', undefined],
    [{ max_tokens: 9, messages }, 'missing_field', 'model'],
    [{ model: 'm', messages }, 'missing_field', 'max_tokens'],
    [{ ...plain, max_tokens: 0 }, 'invalid_field', 'max_tokens'],
    [{ model: 'm', max_tokens: 9 }, 'missing_field', 'messages'],
    [{ ...plain, messages: [] }, 'invalid_field', 'messages'],
    [{ ...plain, messages: [{ role: 'tool', content: 'Hi' }] }, 'invalid_field', 'messages[0].role'],
    [{ ...plain, messages: [{ role: 'user' }] }, 'missing_field', 'messages[0].content'],
    [withBlock({ type: 'smell' }), 'invalid_field', 'messages[0].content[0].type'],
    [withBlock({ type: 'image', source: { type: 'smell' } }), 'invalid_field', 'messages[0].content[0].source'],
    [withBlock({ type: 'tool_use', id: 'a', name: 'f', input: 'x' }), 'invalid_field', 'messages[0].content[0].input'],
    [withBlock({ type: 'tool_result' }), 'missing_field', 'messages[0].content[0].tool_use_id'],
    [withBlock({ type: 'text', text: 'a', cache_control: { ttl: '2h' } }), 'invalid_field', 'messages[0].content[0].cache_control.ttl'],
    [{ ...plain, stop_sequences: [1] }, 'invalid_field', 'stop_sequences[0]'],
    [{ ...plain, tools: [{ name: 'f' }] }, 'missing_field', 'tools[0].input_schema'],
    [{ ...plain, tool_choice: { type: 'maybe' } }, 'invalid_field', 'tool_choice.type'],
    [{ ...plain, thinking: { type: 'enabled' } }, 'missing_field', 'thinking.budget_tokens'],
    [{ ...plain, output_config: { effort: 'huge' } }, 'invalid_field', 'output_config.effort'],
    [{ ...plain, output_config: { format: { type: 'json_schema' } } }, 'missing_field', 'output_config.format.schema'],
  ]
  for (const [body, code, field] of cases) assert.deepEqual(failureOf(body), [code, field])
  assert.deepEqual(failureOf(Buffer.from(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)), ['json_too_deep', undefined])
})
