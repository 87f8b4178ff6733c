// Guarantee: a price list sent by the console is shown before it is written, written once, larger than other bodies may be; what is scheduled is
// listed with its notice and can be withdrawn, as the multiplier of a plan can.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { sql } from '../db/index.ts'
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
  const routes = [{ upstream: 'oai', model: 'up-1', cost: { input: '1.00', output: '4.00' } }]
  await send(app, 'PUT /operator/v1/models/m', {
    body: { context: 1000, output_max: 100, price: { input: '3.00', output: '15.00' }, routes },
  })
})
after(() => kit.drop())

const listOf = (input: string) => `models:\n  - { id: m, price: { input: "${input}", output: "15" } }\n`
const scheduled = async () => (await send(app, 'GET /operator/v1/prices/scheduled')).json.data

test('a list is shown, then written once; a rise waits and can be withdrawn', async () => {
  const shown = await send(app, 'POST /operator/v1/prices/import', { body: { text: listOf('4') } })
  assert.equal(shown.status, 200, shown.text)
  const [change] = shown.json.changes
  assert.deepEqual(
    [shown.json.format, shown.json.applied, shown.json.notice_days, change.action, change.is_rise, change.new.input],
    ['farebox', false, 30, 'changed', true, '4.00'],
  )
  assert.deepEqual(await scheduled(), [])
  const body = { text: listOf('4'), apply: true }
  const written = await send(app, 'POST /operator/v1/prices/import', { body, idempotencyKey: 'once' })
  assert.deepEqual(written.json.changes, shown.json.changes)
  assert.equal((await send(app, 'POST /operator/v1/prices/import', { body, idempotencyKey: 'once' })).text, written.text)
  const [coming, ...more] = await scheduled()
  assert.deepEqual(
    [coming.noun, coming.name, coming.is_rise, coming.before.input, coming.after.input, coming.effective_at, more.length],
    ['model', 'm', true, '3.00', '4.00', change.holds_from, 0],
  )
  assert.ok(coming.notice_days >= 30)
  assert.equal((await send(app, `DELETE /operator/v1/prices/${coming.id}`)).status, 204)
  assert.deepEqual(await scheduled(), [])
})

test('what upstreams ask times a margin; a reason lets a rise hold at once and is in the audit log', async () => {
  const body = { multiplier: '4', apply: true, shorter_notice_reason: 'nobody calls yet' }
  const answer = await send(app, 'POST /operator/v1/prices/import', { body })
  assert.deepEqual([answer.json.format, answer.json.changes[0].new.output, answer.json.changes[0].holds_from], ['official', '16.00', null])
  assert.equal((await send(app, 'GET /operator/v1/models/m')).json.price.input, '4.00')
  const short = await send(app, 'GET /operator/v1/prices/short-notices')
  assert.deepEqual([short.json.data[0].name, short.json.data[0].reason], ['m', 'nobody calls yet'])
  const noted = await kit.ownerDatabase.query<{ action: string }>(sql`select action from audit_entry order by serial desc limit 3`)
  assert.ok(noted.some(({ action }) => action === 'prices.import.short-notice'))
})

test('a list may be longer than other bodies; what is none is refused by what is wrong', async () => {
  const long = { text: `${listOf('4')}${'# a comment\n'.repeat(100_000)}` }
  const refused = await send(app, 'POST /operator/v1/prices/import', { body: { ...long, format: 'litellm' } })
  assert.equal(refused.json.error.code, 'price_list_invalid', refused.text)
  assert.equal((await send(app, 'POST /operator/v1/accounts', { body: long })).json.error.code, 'body_too_large')
  for (const [body, code, field] of [
    [{ text: '{' }, 'price_list_invalid', undefined],
    [{ multiplier: '0' }, 'invalid_field', 'multiplier'],
    [{ effective_at: 'tomorrow' }, 'invalid_field', 'effective_at'],
    [{ effective_at: '2020-01-01T00:00:00Z' }, 'invalid_field', 'effective_at'],
    [{ text: listOf('4'), shorter_notice_reason: ' ' }, 'invalid_field', 'shorter_notice_reason'],
    [{ unknown: 1 }, 'unknown_field', 'unknown'],
  ] as const) {
    const { json } = await send(app, 'POST /operator/v1/prices/import', { body })
    assert.deepEqual([json.error.code, json.error.field], [code, field], JSON.stringify(body))
  }
})

test('the multiplier of a plan is scheduled in time, listed and withdrawn', async () => {
  const later = new Date(Date.now() + 40 * 86_400_000).toISOString()
  await send(app, 'PUT /operator/v1/plans/pro', { body: { price_multiplier: '1' } })
  await kit.ownerDatabase.query(sql`insert into account (id, plan_id) values (${randomUUID()}, 'pro')`)
  const change = (at: string) => ({ price_multiplier: '1', price_changes: [{ effective_at: at, price_multiplier: '1.1' }] })
  const early = await send(app, 'PUT /operator/v1/plans/pro', { body: change(new Date(Date.now() + 86_400_000).toISOString()) })
  assert.equal(early.json.error.code, 'price_notice_short')
  const put = await send(app, 'PUT /operator/v1/plans/pro', { body: change(later) })
  assert.equal(put.status, 200, put.text)
  const [coming] = await scheduled()
  assert.deepEqual(
    [coming.noun, coming.name, coming.before, coming.after, coming.is_rise, coming.notice_days],
    ['plan', 'pro', '1', '1.1', true, 39],
  )
  assert.equal((await send(app, `DELETE /operator/v1/plans/pro/changes/${coming.id}`)).status, 204)
  assert.equal((await send(app, `DELETE /operator/v1/plans/pro/changes/${coming.id}`)).json.error.code, 'price_begun')
  assert.deepEqual(await scheduled(), [])
})
