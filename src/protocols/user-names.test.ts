// What a customer calls its users reaches no upstream, whatever it says and however it is spelled; all else stays as it came.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PROTOCOLS, type ProtocolId } from './index.ts'

const BODIES: Partial<Record<ProtocolId, Readonly<Record<string, unknown>>>> = {
  'openai-chat': { model: 'm', messages: [{ role: 'user', content: 'Hello' }] },
  'openai-responses': { model: 'm', input: 'Hello', store: false },
  'openai-completions': { model: 'm', prompt: 'Hello' },
  'openai-embeddings': { model: 'm', input: 'Hello' },
  'openai-images': { model: 'm', prompt: 'Hello' },
}
const forced = { outputMax: 100, addsOutputMax: false, limitsTools: false, pseudonymOf: (name: string) => `p${name.length}` }
const sent = (id: ProtocolId, body: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.concat([...PROTOCOLS[id].decode(Buffer.from(JSON.stringify(body))).bodyFor('m', forced)]).toString()) as Record<
    string,
    unknown
  >

for (const [id, plain] of Object.entries(BODIES)) {
  test(`${id}: every name of a user is replaced, nothing else is`, () => {
    fc.assert(
      fc.property(fc.constantFrom('user', 'safety_identifier', 'prompt_cache_key'), fc.string({ unit: 'grapheme' }), (field, name) => {
        assert.deepEqual(sent(id as ProtocolId, { ...plain, [field]: name }), { ...plain, [field]: `p${name.length}` })
      }),
      { numRuns: 100, verbose: 1 },
    )
    assert.deepEqual(sent(id as ProtocolId, { ...plain, user: { mail: 'a@b.test' } }), { ...plain, user: 'p19' })
    assert.deepEqual(sent(id as ProtocolId, { ...plain, user: null }), { ...plain, user: null })
  })
}

test('anthropic-messages: the user of the metadata is replaced, and what else stands there goes on', () => {
  const plain = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'Hello' }] }
  assert.deepEqual(sent('anthropic-messages', { ...plain, metadata: { user_id: 'a@b.test', other: 7 } }), {
    ...plain,
    metadata: { user_id: 'p8', other: 7 },
  })
  assert.deepEqual(sent('anthropic-messages', { ...plain, metadata: { other: 7 } }), { ...plain, metadata: { other: 7 } })
  assert.deepEqual(sent('anthropic-messages', { ...plain, metadata: {} }), { ...plain, metadata: {} })
  assert.deepEqual(sent('anthropic-messages', { ...plain, metadata: { user_id: null } }), { ...plain, metadata: { user_id: null } })
  const odd = JSON.stringify(plain).replace(/}$/, ',"metadata":{"user_id":{"a":[1]},"b":"\\"user_id\\"","user\\u005fid":"a@b.test"}}')
  const body = Buffer.concat([...PROTOCOLS['anthropic-messages'].decode(Buffer.from(odd)).bodyFor('m', forced)]).toString()
  assert.match(body, /"metadata":\{"user_id":"p9","b":"\\"user_id\\"","user\\u005fid":"p8"\}/)
})
