// Guards: a customer sees its own usage and balance by its key alone, and nobody else's; bad keys never reach the database.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { destinationOf } from '../gateway/paths.ts'
import { createKeyGroup, mintSecret } from '../keys/index.ts'
import { type Price, priceToJson, ratesFrom, spendSpanOf } from '../spec/index.ts'
import { customerApp } from './customer-app.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, type TestJson, type TestWorld, testWorld, unreachableDatabase } from './test-world.ts'

let kit: TestDatabase
let world: TestWorld
let app: Hono<ApiEnv>
let operator: Hono<ApiEnv>

before(async () => {
  kit = await createTestDatabase()
  world = testWorld(kit.appDatabase)
  app = customerApp(world.dependencies)
  operator = operatorApp(world.dependencies)
})
after(() => kit.drop())

async function newCustomer(email: string, key: object = {}): Promise<{ id: string; key: TestJson }> {
  const { id } = (await send(operator, 'POST /operator/v1/accounts', { body: { email } })).json
  await send(operator, `POST /operator/v1/accounts/${id}/credits`, { body: { amount: '2.50', reason: 'r' } })
  const minted = await send(operator, `POST /operator/v1/accounts/${id}/keys`, { body: { name: 'main', ...key } })
  assert.equal(minted.status, 201, minted.text)
  return { id, key: minted.json }
}

const as = (headers: Readonly<Record<string, string>>) => ({ headers: { authorization: '', ...headers } })
const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } })

test('keys that cannot be keys are refused without a look-up, in the shape of OpenAI errors', async () => {
  const blind = customerApp({ ...world.dependencies, appDatabase: unreachableDatabase })
  const secret = mintSecret(Buffer.alloc(32, 7))
  const typo = secret.slice(0, 20) + (secret.charAt(20) === 'a' ? 'b' : 'a') + secret.slice(21)
  for (const key of ['sk-123', typo, secret.slice(0, -1), `${secret}0`, 'x'.repeat(10_000)]) {
    for (const call of [bearer(key), { headers: { authorization: `Basic ${key}` } }]) {
      const answer = await send(blind, 'GET /v1/usage', call)
      assert.equal(answer.status, 401)
      assert.deepEqual(Object.keys(answer.json.error).sort(), ['code', 'message', 'param', 'type'])
      assert.deepEqual([answer.json.error.type, answer.json.error.code], ['authentication_error', 'key_invalid'])
    }
  }
  const lost = await send(blind, 'GET /v1/balance', bearer(secret))
  assert.equal(lost.status, 500, 'a failure of ours is never told as 401')
  const none = await blind.request('/v1/balance')
  assert.equal(((await none.json()) as TestJson).error.code, 'key_missing')
})

test('the three ways to send a key show the balance of its account', async () => {
  const { key } = await newCustomer('balance@example.com')
  for (const name of ['x-api-key', 'x-goog-api-key', 'authorization']) {
    const headers = new Headers({ [name]: name === 'authorization' ? `Bearer ${key.secret}` : key.secret })
    const answer = await app.request('/v1/balance', { headers })
    assert.equal(answer.status, 200, name)
    assert.deepEqual(await answer.json(), { object: 'balance', available: '2.50', held: '0.00', currency: 'USD', debt: '0.00' })
  }
})

test('unknown, revoked, expired and suspended are told apart, and none of them sees anything', async () => {
  const { id, key } = await newCustomer('gone@example.com', { expires_at: new Date(world.clock.at + 1000).toISOString() })
  const code = async (secret: string) => {
    const answer = await send(app, 'GET /v1/usage', bearer(secret))
    return `${answer.status} ${answer.json.error?.code}`
  }
  assert.equal(await code(mintSecret(Buffer.alloc(32, 9))), '401 key_invalid')
  assert.equal(await code(key.secret), '200 undefined')
  await send(operator, `PATCH /operator/v1/accounts/${id}`, { body: { status: 'suspended' } })
  assert.equal(await code(key.secret), '403 account_suspended')
  await send(operator, `PATCH /operator/v1/accounts/${id}`, { body: { status: 'active' } })
  world.clock.at += 1000
  assert.equal(await code(key.secret), '401 key_expired')
  await send(operator, `DELETE /operator/v1/keys/${key.id}`)
  assert.equal(await code(key.secret), '403 key_revoked')
  await kit.ownerDatabase.query(sql`update account set status = 'erased' where id = ${id}`)
  assert.equal(await code(key.secret), '401 key_invalid', 'nobody is told that an erased account was there')
})

test('usage shows what is spent of a cap, and when it resets; a key without one is told so', async () => {
  const body = { spend_cap: { amount: '0.14', window: '5h' }, limits: { requests_per_minute: 60 } }
  const [{ id, key }, free] = [await newCustomer('capped@example.com', body), await newCustomer('uncapped@example.com')]
  const { startsAt, endsAt = 0 } = spendSpanOf('5h', world.clock.at)
  await kit.ownerDatabase.query(sql`
    insert into spend_window (subject_id, kind, starts_at, ends_at, account_id, cap, granted, spent)
    values (${key.id}, 0, ${new Date(startsAt)}, ${new Date(endsAt)}, ${id}, 140000000, 120000000, 20000001)`)
  const { json } = await send(app, 'GET /v1/usage', bearer(key.secret))
  const told = { spent: '0.020000001', limit: '0.14', duration: '5h', resets_at: new Date(endsAt).toISOString() }
  assert.deepEqual([json.budget, json.spending], [told, [{ of: 'key', pays: false, ...told }]])
  assert.ok(Date.parse(json.budget.resets_at) > world.clock.at)
  assert.deepEqual([json.rate_limits, json.plan, json.credits], [{ rpm: 60, tpm: null, concurrency: null }, null, { balance: '2.50' }])
  assert.deepEqual([json.key.name, json.key.type, json.key.created_at], ['main', 'credit', new Date(world.clock.at).toISOString()])
  world.clock.at = endsAt
  const next = await send(app, 'GET /v1/usage', bearer(key.secret))
  assert.deepEqual([next.json.budget.spent, Date.parse(next.json.budget.resets_at) > endsAt], ['0.00', true])
  const without = await send(app, 'GET /v1/usage', bearer(free.key.secret))
  assert.deepEqual([without.json.budget, without.json.spending], [null, []])
})

test('who has a key as an end user of an account sees what is theirs, and of the account nothing, and does not speak for it', async () => {
  const { id, key } = await newCustomer('reseller@example.com')
  const { ids, subjects } = world.dependencies
  const cap = { amount: 7n, window: 'month' } as const
  const group = await createKeyGroup(kit.appDatabase, subjects, {
    id: ids.uuid(),
    accountId: id,
    name: 'End user 7',
    cap,
    now: world.clock.at,
  })
  const lent = (await send(operator, `POST /operator/v1/accounts/${id}/keys`, { body: { name: 'n', group_id: group.id } })).json
  const { status, json } = await send(app, 'GET /v1/usage', bearer(lent.secret))
  assert.deepEqual([status, json.spending[0].of, json.account, json.balance, json.credits], [200, 'group', null, null, null])
  const asked = { ...bearer(lent.secret), body: { text: 'Close the account.' } }
  const doors = ['GET /v1/balance', 'GET /v1/accesses', 'GET /v1/statements/2026-11', 'GET /api/support/requests']
  const refused = await Promise.all(doors.map((line) => send(app, line, bearer(lent.secret))))
  for (const answer of [
    ...refused,
    await send(app, 'POST /api/support/requests', asked),
    await send(app, 'POST /api/privacy/seen/1', bearer(lent.secret)),
  ])
    assert.deepEqual([answer.status, answer.json.error.code], [403, 'key_of_end_user'])
  for (const line of doors) assert.notEqual((await send(app, line, bearer(key.secret))).json.error?.code, 'key_of_end_user', line)
})

test("usage shows the key's and the account's own sums of today and 30 days, exactly, and no one else's", async () => {
  const [mine, other] = [await newCustomer('mine@example.com', { limits: { concurrent_calls: 2 } }), await newCustomer('other@example.com')]
  const today = new Date(world.clock.at).toISOString().slice(0, 10)
  const day = (back: number) => new Date(world.clock.at - back * 86_400_000).toISOString().slice(0, 10)
  const otherKey = (await send(operator, `POST /operator/v1/accounts/${mine.id}/keys`, { body: { name: 'second' } })).json
  const calls: readonly (readonly [string, string, string, bigint])[] = [
    [mine.id, mine.key.id, today, 3n],
    [mine.id, mine.key.id, day(29), 5n],
    [mine.id, mine.key.id, day(30), 1000n],
    [mine.id, otherKey.id, today, 7n],
    [other.id, other.key.id, today, 500n],
  ]
  for (const [account, key, when, cost] of calls) {
    await kit.ownerDatabase.query(sql`select ensure_usage_partition(${when}::date)`)
    await kit.ownerDatabase.query(sql`
      insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version,
        outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m,
        cache_write_1h, output, reasoning, more, hold, cost, upstream_cost)
      values (${when}, ${world.dependencies.ids.uuid()}, ${when}, ${account}, ${key}, ${new Date(`${when}T00:00:00Z`)}, 1, 1, 1,
        0, 200, 1, 1, false, false, 5, 11, 1, 2, 3, 7, 4, ${cost === 3n ? null : [0, 2, 0, 0, 0, 0, 0, 3, 1]}, 10000, ${cost}, 987654321)`)
  }
  const { json } = await send(app, 'GET /v1/usage', bearer(mine.key.secret))
  const sums = (recent: TestJson) => [recent.today.calls, recent.today.cost, recent.last_30_days.calls, recent.last_30_days.cost]
  assert.deepEqual(sums(json.key), [1, '0.000000003', 2, '0.000000008'])
  assert.deepEqual(sums(json.account), [2, '0.00000001', 3, '0.000000015'])
  const tokens = { input: 22, output: 14, cached_read: 2, cache_write_5m: 4, cache_write_1h: 6, reasoning: 8, audio_input: 2 }
  assert.deepEqual(json.key.last_30_days.tokens, tokens)
  assert.deepEqual(json.key.last_30_days.pieces, { tool_calls: 3, calls: 1 })
  assert.deepEqual([json.key.today.pieces, json.account.last_30_days.tokens.audio_input], [{}, 4])
  assert.ok(!/upstream|margin|987654321/.test(JSON.stringify(json)), 'what a call costs the house is for no customer to see')
  assert.equal(json.key.limits.concurrent_calls, 2)
  assert.deepEqual(json.balance, { available: '2.50', held: '0.00' })
  assert.ok(![other.id, mine.key.secret, 'mine@example.com', otherKey.id].some((word) => JSON.stringify(json).includes(word)))
})

test('prices are for anybody, whole, from when they hold, and page by number', async () => {
  const rates = ratesFrom({ input: 1_500_000_000n, output: 7n, webSearches: 10_000_000n })
  const cards: Price = [
    { serviceTier: 'standard', inputAbove: 0, rates },
    { serviceTier: 'batch', inputAbove: 200_000, rates: { ...rates, output: 9n } },
  ]
  await kit.ownerDatabase.query(sql`insert into model (id, context, output_max, source) values ('priced', 1000, 100, 'file')`)
  const [model] = await kit.ownerDatabase.query<{ serial: number }>(sql`select serial from model where id = 'priced'`)
  const insert = async (count: number, effectiveAt: number): Promise<number> => {
    const rows = await kit.ownerDatabase.query<{ id: number }>(sql`
      insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h, cards, effective_at)
      select ${model?.serial ?? 0}, 1500000000, 7, 1, 1, 1, ${JSON.stringify(priceToJson(cards))}::jsonb, ${new Date(effectiveAt)}
      from generate_series(1, ${count}) returning id`)
    return rows[0]?.id ?? 0
  }
  const anybody = async (path: string) => await send(app, `GET ${path}`, { headers: { authorization: '' } })
  const first = await insert(501, world.clock.at)
  const future = await insert(1, world.clock.at + 1000)
  const one = await anybody(`/v1/prices/${first}`)
  assert.equal(one.status, 200, one.text)
  assert.deepEqual([one.json.version, one.json.model, one.json.effective_at], [first, 'priced', new Date(world.clock.at).toISOString()])
  assert.deepEqual(
    one.json.cards.map((card: TestJson) => [card.service_tier, card.prompt_above, card.rates.input, card.rates.output]),
    [
      ['standard', 0, '1.50', '0.000000007'],
      ['batch', 200_000, '1.50', '0.000000009'],
    ],
  )
  assert.deepEqual([Object.keys(one.json.cards[0].rates).length, one.json.cards[0].rates.web_searches], [17, '0.01'])
  const page = await anybody('/v1/prices')
  assert.deepEqual([page.json.data.length, page.json.next, page.json.data[0]], [500, first + 499, one.json])
  const next = await anybody(`/v1/prices?after=${page.json.next}`)
  assert.deepEqual([next.json.data.map((price: TestJson) => price.version), next.json.next], [[first + 500], null])
  for (const path of [`/v1/prices/${future}`, '/v1/prices/0', '/v1/prices/999999999', '/v1/prices/9999999999', '/v1/prices/x'])
    assert.deepEqual([(await anybody(path)).status, (await anybody(path)).json.error.code], [404, 'price_unknown'], path)
  assert.equal((await anybody('/v1/prices?after=x')).json.error.code, 'invalid_field')
  world.clock.at += 1000
  assert.equal((await anybody(`/v1/prices/${future}`)).status, 200)
  const calledOff = await insert(1, Date.now() + 3_600_000)
  await kit.ownerDatabase.query(sql`update price_version set cancelled_at = clock_timestamp() where id = ${calledOff}`)
  const before = world.clock.at
  world.clock.at = Date.now() + 7_200_000
  assert.equal((await anybody(`/v1/prices/${calledOff}`)).status, 404, 'what was called off before its time never held')
  world.clock.at = before
  for (const path of ['/v1/prices', `/v1/prices/${first}`]) {
    assert.equal((await send(app, `POST ${path}`, {})).status, 405)
    assert.equal(destinationOf(path)?.kind, 'control')
  }
  for (const path of ['/v1/prices/', '/v1/prices/x', '/v1/prices/1/2']) assert.equal(destinationOf(path), undefined, path)
})

test('a key in the address is refused on every route', async () => {
  for (const path of ['/', '/v1/usage', '/v1/balance', '/nothing'])
    assert.equal((await send(app, `GET ${path}?key=abc`)).json.error.code, 'key_in_url')
})

test('the first page is HTML for people and JSON for programs, with no script, no cookie and nothing from elsewhere', async () => {
  const page = await send(app, 'GET /', as({ accept: 'text/html,*/*' }))
  assert.equal(page.status, 200)
  assert.match(page.text, /<h1>/)
  assert.match(page.text, /href="\/privacy\/proof"/)
  assert.ok(!/<script|onload|<img|<form|<link rel="(?!icon|canonical|alternate)/i.test(page.text))
  const addresses = [...page.text.matchAll(/https?:\/\/[^/"< ]+/g)].map(([address]) => address)
  assert.deepEqual([...new Set(addresses)], ['https://shop.example'])
  assert.equal(page.headers.get('set-cookie'), null)
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'/)
  assert.equal((await send(app, 'GET /', as({ accept: '*/*' }))).json.name, 'Farebox')
})

test('nothing of the operator is reachable for customers; unknown paths are 404 and wrong methods 405', async () => {
  for (const path of ['/operator/v1/accounts', '/metrics', '/v1/receipts', '/v1/chat/completions'])
    assert.equal((await send(app, `GET ${path}`)).status, 404, path)
  const wrong = await send(app, 'POST /v1/usage', { body: {} })
  assert.deepEqual([wrong.status, wrong.headers.get('allow'), wrong.json.error.type], [405, 'GET, HEAD', 'invalid_request_error'])
  assert.equal((await send(app, 'GET /healthz')).status, 200)
})

test('a day that there is not, or that no database knows, is refused by name', async () => {
  for (const before of ['2026-02-30', '0000-01-01', '2026-13-01', 'yesterday'])
    for (const path of ['audit-checkpoints', 'day-roots']) {
      const answer = await send(app, `GET /.well-known/${path}?before=${before}`)
      assert.deepEqual([answer.status, answer.json.error.code, answer.json.error.param], [400, 'invalid_field', 'before'], before)
    }
  assert.equal((await send(app, 'GET /.well-known/audit-checkpoints?before=2028-02-29')).status, 200)
})
