// Guarantee: prices, plans and what accounts pay of them are put, shown and refused by field over HTTP; nothing half-written is left.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, testWorld } from './test-world.ts'

let kit: TestDatabase
let app: Hono<ApiEnv>

before(async () => {
  kit = await createTestDatabase()
  app = operatorApp(testWorld(kit.appDatabase).dependencies)
  await send(app, 'PUT /operator/v1/upstreams/oai', { body: { kind: 'openai', base_url: 'https://api.example.com/v1' } })
})
after(() => kit.drop())

const PRICE = {
  ...{ input: '3.00', output: '15.00', cache_read: '0.30', image: '0.04', web_search: '0.01' },
  above: [{ prompt_tokens: 200_000, input: '6.00', output: '22.50' }],
  service_tiers: { batch: { input: '1.50', output: '7.50' } },
}
const model = (price: unknown, more: object = {}) => ({
  ...{ context: 1000, output_max: 100, price, routes: [{ upstream: 'oai', model: 'up-1' }] },
  ...more,
})
const put = (price: unknown, more: object = {}) => send(app, 'PUT /operator/v1/models/m', { body: model(price, more) })

test('a price with cards is put, shown as it is, listed by version, scheduled and cancelled', async () => {
  const made = await put(PRICE, { price_changes: [{ ...PRICE, input: '4.00', effective_at: '2999-01-01T00:00:00Z' }] })
  assert.equal(made.status, 200, made.text)
  const { price } = made.json
  assert.deepEqual([price.image, price.web_search, price.above[0].prompt_tokens], ['0.04', '0.01', 200_000])
  assert.deepEqual([price.above[0].cache_read, price.service_tiers.batch.output], ['6.00', '7.50'])
  assert.deepEqual((await send(app, 'GET /operator/v1/models/m')).json, made.json)
  const { version } = made.json.price_changes[0]
  const listed = await send(app, 'GET /operator/v1/prices?model=m')
  assert.deepEqual(
    listed.json.data.map((one: { state: string; effective_at: string; price: { input: string } }) => [one.state, one.price.input]),
    [
      ['scheduled', '4.00'],
      ['holds', '3.00'],
    ],
  )
  const then = await send(app, 'GET /operator/v1/prices?model=m&at=2999-01-01T00:00:00Z')
  assert.deepEqual([then.json.data.length, then.json.data[0].version], [1, version])
  assert.equal((await send(app, `DELETE /operator/v1/prices/${version}`)).status, 204)
  assert.equal((await send(app, `DELETE /operator/v1/prices/${version}`)).json.error.code, 'price_begun')
  assert.equal((await send(app, 'DELETE /operator/v1/prices/77777')).json.error.code, 'price_unknown')
  assert.equal((await send(app, 'GET /operator/v1/prices?model=none')).json.error.code, 'model_unknown')
  assert.equal((await send(app, 'GET /operator/v1/prices?model=m&at=now')).json.error.field, 'at')
  assert.equal((await send(app, 'GET /operator/v1/models/m')).json.price_changes.length, 0)
})

test('what is no price is refused by its field, and the old one stays', async () => {
  const old = (await put(PRICE)).json
  const flex = (card: object) => ({ ...PRICE, service_tiers: { flex: card } })
  const above = (...cards: readonly object[]) => ({ ...PRICE, above: cards })
  const sound = { prompt_tokens: 5, input: '1', output: '1' }
  for (const [price, field] of [
    [{ ...PRICE, input: '-1' }, 'price.input'],
    [{ ...PRICE, input: '0' }, 'price.input'],
    [{ ...PRICE, input: '0.0000000001' }, 'price.input'],
    [{ ...PRICE, input: '1e3' }, 'price.input'],
    [{ ...PRICE, input: '99999999999' }, 'price.input'],
    [{ ...PRICE, image: 0.04 }, 'price.image'],
    [{ input: '1' }, 'price.output'],
    [{ web_search: '1' }, 'price.input'],
    [above({ ...sound, prompt_tokens: 0 }), 'price.above.prompt_tokens'],
    [above({ ...sound, prompt_tokens: 2.5 }), 'price.above.prompt_tokens'],
    [above(sound, sound), 'price.above.prompt_tokens'],
    [above({ prompt_tokens: 5, input: '1' }), 'price.above.output'],
    [above({ ...sound, output: '0' }), 'price.above.output'],
    [flex({}), 'price.service_tiers.flex.input'],
    [flex({ input: '1', output: '-1' }), 'price.service_tiers.flex.output'],
    [{ ...PRICE, service_tiers: { flex: null } }, 'price.service_tiers.flex'],
    [{ ...PRICE, service_tiers: { turbo: sound } }, 'turbo'],
    [{ ...PRICE, input: '7', effective_at: '2020-01-01T00:00:00Z' }, 'effective_at'],
    [{ ...PRICE, effective_at: 'tomorrow' }, 'price.effective_at'],
  ] as const) {
    const refused = await put(price)
    assert.deepEqual(
      [refused.status, refused.json.error.code, refused.json.error.field],
      [400, 'invalid_field', field],
      JSON.stringify(price),
    )
    assert.ok(!/invalid input/i.test(refused.json.error.message), refused.json.error.message)
  }
  const cost = { routes: [{ upstream: 'oai', model: 'up-1', cost: { input: '1' } }] }
  assert.equal((await put(PRICE, cost)).json.error.field, 'routes.cost.output')
  assert.deepEqual((await send(app, 'GET /operator/v1/models/m')).json, old)
})

const BARE_PLAN = {
  ...{ name: null, kind: 'free', price: null, models: null, requests_per_minute: null, tokens_per_minute: null },
  ...{ concurrent_calls: null, budget: null, public: false, closed: false, price_changes: [] },
}

test('plans are put, shown and deleted, and an account shows what it pays', async () => {
  const created = await send(app, 'POST /operator/v1/accounts', { body: { email: 'ada@example.com' } })
  assert.deepEqual([created.json.plan, created.json.price_multiplier], [null, '1'])
  const account = `/operator/v1/accounts/${created.json.id}`
  const plan = await send(app, 'PUT /operator/v1/plans/pro', { body: { price_multiplier: '0.90' } })
  assert.deepEqual(plan.json, { ...BARE_PLAN, id: 'pro', price_multiplier: '0.9', members: 0, source: 'operator', is_active: true })
  const changed = await send(app, `PATCH ${account}`, { body: { plan: 'pro', price_multiplier: '1.5' } })
  assert.deepEqual([changed.status, changed.json.plan, changed.json.price_multiplier], [200, 'pro', '1.5'], changed.text)
  assert.deepEqual((await send(app, `GET ${account}`)).json, changed.json)
  assert.equal((await send(app, 'GET /operator/v1/plans/pro')).json.members, 1)
  assert.equal((await send(app, 'GET /operator/v1/plans')).json.data.length, 1)
  assert.equal((await send(app, 'DELETE /operator/v1/plans/pro')).json.error.code, 'plan_in_use')
  for (const [body, code, field] of [
    [{ price_multiplier: '0' }, 'invalid_field', 'price_multiplier'],
    [{ price_multiplier: 1 }, 'invalid_field', 'price_multiplier'],
    [{ price_multiplier: '1000.1' }, 'invalid_field', 'price_multiplier'],
    [{ price_multiplier: '0.0000001' }, 'invalid_field', 'price_multiplier'],
    [{ plan: 'none', price_multiplier: '2' }, 'plan_unknown', undefined],
    [{ plan: '' }, 'invalid_field', 'plan'],
    [{}, 'invalid_field', 'status'],
  ] as const) {
    const refused = await send(app, `PATCH ${account}`, { body })
    assert.deepEqual([refused.json.error.code, refused.json.error.field], [code, field], JSON.stringify(body))
  }
  assert.deepEqual((await send(app, `GET ${account}`)).json, changed.json)
  assert.equal((await send(app, `PATCH ${account}`, { body: { plan: null } })).json.plan, null)
  assert.equal((await send(app, 'DELETE /operator/v1/plans/pro')).status, 204)
  assert.equal((await send(app, 'DELETE /operator/v1/plans/pro')).json.error.code, 'plan_unknown')
  for (const body of [{}, { price_multiplier: '-1' }, { price_multiplier: '1', more: 1 }])
    assert.equal((await send(app, 'PUT /operator/v1/plans/pro', { body })).status, 400)
})
