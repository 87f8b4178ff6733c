// Guarantee: a key that is attached to a subscription is told at /v1/usage what it is to, how it does and until when it is paid, whether or not it has a budget, and
// the smallest rate of all that bound its calls; a key without one is told the plan of its account. The seed is printed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { Hono } from 'hono'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { makeLedger } from '../ledger/index.ts'
import { type PlanParts, renewDue, subscribe, subscribeSeats } from '../plans/index.ts'
import { customerApp } from './customer-app.ts'
import type { ApiEnv } from './dependencies.ts'
import { showRates } from './limits.ts'
import { operatorApp } from './operator-app.ts'
import { send, TEST_TIME, type TestJson, testWorld } from './test-world.ts'

const SEED = Date.now() % 1_000_000
const DAY_MS = 86_400_000

let kit: TestDatabase
let operator: Hono<ApiEnv>
let customers: Hono<ApiEnv>
let plans: PlanParts
let clock: { at: number }
before(async () => {
  kit = await createTestDatabase()
  const world = testWorld(kit.appDatabase)
  const ledger = makeLedger(kit.ledgerDatabase, world.dependencies)
  clock = world.clock
  plans = { ...world.dependencies.plans, books: ledger }
  operator = operatorApp({ ...world.dependencies, ledger, plans })
  customers = customerApp({ ...world.dependencies, ledger, plans })
  await kit.ownerDatabase.query(sql`insert into model (id, context, output_max, source) values ('m', 1000, 1000, 'file')`)
  const rates = { requests_per_minute: 300, tokens_per_minute: 13_333, concurrent_calls: 4 }
  await put('plans/pro', { kind: 'monthly', price: '29.00', price_multiplier: '0.8', public: true, ...rates })
  await put('plans/rich', { kind: 'monthly', price: '9.00', price_multiplier: '1', public: true, budget: { amount: '0.42', window: '5h' } })
  await put('plans/once', { kind: 'one_time', price: '5.00', price_multiplier: '1', public: true })
  await put('pools/core', {
    ...{ description: 'open models', models: ['m'], annual_discount: '0.15' },
    blocks: [{ block: 'europe', seats: 2, price_per_month: '49.00', hours_utc: '07:30-16:00' }],
  })
})
after(() => kit.drop())

async function put(path: string, body: object): Promise<void> {
  const answer = await send(operator, `PUT /operator/v1/${path}`, { body })
  assert.equal(answer.status, 200, answer.text)
}

let people = 0
async function customer(amount: string): Promise<string> {
  people += 1
  const { json } = await send(operator, 'POST /operator/v1/accounts', { body: { email: `plan${people}@example.com` } })
  await send(operator, `POST /operator/v1/accounts/${json.id}/credits`, { body: { amount, reason: 'x' } })
  return json.id
}
async function keyOf(accountId: string, more: object = {}): Promise<string> {
  const made = await send(operator, `POST /operator/v1/accounts/${accountId}/keys`, { body: { name: 'k', ...more } })
  assert.equal(made.status, 201, made.text)
  return made.json.secret
}
async function usageOf(secret: string): Promise<TestJson> {
  const { status, json, text } = await send(customers, 'GET /v1/usage', { headers: { authorization: `Bearer ${secret}` } })
  assert.equal(status, 200, text)
  return json
}
const orderOf = (accountId: string) => ({ accountId, orderId: plans.ids.uuid() })
const MONTH = '2026-12-21T12:00:00.000Z'

test('a plan without a budget is told with the end of what is paid, and the smallest rates', async () => {
  clock.at = TEST_TIME
  const accountId = await customer('30.00')
  await kit.ownerDatabase.query(sql`update account set concurrent_calls = 2, requests_per_minute = 100 where id = ${accountId}`)
  const subscription_id = await subscribe(plans, { ...orderOf(accountId), planId: 'pro' })
  const bound = await usageOf(await keyOf(accountId, { subscription_id, limits: { requests_per_minute: 60, concurrent_calls: 3 } }))
  assert.deepEqual(bound.plan, { slug: 'pro', status: 'active', expires_at: MONTH, seat: null })
  assert.deepEqual(bound.rate_limits, { rpm: 60, tpm: 13_333, concurrency: 2 })
  assert.deepEqual([bound.key.type, bound.budget], ['subscription', null])
  const loose = await usageOf(await keyOf(accountId, { subscription_id }))
  assert.deepEqual(loose.rate_limits, { rpm: 100, tpm: 13_333, concurrency: 2 })
  const beside = await usageOf(await keyOf(accountId))
  assert.deepEqual([beside.key.type, beside.plan, beside.rate_limits.tpm], ['credit', null, null])
})

test('a budget of a plan is told beside it', async () => {
  clock.at = TEST_TIME
  const accountId = await customer('9.00')
  const subscription_id = await subscribe(plans, { ...orderOf(accountId), planId: 'rich' })
  const { plan, budget, key } = await usageOf(await keyOf(accountId, { subscription_id }))
  assert.deepEqual([plan.slug, budget.limit, budget.duration, key.type], ['rich', '0.42', '5h', 'subscription'])
})

test('a seat is told by its pool and block, with its hours', async () => {
  clock.at = TEST_TIME
  const accountId = await customer('49.00')
  const [{ id: poolId } = { id: '' }] = await kit.ownerDatabase.query<{ id: string }>(sql`select id from pool where slug = 'core'`)
  const [subscription_id] = await subscribeSeats(plans, { ...orderOf(accountId), poolId, blocks: ['europe'], quantity: 1, months: 1 })
  const { plan, rate_limits: rates, key } = await usageOf(await keyOf(accountId, { subscription_id }))
  const seat = { pool: 'core', block: 'europe', hours_utc: '07:30-16:00' }
  assert.deepEqual(plan, { slug: 'core:europe', status: 'active', expires_at: MONTH, seat })
  assert.deepEqual([rates, key.type], [{ rpm: null, tpm: null, concurrency: 1 }, 'subscription'])
})

test('what was not paid is past due with the end of what was, and over as soon as its keys work no more', async () => {
  clock.at = TEST_TIME
  const accountId = await customer('29.00')
  const subscription_id = await subscribe(plans, { ...orderOf(accountId), planId: 'pro' })
  const secret = await keyOf(accountId, { subscription_id })
  const stateOf = async () => {
    const { plan } = await usageOf(secret)
    return [plan.status, plan.expires_at]
  }
  clock.at = Date.parse(MONTH) + 1_000
  await renewDue(plans, () => undefined)
  assert.deepEqual(await stateOf(), ['past_due', MONTH])
  clock.at = Date.parse(MONTH) + 7 * DAY_MS + 1_000
  assert.deepEqual(await stateOf(), ['canceled', MONTH], 'no job has ended it yet')
  await renewDue(plans, () => undefined)
  assert.deepEqual(await stateOf(), ['canceled', MONTH])
})

test('what the operator ended in the middle ends then', async () => {
  clock.at = TEST_TIME
  const accountId = await customer('29.00')
  const subscription_id = await subscribe(plans, { ...orderOf(accountId), planId: 'pro' })
  const secret = await keyOf(accountId, { subscription_id })
  clock.at = TEST_TIME + DAY_MS
  const ended = await send(operator, `POST /operator/v1/subscriptions/${subscription_id}/cancellation`, { body: { at: 'now' } })
  assert.equal(ended.status, 200, ended.text)
  const { plan } = await usageOf(secret)
  assert.deepEqual([plan.status, plan.expires_at], ['canceled', new Date(TEST_TIME + DAY_MS).toISOString()])
})

test('a key without a subscription is told the plan of its account', async () => {
  clock.at = TEST_TIME
  const accountId = await customer('1.00')
  await kit.ownerDatabase.query(sql`update account set plan_id = 'once' where id = ${accountId}`)
  const { plan, key } = await usageOf(await keyOf(accountId))
  assert.deepEqual([plan, key.type], [{ slug: 'once', status: 'active', expires_at: null, seat: null }, 'credit'])
})

const figure = fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined })
const bounds = fc.array(fc.record({ requestsPerMinute: figure, tokensPerMinute: figure, concurrentCalls: figure }), { maxLength: 4 })

test(`of several rates the smallest is told, and none only where none is set (seed ${SEED})`, () => {
  fc.assert(
    fc.property(bounds, (all) => {
      const { rpm } = showRates(all)
      const set = all.flatMap(({ requestsPerMinute }) => requestsPerMinute ?? [])
      if (rpm === null) return assert.equal(set.length, 0)
      assert.ok(set.includes(rpm) && set.every((one) => one >= rpm))
    }),
    { seed: SEED },
  )
})
