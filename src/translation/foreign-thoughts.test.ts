// Guarantee: a conversation that began with a model behind another protocol goes on with an upstream of the client's own, without the records
// that prove nothing there and with all else as it was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carry } from './carried-thought.ts'
import { withoutForeignThoughts } from './foreign-thoughts.ts'
import { carryInBytes } from './gemini/thought-bytes.ts'

const FOREIGN = carry({ origin: 'gemini', signature: 'abc' })
const cleaned = (protocol: string, request: object) => {
  const got = withoutForeignThoughts(protocol, Buffer.from(JSON.stringify(request)))
  return got === undefined ? undefined : { request: JSON.parse(got.body.toString()) as unknown, dropped: got.dropped }
}

test('messages lose thoughts that others signed, and turns that held nothing else', () => {
  const own = { type: 'thinking', thinking: 'mine', signature: 'EqQBCg' }
  const call = { type: 'tool_use', id: 't', name: 'f', input: {} }
  const request = {
    model: 'm',
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'x', signature: FOREIGN }, call] },
      { role: 'assistant', content: [own, { type: 'redacted_thinking', data: FOREIGN }, { type: 'redacted_thinking', data: 'own' }] },
      { role: 'assistant', content: [{ type: 'redacted_thinking', data: FOREIGN }] },
      { role: 'user', content: [] },
    ],
  }
  const [hi, , , , empty] = request.messages
  const messages = [
    hi,
    { role: 'assistant', content: [call] },
    { role: 'assistant', content: [own, { type: 'redacted_thinking', data: 'own' }] },
    empty,
  ]
  const dropped = ['messages[1].content[0]', 'messages[2].content[1]', 'messages[3].content[0]']
  for (const protocol of ['anthropic-messages', 'anthropic-count-tokens'])
    assert.deepEqual(cleaned(protocol, request), { request: { model: 'm', messages }, dropped })
})

test('after a call of a tool that began with a thought of another, no thought is asked for, which is named', () => {
  const call = { type: 'tool_use', id: 't', name: 'f', input: {} }
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: '1' }] }
  const asked = (thinking: object, first: object, edits: readonly string[] = []) => {
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [first, { type: 'redacted_thinking', data: FOREIGN }, call] },
      result,
    ]
    const management = edits.length === 0 ? {} : { context_management: { edits: edits.map((type) => ({ type })) } }
    const got = cleaned('anthropic-messages', { thinking, messages, ...management })
    const request = got?.request as { readonly thinking?: object; readonly context_management?: object } | undefined
    return [request?.thinking, request?.context_management, got?.dropped]
  }
  const [enabled, adaptive] = [{ type: 'enabled', budget_tokens: 2_000 }, { type: 'adaptive' }]
  const foreign = { type: 'thinking', thinking: 'x', signature: FOREIGN }
  const own = { type: 'thinking', thinking: 'mine', signature: 'EqQBCg' }
  const both = ['messages[1].content[0]', 'messages[1].content[1]']
  assert.deepEqual(asked(enabled, foreign), [undefined, undefined, [...both, 'thinking']])
  assert.deepEqual(asked(adaptive, foreign), [adaptive, undefined, both])
  assert.deepEqual(asked(enabled, own), [enabled, undefined, both.slice(1)])
  assert.deepEqual(asked(enabled, foreign, ['clear_thinking_20251015'])[1], undefined)
  const kept = { edits: [{ type: 'clear_tool_uses_20250919' }] }
  assert.deepEqual(asked(enabled, foreign, ['clear_thinking_20251015', 'clear_tool_uses_20250919'])[1], kept)
})

test('a response loses items of reasoning that others encrypted', () => {
  const own = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' }
  const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }
  const foreign = { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: FOREIGN }
  assert.deepEqual(cleaned('openai-responses', { input: ['hi', own, foreign, call] }), {
    request: { input: ['hi', own, call] },
    dropped: ['input[2]'],
  })
})

test('contents lose thoughts of others, and what signs a part that stays', () => {
  const thoughtSignature = carryInBytes({ origin: 'anthropic-messages', signature: 'abc' })
  const own = { functionCall: { name: 'f', args: {} }, thoughtSignature: 'CpQ=' }
  const parts = [
    { text: 'x', thought: true, thoughtSignature },
    { text: '', thought_signature: thoughtSignature },
    { text: 'said', thoughtSignature },
    own,
  ]
  assert.deepEqual(cleaned('gemini', { contents: [{ role: 'model', parts }] }), {
    request: { contents: [{ role: 'model', parts: [{ text: 'said' }, own] }] },
    dropped: ['contents[0].parts[0]', 'contents[0].parts[1]', 'contents[0].parts[2]'],
  })
})

test('nothing else is looked into, or changed', () => {
  const said = { role: 'user', content: [{ type: 'text', text: FOREIGN }] }
  assert.equal(cleaned('anthropic-messages', { messages: [said] }), undefined)
  assert.equal(cleaned('openai-chat', { messages: [{ role: 'user', content: FOREIGN }] }), undefined)
  assert.equal(withoutForeignThoughts('anthropic-messages', Buffer.from('{"messages":"farebox.')), undefined)
  const block = `{"type":"redacted_thinking","data":"${FOREIGN}"}`
  const text = `{"temperature":1.0,"messages":[{"role":"assistant","content":[${block},{"type":"tool_use","input":{"n":12345678901234567890}}]}]}`
  const got = withoutForeignThoughts('anthropic-messages', Buffer.from(text))
  assert.equal(got?.body.toString(), text.replace(`${block},`, ''))
})
