// Guarantee: a service tier and what the provider runs for a fee are sold where they have a price and refused by name where they have none;
// what is held covers the tier that was asked for and the usual one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailureError } from '../failures.ts'
import { systemClock } from '../lib/index.ts'
import { anthropicMessages, openaiChat, type Protocol } from '../protocols/index.ts'
import { flatPrice, type Model, MULTIPLIER_ONE, type Price, priceOf, type ServiceTier, type Upstream, usageFrom } from '../spec/index.ts'
import { type Gateway, indexCatalog } from './gateway.ts'
import { boundsOf, forcedBounds, route } from './route.ts'

const [STANDARD] = flatPrice({ input: 2_000_000_000n, output: 8_000_000_000n })
if (STANDARD === undefined) throw new Error('a price has a card')

const cardFor = (serviceTier: ServiceTier, percent: bigint): Price[number] => {
  const rates = Object.entries(STANDARD.rates).map(([name, rate]) => [name, (rate * percent) / 100n] as const)
  return { ...STANDARD, serviceTier, rates: { ...STANDARD.rates, ...Object.fromEntries(rates) } }
}

const modelOf = (price: Price): Model => ({
  ...{ serial: 1, id: 'm', context: 1000, outputMax: 100, createdAt: 0, priceVersion: 1, price },
  routes: [{ serial: 1, upstreamSerial: 1, upstreamModel: 'up', priority: 1, cost: undefined }],
})

const ANYWHERE = { rules: {}, named: undefined }

/** The plan of a call with some fields, or the message it is refused with. */
function planOf(price: Price, fields: object, protocol: Protocol = openaiChat) {
  const kind = protocol === openaiChat ? 'openai' : 'anthropic'
  const isStrict = false
  const upstream: Upstream = { serial: 1, id: 'u', kind, baseUrl: 'http://127.0.0.1', placement: 'local', privacy: {} }
  const catalog = indexCatalog({ version: 1, upstreams: [upstream], models: [modelOf(price)], unpriced: [] })
  const body = Buffer.from(JSON.stringify({ model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }], ...fields }))
  const caller = { keyId: 'k', accountId: 'a', expiresAt: 0, models: undefined, multiplier: MULTIPLIER_ONE }
  try {
    return route({ catalog, clock: systemClock } as unknown as Gateway, {
      call: protocol.decode(body),
      body,
      protocol,
      address: undefined,
      caller,
      isStrict,
      ...ANYWHERE,
    })
  } catch (thrown) {
    assert.ok(thrown instanceof FailureError)
    return `${thrown.failure.code}: ${thrown.failure.message}`
  }
}

const refusal = (price: Price, fields: object, protocol?: Protocol): string => {
  const refused = planOf(price, fields, protocol)
  return typeof refused === 'string' ? refused : assert.fail('it was not refused')
}

const planned = (price: Price, fields: object) => {
  const plan = planOf(price, fields)
  return typeof plan === 'string' ? assert.fail(plan) : plan
}

test('a tier without a price is refused, with the words that can be used', () => {
  const refused = refusal([STANDARD], { service_tier: 'priority' })
  assert.match(refused, /^invalid_field.*"service_tier".*only auto, default, on_demand can be used here, as others have no price/)
  assert.match(refusal([STANDARD, cardFor('flex', 50n)], { service_tier: 'priority' }), /only auto, default, on_demand, flex can/)
  assert.match(refusal([STANDARD], { service_tier: 'flex' }), /^invalid_field/)
  assert.match(
    refusal([STANDARD, cardFor('priority', 200n)], { service_tier: 'priority' }, anthropicMessages),
    /only auto, standard_only can/,
  )
  for (const word of ['auto', 'default', 'on_demand']) assert.equal(planned([STANDARD], { service_tier: word }).serviceTier, 'standard')
})

test('what is held covers the tier that was asked for and the usual one', () => {
  const price = [STANDARD, cardFor('flex', 50n), cardFor('priority', 200n)]
  const usage = (plan: ReturnType<typeof planned>) => usageFrom({ input: plan.inputMax, output: plan.outputMax })
  for (const serviceTier of ['flex', 'priority'] as const) {
    const plan = planned(price, { service_tier: serviceTier })
    assert.equal(plan.serviceTier, serviceTier)
    const costs = [serviceTier, 'standard' as const].map((tier) =>
      priceOf(price, usage(plan), { serviceTier: tier, multiplier: MULTIPLIER_ONE }),
    )
    assert.equal(plan.worst, costs.toSorted((a, b) => Number(b - a))[0])
  }
  const plain = planned(price, {})
  assert.equal(plain.worst, priceOf(price, usage(plain)))
})

test('only what has a price is bound in pieces', () => {
  const search = flatPrice({ input: 1n, output: 1n, webSearches: 10_000_000n })
  assert.deepEqual(planned(search, { web_search_options: {} }).counts, { webSearches: 10 })
  assert.deepEqual(planned([STANDARD], {}).counts, {}, 'models that always search do so unasked')
})

test('what the provider runs for a fee is refused where the model has no price for it, by the field that asks', () => {
  const [searching, calling] = [{ webSearches: 10_000_000n }, { toolCalls: 30_000_000n }].map((more) =>
    flatPrice({ input: 1n, output: 1n, ...more }),
  ) as [Price, Price]
  const search = { type: 'web_search_20250305', name: 'web_search' }
  const run = { type: 'code_execution_20250825', name: 'code_execution' }
  assert.match(
    refusal([STANDARD], { web_search_options: {} }),
    /^invalid_field.*"web_search_options".*\(web_search\).*that you run yourself can\./,
  )
  assert.match(
    refusal(calling, { tools: [search] }, anthropicMessages),
    /^invalid_field.*"tools".*\(web_search\).* and tools that the provider/,
  )
  assert.match(refusal(searching, { tools: [search, run] }, anthropicMessages), /^invalid_field.*"tools".*\(tool_call\).* and searches of/)
  assert.equal(typeof planOf(searching, { tools: [search] }, anthropicMessages), 'object')
  assert.equal(typeof planOf(calling, { tools: [run] }, anthropicMessages), 'object')
  const free = flatPrice({ input: 0n, output: 0n })
  assert.equal(
    typeof planOf(free, { tools: [search, run] }, anthropicMessages),
    'object',
    'a model that is given away is so whatever it runs',
  )
})

test('an output bound is added where the upstream takes it and it fits beside the prompt', () => {
  const call = (text: string) => openaiChat.decode(Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }] })))
  const forced = (text: string, addsOutputMax: boolean) => forcedBounds({ model: modelOf([STANDARD]), call: call(text), addsOutputMax })
  assert.deepEqual(forced('hi', true), { outputMax: 100, addsOutputMax: true, limitsTools: true })
  assert.equal(forced('hi', false).addsOutputMax, false)
  assert.equal(forced('x'.repeat(900), true).addsOutputMax, false)
  assert.equal(boundsOf(call('hi'), modelOf([STANDARD]), MULTIPLIER_ONE).outputMax, 100)
})
