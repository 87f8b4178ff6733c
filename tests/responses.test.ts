// Guarantee: responses go to an upstream that speaks them as they came but for what is never stored, and come back byte for byte; what
// would have to be stored is refused in the words of its clients; a server of one's own is called in each protocol that it is said to speak.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import { z } from 'zod'
import { call, send } from '../checks/calls.ts'
import type { Customer } from '../checks/operator.ts'
import { type ReplayUpstream, startReplayUpstream } from '../checks/replay-upstream.ts'
import { startWorld, type World } from '../checks/world.ts'
import { syntheticStreams } from '../sim/index.ts'

const PROMPT = 'How long does the ferry take?'
const STREAMS = syntheticStreams(1, 60).flatMap(({ protocol, bytes }) => (protocol === 'openai-responses' ? [bytes] : []))
let world: World
let replay: ReplayUpstream
let customer: Customer
before(async () => {
  replay = await startReplayUpstream(STREAMS, 1)
  world = await startWorld({
    keepBodies: true,
    upstreams: [{ id: 'replay', kind: 'openai', baseUrl: `${replay.url}/v1`, protocols: ['openai-responses'] }],
    models: [
      { id: 'm-own', upstream: 'own', upstreamModel: 'sim-model' },
      { id: 'm-search', upstream: 'oai', upstreamModel: 'sim-model', price: { input: '3.00', output: '15.00', web_search: '0.01' } },
      { id: 'm-replay', upstream: 'replay', upstreamModel: 'replay', context: 1_000_000, outputMax: 1_000_000 },
    ],
  })
  customer = await world.operator.customer('1000.00')
})
after(async () => {
  await world.stop()
  await replay.close()
})

const openai = () => new OpenAI({ baseURL: `${world.base}/v1`, apiKey: customer.key, maxRetries: 0 })
const lastCall = () => world.sim.calls.at(-1) ?? assert.fail('no upstream was called')
const lastBody = () => JSON.parse(lastCall().body?.toString() ?? '') as Readonly<Record<string, unknown>>

test('a request goes on as it came, but for its model, its bounds and that nothing is stored', async () => {
  world.sim.script({ text: 'Twenty minutes.' })
  const input = [{ role: 'user' as const, content: PROMPT }]
  const answer = await openai().responses.create({ model: 'm-openai', input, store: true, metadata: { a: 'ü' }, max_output_tokens: 50 })
  assert.equal(answer.output_text, 'Twenty minutes.')
  assert.equal(lastCall().path, '/v1/responses')
  assert.deepEqual(lastBody(), { model: 'sim-model', input, store: false, metadata: { a: 'ü' }, max_output_tokens: 50 })
  await openai().responses.create({ model: 'm-search', input: PROMPT, tools: [{ type: 'web_search' }] })
  assert.deepEqual([lastBody()['store'], lastBody()['max_tool_calls']], [false, 10])
  await openai().responses.create({ model: 'm-openai', input: PROMPT })
  assert.deepEqual([lastBody()['store'], lastBody()['max_output_tokens']], [false, 8192])
})

test('streams come back byte for byte', async () => {
  for (const [index, bytes] of STREAMS.entries()) {
    const plan = {
      base: world.base,
      key: customer.key,
      protocol: 'openai-responses',
      model: 'm-replay',
      isStream: true,
      outputMax: 1_000_000,
    } as const
    const answer = await call({ ...plan, text: `replay-${index}; please` })
    assert.deepEqual([answer.status, answer.isWhole], [200, true])
    assert.ok(answer.body.equals(bytes), `stream ${index}`)
  }
})

test('the official client parses an answer of a schema', async () => {
  world.sim.script({ text: '{"minutes":20}' })
  const format = zodTextFormat(z.object({ minutes: z.number() }), 'fare')
  for (const model of ['m-openai', 'm-own', 'm-anthropic']) {
    if (model === 'm-anthropic') world.sim.script(({ tools }) => (tools.length > 0 ? { toolCalls: 'first' } : { text: '{"minutes":20}' }))
    const parsed = await openai().responses.parse({ model, input: PROMPT, text: { format } })
    assert.deepEqual(parsed.output_parsed, { minutes: 20 }, model)
  }
})

test('what would have to be stored is refused, with the reason, and goes nowhere', async () => {
  world.sim.forget()
  const failing = async (asked: PromiseLike<unknown>) => {
    const thrown: unknown = await Promise.resolve(asked).then(
      () => assert.fail('it was answered'),
      (error: unknown) => error,
    )
    return thrown instanceof OpenAI.APIError ? [thrown.status, thrown.code] : assert.fail(String(thrown))
  }
  const { responses, files, batches, vectorStores, conversations } = openai()
  assert.deepEqual(await failing(responses.create({ model: 'm-openai', input: 'x', previous_response_id: 'resp_1' })), [
    400,
    'nothing_stored',
  ])
  assert.deepEqual(await failing(responses.create({ model: 'm-anthropic', input: 'x', background: true })), [400, 'nothing_stored'])
  const absent = [404, 'storage_not_offered']
  assert.deepEqual(await failing(responses.retrieve('resp_1')), absent)
  assert.deepEqual(await failing(responses.delete('resp_1')), absent)
  assert.deepEqual(await failing(responses.cancel('resp_1')), absent)
  assert.deepEqual(await failing(responses.inputItems.list('resp_1')), absent)
  assert.deepEqual(await failing(files.list()), absent)
  assert.deepEqual(await failing(vectorStores.list()), absent)
  assert.deepEqual(await failing(conversations.create()), absent)
  const batch = { input_file_id: 'file-1', endpoint: '/v1/responses', completion_window: '24h' } as const
  assert.deepEqual(await failing(batches.create(batch)), absent)
  const anthropic = new Anthropic({ baseURL: world.base, apiKey: customer.key, maxRetries: 0 })
  await assert.rejects(anthropic.messages.batches.list(), Anthropic.NotFoundError)
  assert.equal(world.sim.calls.length, 0)
})

test('tokens are counted for nothing, by who has a key', async () => {
  world.sim.forget()
  const count = (key: string, model = 'm-openai') =>
    send({
      url: `${world.base}/v1/responses/input_tokens`,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ model, input: PROMPT }),
    })
  const counted = await count(customer.key)
  assert.deepEqual([counted.status, counted.headers['x-farebox-estimate']], [200, 'tokens'])
  assert.deepEqual(JSON.parse(counted.body.toString()), { object: 'response.input_tokens', input_tokens: 14 })
  assert.deepEqual([(await count('fbx_none')).status, (await count(customer.key, 'none')).status], [401, 404])
  assert.equal(world.sim.calls.length, 0)
})

test('a server of one’s own is called in each protocol that it is said to speak, with its key where the protocol has it', async () => {
  world.sim.script({ text: 'Twenty minutes.' })
  const anthropic = new Anthropic({ baseURL: world.base, apiKey: customer.key, maxRetries: 0 })
  const message = await anthropic.messages.create({ model: 'm-own', max_tokens: 20, messages: [{ role: 'user', content: PROMPT }] })
  assert.equal(message.content[0]?.type === 'text' ? message.content[0].text : '', 'Twenty minutes.')
  const { path, headersSeen } = lastCall()
  assert.deepEqual(
    [path, headersSeen['authorization'], headersSeen['x-api-key']],
    ['/v1/messages', 'Bearer sk-upstream-world', 'sk-upstream-world'],
  )
  assert.equal(headersSeen['anthropic-version'], '2026-10-21', 'the version that the client asks for')
  const answer = await openai().responses.create({ model: 'm-own', input: PROMPT })
  assert.equal(answer.output_text, 'Twenty minutes.')
  assert.deepEqual([lastCall().path, lastCall().headersSeen['x-api-key']], ['/v1/chat/completions', undefined])
})
