// Guarantees that the fake upstream speaks the providers' protocols as their own packages read them, and that what it
// records as the truth about tokens is what it sent.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { loadTokenizer, type SimCall, type SimUpstream, startSimUpstream, type Tokenizer } from './index.ts'

let upstream: SimUpstream
let openai: OpenAI
let anthropic: Anthropic
let tokenizer: Tokenizer

before(async () => {
  tokenizer = await loadTokenizer()
  upstream = await startSimUpstream({ seed: 7 })
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: `${upstream.url}/v1`, maxRetries: 0 })
  anthropic = new Anthropic({ apiKey: 'sk-test', baseURL: upstream.url, maxRetries: 0 })
})

after(() => upstream.close())

beforeEach(() => {
  upstream.forget()
  upstream.script({})
})

const messages = [{ role: 'user' as const, content: 'Wie spät ist es auf der Fähre? 船は何時に出ますか' }]
const weather = { type: 'object' as const, properties: { city: { type: 'string' } } }

async function onlyCall(): Promise<SimCall> {
  await upstream.idle()
  assert.equal(upstream.calls.length, 1)
  const call = upstream.calls[0]
  assert.ok(call !== undefined)
  return call
}

test('openai, not streamed: text, usage and truth agree', async () => {
  upstream.script({ outputTokens: 200, reasoningTokens: 30, cachedTokens: 5 })
  const answer = await openai.chat.completions.create({ model: 'sim-model', messages })
  const call = await onlyCall()
  const text = answer.choices[0]?.message.content ?? ''
  assert.equal(tokenizer.count(text), 200)
  assert.equal(answer.usage?.completion_tokens, 230)
  assert.equal(answer.usage?.completion_tokens_details?.reasoning_tokens, 30)
  assert.equal(answer.usage?.prompt_tokens_details?.cached_tokens, 5)
  assert.equal(answer.usage?.prompt_tokens, 3 + 1 + tokenizer.count(messages[0]?.content ?? '') + 3)
  assert.equal(answer.choices[0]?.finish_reason, 'stop')
  assert.deepEqual(
    [call.ended, call.truePromptTokens, call.trueCachedTokens, call.trueOutputTokensSent, call.plannedOutputTokens, call.isStream],
    ['complete', answer.usage?.prompt_tokens, 5, 200, 230, false],
  )
  assert.equal(call.headersSeen['authorization'], 'Bearer sk-test')
})

test('openai, streamed: the frames carry exactly the counted tokens, and usage comes only when asked for', async () => {
  upstream.script({ outputTokens: 300 })
  const stream = await openai.chat.completions.create({
    model: 'sim-model',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  })
  let text = ''
  let frames = 0
  let usage: OpenAI.CompletionUsage | undefined
  for await (const chunk of stream) {
    const piece = chunk.choices[0]?.delta.content ?? ''
    text += piece
    if (piece !== '') frames += 1
    assert.ok(chunk.usage !== undefined)
    usage = chunk.usage ?? undefined
  }
  const call = await onlyCall()
  assert.equal(tokenizer.count(text), 300)
  assert.equal(usage?.completion_tokens, 300)
  assert.equal(call.trueOutputTokensSent, 300)
  assert.ok(frames > 250 && frames <= 300)
  const plain = await openai.chat.completions.create({ model: 'sim-model', messages, stream: true })
  for await (const chunk of plain) assert.equal(chunk.usage, undefined)
})

test('openai: tools, length limit and several choices', async () => {
  const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: weather } }]
  upstream.script({ toolCalls: [{ name: 'get_weather', arguments: '{"city":"東京 🗼"}' }] })
  const runner = openai.chat.completions.stream({ model: 'sim-model', messages, tools })
  const called = (await runner.finalChatCompletion()).choices[0]
  assert.equal(called?.finish_reason, 'tool_calls')
  const toolCall = called?.message.tool_calls?.[0]
  assert.equal(toolCall?.type === 'function' ? toolCall.function.arguments : '', '{"city":"東京 🗼"}')
  const call = await onlyCall()
  assert.equal(call.trueOutputTokensSent, tokenizer.count('get_weather') + tokenizer.count('{"city":"東京 🗼"}'))
  upstream.script({ outputTokens: 500 })
  const short = await openai.chat.completions.create({ model: 'sim-model', messages, max_completion_tokens: 20, n: 3 })
  assert.deepEqual(
    short.choices.map((choice) => choice.finish_reason),
    ['length', 'length', 'length'],
  )
  assert.ok((short.usage?.completion_tokens ?? 0) <= 60 && (short.usage?.completion_tokens ?? 0) >= 50)
})

test('anthropic, not streamed: cache classes lie beside the input', async () => {
  upstream.script({ outputTokens: 40, promptTokens: 1000, cachedTokens: 300, cacheWrite5mTokens: 200, cacheWrite1hTokens: 100 })
  const answer = await anthropic.messages.create({ model: 'sim-model', max_tokens: 100, messages })
  const call = await onlyCall()
  const block = answer.content[0]
  assert.equal(tokenizer.count(block?.type === 'text' ? block.text : ''), 40)
  assert.equal(answer.usage.input_tokens, 400)
  assert.equal(answer.usage.cache_read_input_tokens, 300)
  assert.equal(answer.usage.cache_creation_input_tokens, 300)
  assert.deepEqual(answer.usage.cache_creation, { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 })
  assert.equal(answer.usage.output_tokens, 40)
  assert.deepEqual([call.truePromptTokens, call.trueOutputTokensSent, call.ended], [1000, 40, 'complete'])
})

test('anthropic, streamed: text, thinking, tools, and the limit', async () => {
  upstream.script({ outputTokens: 60, reasoningTokens: 20, toolCalls: [{ name: 'get_weather', arguments: '{"city":"Aß🗼"}' }] })
  const tools = [{ name: 'get_weather', input_schema: weather }]
  const message = await anthropic.messages.stream({ model: 'sim-model', max_tokens: 1000, messages, tools }).finalMessage()
  assert.deepEqual(
    message.content.map((block) => block.type),
    ['thinking', 'text', 'tool_use'],
  )
  const tool = message.content[2]
  assert.deepEqual(tool?.type === 'tool_use' ? tool.input : undefined, { city: 'Aß🗼' })
  assert.equal(message.stop_reason, 'tool_use')
  const call = await onlyCall()
  assert.equal(message.usage.output_tokens, call.trueOutputTokensSent)
  assert.equal(call.plannedOutputTokens, call.trueOutputTokensSent)
  upstream.script({ outputTokens: 500 })
  const cut = await anthropic.messages.create({ model: 'sim-model', max_tokens: 10, messages })
  assert.equal(cut.stop_reason, 'max_tokens')
})

test('openai responses: whole and streamed, the official client sees the truth', async () => {
  const script = { outputTokens: 120, reasoningTokens: 30, cachedTokens: 5, isReasoningShown: true }
  upstream.script(script)
  const input = messages[0]?.content ?? ''
  const whole = await openai.responses.create({ model: 'sim-model', input, instructions: 'Be brief.' })
  const call = await onlyCall()
  assert.equal(tokenizer.count(whole.output_text), 120)
  assert.deepEqual(
    [whole.usage?.output_tokens, whole.usage?.output_tokens_details.reasoning_tokens, whole.usage?.input_tokens_details.cached_tokens],
    [150, 30, 5],
  )
  assert.equal(whole.usage?.input_tokens, 3 + 2 * (3 + 1) + tokenizer.count(input) + tokenizer.count('Be brief.'))
  assert.deepEqual([call.protocol, call.truePromptTokens, call.plannedOutputTokens], ['openai-responses', whole.usage?.input_tokens, 150])
  const types: string[] = []
  const stream = openai.responses.stream({ model: 'sim-model', input })
  stream.on('event', ({ type }) => types.push(type))
  const streamed = await stream.finalResponse()
  assert.equal(tokenizer.count(streamed.output_text), 120)
  const [thoughts] = streamed.output
  assert.equal(tokenizer.count(thoughts?.type === 'reasoning' ? (thoughts.summary[0]?.text ?? '') : ''), 30)
  assert.equal(streamed.usage?.output_tokens, 150)
  for (const type of [
    'created',
    'in_progress',
    'output_item.added',
    'content_part.added',
    'output_text.delta',
    'output_text.done',
    'completed',
  ])
    assert.ok(types.includes(`response.${type}`), type)
})

test('openai responses: tools, refusals, searches and the limit', async () => {
  const tools = [{ type: 'function' as const, name: 'get_weather', parameters: weather, strict: true }]
  upstream.script({ toolCalls: [{ name: 'get_weather', arguments: '{"city":"東京 🗼"}' }] })
  const called = await openai.responses.stream({ model: 'sim-model', input: 'x', tools }).finalResponse()
  const [tool] = called.output
  assert.equal(tool?.type === 'function_call' ? tool.arguments : '', '{"city":"東京 🗼"}')
  upstream.script({ text: 'I cannot do that.', isRefusal: true })
  const [refusing] = (await openai.responses.stream({ model: 'sim-model', input: 'x' }).finalResponse()).output
  const part = refusing?.type === 'message' ? refusing.content[0] : undefined
  assert.equal(part?.type === 'refusal' ? part.refusal : '', 'I cannot do that.')
  upstream.script({ searches: 3, toolCallsRun: 2 })
  const searching = { model: 'sim-model', input: 'x', tools: [{ type: 'web_search' as const }], max_tool_calls: 2 }
  const found = await openai.responses.create(searching)
  assert.deepEqual(
    found.output.map(({ type }) => type),
    ['web_search_call', 'web_search_call', 'message'],
  )
  upstream.script({ outputTokens: 500 })
  const short = await openai.responses.stream({ model: 'sim-model', input: 'x', max_output_tokens: 20 }).finalResponse()
  assert.deepEqual([short.status, short.incomplete_details?.reason], ['incomplete', 'max_output_tokens'])
  await assert.rejects(openai.responses.create({ model: 'sim-model' }), OpenAI.BadRequestError)
})

test('a client that leaves is seen, and only what was written counts', async () => {
  const stream = await openai.chat.completions.create({ model: 'sim-model!tokens=500,chunk-ms=5', messages, stream: true })
  let seen = 0
  for await (const chunk of stream) {
    seen += chunk.choices[0]?.delta.content === '' ? 0 : 1
    if (seen >= 10) break
  }
  const call = await onlyCall()
  assert.equal(call.ended, 'client-gone')
  assert.ok(call.trueOutputTokensSent >= 9 && call.trueOutputTokensSent < 40, String(call.trueOutputTokensSent))
  assert.equal(call.plannedOutputTokens, 500)
})

test('pieces of one byte change nothing for the reader', async () => {
  upstream.script({ isEcho: true, splitBytes: 1 })
  const answer = await anthropic.messages.stream({ model: 'sim-model', max_tokens: 100, messages }).finalMessage()
  assert.equal(answer.content[0]?.type === 'text' ? answer.content[0].text : '', messages[0]?.content)
})

test('the same seed gives the same answers', async () => {
  const texts: (string | null | undefined)[] = []
  for (const seed of [3, 3, 4]) {
    const other = await startSimUpstream({ seed })
    const client = new OpenAI({ apiKey: 'x', baseURL: `${other.url}/v1` })
    texts.push((await client.chat.completions.create({ model: 'sim-model', messages })).choices[0]?.message.content)
    await other.close()
  }
  assert.equal(texts[0], texts[1])
  assert.notEqual(texts[0], texts[2])
})

test('wrong requests are refused as the providers do', async () => {
  const locked = await startSimUpstream({ apiKey: 'right' })
  const client = new OpenAI({ apiKey: 'wrong', baseURL: `${locked.url}/v1`, maxRetries: 0 })
  await assert.rejects(client.chat.completions.create({ model: 'sim-model', messages }), OpenAI.AuthenticationError)
  await locked.close()
  await assert.rejects(openai.chat.completions.create({ model: 'sim-model!no-such-word', messages }), OpenAI.BadRequestError)
  await assert.rejects(openai.chat.completions.create({ model: 'sim-model', messages: [] }), OpenAI.BadRequestError)
  const bare = await fetch(`${upstream.url}/v1/messages`, {
    method: 'POST',
    body: '{"model":"m","messages":[{"role":"user","content":"x"}]}',
  })
  assert.equal(bare.status, 400)
  assert.match(await bare.text(), /max_tokens: Field required/)
})

test('a marker in the metadata works as one in the model does', async () => {
  const answer = await openai.chat.completions.create({ model: 'sim-model', messages, metadata: { sim: 'tokens=7,no-usage' } })
  assert.equal(answer.usage, undefined)
  assert.equal((await onlyCall()).plannedOutputTokens, 7)
})

test('delays are kept', async () => {
  const began = performance.now()
  const stream = await openai.chat.completions.create({ model: 'sim-model!first-byte-ms=80,chunk-ms=10,tokens=10', messages, stream: true })
  const firstByteMs = performance.now() - began
  for await (const _chunk of stream) await sleep(0)
  assert.ok(firstByteMs >= 75, String(firstByteMs))
  assert.ok(performance.now() - began >= 75 + 10 * 9)
})
