// The official Gemini SDK works unchanged but for base URL and key: calls, streams, tools, counts, vectors, lists, aborts, and errors in its
// own shape; and what the wire has beyond it: streams as an array, paths of both versions, and bytes that pass as they came.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError, FunctionCallingConfigMode, GoogleGenAI } from '@google/genai'
import { send } from '../checks/calls.ts'
import { type Customer, nanoOf } from '../checks/operator.ts'
import { startReplayUpstream } from '../checks/replay-upstream.ts'
import { startWorld, type World } from '../checks/world.ts'
import { syntheticStreams } from '../sim/index.ts'

const contents = 'How long does the ferry take?'
const EMBEDDING = { input: '1.00', output: '1.00' }
const recorded = syntheticStreams(5, 24).filter(({ protocol }) => protocol === 'gemini')

let world: World
let rich: Customer
let poor: Customer
let replay: Awaited<ReturnType<typeof startReplayUpstream>>

before(async () => {
  replay = await startReplayUpstream(
    recorded.map(({ bytes }) => bytes),
    3,
  )
  world = await startWorld({
    keepBodies: true,
    upstreams: [{ id: 'replay', kind: 'gemini', baseUrl: replay.url }],
    models: [
      { id: 'm-tools', upstream: 'goo', upstreamModel: 'sim-model!tool' },
      { id: 'm-slow', upstream: 'goo', upstreamModel: 'sim-model!tokens=400,chunk-ms=10' },
      { id: 'm-cut', upstream: 'goo', upstreamModel: 'sim-model!cut-after=3,tokens=50' },
      { id: 'm-thinking', upstream: 'goo', upstreamModel: 'sim-model!reasoning=20,tokens=30,cached=5' },
      { id: 'm-long', upstream: 'goo', upstreamModel: 'sim-model!tokens=5000' },
      { id: 'house/m-named', upstream: 'goo', upstreamModel: 'sim-model' },
      { id: 'm-replay', upstream: 'replay', upstreamModel: 'replay', context: 1_000_000, outputMax: 1_000_000 },
      { id: 'm-vectors', upstream: 'goo', upstreamModel: 'embedding', price: EMBEDDING },
      { id: 'm-vectors-untold', upstream: 'goo', upstreamModel: 'embedding-untold', price: EMBEDDING },
    ],
  })
  rich = await world.operator.customer('100.00')
  poor = await world.operator.customer('0.000000001')
})
after(async () => {
  await world.stop()
  await replay.close()
})

const client = (apiKey = rich.key, baseUrl = world.base) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl } })

const post = (path: string, body: object, key = rich.key) =>
  send({
    ...{ url: world.base + path, method: 'POST', body: JSON.stringify(body) },
    headers: { 'content-type': 'application/json', 'x-goog-api-key': key },
  })
const asked = { contents: [{ role: 'user', parts: [{ text: contents }] }] }

async function rowOf(requestId: string | null | undefined) {
  for (let round = 0; round < 100; round += 1) {
    const row = (await world.operator.usage(rich.id)).find((one) => one.request_id === requestId)
    if (row !== undefined) return row
    await sleep(30)
  }
  return assert.fail(`request ${requestId} has no row of usage`)
}

test('an answer, with the upstream’s true usage, its cost and a row', async () => {
  const reply = await client().models.generateContent({ model: 'm-gemini', contents, config: { maxOutputTokens: 40 } })
  const truth = world.sim.calls.at(-1)
  assert.ok((reply.text ?? '').length > 10)
  assert.equal(reply.usageMetadata?.promptTokenCount, truth?.truePromptTokens)
  assert.equal(reply.usageMetadata?.candidatesTokenCount, truth?.plannedOutputTokens)
  const headers = reply.sdkHttpResponse?.headers ?? {}
  const row = await rowOf(headers['x-request-id'])
  assert.equal(row.tokens.input, truth?.truePromptTokens)
  assert.equal(row.tokens.output, truth?.plannedOutputTokens)
  assert.equal(row.cost, headers['x-farebox-cost-usd'])
  assert.match(headers['x-farebox-route'] ?? '', /upstream=goo/)
  assert.equal(truth?.headersSeen['x-goog-api-key'], 'sk-upstream-world')
})

test('a stream, with thoughts that are billed as output', async () => {
  const stream = await client().models.generateContentStream({
    ...{ model: 'm-thinking', contents },
    config: { thinkingConfig: { includeThoughts: true } },
  })
  let text = ''
  let thought = ''
  let last: { candidatesTokenCount?: number; thoughtsTokenCount?: number } | undefined
  let requestId: string | undefined
  for await (const chunk of stream) {
    for (const part of chunk.candidates?.[0]?.content?.parts ?? []) {
      if (part.thought === true) thought += part.text
      else text += part.text
    }
    last = chunk.usageMetadata
    requestId ??= chunk.sdkHttpResponse?.headers?.['x-request-id']
  }
  assert.ok(text.length > 10 && thought.length > 10)
  assert.deepEqual([last?.candidatesTokenCount, last?.thoughtsTokenCount], [30, 20])
  const row = await rowOf(requestId)
  assert.deepEqual([row.tokens.output, row.tokens.cached_read], [50, 5])
})

test('a tool call, streamed and not', async () => {
  const tools = [
    { functionDeclarations: [{ name: 'get_weather', parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } } } }] },
  ]
  const config = { tools, toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } } }
  const reply = await client().models.generateContent({ model: 'm-tools', contents, config })
  assert.equal(reply.functionCalls?.[0]?.name, 'get_weather')
  assert.equal(typeof reply.functionCalls?.[0]?.args?.['city'], 'string')
  const names: (string | undefined)[] = []
  for await (const chunk of await client().models.generateContentStream({ model: 'm-tools', contents, config })) {
    names.push(...(chunk.functionCalls ?? []).map(({ name }) => name))
  }
  assert.deepEqual(names, ['get_weather'])
})

test('a chat goes on, also over the paths for other bases, and with a name that has a slash', async () => {
  const chat = client(rich.key, `${world.base}/api/proxy`).chats.create({ model: 'house/m-named' })
  assert.ok(((await chat.sendMessage({ message: contents })).text ?? '').length > 10)
  assert.ok(((await chat.sendMessage({ message: 'And back?' })).text ?? '').length > 10)
  assert.equal((await post('/v1/models/m-gemini:generateContent', asked)).status, 200)
})

test('the bound of the output reaches the upstream', async () => {
  await client().models.generateContent({ model: 'm-gemini', contents })
  const sent = JSON.parse(world.sim.calls.at(-1)?.body?.toString() ?? '') as { generationConfig: object }
  assert.deepEqual(sent.generationConfig, { maxOutputTokens: 8192 })
})

test('errors in the shape of the protocol, with a name for each', async () => {
  const expect = async (call: Promise<unknown>, status: number, name: string) =>
    assert.rejects(call, (error) => {
      assert.ok(error instanceof ApiError)
      const told = JSON.parse(error.message) as { error: { code: number; status: string; details: { reason?: string }[] } }
      assert.deepEqual([error.status, told.error.code, told.error.status], [status, status, name])
      assert.equal(typeof told.error.details[0]?.reason, 'string')
      return true
    })
  const ask = (key: string, model = 'm-gemini', more: object = {}) => client(key).models.generateContent({ model, contents, ...more })
  await expect(ask('nobody'), 401, 'UNAUTHENTICATED')
  await expect(ask(poor.key), 402, 'FAILED_PRECONDITION')
  await expect(ask(rich.key, 'nothing'), 404, 'NOT_FOUND')
  await expect(ask(rich.key, 'm-gemini', { config: { cachedContent: 'cachedContents/x' } }), 400, 'INVALID_ARGUMENT')
  await expect(
    client()
      .caches.list()
      .then((pager) => pager.nextPage()),
    404,
    'NOT_FOUND',
  )
  const inUrl = await post(`/v1beta/models/m-gemini:generateContent?key=${rich.key}`, asked)
  assert.deepEqual([inUrl.status, JSON.parse(inUrl.body.toString()).error.status], [400, 'INVALID_ARGUMENT'])
})

test('what is not served is refused in the shape of the protocol, and says what is', async () => {
  const told = (path: string, headers: Record<string, string>) =>
    send({ url: world.base + path, method: 'POST', headers, body: '{}' }).then(({ body }) => JSON.parse(body.toString()).error)
  const interactions = await told('/v1/interactions', { 'x-goog-api-key': rich.key })
  assert.deepEqual([interactions.code, interactions.status], [404, 'NOT_FOUND'])
  assert.match(interactions.message, /models\/MODEL:generateContent/)
  assert.equal((await told('/v1/nowhere', { 'x-goog-api-key': rich.key })).status, 'NOT_FOUND')
  assert.equal((await told('/v1/nowhere', { 'anthropic-version': '2026-10-21' })).type, 'not_found_error')
  assert.equal((await told('/v1/nowhere', {})).code, 'not_found')
  const vectors = await post('/v1beta/models/m-openai:embedContent', { content: { parts: [{ text: 'x' }] } })
  assert.match(vectors.body.toString(), /Call it through \/v1\/embeddings/)
})

test('a stream that breaks off is an error', async () => {
  const stream = await client().models.generateContentStream({ model: 'm-cut', contents })
  let chunks = 0
  await assert.rejects(async () => {
    for await (const _ of stream) chunks += 1
  })
  assert.ok(chunks >= 1)
})

test('a client that leaves pays for what had come', async () => {
  const leaving = new AbortController()
  const stream = await client().models.generateContentStream({ model: 'm-slow', contents, config: { abortSignal: leaving.signal } })
  let requestId: string | undefined
  await assert.rejects(async () => {
    for await (const chunk of stream) {
      requestId ??= chunk.sdkHttpResponse?.headers?.['x-request-id']
      leaving.abort()
    }
  })
  const row = await rowOf(requestId)
  assert.equal(row.outcome, 'client-aborted')
  assert.ok((row.tokens.output ?? 0) >= 1 && (row.tokens.output ?? 0) < 200)
})

test('tokens are counted by the upstream, or by us where it has no words for it; both are free', async () => {
  const counted = await client().models.countTokens({ model: 'm-gemini', contents })
  assert.equal(counted.totalTokens, 7)
  const told = await post('/v1beta/models/m-gemini:countTokens', asked)
  assert.deepEqual([told.status, told.headers['x-farebox-estimate']], [200, undefined])
  const estimated = await post('/v1beta/models/m-openai:countTokens', asked)
  assert.deepEqual([estimated.status, estimated.headers['x-farebox-estimate']], [200, 'tokens'])
  assert.equal(JSON.parse(estimated.body.toString()).totalTokens, 8)
  for (const answer of [told, estimated]) assert.equal(nanoOf((await rowOf(answer.requestId)).cost), 0n)
  assert.equal((await post('/v1beta/models/m-gemini:countTokens', asked, 'nobody')).status, 401)
})

test('vectors cost what was told, or what we count', async () => {
  const reply = await client().models.embedContent({ model: 'm-vectors', contents: ['one two', 'three four'] })
  assert.deepEqual(reply.embeddings?.[0]?.values, [0.25, -0.5, 0.125])
  const content = { parts: [{ text: 'one two three four five six' }] }
  const told = await post('/v1beta/models/m-vectors:embedContent', { content })
  const untold = await post('/v1beta/models/m-vectors-untold:embedContent', { content })
  for (const [answer, tokens] of [
    [told, 6],
    [untold, 7],
  ] as const) {
    assert.equal(answer.status, 200)
    const row = await rowOf(answer.requestId)
    assert.deepEqual([nanoOf(row.cost), row.tokens.input ?? 0], [BigInt(tokens) * 1000n, 0], JSON.stringify(row))
  }
})

test('models are listed, and one is told', async () => {
  const names: (string | undefined)[] = []
  for await (const model of await client().models.list()) names.push(model.name)
  assert.ok(names.includes('models/m-gemini') && names.includes('models/house/m-named'))
  const one = await client().models.get({ model: 'house/m-named' })
  assert.deepEqual([one.name, one.inputTokenLimit, one.outputTokenLimit], ['models/house/m-named', 200_000, 8192])
  assert.ok(one.supportedActions?.includes('streamGenerateContent'))
})

test('without alt=sse a stream is an array, whole or broken', async () => {
  const whole = await post('/v1beta/models/m-gemini:streamGenerateContent', asked)
  const events = JSON.parse(whole.body.toString()) as { candidates: { finishReason?: string }[] }[]
  assert.match(whole.headers['content-type'] ?? '', /^application\/json/)
  assert.ok(events.length > 3)
  assert.equal(events.at(-1)?.candidates[0]?.finishReason, 'STOP')
  const row = await rowOf(whole.requestId)
  assert.equal(row.tokens.output, world.sim.calls.at(-1)?.plannedOutputTokens)
  const broken = JSON.parse((await post('/v1beta/models/m-cut:streamGenerateContent', asked)).body.toString()) as {
    error?: { status: string }
  }[]
  assert.equal(broken.at(-1)?.error?.status, 'UNAVAILABLE')
})

test('an upstream that goes on is ended at the bound, in a stream and in an array', async () => {
  const bounded = { ...asked, generationConfig: { maxOutputTokens: 50 } }
  for (const query of ['?alt=sse', '']) {
    const answer = await post(`/v1beta/models/m-long:streamGenerateContent${query}`, bounded)
    assert.match(answer.body.toString(), /"finishReason":"MAX_TOKENS"/)
    if (query === '') assert.ok(Array.isArray(JSON.parse(answer.body.toString())))
  }
})

test('a stream passes byte for byte', async () => {
  for (const [index, { bytes }] of recorded.entries()) {
    const body = { contents: [{ parts: [{ text: `replay-${index}; please` }] }] }
    const answer = await post('/v1beta/models/m-replay:streamGenerateContent?alt=sse', body)
    assert.ok(answer.body.equals(bytes))
  }
})
