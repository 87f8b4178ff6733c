// Guarantee: an upstream is called only in protocols that it speaks, at the path where it speaks them, with its own key and no customer's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPENAI_SURFACES, PROTOCOLS, type ProtocolId } from '../protocols/index.ts'
import { PROTOCOL_NAMES, type Upstream, type UpstreamKind } from '../spec/index.ts'
import { pricedWishes, providerOf } from './index.ts'

const upstream = (kind: UpstreamKind, more: Partial<Upstream> = {}): Upstream => ({
  ...{ serial: 1, id: 'u', kind, baseUrl: 'https://example.org/v1', apiKey: 'our-key', placement: 'third_party', privacy: {} },
  ...more,
})
const provider = (one: Upstream) => providerOf(one, 'm')
const all = (one: Upstream) => provider(one).speaks(one)
/** The protocols that have names in farebox.yaml; others come with them. */
const spoken = (one: Upstream) => all(one).filter((id) => PROTOCOL_NAMES.some((name) => name === id))
const path = (kind: UpstreamKind, id: ProtocolId) => provider(upstream(kind)).path(PROTOCOLS[id], { model: 'm', isStream: false })
const headers = (one: Upstream, id: ProtocolId, client: Record<string, string> = {}) => provider(one).headers(one, client, id)

test('OpenAI itself speaks responses, others only where the operator says so', () => {
  assert.deepEqual(spoken(upstream('openai', { baseUrl: 'https://api.openai.com/v1' })), ['openai-chat', 'openai-responses'])
  assert.deepEqual(spoken(upstream('openai', { baseUrl: 'https://api.openai.com.example.org/v1' })), ['openai-chat'])
  assert.deepEqual(spoken(upstream('openai-compatible')), ['openai-chat'])
  assert.deepEqual(spoken(upstream('anthropic')), ['anthropic-messages'])
  const protocols = ['openai-chat', 'anthropic-messages', 'openai-responses'] as const
  for (const kind of ['openai', 'openai-compatible', 'anthropic'] as const)
    assert.deepEqual(spoken(upstream(kind, { protocols })), protocols)
})

test('models of OpenAI that reason are asked in responses by whoever speaks another protocol', () => {
  const at = upstream('openai', { baseUrl: 'https://api.openai.com/v1' })
  const first = (one: Upstream, model: string) => providerOf(one, model).speaks(one)[0]
  const reasoning = ['gpt-5', 'gpt-5.4-mini', 'gpt-6.2-astra', 'o3', 'ft:gpt-5.1:acme::1']
  const others = ['gpt-4.1', 'gpt-4o', 'ft:gpt-4.1-mini:acme::1', 'gpt-5.2-chat-latest', 'gpt-5-search-api', 'gpt-oss-120b']
  for (const one of [at, upstream('azure-openai')]) {
    for (const model of reasoning) assert.equal(first(one, model), 'openai-responses', model)
    for (const model of others) assert.equal(first(one, model), 'openai-chat', model)
  }
  assert.equal(first({ ...at, protocols: ['openai-chat', 'openai-responses'] }, 'gpt-6.2-astra'), 'openai-chat', 'the operator says so')
})

test('surfaces come with the protocol that they stand beside', () => {
  const chat = upstream('openai-compatible')
  for (const surface of OPENAI_SURFACES) assert.ok(all(chat).includes(surface), surface)
  assert.ok(!all(chat).includes('openai-responses-count'), 'which others do not count')
  const messages = upstream('openai-compatible', { protocols: ['anthropic-messages'] })
  assert.ok(all(messages).includes('anthropic-count-tokens') && !all(messages).includes('openai-embeddings'))
})

test('each protocol has its path under the base URL of a kind', () => {
  for (const kind of ['openai', 'openai-compatible'] as const) {
    assert.equal(path(kind, 'openai-chat'), '/chat/completions')
    assert.equal(path(kind, 'openai-responses'), '/responses')
    assert.equal(path(kind, 'anthropic-messages'), '/messages')
  }
  assert.equal(path('anthropic', 'anthropic-messages'), '/v1/messages')
  assert.equal(path('anthropic', 'openai-chat'), '/v1/chat/completions')
  assert.equal(path('anthropic', 'openai-responses'), '/v1/responses')
})

test('the key goes where each protocol has it', () => {
  const local = upstream('openai-compatible')
  assert.deepEqual(headers(local, 'openai-chat'), { authorization: 'Bearer our-key' })
  assert.deepEqual(headers(local, 'openai-responses', { authorization: 'Bearer theirs', 'x-api-key': 'theirs' }), {
    authorization: 'Bearer our-key',
  })
  assert.deepEqual(headers(local, 'anthropic-messages', { 'x-api-key': 'theirs', 'anthropic-beta': 'a-2025' }), {
    authorization: 'Bearer our-key',
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'a-2025',
    'x-api-key': 'our-key',
  })
  assert.deepEqual(headers(upstream('anthropic'), 'anthropic-messages'), { 'anthropic-version': '2023-06-01', 'x-api-key': 'our-key' })
  const { apiKey: _, ...keyless } = local
  for (const id of ['openai-chat', 'openai-responses'] as const) assert.deepEqual(headers(keyless, id), {})
})

test('a wish to read more than a model is sold with goes to no upstream, all others do', () => {
  const wished = (betas: string | undefined, context = 200_000) =>
    pricedWishes({ accept: 'a', ...(betas === undefined ? {} : { 'anthropic-beta': betas }) }, { context })['anthropic-beta']
  assert.equal(wished(undefined), undefined)
  assert.equal(wished('a-2025, b-2025'), 'a-2025, b-2025')
  assert.equal(wished('a-2025, context-1m-2025-08-07,b-2025'), 'a-2025,b-2025')
  assert.equal(wished('context-1m-2025-08-07'), undefined)
  assert.equal(wished('context-1m-2025-08-07', 1_000_000), 'context-1m-2025-08-07')
})
