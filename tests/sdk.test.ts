// The official SDKs work unchanged but for base URL and key: calls, streams, tools, lists, aborts, and errors as their own classes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { generateText, jsonSchema, type ModelMessage, stepCountIs } from 'ai'
import OpenAI from 'openai'
import { type Customer, nanoOf } from '../checks/operator.ts'
import { dayWithRoom, minuteWithRoom } from '../checks/whole-minute.ts'
import { startWorld, type World } from '../checks/world.ts'

const PROMPT = 'How long does the ferry take?'
const messages = [{ role: 'user' as const, content: PROMPT }]

let world: World
let rich: Customer
let poor: Customer

before(async () => {
  world = await startWorld({
    models: [
      { id: 'm-tools', upstream: 'oai', upstreamModel: 'sim-model!tool' },
      { id: 'm-tools-anthropic', upstream: 'ant', upstreamModel: 'sim-model!tool' },
      { id: 'm-slow', upstream: 'oai', upstreamModel: 'sim-model!tokens=400,chunk-ms=10' },
      { id: 'm-slow-anthropic', upstream: 'ant', upstreamModel: 'sim-model!tokens=400,chunk-ms=10' },
      { id: 'm-chat', upstream: 'chat', upstreamModel: 'sim-model' },
      { id: 'm-failing', upstream: 'oai', upstreamModel: 'sim-model!overloaded-503' },
      { id: 'm-free-of-price', upstream: 'oai', upstreamModel: 'sim-model', price: 'none' },
    ],
  })
  rich = await world.operator.customer('10.00')
  poor = await world.operator.customer('0.000000001')
})
after(() => world.stop())

const openai = (apiKey = rich.key) => new OpenAI({ baseURL: `${world.base}/v1`, apiKey, maxRetries: 0 })
const anthropic = (apiKey = rich.key) => new Anthropic({ baseURL: world.base, apiKey, maxRetries: 0 })

/** The settled row of a request; rows are there as soon as the commit is, which an answer does not wait for. */
async function rowOf(requestId: string | null | undefined) {
  for (let round = 0; round < 100; round += 1) {
    const row = (await world.operator.usage(rich.id)).find((one) => one.request_id === requestId)
    if (row !== undefined) return row
    await sleep(30)
  }
  return assert.fail(`request ${requestId} has no row of usage`)
}

test('openai: a chat completion, with the upstream’s true usage, its cost and a row', async () => {
  const { data, response } = await openai().chat.completions.create({ model: 'm-openai', messages, max_tokens: 40 }).withResponse()
  const truth = world.sim.calls.at(-1)
  assert.ok((data.choices[0]?.message.content ?? '').length > 10)
  assert.equal(data.usage?.prompt_tokens, truth?.truePromptTokens)
  assert.equal(data.usage?.completion_tokens, truth?.plannedOutputTokens)
  const row = await rowOf(response.headers.get('x-request-id'))
  assert.equal(row.tokens.input, truth?.truePromptTokens)
  assert.equal(row.tokens.output, truth?.plannedOutputTokens)
  assert.equal(row.cost, response.headers.get('x-farebox-cost-usd'))
  assert.match(response.headers.get('x-farebox-route') ?? '', /upstream=oai/)
})

test('openai: a stream, with the usage chunk for those who ask and without for those who do not', async () => {
  const asking = await openai().chat.completions.create({
    model: 'm-openai',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  })
  const silent = await openai().chat.completions.create({ model: 'm-openai', messages, stream: true })
  const read = async (stream: typeof asking) => {
    let text = ''
    let usages = 0
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      if (chunk.usage !== undefined && chunk.usage !== null) usages += 1
    }
    return { text, usages }
  }
  const [asked, unasked] = [await read(asking), await read(silent)]
  assert.ok(asked.text.length > 10 && unasked.text.length > 10)
  assert.deepEqual([asked.usages, unasked.usages], [1, 0])
})

test('openai: a tool call, streamed and not', async () => {
  const tools = [{ type: 'function' as const, function: { name: 'look_up', parameters: { type: 'object', properties: {} } } }]
  const answer = await openai().chat.completions.create({ model: 'm-tools', messages, tools })
  const call = answer.choices[0]?.message.tool_calls?.[0]
  assert.ok(call?.type === 'function')
  assert.equal(call.function.name, 'look_up')
  assert.doesNotThrow(() => JSON.parse(call.function.arguments))
  const final = await openai().chat.completions.stream({ model: 'm-tools', messages, tools }).finalChatCompletion()
  assert.equal(final.choices[0]?.finish_reason, 'tool_calls')
})

test('openai: the list of models, and one of them', async () => {
  const ids: string[] = []
  for await (const model of openai().models.list()) ids.push(model.id)
  assert.ok(ids.includes('m-openai') && ids.includes('m-tools'))
  assert.equal((await openai().models.retrieve('m-openai')).id, 'm-openai')
})

test('openai: errors are the SDK’s own classes, with our codes', async () => {
  const chat = (client: OpenAI, model: string) => client.chat.completions.create({ model, messages })
  const calls = world.sim.calls.length
  await assert.rejects(
    chat(openai('fbx_wrong'), 'm-openai'),
    (error) => error instanceof OpenAI.AuthenticationError && error.status === 401,
  )
  await assert.rejects(chat(openai(poor.key), 'm-openai'), (error) => error instanceof OpenAI.APIError && error.status === 402)
  await assert.rejects(chat(openai(), 'no-such'), (error) => error instanceof OpenAI.NotFoundError && error.code === 'model_unknown')
  await assert.rejects(
    chat(openai(), 'm-free-of-price'),
    (error) => error instanceof OpenAI.BadRequestError && error.code === 'model_unpriced',
  )
  assert.equal(world.sim.calls.length, calls, 'no upstream was called')
  const limited = await world.operator.customer('1.00', { limits: { requests_per_minute: 1 } })
  await minuteWithRoom()
  await chat(openai(limited.key), 'm-openai')
  await assert.rejects(chat(openai(limited.key), 'm-openai'), (error) => error instanceof OpenAI.RateLimitError && error.status === 429)
})

test('openai: an aborted stream ends at the upstream and is charged for what was streamed', async () => {
  const stream = await openai().chat.completions.create({ model: 'm-slow', messages, stream: true })
  let chunks = 0
  for await (const _ of stream) {
    chunks += 1
    if (chunks === 20) break
  }
  await world.sim.idle()
  const truth = world.sim.calls.at(-1)
  assert.equal(truth?.ended, 'client-gone')
  const rows = async () => (await world.operator.usage(rich.id)).filter((row) => row.model === 'm-slow')
  for (let round = 0; round < 100 && (await rows()).length === 0; round += 1) await sleep(30)
  const [row] = await rows()
  assert.equal(row?.outcome, 'client-aborted')
  assert.ok(
    (row?.tokens.output ?? 0) > 0 && (row?.tokens.output ?? 0) <= (truth?.trueOutputTokensSent ?? 0),
    `${row?.tokens.output} tokens`,
  )
})

test('openai: usage and balance of the caller itself', async () => {
  const usage = await openai().get<{ key: { id: string } }>('/usage')
  assert.equal(usage.key.id, rich.keyId)
  const balance = await openai().get<{ available: string; held: string; currency: string }>('/balance')
  assert.equal(balance.currency, 'USD')
  const left = nanoOf(balance.available) + nanoOf(balance.held)
  assert.ok(left > nanoOf('9.00') && left < nanoOf('10.00'), String(left))
})

test('anthropic: a message, with the upstream’s true usage and a row', async () => {
  const { data: message, response } = await anthropic().messages.create({ model: 'm-anthropic', max_tokens: 40, messages }).withResponse()
  const truth = world.sim.calls.at(-1)
  const [block] = message.content
  assert.ok(block?.type === 'text' && block.text.length > 10)
  assert.equal(message.usage.input_tokens, truth?.truePromptTokens)
  assert.equal(message.usage.output_tokens, truth?.plannedOutputTokens)
  assert.equal((await rowOf(response.headers.get('x-request-id'))).tokens.output, truth?.plannedOutputTokens)
})

test('anthropic: a stream and a tool call', async () => {
  const text = await anthropic().messages.stream({ model: 'm-anthropic', max_tokens: 40, messages }).finalText()
  assert.ok(text.length > 10)
  const tools = [{ name: 'look_up', input_schema: { type: 'object' as const, properties: {} } }]
  const message = await anthropic().messages.stream({ model: 'm-tools-anthropic', max_tokens: 200, messages, tools }).finalMessage()
  assert.equal(message.stop_reason, 'tool_use')
  assert.ok(message.content.some((block) => block.type === 'tool_use' && block.name === 'look_up'))
})

test('anthropic: the list of models', async () => {
  const ids: string[] = []
  for await (const model of anthropic().models.list()) ids.push(model.id)
  assert.ok(ids.includes('m-anthropic'))
})

test('anthropic: errors are the SDK’s own classes, in its own shape', async () => {
  const ask = (client: Anthropic, model: string) => client.messages.create({ model, max_tokens: 10, messages })
  const calls = world.sim.calls.length
  const typeOf = (error: unknown): unknown =>
    error instanceof Anthropic.APIError ? (error.error as { error?: { type?: unknown } }).error?.type : undefined
  await assert.rejects(ask(anthropic('fbx_wrong'), 'm-anthropic'), (error) => {
    return error instanceof Anthropic.AuthenticationError && typeOf(error) === 'authentication_error'
  })
  await assert.rejects(ask(anthropic(poor.key), 'm-anthropic'), (error) => error instanceof Anthropic.APIError && error.status === 402)
  await assert.rejects(
    ask(anthropic(), 'no-such'),
    (error) => error instanceof Anthropic.NotFoundError && typeOf(error) === 'not_found_error',
  )
  assert.equal(world.sim.calls.length, calls, 'no upstream was called')
  const limited = await world.operator.customer('1.00', { limits: { requests_per_minute: 1 } })
  await minuteWithRoom()
  await ask(anthropic(limited.key), 'm-anthropic')
  await assert.rejects(ask(anthropic(limited.key), 'm-anthropic'), (error) => {
    return error instanceof Anthropic.RateLimitError && typeOf(error) === 'rate_limit_error'
  })
})

test('anthropic: an aborted stream ends at the upstream', async () => {
  const stream = anthropic().messages.stream({ model: 'm-slow-anthropic', max_tokens: 400, messages })
  stream.on('text', (_, soFar) => {
    if (soFar.length > 80) stream.abort()
  })
  await assert.rejects(stream.finalMessage(), Anthropic.APIUserAbortError)
  await world.sim.idle()
  assert.equal(world.sim.calls.at(-1)?.ended, 'client-gone')
})

test('SDKs as they come try again where that helps soon, and fail at once where it does not', async () => {
  const statuses: number[] = []
  const spying: typeof fetch = async (...asked) => {
    const response = await fetch(...asked)
    statuses.push(response.status)
    return response
  }
  const asThey = (apiKey: string) => ({ apiKey, fetch: spying, timeout: 10_000 })
  const asking = (apiKey: string) => [
    (model: string) =>
      new OpenAI({ ...asThey(apiKey), baseURL: `${world.base}/v1` }).chat.completions.create({ model, messages, max_tokens: 40 }),
    (model: string) => new Anthropic({ ...asThey(apiKey), baseURL: world.base }).messages.create({ model, messages, max_tokens: 40 }),
  ]
  const statusesOf = async (ask: () => Promise<unknown>) => {
    statuses.length = 0
    await Promise.race([assert.rejects(ask()), sleep(20_000, undefined, { ref: false }).then(() => assert.fail('it waits'))])
    return statuses.join()
  }
  // What fits in once, and then not before the month is over, which an SDK would wait for if it were near; and what never fits in.
  await dayWithRoom(90_000)
  for (const amount of ['0.0011', '0.0001']) {
    const capped = await world.operator.customer('1.00', { spend_cap: { amount, window: 'month' } })
    if (amount === '0.0011') await openai(capped.key).chat.completions.create({ model: 'm-openai', messages, max_tokens: 40 })
    for (const ask of asking(capped.key)) assert.equal(await statusesOf(() => ask('m-openai')), '429', amount)
  }
  for (const ask of asking(poor.key)) assert.equal(await statusesOf(() => ask('m-openai')), '402')
  for (const ask of asking(rich.key)) assert.equal(await statusesOf(() => ask('m-failing')), '502,502,502')
})

test('the Anthropic SDK tells the id of every request, of answers, streams, lists and errors alike', async () => {
  const asked = { model: 'm-anthropic', max_tokens: 100, messages }
  const answers = [
    await anthropic().messages.create(asked).withResponse(),
    await anthropic()
      .messages.create({ ...asked, model: 'm-openai', stream: true })
      .withResponse(),
    await anthropic().messages.countTokens({ model: 'm-openai', messages }).withResponse(),
    await anthropic().models.list().withResponse(),
  ]
  for (const { request_id: told, response } of answers) assert.equal(told ?? 'none', response.headers.get('x-request-id'))
  for (const [key, model] of [
    [rich.key, 'nobody-knows-it'],
    ['sk-wrong', 'm-anthropic'],
  ] as const) {
    const thrown: unknown = await anthropic(key)
      .messages.create({ ...asked, model })
      .catch((error: unknown) => error)
    assert.ok(thrown instanceof Anthropic.APIError)
    assert.equal(thrown.requestID ?? 'none', thrown.headers?.get('x-request-id'))
  }
})

test('a conversation of several turns with a tool runs in the AI SDK as docs/clients.md sets it up', async () => {
  const provider = createOpenAI({ baseURL: `${world.base}/v1`, apiKey: rich.key })
  for (const model of ['m-openai', 'm-anthropic', 'm-gemini', 'm-chat']) {
    world.sim.script({ toolCalls: 'first' })
    const execute = (): string => {
      world.sim.script({ text: 'sunny' })
      return 'sun'
    }
    const conversation: ModelMessage[] = [{ role: 'user', content: 'How is the weather?' }]
    const asked = {
      ...{ model: provider(model), maxRetries: 0, stopWhen: stepCountIs(3), providerOptions: { openai: { store: false } } },
      tools: { weather: { inputSchema: jsonSchema<object>({ type: 'object' }), execute } },
    }
    const first = await generateText({ ...asked, messages: conversation })
    conversation.push(...first.response.messages, { role: 'user', content: 'And tomorrow?' })
    const second = await generateText({ ...asked, messages: conversation })
    assert.deepEqual([first.steps.length, first.text, second.text], [2, 'sunny', 'sunny'], model)
  }
  world.sim.script({})
})
