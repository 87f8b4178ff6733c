// Guarantee: a limit that a hold counts on is in the request that goes on, however its key is spelled and whatever keys came before it.
// Alone in its process: what it reads first would change what JSON.parse makes of escaped keys in other tests.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readServerTools } from '../protocols/anthropic-messages/server-tools.ts'
import { readTools } from '../protocols/gemini/tools.ts'
import { ADAPTERS } from './adapters.ts'
import type { ProtocolName } from './call.ts'
import { makeLosses } from './loss.ts'

const ADDRESS = { model: 'm', isStream: false }
const ASKED = '"messages":[{"role":"user","content":"Hello"}]'
const REQUESTS: readonly [ProtocolName, before: string, after: string, key: string][] = [
  ['openai-chat', `{"model":"m",${ASKED},`, '}', 'max_completion_tokens'],
  ['openai-responses', '{"model":"m","input":"Hello",', '}', 'max_output_tokens'],
  ['anthropic-messages', `{"model":"m",${ASKED},`, '}', 'max_tokens'],
  ['gemini', '{"contents":[{"role":"user","parts":[{"text":"Hello"}]}],"generationConfig":{"seed":1,', '}}', 'max_output_tokens'],
]

/** A key with an escape for its first underscore, or its fourth character, and makes V8 take it for another where JSON.parse reads it. */
function lured(key: string, read: (spelled: string) => string): string {
  const at = key.includes('_') ? key.indexOf('_') : 3
  const spelled = `${key.slice(0, at)}\\u00${key.charCodeAt(at).toString(16)}${key.slice(at + 1)}`
  JSON.parse(read(JSON.stringify(spelled.slice(0, key.length)).slice(1, -1)))
  assert.ok(!Object.keys(flat(JSON.parse(read(spelled)))).includes(key), `${key} is no lure: JSON.parse reads it as it is`)
  return read(spelled)
}

const flat = (value: unknown): object =>
  typeof value !== 'object' || value === null ? {} : Object.assign({}, value, ...Object.values(value).map(flat))

for (const [name, before, after, key] of REQUESTS) {
  test(`the limit of a request of ${name}`, () => {
    const text = lured(key, (spelled) => `${before}"${spelled}":7${after}`)
    const adapter = ADAPTERS[name] ?? assert.fail(name)
    const call = adapter.readRequest(Buffer.from(text), ADDRESS)
    assert.equal(call.outputMax, 7)
    assert.match(adapter.writeRequest(call, { model: 'm', losses: makeLosses() }), /"(?:max_\w+|maxOutputTokens)":7\b/)
  })
}

test('how often a tool of the provider may be used', () => {
  const text = lured('max_uses', (spelled) => `[{"type":"web_search_20250305","name":"s","${spelled}":3}]`)
  const tools = { start: 0, end: text.length }
  const { counts } = readServerTools(Buffer.from(text), { tools, typeEnds: [text.indexOf(',')] })
  assert.equal(counts.webSearches, 3)
})

test('what searches', () => {
  const text = lured('googleSearch', (spelled) => `[{"functionDeclarations":[],"${spelled}":{}}]`)
  assert.equal(readTools(Buffer.from(text), { start: 0, end: text.length }).counts.webSearches, 50)
})
