// What a call costs follows from the price and the multiplier that held when it was let in: a change reaches gateways by itself, for the
// next call, while one that runs keeps its own; a scheduled price begins to hold at its time without anyone asking.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, call } from '../checks/calls.ts'
import { type Customer, nanoOf } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'

let world: World

before(async () => {
  world = await startWorld({ gateways: 2 })
})
after(() => world.stop())

const PATIENCE_MS = 10_000
const bounds = (upstreamModel: string) => ({ context: 100_000, output_max: 1000, routes: [{ upstream: 'oai', model: upstreamModel }] })
const RISING = { shorter_notice_reason: 'prices are what this test is about' }
const put = (id: string, body: object) => world.operator.ask('PUT', `/models/${id}`, { ...body, ...RISING })

const callOf = (customer: Customer, model: string): Promise<Answer> =>
  call({ base: world.base, key: customer.key, protocol: 'openai', outputMax: 16, model })

/** What a call cost, once it is settled. */
async function costOf(customer: Customer, answering: Promise<Answer> | Answer): Promise<bigint> {
  const answer = await answering
  assert.equal(answer.status, 200, answer.body.toString())
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const row = (await world.operator.usage(customer.id)).find((one) => one.request_id === answer.requestId)
    if (row !== undefined) return nanoOf(row.cost)
    assert.ok(performance.now() < until, 'the call is not settled')
    await sleep(20)
  }
}

/** Calls until one costs something else than `before`, over both gateways; tells what. */
async function untilNot(before: bigint, customer: Customer, model: string): Promise<bigint> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const costs = await Promise.all(Array.from({ length: 4 }, () => costOf(customer, callOf(customer, model))))
    if (!costs.includes(before)) return costs[0] ?? 0n
    assert.ok(performance.now() < until, 'the change reached no gateway')
  }
}

/** What a call costs at first, once both gateways know the model. */
async function firstCost(customer: Customer, model: string): Promise<bigint> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const answers = await Promise.all(Array.from({ length: 4 }, () => callOf(customer, model)))
    if (answers.every((answer) => answer.status !== 404)) return await costOf(customer, answers[0] ?? assert.fail())
    assert.ok(performance.now() < until, 'the model reached no gateway')
  }
}

/** Begins a call and comes back when the fake upstream has it, so that it is let in. */
async function letIn(customer: Customer, model: string): Promise<{ readonly answering: Promise<Answer> }> {
  const seen = world.sim.calls.length
  const answering = callOf(customer, model)
  while (world.sim.calls.length === seen) await sleep(5)
  return { answering }
}

describe('multipliers', () => {
  before(async () => {
    await put('m-quick', { ...bounds('sim-model!tokens=5'), price: { input: '3', output: '15' } })
    await put('m-slow', { ...bounds('sim-model!first-byte-ms=1500,tokens=5'), price: { input: '3', output: '15' } })
  })

  test('of an account and of its plan multiply; a running call keeps the old one', async () => {
    const customer = await world.operator.customer('10.00')
    const { id } = customer
    const list = await firstCost(customer, 'm-quick')
    const running = await letIn(customer, 'm-slow')
    await world.operator.ask('PATCH', `/accounts/${id}`, { price_multiplier: '2' })
    assert.equal(await untilNot(list, customer, 'm-quick'), 2n * list)
    assert.equal(await costOf(customer, running.answering), list, 'let in before the change')
    assert.equal(await costOf(customer, callOf(customer, 'm-slow')), 2n * list)

    await world.operator.ask('PUT', '/plans/half', { price_multiplier: '0.5' })
    await world.operator.ask('PATCH', `/accounts/${id}`, { plan: 'half' })
    assert.equal(await untilNot(2n * list, customer, 'm-quick'), list)
    const under = await letIn(customer, 'm-slow')
    await world.operator.ask('PUT', '/plans/half', { price_multiplier: '1.5', ...RISING })
    assert.equal(await untilNot(list, customer, 'm-quick'), 3n * list)
    assert.equal(await costOf(customer, under.answering), list, 'let in before the plan changed')
    await world.operator.ask('PATCH', `/accounts/${id}`, { plan: null, price_multiplier: '1' })
    assert.equal(await untilNot(3n * list, customer, 'm-quick'), list)
    assert.equal((await world.operator.verify()).ok, true)
  })
})

test('a scheduled price begins at its time on every gateway; a call let in before keeps its version', async () => {
  const customer = await world.operator.customer('10.00')
  const model = 'm-dearer'
  const body = { ...bounds('sim-model!first-byte-ms=1500,tokens=5'), price: { input: '3', output: '15' } }
  await put(model, body)
  const list = await firstCost(customer, model)
  const begins = new Date(Date.now() + 4000).toISOString()
  await put(model, { ...body, price_changes: [{ effective_at: begins, input: '9', output: '45' }] })
  assert.equal(await costOf(customer, callOf(customer, model)), list)
  await sleep(Math.max(0, Date.parse(begins) - Date.now() - 800))
  const across = await letIn(customer, model)
  const wasInTime = Date.now() < Date.parse(begins)
  const cost = await costOf(customer, across.answering)
  assert.ok(!wasInTime || cost === list, 'let in before the time, settled after it')
  assert.equal(await untilNot(list, customer, model), 3n * list)
  const { data } = (await world.operator.ask('GET', `/prices?model=${model}`)) as {
    data: readonly { state: string; effective_at: string }[]
  }
  assert.deepEqual(
    data.map(({ state }) => state),
    ['holds', 'past'],
  )
  assert.equal(data[0]?.effective_at, begins)
})

test('what customers are shown of a price are its cards', async () => {
  const { key } = await world.operator.customer('1.00')
  const price = {
    ...{ input: '3', output: '15', web_search: '0.01' },
    above: [{ prompt_tokens: 50_000, input: '6', output: '22.5' }],
    service_tiers: { flex: { input: '1.5', output: '7.5' } },
  }
  await put('m-cards', { ...bounds('sim-model'), price })
  const shown = async () => {
    const answer = await fetch(`${world.base}/v1/models/m-cards`, { headers: { authorization: `Bearer ${key}` } })
    return answer.ok ? ((await answer.json()) as { price_usd_per_million_tokens: unknown }).price_usd_per_million_tokens : undefined
  }
  const until = performance.now() + PATIENCE_MS
  while ((await shown()) === undefined && performance.now() < until) await sleep(20)
  const full = (input: string, output: string) => ({ input, output, cache_read: input, cache_write_5m: input, cache_write_1h: input })
  assert.deepEqual(await shown(), {
    ...full('3.00', '15.00'),
    web_search: '0.01',
    above: [{ prompt_tokens: 50_000, ...full('6.00', '22.50') }],
    service_tiers: { flex: full('1.50', '7.50') },
  })
})
