// What this protocol cannot say is named under the client's own words, each once; all else is written as the provider expects it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CanonicalCall, Json, JsonObject, Part } from '../call.ts'
import { makeLosses } from '../loss.ts'
import { plainCall } from '../testing.ts'
import { writeRequest } from './write-request.ts'

type Written = Record<string, Json> & {
  readonly contents: readonly { role: string; parts: readonly JsonObject[] }[]
  generationConfig?: JsonObject
}

const write = (more: Partial<CanonicalCall>, model = 'gemini-2.5-pro', tellsLogprobs?: boolean) => {
  const losses = makeLosses()
  const call = plainCall(more.protocol ?? 'anthropic-messages', more)
  const body = JSON.parse(writeRequest(call, { model, losses, tellsLogprobs })) as Written
  return { body, losses: losses.list() }
}
const user = (...parts: readonly Part[]) => ({ role: 'user', parts, at: 'messages[0]' }) as const

test('losses are told in the words of the client', () => {
  const { body, losses } = write({
    ...{ unknown: ['metadata'], serviceTier: 'batch', isParallel: false, seed: 2 ** 40, verbosity: 'low', promptCacheKey: 'k' },
    system: [{ type: 'text', text: 'Hi', cache: { ttl: '1h' }, at: 'system[0]' }],
    messages: [
      user(
        { type: 'image', media: { kind: 'file', id: 'file_1', mimeType: undefined }, at: 'messages[0].content[0]' },
        { type: 'image', media: { kind: 'base64', mimeType: 'image/png', data: 'A' }, detail: 'low', at: 'messages[0].content[1]' },
      ),
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm', signature: 's', origin: 'anthropic-messages', at: 'messages[1].content[0]' },
          { type: 'text', text: 'A', citations: [{}], at: 'messages[1].content[1]' },
        ],
      },
      { role: 'system', parts: [{ type: 'text', text: 'Now in French.' }], at: 'messages[2]' },
    ],
    tools: [
      { kind: 'custom', name: 'c', description: undefined, grammar: undefined, at: 'tools[0]' },
      { kind: 'provider', protocol: 'anthropic-messages', value: { type: 'bash' }, isWebSearch: false, at: 'tools[1]' },
      { kind: 'provider', protocol: 'anthropic-messages', value: { type: 'web_search', max_uses: 3 }, isWebSearch: true, at: 'tools[2]' },
    ],
    toolChoice: { kind: 'required' },
  })
  assert.deepEqual(losses.toSorted(), [
    ...[
      'is_parallel',
      'messages[0].content[0]',
      'messages[0].content[1].detail',
      'messages[1].content[0]',
      'messages[1].content[1].citations',
    ],
    ...['messages[2].role', 'metadata', 'prompt_cache_key', 'seed', 'service_tier', 'system[0].cache_control', 'tool_choice'],
    ...['tools[0]', 'tools[1]', 'tools[2].max_uses', 'verbosity'],
  ])
  assert.deepEqual(body['tools'], [{ googleSearch: {} }])
  assert.deepEqual(
    body.contents.map(({ role, parts }) => [role, parts.length]),
    [
      ['user', 1],
      ['model', 1],
      ['user', 1],
    ],
  )
})

test('penalties, and how likely tokens were, are lost where the whole request would be refused for them', () => {
  const asked = { presencePenalty: 0.5, frequencyPenalty: -1, topLogprobs: 3 }
  const configOf = (more: Partial<CanonicalCall>, model?: string, tellsLogprobs?: boolean) => {
    const { body, losses } = write({ protocol: 'openai-chat', ...more }, model, tellsLogprobs)
    return [body.generationConfig, losses]
  }
  const logprobs = { responseLogprobs: true, logprobs: 3 }
  assert.deepEqual(configOf(asked), [undefined, ['top_logprobs', 'presence_penalty', 'frequency_penalty']])
  assert.deepEqual(configOf({ presencePenalty: 0, frequencyPenalty: 0 }), [undefined, []])
  assert.deepEqual(configOf({ topLogprobs: 3 }, 'gemini-2.5-flash', true), [logprobs, []])
  assert.deepEqual(configOf({ topLogprobs: 0 }, 'gemini-2.5-flash', true), [{ responseLogprobs: true }, []])
  assert.deepEqual(configOf({ topLogprobs: 3 }, 'gemini-3.5-flash', true), [undefined, ['top_logprobs']])
  const own = { presencePenalty: 0.5, frequencyPenalty: -1, ...logprobs }
  assert.deepEqual(configOf({ ...asked, protocol: 'gemini' }), [own, []], 'whose words these are')
})

test('a search beside functions, which is refused, is lost', () => {
  const search = {
    kind: 'provider',
    protocol: 'openai-responses',
    value: { type: 'web_search' },
    isWebSearch: true,
    at: 'tools[1]',
  } as const
  const one = { kind: 'function', name: 'f', description: undefined, schema: undefined, isStrict: undefined } as const
  const { body, losses } = write({ messages: [user({ type: 'text', text: 'Hi' })], tools: [one, search, { ...one, name: 'g' }] })
  assert.deepEqual([body['tools'], losses], [[{ functionDeclarations: [{ name: 'f' }, { name: 'g' }] }], ['tools[1]']])
})

test('what tools gave comes in the order of their calls, which older models are told no ids of', () => {
  const call = (id: string): Part => ({ type: 'tool-call', id, name: 'f', arguments: '{}' })
  const result = (id: string): Part => ({ type: 'tool-result', id, name: 'f', parts: [{ type: 'text', text: id }], isError: false })
  const messages: CanonicalCall['messages'] = [
    { role: 'assistant', parts: [call('a'), call('b')] },
    { role: 'user', parts: [result('b'), result('a')] },
  ]
  const toldTo = (model: string) =>
    write({ messages }, model).body.contents[1]?.parts.map(({ functionResponse }) => {
      const { id, response } = functionResponse as { readonly id?: string; readonly response: Json }
      return [id, response]
    })
  assert.deepEqual(toldTo('gemini-2.5-pro'), [
    [undefined, { output: 'a' }],
    [undefined, { output: 'b' }],
  ])
  assert.deepEqual(toldTo('gemini-3.5-pro'), [
    ['a', { output: 'a' }],
    ['b', { output: 'b' }],
  ])
})

test('calls and what their tools gave: ids that we made up stay here, results of one turn come in one turn', () => {
  const call = (id: string): Part => ({ type: 'tool-call', id, name: 'f', arguments: '{"a":1}' })
  const result = (id: string, text: string, more: readonly Part[] = []): Part => ({
    ...{ type: 'tool-result', id, name: undefined, parts: [{ type: 'text', text }, ...more], isError: text === 'no' },
  })
  const picture: Part = { type: 'image', media: { kind: 'base64', mimeType: 'image/png', data: 'AAAA' } }
  const messages: CanonicalCall['messages'] = [
    { role: 'assistant', parts: [call('toolu_1'), call('farebox_call_r_1')] },
    { role: 'user', parts: [result('toolu_1', '{"t":20}', [picture])] },
    { role: 'user', parts: [{ type: 'text', text: 'And?' }, result('farebox_call_r_1', 'no')] },
  ]
  const { body, losses } = write({ messages }, 'gemini-3.5-pro')
  assert.deepEqual(losses, [])
  assert.deepEqual(body.contents, [
    {
      role: 'model',
      parts: [
        { functionCall: { id: 'toolu_1', name: 'f', args: { a: 1 } }, thoughtSignature: 'skip_thought_signature_validator' },
        { functionCall: { name: 'f', args: { a: 1 } } },
      ],
    },
    {
      role: 'user',
      parts: [
        { functionResponse: { id: 'toolu_1', name: 'f', response: { t: 20 } } },
        { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
        { functionResponse: { name: 'f', response: { error: 'no' } } },
        { text: 'And?' },
      ],
    },
  ])
})

test('what is no object is told as text, and text that looks like a wrapped one is wrapped', () => {
  const given = (text: string) => {
    const parts: readonly Part[] = [{ type: 'tool-result', id: 'a', name: 'f', parts: [{ type: 'text', text }], isError: false }]
    const told = write({ messages: [{ role: 'user', parts }] }).body.contents[0]?.parts[0]?.['functionResponse']
    return (told as { response: Json }).response
  }
  assert.deepEqual(given('{"a":1}'), { a: 1 })
  for (const text of ['words', '[1]', '{"a": 1}', '{}', '{"output":"x"}', '{"error":1}']) assert.deepEqual(given(text), { output: text })
})

test('models of the third generation want each first call signed, and a word for how much to think', () => {
  const parts: readonly Part[] = ['a', 'b'].map((id) => ({ type: 'tool-call', id, name: 'f', arguments: '{}' }))
  const signatures = (model: string) =>
    write({ messages: [{ role: 'assistant', parts }] }, model).body.contents[0]?.parts.map((part) => part['thoughtSignature'])
  for (const model of ['gemini-3-pro-preview', 'gemini-pro-latest', 'gemini-flash-latest']) {
    assert.deepEqual(signatures(model), ['skip_thought_signature_validator', undefined], model)
  }
  assert.deepEqual(signatures('models/gemini-2.5-flash'), [undefined, undefined])
  const think = (effort: 'none' | 'high' | 'max' | undefined, budgetTokens: number | undefined, model: string) => {
    const reasoning = { effort, budgetTokens, isTold: undefined, isEncryptedTold: undefined }
    const { body, losses } = write({ reasoning }, model)
    return [body.generationConfig?.['thinkingConfig'], losses]
  }
  const includeThoughts = true
  assert.deepEqual(think('high', undefined, 'gemini-3-flash'), [{ thinkingLevel: 'HIGH', includeThoughts }, []])
  assert.deepEqual(think(undefined, 5_000, 'gemini-3-flash'), [{ thinkingLevel: 'MEDIUM', includeThoughts }, []])
  assert.deepEqual(think('none', undefined, 'gemini-3-flash'), [{ thinkingLevel: 'MINIMAL' }, ['reasoning']])
  for (const model of ['gemini-3.1-pro-preview', 'gemini-3.8-flash', 'gemini-flash-latest']) {
    assert.deepEqual(think('none', undefined, model), [{ thinkingLevel: 'LOW' }, ['reasoning']], model)
  }
  assert.deepEqual(think('none', undefined, 'gemini-3.8-flash-lite'), [{ thinkingLevel: 'MINIMAL' }, ['reasoning']])
  assert.deepEqual(think('none', undefined, 'gemini-2.5-pro'), [{ thinkingBudget: 128 }, ['reasoning']])
  assert.deepEqual(think('max', undefined, 'gemini-2.5-pro'), [{ thinkingBudget: 24_576, includeThoughts }, []])
  assert.deepEqual(think(undefined, 30_000, 'gemini-2.5-pro'), [{ thinkingBudget: 24_576, includeThoughts }, ['reasoning']])
  assert.deepEqual(think('none', undefined, 'gemini-2.5-flash'), [{ thinkingBudget: 0 }, []])
})

test('which tools may be called, and that calls keep to their schemas', () => {
  const choose = (toolChoice: CanonicalCall['toolChoice'], ...strict: readonly (boolean | undefined)[]) => {
    const tools = strict.map(
      (isStrict, index) => ({ kind: 'function', name: `f${index}`, description: undefined, schema: undefined, isStrict }) as const,
    )
    const { body, losses } = write({ tools, toolChoice })
    return [(body['toolConfig'] as JsonObject | undefined)?.['functionCallingConfig'], losses]
  }
  assert.deepEqual(choose(undefined, undefined), [undefined, []])
  assert.deepEqual(choose({ kind: 'auto' }, true, true), [{ mode: 'VALIDATED' }, []])
  assert.deepEqual(choose({ kind: 'auto' }, true, false), [{ mode: 'AUTO' }, ['tools[0].strict']])
  assert.deepEqual(choose({ kind: 'required' }, true, false), [{ mode: 'ANY' }, []])
  assert.deepEqual(choose({ kind: 'named', names: ['f0'] }, true), [{ mode: 'ANY', allowedFunctionNames: ['f0'] }, []])
  assert.deepEqual(choose({ kind: 'allowed', names: ['f0'] }, true), [{ mode: 'VALIDATED', allowedFunctionNames: ['f0'] }, []])
  assert.deepEqual(choose({ kind: 'none' }, true), [{ mode: 'NONE' }, []])
})

test('media that lie elsewhere are fetched by the provider, with the type that their address tells', () => {
  const media = (url: string) => ({ kind: 'url', url, mimeType: undefined }) as const
  const { body, losses } = write({
    messages: [user({ type: 'image', media: media('https://a.test/b.JPG?c') }, { type: 'document', media: media('https://a.test/b') })],
  })
  assert.deepEqual(losses, [])
  assert.deepEqual(body.contents[0]?.parts, [
    { fileData: { fileUri: 'https://a.test/b.JPG?c', mimeType: 'image/jpeg' } },
    { fileData: { fileUri: 'https://a.test/b', mimeType: 'application/pdf' } },
  ])
})
