// Guarantee: the overview's sums are those of the days and calls they are of, and what needs a hand is named and nothing else; an account is found by
// its e-mail, its id, the beginning of it and the end of a key, and by nothing else.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { HOUSE } from '../ledger/index.ts'
import { OUTCOMES } from '../spec/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, TEST_TIME, testWorld } from './test-world.ts'

const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000]
const dayOf = (daysAgo: number): string => new Date(TEST_TIME - daysAgo * DAY_MS).toISOString().slice(0, 10)

let kit: TestDatabase
let app: Hono<ApiEnv>
let accountId: string
before(async () => {
  kit = await createTestDatabase()
  app = operatorApp(testWorld(kit.appDatabase).dependencies)
  accountId = (await send(app, 'POST /operator/v1/accounts', { body: { email: 'who@example.com' } })).json.id
  await kit.ownerDatabase.query(sql`insert into ledger_account (id, kind) values (${accountId}, 'customer')`)
  await kit.ownerDatabase.query(sql`insert into balance (account_id, available, held) values (${accountId}, 7000000000, 1000000000)`)
  await kit.ownerDatabase.query(sql`insert into model (id, context, output_max, source) values ('m', 1000, 1000, 'file')`)
  await kit.ownerDatabase.query(sql`
    insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash)
    values (${randomUUID()}, ${HOUSE.deposits}, ${accountId}, 12000000000, 'manual', 'in', ''),
      (${randomUUID()}, ${accountId}, ${HOUSE.refunds}, 2000000000, 'refund', 'out', '')`)
})
after(() => kit.drop())

type Call = { readonly hoursAgo: number; readonly outcome: (typeof OUTCOMES)[number]; readonly latency: number; readonly upstream: number }

async function addCall({ hoursAgo, outcome, latency, upstream }: Call): Promise<void> {
  const at = new Date(TEST_TIME - hoursAgo * HOUR_MS)
  const day = at.toISOString().slice(0, 10)
  await kit.ownerDatabase.query(sql`select ensure_usage_partition(${day}::date)`)
  await kit.ownerDatabase.query(sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version, outcome,
      status, usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m, cache_write_1h, output,
      reasoning, hold, cost, upstream_cost)
    values (${day}::date, ${randomUUID()}, ${day}::date, ${accountId}, ${randomUUID()}, ${at}, 1, 1, 1, ${OUTCOMES.indexOf(outcome)}, 200, 0, 0,
      false, false, ${latency}, 1, 0, 0, 0, 1, 0, 10, 5, ${upstream}::bigint)`)
}

const addDay = (daysAgo: number, { calls, cost, covered }: Readonly<Record<'calls' | 'cost' | 'covered', number>>): Promise<unknown> =>
  kit.ownerDatabase.query(sql`
    insert into usage_day (account_id, day, calls, cost, covered, shortfall)
    values (${accountId}, ${dayOf(daysAgo)}::date, ${calls}, ${cost}::bigint, ${covered}::bigint, 3)`)

test('sums of days and calls', async () => {
  await addCall({ hoursAgo: 0.5, outcome: 'completed', latency: 100, upstream: 2 })
  await addCall({ hoursAgo: 0.6, outcome: 'upstream-failed', latency: 300, upstream: 0 })
  await addCall({ hoursAgo: 0.7, outcome: 'client-aborted', latency: 200, upstream: 1 })
  await addCall({ hoursAgo: 11, outcome: 'timed-out', latency: 900, upstream: 4 })
  await addCall({ hoursAgo: 30, outcome: 'completed', latency: 50, upstream: 100 })
  await addDay(0, { calls: 4, cost: 20, covered: 5 })
  await addDay(1, { calls: 1, cost: 1000, covered: 0 })
  await addDay(20, { calls: 9, cost: 500_000, covered: 0 })
  // A closed day is as it was posted, whatever rows say of it.
  await kit.ownerDatabase.query(sql`insert into ended_day (day, ended_at) values (${dayOf(1)}::date, now())`)
  await kit.ownerDatabase.query(sql`
    insert into house_day (day, calls, shortfall, upstream_cost, posted_at) values (${dayOf(1)}::date, 1, 0, 77, now())`)
  const { status, json, text } = await send(app, 'GET /operator/v1/overview')
  assert.equal(status, 200, text)
  assert.deepEqual(json.calls.last_hour, { calls: 3, failed: 1, latency_ms_median: 200, latency_ms_p95: 315 })
  assert.deepEqual([json.calls.last_day.calls, json.calls.last_day.failed], [4, 2])
  assert.deepEqual(json.today, {
    ...{ calls: 4, charged: '0.00000002', covered: '0.000000005', upstream_cost: '0.000000007' },
    ...{ shortfall: '0.000000003', margin: '0.000000018' },
  })
  assert.equal(json.last_7_days.upstream_cost, '0.000000084')
  assert.equal(json.last_30_days.charged, '0.00050102')
  assert.equal(json.days.length, 30)
  assert.deepEqual([json.days[0].day, json.days.at(-1).day], [dayOf(29), dayOf(0)])
  assert.deepEqual(json.standing, { paid_in: '10.00', credit: '8.00', owed: '0.00', accounts: 1 })
  assert.deepEqual(json.books, { ok: true, audited_at: new Date(TEST_TIME).toISOString() })
})

test('what needs a hand is named, the most pressing first', async () => {
  const kinds = async () => {
    const { json } = await send(app, 'GET /operator/v1/overview')
    return json.concerns.map(({ kind, count }: { kind: string; count: number }) => `${kind} ${count}`)
  }
  assert.deepEqual(await kinds(), ['overdue_settlements 2', 'models_unpriced 1'])
  await kit.ownerDatabase.query(sql`
    insert into payment_problem (id, rail, code, external_key, created_at) values (${randomUUID()}, 'stripe', 'amount_differs', 'x', now())`)
  await kit.ownerDatabase.query(sql`insert into account_freeze (account_id, reason) values (${accountId}, 'test')`)
  assert.deepEqual(await kinds(), ['accounts_frozen 1', 'overdue_settlements 2', 'payment_problems 1', 'models_unpriced 1'])
  assert.equal((await send(app, 'GET /operator/v1/overview')).json.books.ok, false)
})

test('what goes on now is named: incidents until they are over, alarms until somebody has decided', async () => {
  const concern = async (kind: string) => {
    const { json } = await send(app, 'GET /operator/v1/overview')
    const found = json.concerns.find((one: { kind: string }) => one.kind === kind)
    return found && [found.count, found.since]
  }
  const words = (text: string) => ({ en: text, zh: text })
  const began = new Date(TEST_TIME - 3_600_000).toISOString()
  const incident = { title: words('slow'), text: words('slow'), began_at: began, tell: false }
  assert.deepEqual([await concern('incidents_open'), await concern('key_alarms')], [undefined, undefined])
  const { id } = (await send(app, 'POST /operator/v1/incidents', { body: incident })).json
  assert.deepEqual(await concern('incidents_open'), [1, began])
  await send(app, `POST /operator/v1/incidents/${id}/notes`, { body: { state: 'resolved', text: words('over'), tell: false } })
  assert.equal(await concern('incidents_open'), undefined)

  const key = (await send(app, `POST /operator/v1/accounts/${accountId}/keys`, { body: { name: 'k' } })).json
  const alarm = (hoursAgo: number, isPaused: boolean) => {
    const at = new Date(TEST_TIME - hoursAgo * 3_600_000)
    return kit.ownerDatabase.query(sql`
      insert into key_alarm (id, account_id, key_id, kind, amount, is_paused, raised_at)
      values (${randomUUID()}::uuid, ${accountId}::uuid, ${key.id}::uuid, 'spike', 1, ${isPaused}, ${at})`)
  }
  await alarm(30, true)
  assert.equal(await concern('key_alarms'), undefined, 'it was resumed, and that was a day ago')
  await alarm(20, false)
  assert.deepEqual(await concern('key_alarms'), [1, new Date(TEST_TIME - 20 * 3_600_000).toISOString()])
  const setPause = (reason: string) =>
    kit.ownerDatabase.query(sql`update api_key set paused_at = now(), paused_for = ${reason} where id = ${key.id}::uuid`)
  await setPause('owner')
  assert.equal(await concern('key_alarms'), undefined, 'its owner made it rest')
  await setPause('spike')
  assert.deepEqual(await concern('key_alarms'), [1, new Date(TEST_TIME - 30 * 3_600_000).toISOString()])
  await send(app, `POST /operator/v1/keys/${key.id}/revoke`, { body: {} })
  assert.equal(await concern('key_alarms'), undefined)
})

test('accounts are found', async () => {
  const key = (await send(app, `POST /operator/v1/accounts/${accountId}/keys`, { body: { name: 'k' } })).json
  const find = async (text: string) => {
    const answer = await send(app, `GET /operator/v1/accounts?find=${encodeURIComponent(text)}`)
    assert.equal(answer.status, 200, answer.text)
    return answer.json.data.map(({ id }: { id: string }) => id)
  }
  for (const text of ['who@example.com', 'WHO@Example.com', accountId, accountId.slice(0, 8), accountId.slice(0, 13), key.hint.slice(-4)])
    assert.deepEqual(await find(text), [accountId], text)
  for (const text of ['who@example.co', accountId.slice(0, 7), randomUUID(), "' or true --", 'zzzz-no'])
    assert.deepEqual(await find(text), [], text)
})
