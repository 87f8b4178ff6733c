// Guarantee: what an upstream tells beyond plain tokens reaches the row as it was told, what was cut keeps the figure it was cut from, and
// what would not hold as a bound at the upstream is set in the request that reaches it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CallPlan, call } from '../checks/calls.ts'
import type { Customer, UsageRow } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'
import { connect, type Database, sql } from '../src/db/index.ts'
import { NO_USAGE, SERVICE_TIERS, usageOfMore } from '../src/spec/index.ts'

let world: World
let customer: Customer
let database: Database

before(async () => {
  world = await startWorld({
    keepBodies: true,
    models: [
      {
        id: 'heard',
        upstream: 'oai',
        upstreamModel: 'sim-model!prompt=500,cached=50,audio-in=100,image-in=20,audio-out=5,image-out=4,searches=1',
      },
      { id: 'too-long', upstream: 'oai', upstreamModel: 'sim-model!prompt=300000' },
      {
        ...{ id: 'searching', upstream: 'ant', upstreamModel: 'sim-model!searches=50,tool-runs=50' },
        price: { input: '3.00', output: '15.00', web_search: '0.01' },
      },
      { id: 'long', upstream: 'ant', upstreamModel: 'sim-model', context: 1_000_000 },
      { id: 'slow', upstream: 'oai', upstreamModel: 'sim-model!tokens=5000,chunk-ms=20' },
    ],
  })
  customer = await world.operator.customer('100.00')
  database = connect({ connection: world.connection(), role: undefined, poolMax: 1 })
})
after(async () => {
  await database.end()
  await world.stop()
})

type Stored = {
  readonly input: number
  readonly output: number
  readonly cache_read: number
  readonly more: readonly number[] | null
  readonly service_tier: number
  readonly reported_input: number | null
  readonly reported_output: number | null
}

const ask = (plan: Pick<CallPlan, 'protocol' | 'model'> & Partial<CallPlan>) => call({ base: world.base, key: customer.key, ...plan })

/** The row of a call, as operators see it and as it is stored. */
async function rowOf(requestId: string): Promise<{ readonly shown: UsageRow; readonly stored: Stored }> {
  for (let tries = 0; tries < 200; tries += 1) {
    const shown = (await world.operator.usage(customer.id)).find((row) => row.request_id === requestId)
    const [stored] = await database.query<Stored>(sql`
      select input, output, cache_read, more, service_tier, reported_input, reported_output from usage_event where request_id = ${requestId}`)
    if (shown !== undefined && stored !== undefined) return { shown, stored }
    await sleep(50)
  }
  throw new Error(`no row of ${requestId}`)
}

/** The request that reached the upstream last. */
const sentBody = (): Record<string, unknown> => {
  const taken = world.sim.calls.at(-1)
  return JSON.parse(taken?.body?.toString() ?? '{}') as Record<string, unknown>
}

for (const isStream of [false, true]) {
  test(`sound, pictures and searches are stored as told, ${isStream ? 'streamed' : 'whole'}`, async () => {
    const answer = await ask({ protocol: 'openai', model: 'heard', isStream })
    const { stored, shown } = await rowOf(answer.requestId)
    const expected = { ...NO_USAGE, audioInput: 100, imageInput: 20, audioOutput: 5, imageOutput: 4, webSearches: 1 }
    assert.deepEqual({ ...NO_USAGE, ...usageOfMore(stored.more) }, expected)
    assert.deepEqual([stored.input, stored.cache_read, stored.output], [330, 50, 23])
    assert.deepEqual([stored.reported_input, stored.reported_output, shown.usage_source], [null, null, 'provider'])
    assert.equal(SERVICE_TIERS[stored.service_tier], 'standard')
  })
}

test('a figure beyond the context is cut, and the row keeps what was told', async () => {
  const answer = await ask({ protocol: 'openai', model: 'too-long' })
  const { stored, shown } = await rowOf(answer.requestId)
  assert.deepEqual([shown.usage_source, shown.is_suspect, stored.input], ['clamped', true, 200_000])
  assert.deepEqual([stored.reported_input, stored.reported_output], [300_000, stored.output])
})

test('tools of the upstream go out with a ceiling, and are charged as they were used', async () => {
  const tools = [
    { type: 'web_search_20250305', name: 'web_search' },
    { type: 'web_fetch_20250910', name: 'web_fetch', max_uses: 2 },
  ]
  const answer = await ask({ protocol: 'anthropic', model: 'searching', fields: { tools } })
  const { stored, shown } = await rowOf(answer.requestId)
  assert.deepEqual(sentBody()['tools'], [{ ...tools[0], max_uses: 5 }, tools[1]])
  const { webSearches, toolCalls } = usageOfMore(stored.more)
  assert.deepEqual([webSearches, toolCalls, shown.usage_source], [5, 2, 'provider'])
})

test('a tool with a fee reaches no upstream where the model has no price for it', async () => {
  const before = world.sim.calls.length
  const tools = [{ type: 'web_search_20250305', name: 'web_search' }]
  const answer = await ask({ protocol: 'anthropic', model: 'm-anthropic', fields: { tools } })
  assert.equal(answer.status, 400)
  assert.match(answer.body.toString(), /tools.*no price for them \(web_search\)/)
  const models = { fallbacks: [{ model: 'dearer' }] }
  assert.match((await ask({ protocol: 'anthropic', model: 'searching', fields: models })).body.toString(), /fallbacks/)
  assert.equal(world.sim.calls.length, before)
})

test('a wish for a longer context than the model is sold with does not reach the upstream', async () => {
  const headers = { 'anthropic-beta': 'context-1m-2025-08-07,interleaved-thinking-2025-05-14' }
  for (const [model, sent] of [
    ['m-anthropic', 'interleaved-thinking-2025-05-14'],
    ['long', headers['anthropic-beta']],
  ] as const) {
    assert.equal((await ask({ protocol: 'anthropic', model, headers })).status, 200)
    assert.equal(world.sim.calls.at(-1)?.headersSeen['anthropic-beta'], sent)
  }
})

test('an output bound reaches an upstream that takes one', async () => {
  await ask({ protocol: 'openai', model: 'm-openai', fields: { max_tokens: undefined, metadata: { sim: 'tokens=3' } } })
  assert.equal(sentBody()['max_completion_tokens'], 8192)
})

test('a service tier without a price is refused and reaches no upstream', async () => {
  const before = world.sim.calls.length
  const answer = await ask({ protocol: 'openai', model: 'm-openai', fields: { service_tier: 'flex' } })
  assert.equal(answer.status, 400)
  assert.match(answer.body.toString(), /service_tier.*only auto, default, on_demand can be used here/)
  assert.equal(world.sim.calls.length, before)
})

test('a call whose gateway dies is charged by an estimate, never above the truth', async () => {
  const calling = ask({ protocol: 'openai', model: 'slow', isStream: true, outputMax: 6000 })
  const slow = () => world.sim.calls.find((seen) => seen.model.includes('tokens=5000'))
  while ((slow()?.trueOutputTokensSent ?? 0) < 60) await sleep(20)
  await world.kill('gateway')
  const { requestId } = await calling
  const { shown, stored } = await rowOf(requestId)
  assert.deepEqual([shown.outcome, shown.usage_source], ['gateway-lost', 'estimated'])
  assert.ok(stored.output <= (slow()?.trueOutputTokensSent ?? 0) && stored.input <= (slow()?.truePromptTokens ?? 0))
})
