// What this protocol cannot say is named under the client's own words, each once; all else is written as its upstreams expect it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CanonicalCall, Json, Part } from '../call.ts'
import { makeLosses } from '../loss.ts'
import { plainCall } from '../testing.ts'
import { writeRequest } from './write-request.ts'

type Written = Record<string, Json> & { readonly messages: readonly Record<string, Json>[] }

const write = (more: Partial<CanonicalCall>, outputMaxField?: 'max_completion_tokens') => {
  const losses = makeLosses()
  const target = { model: 'up', losses, ...(outputMaxField === undefined ? {} : { outputMaxField }) }
  return { body: JSON.parse(writeRequest(plainCall('anthropic-messages', more), target)) as Written, losses: losses.list() }
}
const image = (media: Extract<Part, { type: 'image' }>['media'], at: string): Part => ({ type: 'image', media, at })
const bytes = { kind: 'base64', mimeType: 'image/png', data: 'AAAA' } as const

test('how long a summary of the thought is to be has no words here', () => {
  const lossesFor = (summary: string): readonly string[] =>
    write({ reasoning: { effort: 'high', budgetTokens: undefined, isTold: true, summary, isEncryptedTold: undefined } }).losses
  assert.deepEqual([lossesFor('concise'), lossesFor('auto')], [['reasoning.summary'], []])
})

test('losses are told in the words of the client', () => {
  const { body, losses } = write({
    topK: 5,
    unknown: ['metadata'],
    serviceTier: 'batch',
    system: [{ type: 'text', text: 'Hi', cache: { ttl: '1h' }, at: 'system[0]' }],
    messages: [
      { role: 'user', parts: [image({ kind: 'file', id: 'file_1', mimeType: undefined }, 'messages[0].content[0]')] },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm', signature: 's', origin: 'anthropic-messages', at: 'messages[1].content[0]' },
          { type: 'text', text: 'A', citations: [{}], at: 'messages[1].content[1]' },
          { type: 'foreign', protocol: 'anthropic-messages', name: 'x', value: {}, at: 'messages[1].content[2]' },
        ],
      },
      { role: 'user', parts: [{ type: 'tool-result', id: 'a', name: undefined, parts: [], isError: true, at: 'messages[2].content[0]' }] },
    ],
    tools: [{ kind: 'provider', protocol: 'anthropic-messages', value: { type: 'bash' }, isWebSearch: false, at: 'tools[0]' }],
  })
  assert.deepEqual(losses, [
    ...['metadata', 'system[0].cache_control', 'messages[0].content[0]', 'messages[1].content[0]', 'messages[1].content[1].citations'],
    ...['messages[1].content[2]', 'messages[2].content[0].is_error', 'top_k', 'service_tier', 'tools[0]'],
  ])
  assert.deepEqual(body.messages, [
    { role: 'system', content: 'Hi' },
    { role: 'assistant', content: 'A' },
    { role: 'tool', tool_call_id: 'a', content: '' },
  ])
})

test('results of tools come first, and what is no words in them follows in the message of the user', () => {
  const result = (id: string, parts: readonly Part[]): Part => ({ type: 'tool-result', id, name: undefined, parts, isError: false })
  const parts: readonly Part[] = [
    result('a', [{ type: 'text', text: 'one' }, image(bytes, 'x')]),
    result('b', [{ type: 'text', text: 'two' }]),
    { type: 'text', text: 'Go on.' },
  ]
  const { body, losses } = write({ messages: [{ role: 'user', parts }] })
  assert.deepEqual(body.messages, [
    { role: 'tool', tool_call_id: 'a', content: 'one' },
    { role: 'tool', tool_call_id: 'b', content: 'two' },
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        { type: 'text', text: 'Go on.' },
      ],
    },
  ])
  assert.deepEqual(losses, [])
})

test('documents: PDFs as files, words as words, addresses not at all', () => {
  const parts: readonly Part[] = [
    { type: 'document', media: { kind: 'base64', mimeType: 'application/pdf', data: 'AAAA' }, name: 'a.pdf' },
    { type: 'document', media: { kind: 'base64', mimeType: 'text/plain', data: Buffer.from('words').toString('base64') } },
    { type: 'document', media: { kind: 'url', url: 'https://a.test/b.pdf', mimeType: undefined }, at: 'messages[0].content[2]' },
  ]
  const { body, losses } = write({ messages: [{ role: 'user', parts }] })
  assert.deepEqual(body.messages[0]?.['content'], [
    { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } },
    { type: 'text', text: 'words' },
  ])
  assert.deepEqual(losses, ['messages[0].content[2]'])
})

test('a budget of thoughts is told as a word, the output bound under the name that the upstream heeds', () => {
  const reasoning = { effort: undefined, budgetTokens: 10_000, isTold: undefined, isEncryptedTold: undefined }
  assert.equal(write({ reasoning }).body['reasoning_effort'], 'high')
  assert.equal(write({ outputMax: 9 }).body['max_tokens'], 9)
  const newer = write({ outputMax: 9 }, 'max_completion_tokens').body
  assert.deepEqual([newer['max_tokens'], newer['max_completion_tokens']], [undefined, 9])
})

test('a stream always tells its usage; parallel calls are not spoken of where there are no tools', () => {
  const { body } = write({ wantsUsage: false, isParallel: false })
  assert.deepEqual([body['stream_options'], body['parallel_tool_calls']], [{ include_usage: true }, undefined])
})

test('which tools may be called', () => {
  const tools: CanonicalCall['tools'] = [{ kind: 'custom', name: 'c', description: undefined, grammar: undefined }]
  const choose = (toolChoice: CanonicalCall['toolChoice']) => write({ tools, toolChoice }).body['tool_choice']
  assert.deepEqual(choose({ kind: 'named', names: ['f'] }), { type: 'function', function: { name: 'f' } })
  assert.deepEqual(choose({ kind: 'named', names: ['c'] }), { type: 'custom', custom: { name: 'c' } })
  assert.deepEqual(choose({ kind: 'allowed', names: ['f'] }), {
    type: 'allowed_tools',
    allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
  })
  const foreign = write({ tools, toolChoice: { kind: 'provider', protocol: 'gemini', value: {} } })
  assert.deepEqual([foreign.body['tool_choice'], foreign.losses], [undefined, ['tool_choice']])
})
