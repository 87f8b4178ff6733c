// Guarantees that the sandbox echoes, says that it is simulated, and is read by the official packages.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { loadTokenizer, SANDBOX_ANSWER_MODEL, type Sandbox, startSandbox } from './index.ts'

let sandbox: Sandbox
let url: string

before(async () => {
  sandbox = await startSandbox({ listen: { host: '127.0.0.1', port: 0 } })
  url = `http://127.0.0.1:${sandbox.port}`
})

after(() => sandbox.close())

const TEXT = 'Zwei Fahrkarten, bitte! 切符を二枚 🎟️'
const messages = [
  { role: 'user' as const, content: 'before' },
  { role: 'assistant' as const, content: 'yes' },
  { role: 'user' as const, content: TEXT },
]

test('openai: whole and streamed answers are the last user message', async () => {
  const client = new OpenAI({ apiKey: 'x', baseURL: `${url}/v1`, maxRetries: 0 })
  const answer = await client.chat.completions.create({ model: 'sandbox/echo', messages })
  const count = (await loadTokenizer()).count(TEXT)
  assert.equal(answer.choices[0]?.message.content, TEXT)
  assert.equal(answer.model, SANDBOX_ANSWER_MODEL)
  assert.equal(answer.usage?.completion_tokens, count)
  let text = ''
  for await (const chunk of await client.chat.completions.create({ model: 'sandbox/echo', messages, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? ''
    assert.equal(chunk.model, SANDBOX_ANSWER_MODEL)
  }
  assert.equal(text, TEXT)
  assert.deepEqual(
    (await client.models.list()).data.map((model) => model.id),
    ['sandbox/echo'],
  )
})

test('anthropic: whole and streamed answers are the last user message, within max_tokens', async () => {
  const client = new Anthropic({ apiKey: 'x', baseURL: url, maxRetries: 0 })
  const answer = await client.messages.create({ model: 'sandbox/echo', max_tokens: 100, messages })
  assert.deepEqual(answer.content, [{ type: 'text', text: TEXT }])
  assert.equal(answer.model, SANDBOX_ANSWER_MODEL)
  const streamed = await client.messages.stream({ model: 'sandbox/echo', max_tokens: 100, messages }).finalMessage()
  assert.equal(streamed.content[0]?.type === 'text' ? streamed.content[0].text : '', TEXT)
  const cut = await client.messages.create({ model: 'sandbox/echo', max_tokens: 2, messages })
  assert.equal(cut.stop_reason, 'max_tokens')
  assert.equal(cut.usage.output_tokens, 2)
})

test('anthropic: tokens are counted as a call would tell them', async () => {
  const client = new Anthropic({ apiKey: 'x', baseURL: url, maxRetries: 0 })
  const { input_tokens: counted } = await client.messages.countTokens({ model: 'sandbox/echo', messages })
  const { usage } = await client.messages.create({ model: 'sandbox/echo', max_tokens: 1, messages })
  assert.equal(counted, usage.input_tokens)
})

test('a marker of the fakes means nothing to the sandbox, and bad requests get 400 or 404', async () => {
  const client = new OpenAI({ apiKey: 'x', baseURL: `${url}/v1`, maxRetries: 0 })
  const answer = await client.chat.completions.create({ model: 'sandbox/echo!html-502', messages })
  assert.equal(answer.choices[0]?.message.content, TEXT)
  assert.equal((await fetch(`${url}/v1/messages`, { method: 'POST', body: '[' })).status, 400)
  assert.equal((await fetch(`${url}/elsewhere`, { method: 'POST', body: '{}' })).status, 404)
})

test('a text of a million letters without a space does not hold the sandbox', async () => {
  const client = new OpenAI({ apiKey: 'x', baseURL: `${url}/v1`, maxRetries: 0, timeout: 20_000 })
  const long = [{ role: 'user' as const, content: 'a'.repeat(1_000_000) }]
  const answer = await client.chat.completions.create({ model: 'sandbox/echo', messages: long })
  assert.equal(answer.choices[0]?.finish_reason, 'length')
})

test('it listens on a server that is handed to it', async () => {
  const shared = createServer()
  await new Promise<void>((resolve) => shared.listen(0, '127.0.0.1', resolve))
  const other = await startSandbox({ listen: shared })
  assert.equal((await fetch(`http://127.0.0.1:${other.port}/v1/models`)).status, 200)
  await other.close()
  shared.close()
})
