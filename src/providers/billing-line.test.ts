// Guarantee: what Claude Code tells Anthropic's billing in the instructions reaches neither endpoint of Bedrock, which would refuse the whole
// request for it, and Anthropic byte for byte; nothing else of a request changes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Upstream, UpstreamKind } from '../spec/index.ts'
import { providerOf } from './index.ts'

const LINE = { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.197.a3f; cc_entrypoint=cli; cch=00000;' }
const WORDS = { type: 'text', text: 'You are Claude Code.', cache_control: { type: 'ephemeral' } }
const REST = { max_tokens: 9, temperature: 1, messages: [{ role: 'user', content: 'hi' }] }

const bodyAt = (kind: UpstreamKind, host: string, body: string): string => {
  const upstream: Upstream = { serial: 1, id: 'u', kind, baseUrl: `https://${host}`, placement: 'third_party', privacy: {} }
  const made = providerOf(upstream, 'eu.anthropic.claude-opus-5-5').body?.(Buffer.from(body), {})
  return made === undefined ? body : made.toString()
}
const BEDROCK = ['bedrock-runtime.eu-central-1.amazonaws.com', 'bedrock-mantle.eu-central-1.api.aws']

for (const host of BEDROCK) {
  const at = (body: object): Record<string, unknown> => {
    const { anthropic_version: _, ...told } = JSON.parse(bodyAt('bedrock', host, JSON.stringify(body))) as Record<string, unknown>
    return told
  }
  test(`${host}: the line goes, what stands beside it stays`, () => {
    assert.deepEqual(at({ ...REST, system: [LINE, WORDS] }), { ...REST, system: [WORDS] })
    assert.deepEqual(at({ ...REST, system: [LINE] }), REST)
  })

  test(`${host}: what only looks like the line stays`, () => {
    const quoted = { type: 'text', text: `Never write ${LINE.text}` }
    const longer = { type: 'text', text: `${LINE.text}\nYou are Claude Code.` }
    for (const system of [[quoted], [longer], [WORDS], LINE.text]) assert.deepEqual(at({ ...REST, system }), { ...REST, system })
    const asked = { ...REST, messages: [{ role: 'user', content: [LINE] }], system: [WORDS] }
    assert.deepEqual(at(asked), asked)
  })

  test(`${host}: numbers are spelled as they were`, () => {
    const spelled = '"tools":[{"name":"f","input_schema":{"maximum":1.0e400,"minimum":12345678901234567890}}]'
    const made = bodyAt('bedrock', host, `{"system":[${JSON.stringify(LINE)}],"max_tokens":9,${spelled}}`)
    assert.ok(made.includes(spelled), made)
  })
}

test('to Anthropic it goes as it came', () => {
  const body = JSON.stringify({ ...REST, system: [LINE, WORDS] })
  assert.equal(bodyAt('anthropic', 'api.anthropic.com', body), body)
})
