// What this protocol cannot say is named under the client's own words, each once; all else is written as its upstreams expect it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestTarget } from '../adapter.ts'
import type { CanonicalCall, Json, JsonObject, Part, ReasoningWish } from '../call.ts'
import { makeLosses } from '../loss.ts'
import { plainCall } from '../testing.ts'
import { writeRequest } from './write-request.ts'

type Written = Record<string, Json> & { readonly messages: readonly Record<string, Json>[] }

const write = (more: Partial<CanonicalCall>, target: Partial<RequestTarget> = { outputMax: 64_000 }) => {
  const losses = makeLosses()
  const text = writeRequest(plainCall(more.protocol ?? 'openai-chat', more), { model: 'up', ...target, losses })
  return { body: JSON.parse(text) as Written, losses: losses.list() }
}
const bytes = { kind: 'base64', mimeType: 'image/png', data: 'AAAA' } as const

test('a stop sequence of blanks is lost instead of the whole request; a client of this protocol is told so by the provider', () => {
  const told = (stop: readonly string[], protocol: CanonicalCall['protocol'] = 'openai-chat') => {
    const { body, losses } = write({ stop, protocol })
    return [body['stop_sequences'], losses]
  }
  assert.deepEqual(told(['\n', 'END', ' \t', '']), [['END'], ['stop']])
  assert.deepEqual(told(['\n\n']), [undefined, ['stop']])
  assert.deepEqual(told([' END']), [[' END'], []])
  assert.deepEqual(told(['\n'], 'anthropic-messages'), [['\n'], []])
})

test('losses are told in the words of the client', () => {
  const { body, losses } = write({
    ...{ unknown: ['logit_bias'], seed: 1, presencePenalty: 0.5, frequencyPenalty: 0.5, topLogprobs: 2, choices: 2, verbosity: 'low' },
    ...{ promptCacheKey: 'k', serviceTier: 'flex', format: { kind: 'json' }, temperature: 1.5, topP: 0.5 },
    names: { choices: 'n', format: 'response_format' },
    messages: [
      {
        role: 'user',
        parts: [
          { type: 'image', media: { kind: 'file', id: 'file_1', mimeType: undefined }, at: 'messages[0].content[0]' },
          { type: 'image', media: bytes, detail: 'high', at: 'messages[0].content[1]' },
          { type: 'audio', media: { kind: 'base64', mimeType: 'audio/wav', data: 'AAAA' }, at: 'messages[0].content[2]' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm', origin: 'openai-chat', at: 'messages[1].reasoning_content' },
          { type: 'refusal', text: 'No.', at: 'messages[1].refusal' },
          { type: 'tool-call', id: 'a.b', name: 'f', arguments: '[1]', at: 'messages[1].tool_calls[0]' },
          { type: 'tool-call', id: 'c', name: 'g', arguments: 'words', isCustom: true, at: 'messages[1].tool_calls[1]' },
        ],
      },
    ],
    tools: [
      { kind: 'custom', name: 'g', description: undefined, grammar: undefined, at: 'tools[0]' },
      { kind: 'provider', protocol: 'openai-responses', value: { type: 'file_search' }, isWebSearch: false, at: 'tools[1]' },
    ],
    toolChoice: { kind: 'required' },
  })
  assert.deepEqual(losses, [
    ...['logit_bias', 'seed', 'presence_penalty', 'frequency_penalty', 'top_logprobs', 'verbosity', 'prompt_cache_key', 'n'],
    ...['response_format', 'messages[0].content[0]', 'messages[0].content[1].detail', 'messages[0].content[2]'],
    ...['messages[1].reasoning_content', 'messages[1].tool_calls[0]', 'messages[1].tool_calls[1]', 'temperature', 'top_p'],
    ...['tools[0]', 'tools[1]', 'tool_choice', 'service_tier'],
  ])
  assert.deepEqual(body.messages, [
    { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }] },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'No.' },
        { type: 'tool_use', id: 'a_b', name: 'f', input: { INVALID_JSON: '[1]' } },
        { type: 'tool_use', id: 'c', name: 'g', input: { input: 'words' } },
      ],
    },
  ])
  assert.deepEqual([body['temperature'], body['top_p'], body['tools'], body['tool_choice']], [1, undefined, undefined, undefined])
})

test('the output is always bound: by the client, by what the model can make, or by a bound that is named', () => {
  assert.deepEqual([write({ outputMax: 9 }).body['max_tokens'], write({}).body['max_tokens']], [9, 64_000])
  const { body, losses } = write({}, {})
  assert.deepEqual([body['max_tokens'], losses], [4_096, ['output_max']])
})

test('results of tools come first, with pictures and errors, under an id that the provider takes', () => {
  const result: Part = {
    ...{ type: 'tool-result', id: 'call:1', name: 'f', isError: true },
    parts: [
      { type: 'text', text: 'one' },
      { type: 'image', media: bytes },
    ],
  }
  const { body, losses } = write({ messages: [{ role: 'user', parts: [{ type: 'text', text: 'Go on.' }, result] }] })
  const content = [
    { type: 'text', text: 'one' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
  ]
  assert.deepEqual(body.messages[0]?.['content'], [
    { type: 'tool_result', tool_use_id: 'call_1', content, is_error: true },
    { type: 'text', text: 'Go on.' },
  ])
  assert.deepEqual(losses, [])
})

test('texts of nothing but blanks, which the provider refuses, are lost; a client of this protocol is told so by it', () => {
  const blank = { type: 'text', text: '\n\n ', at: 'messages[1].content' } as const
  const messages: CanonicalCall['messages'] = [
    { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
    { role: 'assistant', parts: [blank, { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' }] },
    { role: 'user', parts: [{ type: 'tool-result', id: 'c', name: 'f', parts: [blank], isError: false }] },
  ]
  const call = { type: 'tool_use', id: 'c', name: 'f', input: {} }
  const { body, losses } = write({ messages })
  assert.deepEqual(body.messages.slice(1), [
    { role: 'assistant', content: [call] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c' }] },
  ])
  assert.deepEqual(losses, ['messages[1].content'])
  const own = write({ protocol: 'anthropic-messages', messages }).body.messages[1]
  assert.deepEqual(own, { role: 'assistant', content: [{ type: 'text', text: blank.text }, call] })
})

test('instructions: words with marks of caches, alone they are what is asked, in the middle they stay there where models take them', () => {
  const system: readonly Part[] = [{ type: 'text', text: 'Be short.', cache: { ttl: '1h' } }]
  const blocks = [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral', ttl: '1h' } }]
  const messages: CanonicalCall['messages'] = [
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'Hi' },
        { type: 'text', text: '' },
      ],
    },
    { role: 'system', parts: [{ type: 'text', text: 'In French.' }] },
  ]
  for (const [model, role] of [
    ['claude-opus-5', 'system'],
    ['claude-sonnet-4-5-20250929', 'user'],
  ] as const) {
    const { body, losses } = write({ system, messages }, { model })
    assert.deepEqual(body['system'], blocks)
    assert.deepEqual(body.messages, [
      { role: 'user', content: 'Hi' },
      { role, content: 'In French.' },
    ])
    assert.equal(losses.includes('messages[1].role'), role === 'user')
  }
  const alone = write({ system }).body
  assert.deepEqual([alone['system'], alone.messages], [undefined, [{ role: 'user', content: blocks }]])
})

test('instructions in the middle stand only after what a user said and before the model; all others are said by the user', () => {
  const say = (role: 'user' | 'assistant' | 'system', text: string) => ({ role, parts: [{ type: 'text', text }] }) as const
  const call = { role: 'assistant', parts: [{ type: 'tool-call', id: 'c', name: 'f', arguments: '{}' }] } as const
  const given = { role: 'user', parts: [{ type: 'tool-result', id: 'c', name: 'f', parts: [], isError: false }] } as const
  const rolesOf = (...messages: CanonicalCall['messages']) => {
    const { body, losses } = write({ messages }, { model: 'claude-opus-4-8' })
    return { told: body.messages.map(({ role, content }) => [role, content]), losses: losses.filter((one) => one.endsWith('.role')) }
  }
  assert.deepEqual(rolesOf(say('user', 'a'), say('system', 'b'), say('system', 'c'), say('assistant', 'd'), say('user', 'e')), {
    told: [
      ['user', 'a'],
      [
        'system',
        [
          { type: 'text', text: 'b' },
          { type: 'text', text: 'c' },
        ],
      ],
      ['assistant', 'd'],
      ['user', 'e'],
    ],
    losses: [],
  })
  assert.deepEqual(rolesOf(say('user', 'a'), say('assistant', 'b'), say('system', 'c'), say('user', 'd')), {
    told: [
      ['user', 'a'],
      ['assistant', 'b'],
      ['user', 'c'],
      ['user', 'd'],
    ],
    losses: ['messages[2].role'],
  })
  const result = [{ type: 'tool_result', tool_use_id: 'c' }]
  const asked = [{ type: 'tool_use', id: 'c', name: 'f', input: {} }]
  assert.deepEqual(rolesOf(say('user', 'a'), call, say('system', 'b'), given), {
    told: [
      ['user', 'a'],
      ['assistant', asked],
      ['user', result],
      ['system', 'b'],
    ],
    losses: [],
  })
})

test('documents: PDFs as bytes or addresses, words as words, other kinds not at all', () => {
  const parts: readonly Part[] = [
    { type: 'document', media: { kind: 'base64', mimeType: 'application/pdf', data: 'AAAA' }, name: 'a.pdf' },
    { type: 'document', media: { kind: 'url', url: 'https://a.test/b.pdf', mimeType: undefined } },
    { type: 'document', media: { kind: 'base64', mimeType: 'text/csv', data: Buffer.from('a,b').toString('base64') } },
    { type: 'document', media: { kind: 'base64', mimeType: 'application/zip', data: 'AAAA' }, at: 'messages[0].content[3]' },
  ]
  const { body, losses } = write({ messages: [{ role: 'user', parts }] })
  assert.deepEqual(body.messages[0]?.['content'], [
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' }, title: 'a.pdf' },
    { type: 'document', source: { type: 'url', url: 'https://a.test/b.pdf' } },
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a,b' } },
  ])
  assert.deepEqual(losses, ['messages[0].content[3]'])
})

const wish = (more: Partial<ReasoningWish>): ReasoningWish => ({
  ...{ effort: undefined, budgetTokens: undefined, isTold: undefined, isEncryptedTold: undefined },
  ...more,
})
const think = (more: Partial<CanonicalCall>, model = 'claude-sonnet-4-5') => {
  const { body, losses } = write({ ...more, names: { reasoning: 'reasoning_effort' } }, { outputMax: 64_000, model })
  return [body['thinking'], body['output_config'], losses]
}

test('how much to think: in the words that the model wants, within the bound of the output', () => {
  const budget = (tokens: number) => ({ type: 'enabled', budget_tokens: tokens })
  assert.deepEqual(think({ reasoning: wish({ effort: 'medium' }) }), [budget(8_192), undefined, []])
  assert.deepEqual(think({ reasoning: wish({ effort: 'minimal' }) }), [budget(1_024), undefined, []])
  assert.deepEqual(think({ reasoning: wish({ effort: 'none' }) }), [{ type: 'disabled' }, undefined, []])
  assert.deepEqual(think({ reasoning: wish({ effort: 'high' }), outputMax: 5_000 }), [budget(2_500), undefined, []])
  assert.deepEqual(think({ reasoning: wish({ effort: 'high' }), outputMax: 2_000 }), [undefined, undefined, ['reasoning_effort']])
  const own = think({ protocol: 'anthropic-messages', reasoning: wish({ effort: 'low' }), temperature: 0.5 })
  assert.deepEqual(own, [{ type: 'adaptive' }, { effort: 'low' }, []])
  assert.deepEqual(think({ reasoning: wish({ effort: 'low' }), temperature: 0.5, topK: 5 }), [
    budget(1_024),
    undefined,
    ['temperature', 'top_k'],
  ])
  const tools: CanonicalCall['tools'] = [{ kind: 'function', name: 'f', description: undefined, schema: undefined, isStrict: undefined }]
  const forced = think({ reasoning: wish({ effort: 'low' }), tools, toolChoice: { kind: 'required' } })
  assert.deepEqual(forced, [undefined, undefined, ['reasoning_effort']])
})

test('models of 4.7 and later are told how much to think by a word, and what they would refuse is left out and named', () => {
  const told = { type: 'adaptive', display: 'summarized' }
  for (const model of ['claude-opus-4-7', 'claude-opus-5', 'claude-fable-5', 'claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5']) {
    assert.deepEqual(think({ reasoning: wish({ effort: 'high' }), outputMax: 2_000 }, model), [told, { effort: 'high' }, []], model)
    assert.deepEqual(think({ reasoning: wish({ effort: 'minimal' }) }, model), [told, { effort: 'low' }, []])
    const { body, losses } = write({ temperature: 0.5, topK: 5 }, { model })
    assert.deepEqual([body['temperature'], body['top_k'], losses], [undefined, undefined, ['output_max', 'temperature', 'top_k']], model)
    assert.deepEqual(write({ outputMax: 9, temperature: 1, topP: 1 }, { model }).losses, [])
  }
  const gemini = (more: Partial<ReasoningWish>) => think({ protocol: 'gemini', reasoning: wish(more) }, 'claude-opus-5')
  assert.deepEqual(gemini({ budgetTokens: 10_000, isTold: true }), [told, { effort: 'high' }, []])
  assert.deepEqual(gemini({ budgetTokens: 10_000 }), [{ type: 'adaptive' }, { effort: 'high' }, []])
  assert.deepEqual(gemini({ isTold: true }), [told, undefined, []])
  assert.deepEqual(gemini({ isTold: false }), [undefined, undefined, []])
})

test('no thought: by the word that the model takes, else the least thought, which is named', () => {
  const none = (model: string) => think({ reasoning: wish({ effort: 'none' }) }, model)
  for (const model of ['claude-opus-4-5', 'claude-opus-4-8', 'claude-opus-5', 'claude-sonnet-5', 'claude-haiku-5-5'])
    assert.deepEqual(none(model), [{ type: 'disabled' }, undefined, []], model)
  assert.deepEqual(none('claude-sonnet-5-5'), [{ type: 'between_tools' }, undefined, []])
  for (const model of ['claude-opus-5-5', 'claude-fable-5', 'claude-mythos-5-1', 'claude-mythos-preview'])
    assert.deepEqual(none(model), [undefined, { effort: 'low' }, ['reasoning_effort']], model)
})

test('a tool that has to be called: not thought about where thinking can be turned off, and not forced where the model refuses that', () => {
  const tool = (name: string) => ({ kind: 'function', name, description: undefined, schema: {}, isStrict: undefined }) as const
  const force = (model: string, toolChoice: CanonicalCall['toolChoice'] = { kind: 'required' }) => {
    const asked = { reasoning: wish({ effort: 'low' }), tools: [tool('f'), tool('g')], toolChoice, outputMax: 8_000 }
    const { body, losses } = write(asked, { model })
    return [body['thinking'], body['tool_choice'], (body['tools'] as readonly Json[]).length, losses]
  }
  const adaptive = { type: 'adaptive', display: 'summarized' }
  assert.deepEqual(force('claude-opus-4-6'), [undefined, { type: 'any' }, 2, ['reasoning']])
  assert.deepEqual(force('claude-opus-5'), [{ type: 'disabled' }, { type: 'any' }, 2, ['reasoning']])
  assert.deepEqual(force('claude-fable-5'), [adaptive, { type: 'any' }, 2, []])
  assert.deepEqual(force('claude-opus-5-5'), [adaptive, { type: 'auto' }, 2, ['tool_choice']])
  assert.deepEqual(force('claude-sonnet-5-5', { kind: 'named', names: ['g'] }), [adaptive, { type: 'auto' }, 1, ['tool_choice']])
})

test('a schema for the answer is told as the provider takes it, and to a client of this protocol as it came', () => {
  const properties = { a: { type: 'number', minimum: 0 } }
  const told = (protocol: CanonicalCall['protocol'], schema: JsonObject) => {
    const { body, losses } = write({
      protocol,
      format: { kind: 'schema', name: 'a', schema, isStrict: true },
      names: { format: 'text.format' },
    })
    return [body['output_config'], losses]
  }
  const format = (schema: JsonObject) => ({ format: { type: 'json_schema', schema } })
  const closed = { type: 'object', properties: { a: { type: 'number' } }, additionalProperties: false }
  assert.deepEqual(told('openai-responses', { type: 'object', properties }), [format(closed), ['text.format']])
  assert.deepEqual(told('openai-responses', closed), [format(closed), []])
  assert.deepEqual(told('anthropic-messages', { type: 'object', properties }), [format({ type: 'object', properties }), []])
})

test('which tools may be called, and whether at once', () => {
  const tool = (name: string) => ({ kind: 'function', name, description: undefined, schema: {}, isStrict: true }) as const
  const choose = (more: Partial<CanonicalCall>) => {
    const { body, losses } = write({ tools: [tool('f'), tool('g')], ...more })
    const tools = (body['tools'] ?? []) as readonly Record<string, Json>[]
    return [tools.map(({ name }) => name), body['tool_choice'], losses]
  }
  const both = ['f', 'g']
  assert.deepEqual(choose({}), [both, undefined, []])
  assert.deepEqual(choose({ isParallel: false }), [both, { type: 'auto', disable_parallel_tool_use: true }, []])
  assert.deepEqual(choose({ toolChoice: { kind: 'required' } }), [both, { type: 'any' }, []])
  assert.deepEqual(choose({ toolChoice: { kind: 'named', names: ['f'] } }), [both, { type: 'tool', name: 'f' }, []])
  assert.deepEqual(choose({ toolChoice: { kind: 'named', names: both } }), [both, { type: 'any' }, []])
  assert.deepEqual(choose({ toolChoice: { kind: 'allowed', names: ['g'] } }), [['g'], { type: 'auto' }, []])
  const provider = { kind: 'provider', protocol: 'gemini', value: {} } as const
  assert.deepEqual(choose({ toolChoice: provider }), [both, undefined, ['tool_choice']])
  const input_schema = { type: 'object', additionalProperties: false }
  assert.deepEqual(write({ tools: [tool('f')] }).body['tools'], [{ name: 'f', input_schema, strict: true }])
})

test('a tool whose calls keep to its schema has one that the provider takes, another its own', () => {
  const told = (isStrict: boolean | undefined, protocol: CanonicalCall['protocol'] = 'openai-chat') => {
    const schema = { type: 'object', properties: { a: { type: 'number', minimum: 0 } } }
    const tool = { kind: 'function', name: 'f', description: undefined, schema, isStrict, at: 'tools[0]' } as const
    const { body, losses } = write({ protocol, tools: [tool] })
    const [{ input_schema } = {}] = body['tools'] as readonly JsonObject[]
    return [(input_schema as JsonObject)['additionalProperties'], JSON.stringify(input_schema).includes('minimum'), losses]
  }
  assert.deepEqual(told(true), [false, false, ['tools[0].strict']])
  for (const isStrict of [false, undefined]) assert.deepEqual(told(isStrict), [undefined, true, []])
  assert.deepEqual(told(true, 'anthropic-messages'), [undefined, true, []])
})

test("a search of the web is one here too, and what others' options have no word for is named", () => {
  const user_location = { type: 'approximate', approximate: { country: 'FR' } }
  const value = { web_search_options: { search_context_size: 'low', user_location } }
  const { body, losses } = write({
    tools: [{ kind: 'provider', protocol: 'openai-chat', value, isWebSearch: true, at: 'web_search_options' }],
  })
  assert.deepEqual(body['tools'], [
    { type: 'web_search_20250305', name: 'web_search', user_location: { country: 'FR', type: 'approximate' } },
  ])
  assert.deepEqual(losses, ['web_search_options.search_context_size'])
})

test('citations that only we told in these words do not go back to the provider', () => {
  const ours = { type: 'web_search_result_location', url: 'https://a.test', encrypted_index: '' }
  const theirs = { ...ours, encrypted_index: 'e' }
  const parts: readonly Part[] = [{ type: 'text', text: 'a', citations: [ours, theirs], at: 'messages[0].content[0]' }]
  const { body, losses } = write({ protocol: 'anthropic-messages', messages: [{ role: 'assistant', parts }] })
  assert.deepEqual(body.messages[0]?.['content'], [{ type: 'text', text: 'a', citations: [theirs] }])
  assert.deepEqual(losses, ['messages[0].content[0].citations'])
})
