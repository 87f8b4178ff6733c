// A request is read whole: every field has a place in the call or is named as one that has none, and what is wrong or stored is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailureError } from '../../failures.ts'
import type { Json } from '../call.ts'
import { carry } from '../carried-thought.ts'
import { readRequest } from './read-request.ts'

const read = (body: Json) => readRequest(Buffer.from(JSON.stringify(body)))
const failureOf = (body: Json | Buffer) => {
  try {
    readRequest(Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)))
  } catch (error) {
    if (error instanceof FailureError) return [error.failure.code, error.failure.field]
    throw error
  }
  return undefined
}

test('items become messages: what the model said is one, results of tools are one, each piece with its place', () => {
  const call = read({
    model: 'm',
    instructions: 'Be short.',
    input: [
      { role: 'developer', content: 'Be kind.' },
      { role: 'user', content: [{ type: 'input_image', image_url: 'https://a.test/b.png', detail: 'low' }] },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'xyz' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Let me see.' }], phase: 'commentary' },
      { type: 'function_call', call_id: 'a', name: 'f', arguments: '{"a":1}' },
      { type: 'custom_tool_call', call_id: 'b', name: 'g', input: 'words' },
      { type: 'function_call_output', call_id: 'a', output: 'one' },
      { type: 'custom_tool_call_output', call_id: 'b', output: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }] },
      { role: 'user', content: 'And?' },
    ],
  })
  assert.deepEqual(
    call.system.map((part) => part.type === 'text' && [part.text, part.at]),
    [
      ['Be short.', 'instructions'],
      ['Be kind.', 'input[0].content'],
    ],
  )
  const [, said, given] = call.messages
  assert.deepEqual(
    call.messages.map(({ role, at }) => [role, at]),
    [
      ['user', 'input[1]'],
      ['assistant', 'input[2]'],
      ['user', 'input[6]'],
      ['user', 'input[8]'],
    ],
  )
  assert.deepEqual(said?.parts, [
    { type: 'reasoning', origin: 'openai-responses', id: 'rs_1', text: 'Hm', isSummary: true, at: 'input[2]' },
    { type: 'reasoning', origin: 'openai-responses', id: 'rs_1', text: undefined, encrypted: 'xyz', at: 'input[2]' },
    { type: 'text', text: 'Let me see.', phase: 'commentary', at: 'input[3].content[0]' },
    { type: 'tool-call', id: 'a', name: 'f', arguments: '{"a":1}', at: 'input[4]' },
    { type: 'tool-call', id: 'b', name: 'g', arguments: 'words', isCustom: true, at: 'input[5]' },
  ])
  assert.deepEqual(
    given?.parts.map((part) => part.type === 'tool-result' && [part.id, part.parts[0]?.type]),
    [
      ['a', 'text'],
      ['b', 'image'],
    ],
  )
})

test('tools of a namespace are tools by themselves, wherever they are named, and what the client calls them is kept', () => {
  const get = { type: 'function', name: 'get', description: 'One.', parameters: {} }
  const namespace = { type: 'namespace', name: 'mcp__a', description: 'All of a.', tools: [get, { type: 'custom', name: 'run' }] }
  const plain = { type: 'function', name: 'mcp__b__get', parameters: {} }
  const call = read({
    model: 'm',
    tools: [plain, namespace, { ...namespace, name: 'mcp__b', description: '', tools: [get, { type: 'shell', environment: {} }] }],
    tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'get', namespace: 'mcp__a' }] },
    input: [
      { type: 'function_call', call_id: 'c', name: 'get', namespace: 'mcp__a', arguments: '{}' },
      { type: 'custom_tool_call', call_id: 'd', name: 'gone', namespace: 'mcp__c', input: 'words' },
      { type: 'function_call_output', call_id: 'c', name: 'get', namespace: 'mcp__a', output: 'x' },
    ],
  })
  const clash = [...(call.toolNames ?? [])].find(([, { namespace: of }]) => of === 'mcp__b')?.[0] ?? assert.fail()
  assert.match(clash, /^mcp__b__get_[0-9a-f]{8}$/)
  assert.deepEqual(
    call.tools.map((tool) => (tool.kind === 'provider' ? [tool.value['type'], tool.at] : [tool.name, tool.description, tool.at])),
    [
      ['mcp__b__get', undefined, 'tools[0]'],
      ['mcp__a__get', 'All of a.\n\nOne.', 'tools[1].tools[0]'],
      ['mcp__a__run', undefined, 'tools[1].tools[1]'],
      [clash, 'One.', 'tools[2].tools[0]'],
      ['shell', 'tools[2].tools[1]'],
    ],
  )
  assert.deepEqual(call.toolChoice, { kind: 'named', names: ['mcp__a__get'] })
  assert.deepEqual(
    call.messages.flatMap(({ parts }) => parts.map((part) => 'name' in part && part.name)),
    ['mcp__a__get', 'mcp__c__gone', 'mcp__a__get'],
  )
  assert.deepEqual(call.toolNames?.get('mcp__a__run'), { namespace: 'mcp__a', name: 'run' })
  assert.deepEqual(call.toolNames?.get('mcp__c__gone'), { namespace: 'mcp__c', name: 'gone' })
  assert.deepEqual(call.unknown, [])
})

test('what a tool gave that nobody called is said by the user; without a name it is a mistake', () => {
  const output = '<codex_delegation>Go on.</codex_delegation>'
  const { messages, unknown } = read({
    model: 'm',
    input: [
      { type: 'function_call_output', call_id: 'a', output: 'one' },
      { type: 'function_call_output', id: 'fco_1', name: 'create_thread', namespace: 'codex_app', output },
    ],
  })
  assert.deepEqual(messages[1], { role: 'user', parts: [{ type: 'text', text: output, at: 'input[1].output' }], at: 'input[1]' })
  assert.deepEqual([messages.length, unknown], [2, ['input[1].name']])
  assert.deepEqual(failureOf({ model: 'm', input: [{ type: 'function_call_output', output }] }), ['missing_field', 'input[0].call_id'])
})

test('what refers to something stored is refused by its name', () => {
  const whole = { model: 'm', input: 'Hi' }
  assert.deepEqual(failureOf({ ...whole, previous_response_id: 'resp_1' }), ['nothing_stored', 'previous_response_id'])
  assert.deepEqual(failureOf({ ...whole, conversation: { id: 'conv_1' } }), ['nothing_stored', 'conversation'])
  assert.deepEqual(failureOf({ ...whole, prompt: { id: 'pmpt_1' } }), ['nothing_stored', 'prompt'])
  assert.deepEqual(failureOf({ ...whole, background: true }), ['nothing_stored', 'background'])
  assert.deepEqual(failureOf({ model: 'm', input: [{ type: 'item_reference', id: 'msg_1' }] }), ['nothing_stored', 'input[0]'])
  assert.deepEqual(failureOf({ model: 'm', input: [{ id: 'msg_1' }] }), ['nothing_stored', 'input[0]'])
})

test('fields without a place are named by their paths, and those that say nothing are not', () => {
  const { unknown } = read({
    ...{ model: 'm', store: true, truncation: 'auto', user: 'u', max_tool_calls: 3, service_tier: 'scale' },
    ...{ include: ['file_search_call.results', 'reasoning.encrypted_content'], reasoning: { effort: 'low', context: 'all_turns' } },
    tools: [{ type: 'function', name: 'f', parameters: {}, defer_loading: true }],
    input: [{ role: 'user', content: [{ type: 'input_file', file_data: 'AAAA', filename: 'a.pdf', detail: 'low' }], weight: 1 }],
  })
  assert.deepEqual(unknown.toSorted(), [
    ...['include[0]', 'input[0].content[0].detail', 'input[0].weight', 'max_tool_calls', 'reasoning.context', 'service_tier'],
    ...['store', 'tools[0].defer_loading', 'truncation', 'user'],
  ])
  const silent = { store: false, truncation: 'disabled', metadata: { a: 'b' }, previous_response_id: null, background: false, user: null }
  assert.deepEqual(read({ model: 'm', input: 'Hi', ...silent }).unknown, [])
})

test('thoughts that were carried through this protocol are what they were; a forged record is not', () => {
  const item = (encrypted: string) => ({
    type: 'reasoning',
    id: 'rs_1',
    summary: [{ type: 'summary_text', text: 'Hm' }],
    encrypted_content: encrypted,
  })
  const thoughts = read({ model: 'm', input: [item(carry({ origin: 'anthropic-messages', signature: 's=' })), item('farebox.AAAA')] })
    .messages[0]?.parts
  assert.deepEqual(thoughts?.[0], { type: 'reasoning', text: 'Hm', origin: 'anthropic-messages', signature: 's=', at: 'input[0]' })
  assert.deepEqual(
    thoughts?.slice(1).map((part) => part.type === 'reasoning' && part.origin),
    ['openai-responses', 'openai-responses'],
  )
})

test('which tools may be called, in all shapes', () => {
  const choose = (tool_choice: Json) => read({ model: 'm', input: 'Hi', tool_choice }).toolChoice
  assert.deepEqual(choose('required'), { kind: 'required' })
  assert.deepEqual(choose({ type: 'function', name: 'f' }), { kind: 'named', names: ['f'] })
  assert.deepEqual(choose({ type: 'custom', name: 'c' }), { kind: 'named', names: ['c'] })
  const tools = [
    { type: 'function', name: 'f' },
    { type: 'function', name: 'g' },
  ]
  assert.deepEqual(choose({ type: 'allowed_tools', mode: 'auto', tools }), { kind: 'allowed', names: ['f', 'g'] })
  assert.deepEqual(choose({ type: 'allowed_tools', mode: 'required', tools }), { kind: 'named', names: ['f', 'g'] })
  for (const value of [
    { type: 'shell' },
    { type: 'mcp', server_label: 'a' },
    { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'shell' }] },
    { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'namespace', name: 'mcp__a' }] },
  ]) {
    assert.deepEqual(choose(value), { kind: 'provider', protocol: 'openai-responses', value })
  }
})

test('what is no request is refused by the name of its field', () => {
  const cases: readonly (readonly [Json, string, string | undefined])[] = [
    [{ input: 'Hi' }, 'missing_field', 'model'],
    [{ model: 'm' }, 'missing_field', 'input'],
    [{ model: 'm', input: 5 }, 'invalid_field', 'input'],
    [{ model: 'm', input: [{ role: 'robot', content: 'Hi' }] }, 'invalid_field', 'input[0].role'],
    [{ model: 'm', input: [{ role: 'user', content: [{ type: 'smell' }] }] }, 'invalid_field', 'input[0].content[0].type'],
    [{ model: 'm', input: [{ type: 'No Item' }] }, 'invalid_field', 'input[0].type'],
    [{ model: 'm', input: [{ type: 'function_call', name: 'f' }] }, 'missing_field', 'input[0].call_id'],
    [{ model: 'm', input: [{ type: 'function_call_output', call_id: 'a' }] }, 'missing_field', 'input[0].output'],
    [{ model: 'm', input: 'Hi', max_output_tokens: 0 }, 'invalid_field', 'max_output_tokens'],
    [{ model: 'm', input: 'Hi', reasoning: { effort: 'huge' } }, 'invalid_field', 'reasoning.effort'],
    [{ model: 'm', input: 'Hi', text: { format: { type: 'json_schema', schema: {} } } }, 'missing_field', 'text.format.name'],
    [{ model: 'm', input: 'Hi', tools: [{ name: 'f' }] }, 'missing_field', 'tools[0].type'],
    [{ model: 'm', input: 'Hi', tools: [{ type: 'namespace', name: 'a' }] }, 'missing_field', 'tools[0].tools'],
    [{ model: 'm', input: 'Hi', tools: [{ type: 'namespace', name: 'a', tools: [{}] }] }, 'missing_field', 'tools[0].tools[0].type'],
    [{ model: 'm', input: 'Hi', tool_choice: 'maybe' }, 'invalid_field', 'tool_choice'],
  ]
  for (const [body, code, field] of cases) assert.deepEqual(failureOf(body), [code, field])
  assert.deepEqual(failureOf(Buffer.from(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)), ['json_too_deep', undefined])
})
