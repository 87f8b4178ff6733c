// Guarantee: a key is tried by one smallest call whose answer leaves nothing but figures, each kind of trouble has its word, the books have nothing of it;
// the set-up remembers how far it came, tells what is configured and what lacks by name, and no secret.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { type SimUpstream, startSimUpstream } from '../../sim/index.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, testWorld } from './test-world.ts'

const KEY = 'sk-a-key-of-the-house'
let kit: TestDatabase
let app: Hono<ApiEnv>
let sim: SimUpstream
before(async () => {
  kit = await createTestDatabase()
  sim = await startSimUpstream({ keepBodies: true })
  app = operatorApp(testWorld(kit.appDatabase).dependencies)
  for (const [id, kind, path] of [
    ['oai', 'openai', '/v1'],
    ['own', 'openai-compatible', '/v1'],
    ['ant', 'anthropic', ''],
    ['goo', 'gemini', ''],
    ['azu', 'azure-openai', '/openai'],
  ] as const) {
    const put = await send(app, `PUT /operator/v1/upstreams/${id}`, {
      body: { kind, base_url: `http://127.0.0.1:${sim.port}${path}`, api_key: KEY },
    })
    assert.equal(put.status, 200, put.text)
    await model(`m-${id}`, id, 'sim-model', { input: '3.00', output: '15.00' })
  }
})
after(async () => {
  await sim.close()
  await kit.drop()
})

const model = async (id: string, upstream: string, name: string, cost: object) => {
  const routes = [{ upstream, model: name, cost }]
  const put = await send(app, `PUT /operator/v1/models/${id}`, {
    body: { context: 10_000, output_max: 100, price: { input: '4', output: '20' }, routes },
  })
  assert.equal(put.status, 200, put.text)
}
const trial = (id: string, body: object = {}, idempotencyKey?: string) =>
  send(app, `POST /operator/v1/upstreams/${id}/trial`, { body, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) })

test('each kind is called once, with two words of ours, and the cost is that of its route', async () => {
  for (const id of ['oai', 'own', 'ant', 'goo']) {
    const before = sim.calls.length
    const { status, json, text } = await trial(id, {}, `once-${id}`)
    assert.equal(status, 200, text)
    assert.deepEqual([json.ok, json.problem, json.status, json.model], [true, null, 200, `m-${id}`], text)
    const [call, ...more] = sim.calls.slice(before)
    assert.deepEqual([more.length, json.input_tokens, json.output_tokens], [0, call?.truePromptTokens, call?.plannedOutputTokens])
    const nano = BigInt(json.input_tokens) * 3_000n + BigInt(json.output_tokens) * 15_000n
    assert.equal(json.cost, `0.${nano.toString().padStart(9, '0').replace(/0+$/, '')}`)
    assert.match(call?.body?.toString() ?? '', /"Say OK\."/)
    assert.equal((await trial(id, {}, `once-${id}`)).text, text)
    assert.equal(sim.calls.length, before + 1)
  }
  const rows = await kit.ownerDatabase.query<{ n: number }>(sql`select count(*)::int as n from usage_event`)
  assert.equal(rows[0]?.n, 0)
})

test('what goes wrong has its word, and nothing of what the upstream said comes out', async () => {
  await model('m-fault', 'own', 'sim-model!overloaded-503', { input: '0.01', output: '0.01' })
  const failed = await trial('own', { model: 'm-fault' })
  assert.deepEqual([failed.json.ok, failed.json.problem, failed.json.status, failed.json.cost], [false, 'failed', 503, null], failed.text)
  assert.equal((await trial('own')).json.model, 'm-fault', 'the cheapest route is tried')
  await send(app, 'PUT /operator/v1/upstreams/gone', { body: { kind: 'openai', base_url: 'http://127.0.0.1:9/v1' } })
  await model('m-gone', 'gone', 'x', {})
  assert.deepEqual([(await trial('gone')).json.problem, (await trial('gone')).json.status], ['unreachable', null])
  assert.equal((await trial('azu')).json.error.code, 'upstream_not_tried')
  assert.equal((await trial('none')).json.error.code, 'upstream_unknown')
  assert.equal((await trial('own', { model: 'm-goo' })).json.error.code, 'model_unknown')
})

test('steps are noted, left for later and taken up again; what lacks is named', async () => {
  const shown = (await send(app, 'GET /operator/v1/setup')).json
  assert.deepEqual(
    shown.steps.map(({ step, state }: { step: string; state: string }) => `${step} ${state}`),
    ['name open', 'upstreams open', 'prices open', 'payments open', 'policy open'],
  )
  assert.deepEqual(shown.rails[0], {
    ...{ rail: 'stripe', is_on: false },
    lacks: ['payments.stripe.secret_key', 'payments.stripe.webhook_secret'],
  })
  assert.deepEqual([shown.policy.lacks, shown.has_callers], [['policy.operator', 'policy.contact'], false])
  await send(app, 'PUT /operator/v1/setup/name', { body: { state: 'skipped' } })
  const done = (await send(app, 'PUT /operator/v1/setup/prices', { body: { state: 'done' } })).json
  assert.deepEqual([done.steps[0].state, done.steps[2].state], ['skipped', 'done'])
  assert.equal((await send(app, 'PUT /operator/v1/setup/name', { body: { state: 'open' } })).json.steps[0].at, null)
  assert.equal((await send(app, 'PUT /operator/v1/setup/coffee', { body: { state: 'done' } })).status, 400)
  assert.equal((await send(app, 'PUT /operator/v1/setup/name', { body: { state: 'perhaps' } })).json.error.field, 'state')
})
