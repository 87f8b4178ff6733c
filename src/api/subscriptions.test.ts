// Guarantee: pools, gifts and cancellations are made over HTTP once for a key, are refused by field, and leave nothing half-written.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { makeLedger } from '../ledger/index.ts'
import { type PlanParts, subscribe, subscribeSeats } from '../plans/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, testWorld } from './test-world.ts'

let kit: TestDatabase
let app: Hono<ApiEnv>
let plans: PlanParts
let clock: { at: number }
before(async () => {
  kit = await createTestDatabase()
  const world = testWorld(kit.appDatabase)
  const ledger = makeLedger(kit.ledgerDatabase, world.dependencies)
  clock = world.clock
  plans = { ...world.dependencies.plans, books: ledger }
  app = operatorApp({ ...world.dependencies, ledger, plans })
  await kit.ownerDatabase.query(sql`insert into model (id, context, output_max, source) values ('m', 1000, 1000, 'file')`)
})
after(() => kit.drop())

let people = 0
async function customer(amount: string): Promise<string> {
  people += 1
  const { json } = await send(app, 'POST /operator/v1/accounts', { body: { email: `s${people}@example.com` } })
  await send(app, `POST /operator/v1/accounts/${json.id}/credits`, { body: { amount, reason: 'x' } })
  return json.id
}

const BLOCK = { block: 'europe', seats: 2, price_per_month: '49.00' }
const POOL = { description: 'open models', models: ['m'], annual_discount: '0.15', blocks: [BLOCK] }

test('a plan has all its terms from the operator, and says which of them is not right', async () => {
  const terms = {
    ...{ name: 'Pro', kind: 'monthly', price: '29.00', price_multiplier: '0.8', models: ['m'], requests_per_minute: 300 },
    ...{ tokens_per_minute: 13_333, concurrent_calls: 4, budget: { amount: '0.42', window: '5h' }, public: true, closed: false },
  }
  const put = await send(app, 'PUT /operator/v1/plans/pro', { body: terms })
  assert.deepEqual(put.json, { id: 'pro', ...terms, members: 0, source: 'operator', is_active: true, price_changes: [] }, put.text)
  for (const [change, field] of [
    [{ kind: 'weekly' }, 'kind'],
    [{ price: '0' }, 'price'],
    [{ price: undefined }, 'price'],
    [{ kind: 'free' }, 'price'],
    [{ models: ['none'] }, 'models'],
    [{ budget: { amount: '1', window: 'hour' } }, 'budget.window'],
    [{ kind: 'one_time' }, 'budget'],
    [{ requests_per_minute: 0 }, 'requests_per_minute'],
  ] as const) {
    const refused = await send(app, 'PUT /operator/v1/plans/pro', { body: { ...terms, ...change } })
    assert.equal(refused.json.error.field, field, refused.text)
  }
  assert.deepEqual((await send(app, 'GET /operator/v1/plans/pro')).json, put.json)
})

test('a pool is put, shown with its usual hours, refused by field, and deleted when nobody has a seat', async () => {
  const put = await send(app, 'PUT /operator/v1/pools/core', { body: POOL })
  assert.deepEqual(
    put.json.blocks,
    [{ block: 'europe', hours_utc: '08:00-16:00', price_per_month: '49.00', available_seats: 2, seats: 2, status: 'available' }],
    put.text,
  )
  const night = { ...BLOCK, block: 'asia', hours_utc: '22:30-06:00' }
  const changed = await send(app, 'PUT /operator/v1/pools/core', { body: { ...POOL, blocks: [BLOCK, night] } })
  assert.deepEqual([changed.json.id, changed.json.total_seats, changed.json.blocks[0].hours_utc], [put.json.id, 4, '22:30-06:00'])
  for (const [change, field] of [
    [{ models: [] }, 'models'],
    [{ models: ['none'] }, 'models'],
    [{ blocks: [BLOCK, BLOCK] }, 'blocks'],
    [{ blocks: [] }, 'blocks'],
    [{ blocks: [{ ...BLOCK, seats: -1 }] }, 'blocks.0.seats'],
    [{ blocks: [{ ...BLOCK, block: 'moon' }] }, 'blocks.0.block'],
    [{ blocks: [{ ...BLOCK, hours_utc: '08:00-08:00' }] }, 'blocks.0.hours_utc'],
    [{ annual_discount: '1' }, 'annual_discount'],
  ] as const) {
    const refused = await send(app, 'PUT /operator/v1/pools/core', { body: { ...POOL, ...change } })
    assert.deepEqual([refused.status, refused.json.error.field], [400, field], refused.text)
  }
  const accountId = await customer('49.00')
  const [seat] = await subscribeSeats(plans, { accountId, poolId: put.json.id, blocks: ['europe'], quantity: 1, months: 1 })
  const { json: seats } = await send(app, 'GET /operator/v1/pools/core/seats')
  assert.deepEqual(
    seats.data.map((one: { subscription_id: string }) => one.subscription_id),
    [seat],
  )
  assert.equal((await send(app, 'DELETE /operator/v1/pools/core')).json.error.code, 'pool_in_use')
  await send(app, `POST /operator/v1/subscriptions/${seat}/cancellation`, { body: { at: 'now' } })
  assert.equal((await send(app, 'DELETE /operator/v1/pools/core')).status, 204)
  assert.equal((await send(app, 'GET /operator/v1/pools/core')).json.error.code, 'pool_unknown')
})

test('a gift is given once for a key, and its key works on its plan', async () => {
  await send(app, 'PUT /operator/v1/plans/given', { body: { price_multiplier: '0.5' } })
  const accountId = await customer('1.00')
  const path = `POST /operator/v1/accounts/${accountId}/subscriptions`
  const given = await send(app, path, { body: { plan: 'given', reason: 'outage' }, idempotencyKey: 'gift' })
  assert.deepEqual([given.status, given.json.plan, given.json.status, given.json.is_gift], [201, 'given', 'active', true], given.text)
  assert.deepEqual((await send(app, path, { body: { plan: 'given', reason: 'outage' }, idempotencyKey: 'gift' })).json, given.json)
  assert.equal((await send(app, `GET /operator/v1/accounts/${accountId}/subscriptions`)).json.data.length, 1)
  const body = { name: 'k', subscription_id: given.json.id }
  const key = await send(app, `POST /operator/v1/accounts/${accountId}/keys`, { body })
  assert.deepEqual([key.status, key.json.subscription_id], [201, given.json.id], key.text)
  const other = await send(app, `POST /operator/v1/accounts/${await customer('1.00')}/keys`, { body })
  assert.equal(other.json.error.code, 'subscription_unknown')
  const rows = JSON.stringify(await kit.ownerDatabase.query(sql`select row_to_json(subscription)::text as row from subscription`))
  assert.ok(!rows.includes('outage') && !rows.includes(Buffer.from('outage').toString('hex')))
  assert.equal((await send(app, path, { body: { plan: 'none', reason: 'x' } })).json.error.code, 'plan_unknown')
})

test('what was to end with its period goes on when that is taken back, and what is over does not', async () => {
  await send(app, 'PUT /operator/v1/plans/kept', { body: { kind: 'monthly', price: '31.00', price_multiplier: '1', public: true } })
  const accountId = await customer('31.00')
  clock.at = Date.parse('2026-12-01T00:00:00Z')
  const id = await subscribe(plans, { accountId, planId: 'kept' })
  const path = `/operator/v1/subscriptions/${id}/cancellation`
  const isEnding = async () =>
    (await send(app, `GET /operator/v1/accounts/${accountId}/subscriptions`)).json.data[0].cancel_at_period_end as boolean
  const endedBy = async () => (await send(app, `GET /operator/v1/accounts/${accountId}/subscriptions`)).json.data[0].ended_by as unknown
  await send(app, `POST ${path}`, { body: { at: 'period_end' } })
  assert.deepEqual([await isEnding(), await endedBy()], [true, 'operator'])
  for (let time = 0; time < 2; time += 1) assert.equal((await send(app, `DELETE ${path}`)).status, 204)
  assert.deepEqual([await isEnding(), await endedBy()], [false, null])
  await send(app, `POST ${path}`, { body: { at: 'period_end' } })
  clock.at = Date.parse('2027-01-01T00:00:00Z')
  assert.equal((await send(app, `DELETE ${path}`)).json.error.code, 'subscription_over')
  assert.equal((await send(app, 'DELETE /operator/v1/subscriptions/none/cancellation')).json.error.code, 'subscription_unknown')
})

test('a subscription that is ended now gives back what was not used, once', async () => {
  await send(app, 'PUT /operator/v1/plans/paid', { body: { kind: 'monthly', price: '31.00', price_multiplier: '1', public: true } })
  const accountId = await customer('31.00')
  clock.at = Date.parse('2026-12-01T00:00:00Z')
  const id = await subscribe(plans, { accountId, planId: 'paid' })
  clock.at = Date.parse('2026-12-02T00:00:00Z')
  const path = `POST /operator/v1/subscriptions/${id}/cancellation`
  const ended = await send(app, path, { body: { at: 'now' }, idempotencyKey: 'end' })
  assert.deepEqual(ended.json, { id, at: 'now', returned: '30.00' }, ended.text)
  clock.at += 86_400_000
  assert.deepEqual((await send(app, path, { body: { at: 'now' }, idempotencyKey: 'end' })).json, ended.json)
  assert.equal((await send(app, path, { body: { at: 'now' } })).json.error.code, 'subscription_over')
  assert.equal((await send(app, `GET /operator/v1/accounts/${accountId}`)).json.balance.available, '30.00')
  assert.equal(
    (await send(app, 'POST /operator/v1/subscriptions/none/cancellation', { body: { at: 'now' } })).json.error.code,
    'subscription_unknown',
  )
})
