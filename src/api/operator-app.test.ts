// Guards: the operator's POSTs have one effect however often they are sent, and no answer, row or stored answer holds what it must not.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { type Database, sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { changeGroupCap, createKeyGroup, findKeyByHash, hashKey, isWellFormedKey, listKeyGroups } from '../keys/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, TEST_TIME, type TestJson, type TestWorld, testWorld } from './test-world.ts'

let kit: TestDatabase
let database: Database
let world: TestWorld
let app: Hono<ApiEnv>

before(async () => {
  kit = await createTestDatabase()
  database = kit.appDatabase
  world = testWorld(database)
  app = operatorApp(world.dependencies)
})
after(() => kit.drop())

const post = (path: string, body: unknown, idempotencyKey?: string) =>
  send(app, `POST /operator/v1${path}`, idempotencyKey === undefined ? { body } : { body, idempotencyKey })
let people = 0
const newAccount = async (): Promise<TestJson> => {
  people += 1
  const answer = await post('/accounts', { email: `p${people}@example.com` })
  assert.equal(answer.status, 201, answer.text)
  return answer.json
}
const count = async (table: 'account' | 'api_key' | 'idempotency'): Promise<number> => {
  const statements = {
    account: sql`select count(*)::integer as n from account`,
    api_key: sql`select count(*)::integer as n from api_key`,
    idempotency: sql`select count(*)::integer as n from idempotency`,
  }
  return (await database.query<{ n: number }>(statements[table]))[0]?.n ?? -1
}

test('an account is made, shown and listed; its e-mail is readable there and nowhere in the database', async () => {
  const made = await post('/accounts', { email: 'Alice.Canary@Example.com' }, 'alice-1')
  assert.equal(made.status, 201)
  const fields = [
    'balance',
    'created_at',
    'debt',
    'email',
    'frozen',
    'id',
    'limits',
    'plan',
    'price_multiplier',
    'status',
    'usage_retention_days',
  ]
  assert.deepEqual(Object.keys(made.json).sort(), fields)
  assert.deepEqual(made.json.balance, { available: '0.00', held: '0.00' })
  const shown = await send(app, `GET /operator/v1/accounts/${made.json.id}`)
  assert.deepEqual(shown.json, made.json)
  assert.equal(shown.json.email, 'Alice.Canary@Example.com')
  assert.deepEqual((await post('/accounts', { email: 'Alice.Canary@Example.com' }, 'alice-1')).json, made.json)
  const rows = JSON.stringify(
    await database.query(sql`
      select row_to_json(account)::text as row, encode(email_sealed, 'escape') as bytes from account
      union all select row_to_json(idempotency)::text, '' from idempotency`),
  )
  assert.ok(rows.includes(made.json.id) && !/canary/i.test(rows))
})

test('an e-mail is taken once, whatever the case of its letters, and bad ones are refused by name', async () => {
  await post('/accounts', { email: 'bob@example.com' })
  const again = await post('/accounts', { email: 'BOB@example.COM' })
  assert.deepEqual([again.status, again.json.error.code], [409, 'account_exists'])
  const bad = await post('/accounts', { email: 'a@b.co\r\nBcc: x@y.z' })
  assert.deepEqual([bad.status, bad.json.error.code, bad.json.error.field], [400, 'invalid_field', 'email'])
  assert.ok(!bad.text.includes('Bcc'))
})

test('lists go in pages, each entry once, newest first', async () => {
  for (let made = 0; made < 5; made += 1) {
    world.clock.at += 1
    await newAccount()
  }
  const ids: string[] = []
  let cursor = ''
  do {
    const page = await send(app, `GET /operator/v1/accounts?limit=2${cursor}`)
    ids.push(...page.json.data.map((account: TestJson) => account.id))
    cursor = page.json.next === null ? '' : `&cursor=${page.json.next}`
  } while (cursor !== '')
  assert.equal(ids.length, await count('account'))
  assert.deepEqual(ids, [...new Set(ids)].sort().reverse())
})

test('status and limits change one by one; null takes a limit away', async () => {
  const { id } = await newAccount()
  const patch = (body: unknown) => send(app, `PATCH /operator/v1/accounts/${id}`, { body })
  const limits = { requests_per_minute: 60, tokens_per_minute: 1000, concurrent_calls: 5 }
  assert.deepEqual((await patch({ limits })).json.limits, limits)
  assert.deepEqual((await patch({ limits: { tokens_per_minute: null } })).json.limits, { ...limits, tokens_per_minute: null })
  const suspended = await patch({ status: 'suspended' })
  assert.deepEqual([suspended.json.status, suspended.json.limits.requests_per_minute], ['suspended', 60])
})

test('calls are kept for 90 days unless an account says less; nothing else is taken for a number of days', async () => {
  const { id } = await newAccount()
  const patch = (days: unknown) => send(app, `PATCH /operator/v1/accounts/${id}`, { body: { usage_retention_days: days } })
  const shown = async () => (await send(app, `GET /operator/v1/accounts/${id}`)).json.usage_retention_days
  assert.equal(await shown(), 90)
  for (const days of [1, 7, 90]) {
    assert.equal((await patch(days)).json.usage_retention_days, days)
    assert.equal(await shown(), days)
  }
  for (const days of [0, 91, -1, 1.5, '7', null]) {
    const refused = await patch(days)
    assert.deepEqual([refused.status, refused.json.error.field], [400, 'usage_retention_days'], String(days))
  }
  assert.equal(await shown(), 90)
})

test('a key is told once; its hash alone is stored, and lists show neither', async () => {
  const { id } = await newAccount()
  const body = { name: 'Laptop Canary', limits: { concurrent_calls: 3 }, expires_at: '2027-01-31T01:00:00+01:00' }
  const made = await post(`/accounts/${id}/keys`, body)
  assert.equal(made.status, 201, made.text)
  const { secret, ...shown } = made.json
  assert.ok(isWellFormedKey(secret))
  assert.equal(shown.hint, `${secret.slice(0, 8)}…${secret.slice(-4)}`)
  assert.equal(shown.expires_at, '2027-01-31T00:00:00.000Z')
  const listed = await send(app, `GET /operator/v1/accounts/${id}/keys`)
  assert.deepEqual(listed.json, { data: [shown], next: null })
  const rows = JSON.stringify(
    await database.query(sql`
    select row_to_json(api_key)::text as row from api_key union all select row_to_json(idempotency)::text from idempotency`),
  )
  assert.ok(!rows.includes(secret) && rows.includes(createHash('sha256').update(secret).digest('hex')))
  const readable = [shown.name, Buffer.from(shown.name).toString('hex')].filter((name) => rows.includes(name))
  assert.deepEqual(readable, [], 'the name of a key can be read in the database')
  assert.ok(!listed.text.includes(secret) && !listed.text.includes(hashKey(secret).toString('hex')))
  const found = await findKeyByHash(database, hashKey(secret))
  assert.deepEqual(found, {
    keyId: shown.id,
    accountId: id,
    multiplier: 1_000_000,
    expiresAt: Date.parse('2027-01-31T00:00:00Z'),
    models: undefined,
    routing: undefined,
    limits: {
      key: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: 3 },
      account: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined },
    },
    accountStatus: 'active',
    subscription: undefined,
    spending: undefined,
  })
})

test('what a key may spend in a window is set with it, changed without a new key, and taken away', async () => {
  const { id } = await newAccount()
  const made = await post(`/accounts/${id}/keys`, { name: 'Capped', spend_cap: { amount: '5.00', window: 'day' } })
  assert.equal(made.status, 201, made.text)
  const { secret, id: keyId, spend_cap: cap } = made.json
  assert.deepEqual(cap, { amount: '5.00', window: 'day' })
  const limits = async () => (await findKeyByHash(database, hashKey(secret)))?.spending
  const own = { subjectId: keyId, owner: 'key', covers: false }
  assert.deepEqual(await limits(), [{ ...own, limit: 5_000_000_000n, window: 'day' }])
  const change = (body: object, of = keyId) => send(app, `PATCH /operator/v1/keys/${of}`, { body })
  const changed = await change({ spend_cap: { amount: '0.000000001', window: 'total' } })
  assert.deepEqual([changed.status, changed.json.spend_cap], [200, { amount: '0.000000001', window: 'total' }])
  assert.deepEqual(await limits(), [{ ...own, limit: 1n, window: 'total' }])
  assert.equal((await change({ spend_cap: null })).json.spend_cap, null)
  assert.equal(await limits(), undefined)
  for (const amount of ['0.00', '-1', '1e3', '0.0000000001', '1000000.01', 5])
    assert.equal((await change({ spend_cap: { amount, window: 'day' } })).json.error.code, 'invalid_field', String(amount))
  assert.equal((await change({ spend_cap: { amount: '1.00', window: 'hour' } })).json.error.field, 'spend_cap.window')
  assert.equal((await change({ spend_cap: null }, '01890000-0000-7000-8000-000000000000')).json.error.code, 'key_unknown')
})

test('keys of a group share its cap, and nobody puts a key into the group of another account', async () => {
  const [{ id }, other] = [await newAccount(), await newAccount()]
  const { ids, subjects } = world.dependencies
  const cap = { amount: 7n, window: 'month' } as const
  const group = await createKeyGroup(database, subjects, { id: ids.uuid(), accountId: id, name: 'End user 7', cap, now: world.clock.at })
  assert.deepEqual(await listKeyGroups(database, subjects, id), [group])
  const made = await post(`/accounts/${id}/keys`, { name: 'n', group_id: group.id })
  assert.equal(made.json.group_id, group.id)
  const limits = async () => (await findKeyByHash(database, hashKey(made.json.secret)))?.spending
  assert.deepEqual(await limits(), [{ subjectId: group.id, owner: 'group', limit: 7n, window: 'month', covers: false }])
  await changeGroupCap(database, { groupId: group.id, accountId: id, cap: undefined })
  assert.equal(await limits(), undefined)
  await assert.rejects(changeGroupCap(database, { groupId: group.id, accountId: other.id, cap }), { message: 'key_group_unknown' })
  assert.equal((await post(`/accounts/${other.id}/keys`, { name: 'n', group_id: group.id })).json.error.code, 'key_group_unknown')
})

test('a repeated POST of a key tells the same secret, which is stored nowhere; another body is a conflict', async () => {
  const { id } = await newAccount()
  const body = { name: 'Robot Canary' }
  const first = await post(`/accounts/${id}/keys`, body, 'mint-1')
  const again = await post(`/accounts/${id}/keys`, body, 'mint-1')
  assert.deepEqual([again.status, again.json], [201, first.json])
  const other = await post(`/accounts/${id}/keys`, { name: 'Other' }, 'mint-1')
  assert.deepEqual([other.status, other.json.error.code], [409, 'idempotency_conflict'])
  const elsewhere = await post(`/accounts/${(await newAccount()).id}/keys`, body, 'mint-1')
  assert.equal(elsewhere.status, 201)
  assert.notEqual(elsewhere.json.secret, first.json.secret)
  const stored = JSON.stringify(await database.query(sql`select response from idempotency`))
  assert.ok(!stored.includes(first.json.secret) && !stored.includes('Canary') && !stored.includes('secret'))
  await database.query(sql`delete from idempotency`)
  assert.equal((await post(`/accounts/${id}/keys`, body, 'mint-1')).json.secret, first.json.secret)
})

test('keys are refused for unknown accounts, past times and models that are not there', async () => {
  const { id } = await newAccount()
  const cases: readonly (readonly [string, object, number, string, string | undefined])[] = [
    ['01890000-0000-7000-8000-000000000000', { name: 'n' }, 404, 'account_unknown', undefined],
    ['nobody', { name: 'n' }, 404, 'account_unknown', undefined],
    [id, { name: 'n', expires_at: new Date(TEST_TIME - 1).toISOString() }, 400, 'invalid_field', 'expires_at'],
    [id, { name: 'n', models: ['no-such-model'] }, 400, 'invalid_field', 'models'],
  ]
  for (const [account, body, status, code, field] of cases) {
    const answer = await post(`/accounts/${account}/keys`, body, 'refused-1')
    assert.deepEqual([answer.status, answer.json.error.code, answer.json.error.field], [status, code, field], answer.text)
  }
  assert.equal((await post(`/accounts/${id}/keys`, { name: 'n' }, 'refused-1')).status, 201)
})

test('a revoked key is found no more and keeps its first time, by DELETE and by POST', async () => {
  const { id } = await newAccount()
  const { id: keyId, secret } = (await post(`/accounts/${id}/keys`, { name: 'n' })).json
  const revoked = await send(app, `DELETE /operator/v1/keys/${keyId}`)
  assert.deepEqual([revoked.status, revoked.json], [200, { id: keyId, revoked_at: new Date(world.clock.at).toISOString() }])
  world.clock.at += 1000
  assert.deepEqual((await send(app, `POST /operator/v1/keys/${keyId}/revoke`)).json, revoked.json)
  assert.equal(await findKeyByHash(database, hashKey(secret)), undefined)
  const unknown = await send(app, 'POST /operator/v1/keys/01890000-0000-7000-8000-000000000000/revoke')
  assert.deepEqual([unknown.status, unknown.json.error.code], [404, 'key_unknown'])
})

test('credit is booked once per Idempotency-Key, exactly, and never for accounts that are not customers', async () => {
  const { id } = await newAccount()
  const body = { amount: '10.000000001', reason: 'paid by hand' }
  const first = await post(`/accounts/${id}/credits`, body, 'credit-1')
  assert.equal(first.status, 201, first.text)
  assert.deepEqual(first.json.balance, { available: '10.000000001', held: '0.00' })
  assert.deepEqual((await post(`/accounts/${id}/credits`, body, 'credit-1')).json, first.json)
  const other = await post(`/accounts/${id}/credits`, { ...body, amount: '11' }, 'credit-1')
  assert.deepEqual([other.status, other.json.error.code], [409, 'idempotency_conflict'])
  await post(`/accounts/${id}/credits`, body)
  await post(`/accounts/${id}/credits`, body)
  assert.equal((await send(app, `GET /operator/v1/accounts/${id}`)).json.balance.available, '30.000000003')
  for (const nobody of ['01890000-0000-7000-8000-000000000000', '00000000-0000-0000-0000-000000000001', 'x'])
    assert.equal((await post(`/accounts/${nobody}/credits`, body, `credit-${nobody}`)).json.error.code, 'account_unknown')
  assert.ok(world.ledger.sourceKeys().every((key) => /^operator:(?:[0-9a-f]{64}|[0-9a-f-]{36})$/.test(key)))
})

test('500 POSTs at once with one Idempotency-Key have one effect and one answer, for each kind', async () => {
  const { id } = await newAccount()
  const credits = world.ledger.credits()
  const [accounts, keys] = [await count('account'), await count('api_key')]
  const at = async (times: number, path: string, body: object) => {
    const first = await Promise.all(Array.from({ length: times }, () => post(path, body, 'at-once')))
    // On a machine that is busy some are told to come again, which they do.
    const answers = await Promise.all(first.map(async (answer) => (answer.status === 503 ? await post(path, body, 'at-once') : answer)))
    assert.equal(new Set(answers.map((answer) => `${answer.status} ${answer.text}`)).size, 1, answers[0]?.text)
    assert.equal(answers[0]?.status, 201)
  }
  await at(500, `/accounts/${id}/credits`, { amount: '5', reason: 'r' })
  await at(100, `/accounts/${id}/keys`, { name: 'n' })
  await at(100, '/accounts', { email: 'at-once@example.com' })
  assert.equal(world.ledger.credits(), credits + 1)
  assert.deepEqual([await count('account'), await count('api_key')], [accounts + 1, keys + 1])
})

test('a POST that fails midway leaves nothing behind and can be sent again', async () => {
  const failing = operatorApp({
    ...world.dependencies,
    ledger: { ...world.ledger, openAccount: () => Promise.reject(new Error('lost')) },
  })
  const [accounts, answers] = [await count('account'), await count('idempotency')]
  const call = { body: { email: 'midway@example.com' }, idempotencyKey: 'midway' }
  assert.equal((await send(failing, 'POST /operator/v1/accounts', call)).status, 500)
  assert.deepEqual([await count('account'), await count('idempotency')], [accounts, answers])
  assert.equal((await send(app, 'POST /operator/v1/accounts', call)).status, 201)
})

test('upstreams and models are put, shown without keys, and put out of use', async () => {
  const upstream = { kind: 'openai', base_url: 'https://api.example.com/v1', api_key: 'sk-provider-canary-1', placement: 'third_party' }
  const put = await send(app, 'PUT /operator/v1/upstreams/oai', { body: upstream })
  assert.deepEqual([put.status, put.json.has_key], [200, true], put.text)
  const model = {
    context: 1000,
    output_max: 100,
    price: { input: '3.00', output: '15.00' },
    routes: [{ upstream: 'oai', model: 'up-1', priority: 1 }],
  }
  for (const path of ['sandbox/echo-2', 'sandbox%2Fecho-2']) {
    const made = await send(app, `PUT /operator/v1/models/${path}`, { body: model })
    assert.deepEqual([made.status, made.json.id, made.json.price.input], [200, 'sandbox/echo-2', '3.00'], made.text)
    assert.deepEqual((await send(app, `GET /operator/v1/models/${path}`)).json, made.json)
  }
  const texts = await Promise.all(['upstreams', 'upstreams/oai', 'models'].map((path) => send(app, `GET /operator/v1/${path}`)))
  assert.ok(texts.every(({ status, text }) => status === 200 && !text.includes('canary') && !text.includes('sealed')))
  const wrong = await send(app, 'PUT /operator/v1/models/m', { body: { ...model, price: { input: 3, output: '1' } } })
  assert.deepEqual([wrong.status, wrong.json.error.field], [400, 'price.input'])
  assert.equal((await send(app, 'DELETE /operator/v1/upstreams/oai')).json.error.code, 'upstream_in_use')
  assert.equal((await send(app, 'DELETE /operator/v1/models/sandbox/echo-2')).status, 204)
  assert.equal((await send(app, 'DELETE /operator/v1/upstreams/oai')).status, 204)
  assert.equal((await send(app, 'GET /operator/v1/upstreams/oai')).status, 404)
  assert.equal((await send(app, 'GET /operator/v1/models/sandbox/echo-2')).status, 404)
})

test('the books answer for themselves', async () => {
  const { status, json } = await send(app, 'GET /operator/v1/ledger/verify')
  assert.deepEqual([status, json.ok, json.problems], [200, true, []])
})
