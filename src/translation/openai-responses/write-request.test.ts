// What this protocol cannot say is named under the client's own words, each once; nothing that is written asks for anything to be stored.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CanonicalCall, Json, Part } from '../call.ts'
import { makeLosses } from '../loss.ts'
import { plainCall } from '../testing.ts'
import { writeRequest } from './write-request.ts'

const HELLO: CanonicalCall['messages'] = [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }]

const write = (more: Partial<CanonicalCall>, protocol: CanonicalCall['protocol'] = 'openai-chat', model = 'up') => {
  const losses = makeLosses()
  const call = plainCall(protocol, { messages: HELLO, ...more })
  return { body: JSON.parse(writeRequest(call, { model, losses })) as Record<string, Json>, losses: losses.list() }
}

test('what has no words here is a loss under the name that the client used', () => {
  const { losses } = write({
    ...{ topK: 5, seed: 1, presencePenalty: 0, frequencyPenalty: 0, stop: ['a'], choices: 2, serviceTier: 'batch' },
    ...{ unknown: ['logit_bias'], names: { choices: 'n' }, toolChoice: { kind: 'provider', protocol: 'gemini', value: {} } },
  })
  assert.deepEqual(losses, [
    ...['logit_bias', 'top_k', 'seed', 'presence_penalty', 'frequency_penalty', 'stop', 'n', 'service_tier', 'tool_choice'],
  ])
})

test('nothing is to be stored, and thoughts come back encrypted only where the client can take them', () => {
  const silent = write({}).body
  assert.deepEqual([silent['store'], silent['include']], [false, undefined])
  const reasoning = { effort: undefined, budgetTokens: 500, isTold: true, isEncryptedTold: true }
  const { body } = write({ reasoning, topLogprobs: 3 })
  assert.deepEqual(body['include'], ['reasoning.encrypted_content', 'message.output_text.logprobs'])
  assert.deepEqual([body['reasoning'], body['top_logprobs']], [{ effort: 'minimal', summary: 'auto' }, 3])
})

test('who is told thoughts gets what brings them back, from models that have it and where its words do not say otherwise', () => {
  const wish = (isTold: boolean | undefined) => ({ effort: 'high', budgetTokens: undefined, isTold, isEncryptedTold: undefined }) as const
  const included = (isTold: boolean | undefined, protocol: CanonicalCall['protocol'], model: string) =>
    write({ reasoning: wish(isTold) }, protocol, model).body['include']
  for (const protocol of ['anthropic-messages', 'gemini'] as const) {
    for (const model of ['gpt-5', 'o3', 'gpt-6.2-astra'])
      assert.deepEqual(included(true, protocol, model), ['reasoning.encrypted_content'], model)
    // They refuse the whole request for it.
    for (const model of ['gpt-4.1', 'gpt-5-chat-latest', 'up']) assert.equal(included(true, protocol, model), undefined, model)
    for (const isTold of [false, undefined]) assert.equal(included(isTold, protocol, 'gpt-5'), undefined)
  }
  assert.equal(included(true, 'openai-responses', 'gpt-5'), undefined)
})

test('a bound of the output below the least is that one, which is named; a client of this protocol is told so by the provider', () => {
  const told = (outputMax: number, protocol?: CanonicalCall['protocol']) => {
    const { body, losses } = write({ outputMax, names: { outputMax: 'max_tokens' } }, protocol)
    return [body['max_output_tokens'], losses]
  }
  assert.deepEqual(
    [told(1), told(16), told(1, 'openai-responses')],
    [
      [16, ['max_tokens']],
      [16, []],
      [1, []],
    ],
  )
})

test('tools are strict by their own word alone', () => {
  const tool = { kind: 'function', name: 'f', description: undefined, schema: undefined, isStrict: undefined } as const
  const strictOf = (protocol: CanonicalCall['protocol']) =>
    (write({ tools: [tool] }, protocol).body['tools'] as { strict?: boolean }[])[0]?.strict
  assert.deepEqual([strictOf('openai-chat'), strictOf('openai-responses')], [false, undefined])
})

test('a search of the web is one here too; its options that are not are losses', () => {
  const value = { type: 'web_search_20250305', name: 'web_search', max_uses: 3, user_location: { type: 'approximate', city: 'Bern' } }
  const { body, losses } = write({
    tools: [
      { kind: 'provider', protocol: 'anthropic-messages', value, isWebSearch: true, at: 'tools[0]' },
      { kind: 'provider', protocol: 'anthropic-messages', value: { type: 'bash' }, isWebSearch: false, at: 'tools[1]' },
    ],
  })
  assert.deepEqual(body['tools'], [{ type: 'web_search', user_location: { type: 'approximate', city: 'Bern' } }])
  assert.deepEqual(losses, ['tools[0].max_uses', 'tools[1]'])
})

test('thoughts of other protocols do not go here, own ones go as they came', () => {
  const parts: readonly Part[] = [
    { type: 'reasoning', text: 'Hm', signature: 's', origin: 'anthropic-messages', at: 'input[0]' },
    { type: 'reasoning', text: 'a', isSummary: true, id: 'rs_1', origin: 'openai-responses' },
    { type: 'reasoning', text: 'b', isSummary: true, id: 'rs_1', origin: 'openai-responses' },
    { type: 'reasoning', text: undefined, encrypted: 'x=', id: 'rs_1', origin: 'openai-responses' },
    { type: 'reasoning', text: 'c', id: 'rs_2', origin: 'openai-responses' },
  ]
  const { body, losses } = write({ messages: [...HELLO, { role: 'assistant', parts }] })
  const summary = [
    { type: 'summary_text', text: 'a' },
    { type: 'summary_text', text: 'b' },
  ]
  assert.deepEqual((body['input'] as Json[]).slice(1), [
    { type: 'reasoning', id: 'rs_1', summary, encrypted_content: 'x=' },
    { type: 'reasoning', id: 'rs_2', summary: [], content: [{ type: 'reasoning_text', text: 'c' }] },
  ])
  assert.deepEqual(losses, ['input[0]'])
})

test('thoughts that the provider does not keep, and that nothing proves, are lost instead of the whole request', () => {
  const summary = (id: string, at: string): Part => ({ type: 'reasoning', text: 'a', isSummary: true, id, origin: 'openai-responses', at })
  const parts: readonly Part[] = [
    summary('rs_1', 'input[1]'),
    { type: 'reasoning', text: undefined, encrypted: 'x=', id: 'rs_1', origin: 'openai-responses', at: 'input[1]' },
    summary('rs_2', 'input[2]'),
    { type: 'text', text: 'Yes' },
  ]
  const { body, losses } = write({ messages: [...HELLO, { role: 'assistant', parts }] }, 'anthropic-messages')
  const [, first, second] = body['input'] as readonly Record<string, Json>[]
  assert.deepEqual([first?.['id'], second?.['type'], losses], ['rs_1', 'message', ['input[2]']])
})

test('results of tools keep their pictures, and lose only the mark of an error', () => {
  const result = (isError: boolean): Part => ({
    ...{ type: 'tool-result', id: 'a', name: undefined, isError, at: 'messages[2]' },
    parts: [{ type: 'image', media: { kind: 'base64', mimeType: 'image/png', data: 'AAAA' } }],
  })
  const { body, losses } = write({ messages: [...HELLO, { role: 'user', parts: [result(true)] }] })
  assert.deepEqual((body['input'] as Json[])[1], {
    ...{ type: 'function_call_output', call_id: 'a' },
    output: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }],
  })
  assert.deepEqual(losses, ['messages[2].is_error'])
})

test('a system that speaks alone is still spoken to', () => {
  const { body } = write({ system: [{ type: 'text', text: 'Say hi.' }], messages: [] })
  assert.deepEqual(
    [body['instructions'], body['input']],
    [undefined, [{ type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Say hi.' }] }]],
  )
})
