// Guarantee: nobody manages an account without a key that manages it, no management key calls a model and no other manages; each POST has one
// effect for each Idempotency-Key of an account; what is told has the documented shapes and nothing of another account.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { suspendAccount } from '../../accounts/index.ts'
import { type MoneyStore, openMoneyStore } from '../../control/testing.ts'
import { connect, type Database, sql } from '../../db/index.ts'
import { createKey, createManagementKey, findKeyByHash, hashKey } from '../../keys/index.ts'
import { systemIds } from '../../lib/index.ts'
import { codesOf, makeBatch, openPaymentDesk, paymentSettingsOf } from '../../payments/index.ts'
import { makeSupportDesk } from '../../support/index.ts'
import { customerApp } from '../customer-app.ts'
import type { ApiEnv } from '../dependencies.ts'
import { send, type TestCall, testWorld } from '../test-world.ts'
import { isManaged, isOpen } from './open-paths.ts'
import { type TestShops, testShops } from './testing.ts'

const clock = { at: Date.now(), now: () => clock.at, monotonic: () => clock.at }
const ids = systemIds(clock.now)
const limits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }
let store: MoneyStore
let database: Database
let app: Hono<ApiEnv>
let bare: Hono<ApiEnv>
let shops: TestShops
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  const world = testWorld(database)
  const { keyring } = world.dependencies
  const parts = {
    database,
    ledger: store.ledger,
    keyring,
    subjects: store.subjects,
    ids,
    clock,
    log: () => undefined,
    onPaid: [],
    fulfillers: {},
  }
  shops = testShops({ seats: 5, now: clock.now })
  const common = {
    ...world.dependencies,
    ...{ appDatabase: database, ledger: store.ledger, subjects: store.subjects, ids, clock, payments: openPaymentDesk(parts) },
    support: makeSupportDesk({
      ...{ database, sealing: store.subjects, ids, clock, log: () => undefined, emailOf: async () => undefined, mailer: undefined },
    }),
    paymentSettings: paymentSettingsOf({
      rules: { promo_codes: [{ code: 'WELCOME', percent: '10', total: '100.00' }], low_balance: '2.00' },
    }),
  }
  app = customerApp({ ...common, manage: shops.ports })
  bare = customerApp({ ...common, manage: { rails: {} } })
})
after(async () => {
  await database.end()
  await store.drop()
})

type Person = { readonly accountId: string; readonly manages: string; readonly calls: string }
async function newPerson(): Promise<Person> {
  const { accountId } = await store.newCustomer(0n)
  const [now, random] = [clock.at, () => testWorld(database).dependencies.randomBytes(32)]
  const { secret: manages } = await createManagementKey(database, store.subjects, {
    id: ids.uuid(),
    accountId,
    name: 'm',
    random: random(),
    now,
  })
  const key = { id: ids.uuid(), accountId, name: 'k', limits, models: undefined, expiresAt: undefined, random: random(), now }
  const { secret: calls } = await createKey(database, store.subjects, key)
  return { accountId, manages, calls }
}
const as = (person: Person | undefined, line: string, call: TestCall = {}, key = person?.manages) =>
  send(app, line, { ...call, headers: { authorization: key === undefined ? '' : `Bearer ${key}`, ...call.headers } })

/** Every path of the router under /api that is not somebody else's, with an id that nobody has. */
const managedRoutes = () =>
  app.routes
    .filter(({ method, path }) => method !== 'ALL' && isManaged(path))
    .map(({ method, path }) => ({ method, path: path.replace(/:\w+/g, '01890000-0000-7000-8000-00000000dead') }))

test('every path under /api is 401 without a key, in its own shape, but those that anybody may ask for', async () => {
  const routes = managedRoutes()
  assert.ok(routes.length >= 30, String(routes.length))
  for (const { method, path } of [...routes, { method: 'GET', path: '/api/nothing' }, { method: 'DELETE', path: '/api/plans' }]) {
    const isForAll = isOpen(path) && (method === 'GET' || path.startsWith('/api/agent/'))
    for (const authorization of ['', 'Bearer', 'Bearer mk_wrong', 'Basic eA==']) {
      const answer = await send(app, `${method} ${path}`, { headers: { authorization } })
      if (isForAll) assert.notEqual(answer.status, 401, `${method} ${path}`)
      else {
        assert.equal(answer.status, 401, `${method} ${path} with "${authorization}"`)
        assert.equal(answer.json.success, false)
        assert.match(answer.json.error.code, /^(key_missing|management_key_invalid)$/)
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
      }
    }
  }
})

test('a key that calls models manages nothing, a management key calls nothing, and a revoked one is nobody', async () => {
  const person = await newPerson()
  for (const { method, path } of managedRoutes()) {
    if (isOpen(path)) continue
    const answer = await as(person, `${method} ${path}`, {}, person.calls)
    assert.deepEqual([answer.status, answer.json.error.code], [403, 'management_key_needed'], `${method} ${path}`)
  }
  for (const path of ['/v1/usage', '/v1/balance']) {
    const answer = await as(person, `GET ${path}`)
    assert.deepEqual([answer.status, answer.json.error.code], [403, 'management_key_cannot_call'])
    assert.match(answer.json.error.message, /fbx_/)
  }
  const made = await as(person, 'POST /api/keys/management', { body: { name: 'second' } })
  const second = { ...person, manages: made.json.data.apiKey }
  assert.equal((await as(second, 'GET /api/account')).status, 200)
  assert.equal((await as(person, `DELETE /api/keys/management/${made.json.data.id}`)).status, 200)
  assert.equal((await as(second, 'GET /api/account')).status, 401)
})

test('keys are made, listed without themselves, made to rest, and ended, each by its own account alone', async () => {
  const [person, other] = [await newPerson(), await newPerson()]
  const made = await as(person, 'POST /api/keys/credit', { body: { name: 'mine', limits: { requests_per_minute: 60 } } })
  assert.equal(made.status, 201, made.text)
  const { id, apiKey } = made.json.data
  const listed = await as(person, 'GET /api/keys')
  assert.ok(!listed.text.includes(apiKey))
  const shown = listed.json.data.find((key: { id: string }) => key.id === id)
  const names = [
    'createdAt',
    'expiresAt',
    'hint',
    'id',
    'ipRanges',
    'isActive',
    'keyPlan',
    'keyType',
    'lastUsedAt',
    'limits',
    'madeBy',
    'models',
    'name',
  ]
  assert.deepEqual(Object.keys(shown).sort(), [
    ...names,
    'oldSecretUntil',
    'pausedFor',
    'routing',
    'spendCap',
    'subscriptionExpiresAt',
    'subscriptionId',
    'subscriptionStatus',
  ])
  assert.deepEqual([shown.keyType, shown.isActive, shown.limits.requests_per_minute], ['credit', true, 60])
  for (const method of ['PATCH', 'DELETE']) {
    const answer = await as(other, `${method} /api/keys/${id}`, method === 'PATCH' ? { body: { isActive: false } } : {})
    assert.deepEqual([answer.status, answer.json.error.code], [404, 'key_unknown'])
  }
  await as(person, `PATCH /api/keys/${id}`, { body: { isActive: false, name: 'resting' } })
  assert.equal((await findKeyByHash(database, hashKey(apiKey)))?.pausedFor, 'owner')
  const refused = await as(person, 'GET /v1/usage', {}, apiKey)
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'key_paused'])
  await as(person, `PATCH /api/keys/${id}`, { body: { isActive: true, limits: { requests_per_minute: null } } })
  assert.equal((await as(person, 'GET /v1/usage', {}, apiKey)).status, 200)
  assert.equal((await as(person, `DELETE /api/keys/${id}`)).status, 200)
  assert.equal((await as(person, 'GET /v1/usage', {}, apiKey)).json.error.code, 'key_revoked')
  assert.deepEqual((await as(person, 'GET /api/keys')).json.data.map((key: { name: string | null }) => key.name ?? 'first').sort(), [
    'first',
    'k',
  ])
})

test('a POST has one effect for each key of an account, another body is a conflict, and another account has its own', async () => {
  const [person, other] = [await newPerson(), await newPerson()]
  const posts = [
    { path: '/api/keys/credit', body: { name: 'once' }, otherBody: { name: 'other' } },
    { path: '/api/keys/management', body: { name: 'once' }, otherBody: { name: 'other' } },
    { path: '/api/end-users', body: { name: 'once' }, otherBody: { name: 'other' } },
    { path: '/api/billing/subscribe', body: { planSlug: 'pro', createKey: true, keyName: 'x' }, otherBody: { planSlug: 'pro' } },
    { path: '/api/billing/topup', body: { amount: '10.00' }, otherBody: { amount: '11.00' } },
    { path: '/api/billing/checkout', body: { planSlug: 'pro' }, otherBody: { planSlug: 'pro', method: 'usdc' } },
  ]
  for (const { path, body, otherBody } of posts) {
    const key = { idempotencyKey: `once-${path}` }
    const answers = await Promise.all(Array.from({ length: 8 }, () => as(person, `POST ${path}`, { body, ...key })))
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201], `${path} ${answers[0]?.text}`)
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1, `${path} ${answers.map(({ text }) => text).join('\n')}`)
    const conflict = await as(person, `POST ${path}`, { body: otherBody, ...key })
    assert.deepEqual([conflict.status, conflict.json.error.code], [409, 'idempotency_conflict'], path)
    const theirs = await as(other, `POST ${path}`, { body, ...key })
    assert.equal(theirs.status, 201)
    assert.notEqual(theirs.text, answers[0]?.text)
  }
  const keys = (await as(person, 'GET /api/keys')).json.data.map(({ name }: { name: string | null }) => name ?? 'first').sort()
  assert.deepEqual(keys, ['first', 'k', 'once', 'x'])
  assert.equal(shops.begun.filter(({ accountId }) => accountId === person.accountId).length, 2)
  const seats = await Promise.all(
    Array.from({ length: 4 }, () => as(person, 'POST /api/pools/core/subscribe', { body: { blocks: ['europe'] }, idempotencyKey: 'seat' })),
  )
  assert.equal(new Set(seats.map(({ text }) => text)).size, 1)
})

test('a subscription is bought with a key, shown, and ended with its period', async () => {
  const person = await newPerson()
  const bought = await as(person, 'POST /api/billing/subscribe', { body: { planSlug: 'pro', createKey: true, keyName: 'x' } })
  assert.equal(bought.status, 201, bought.text)
  const { subscriptionId, key } = bought.json.data
  assert.deepEqual(Object.keys(bought.json.data).sort(), ['currentPeriodEnd', 'key', 'planSlug', 'status', 'subscriptionId'])
  const status = (await as(person, 'GET /api/billing/status')).json.data
  assert.deepEqual(
    status.subscriptions.map((one: { id: string; keyCount: number }) => [one.id, one.keyCount]),
    [[subscriptionId, 1]],
  )
  const listed = (await as(person, 'GET /api/keys')).json.data.find((one: { id: string }) => one.id === key.id)
  assert.deepEqual([listed.keyType, listed.keyPlan, listed.subscriptionId], ['subscription', 'pro', subscriptionId])
  const more = await as(person, 'POST /api/keys/subscription', { body: { name: 'y', subscriptionId } })
  assert.equal(more.status, 201, more.text)
  const kept = await as(person, 'POST /api/billing/change-plan', { body: { subscriptionId, planSlug: 'pro' } })
  assert.deepEqual([kept.status, kept.json.data.planSlug, kept.json.data.nextPlanSlug, kept.json.data.change], [200, 'pro', null, 'kept'])
  const confirm = (seen: object) => as(person, 'POST /api/billing/change-plan', { body: { subscriptionId, planSlug: 'pro', ...seen } })
  assert.equal((await confirm({ price: '60.00', change: 'kept' })).status, 200)
  const dearer = await confirm({ price: '59.999999999', change: 'kept' })
  assert.deepEqual([dearer.status, dearer.json.error.code], [409, 'plan_quote_changed'])
  for (const [field, wrong] of Object.entries({ price: '-1', change: 'soon' })) {
    const refused = await confirm({ [field]: wrong })
    assert.deepEqual([refused.status, refused.json.error.field], [400, field])
  }
  const nowhere = await as(person, 'POST /api/billing/change-plan', { body: { subscriptionId, planSlug: 'nope' } })
  assert.deepEqual([nowhere.status, nowhere.json.error.code], [404, 'plan_unknown'])
  const quote = (id: string, planSlug: string) => as(person, `GET /api/billing/change-plan?subscriptionId=${id}&planSlug=${planSlug}`)
  assert.deepEqual((await quote(subscriptionId, 'pro')).json.data, {
    ...{ change: 'kept', startsAt: null, price: '60.00', period: 'month', returned: '0.00' },
  })
  assert.equal((await quote(subscriptionId, 'nope')).json.error.code, 'plan_unknown')
  const unsaid = await as(person, `GET /api/billing/change-plan?subscriptionId=${subscriptionId}`)
  assert.deepEqual([unsaid.status, unsaid.json.error.code, unsaid.json.error.field], [400, 'missing_field', 'planSlug'])
  const ended = await as(person, 'POST /api/billing/cancel', { body: { subscriptionId } })
  assert.deepEqual([ended.json.data.status, ended.json.data.cancelAtPeriodEnd, ended.json.data.endedBy], ['active', true, 'customer'])
  const stranger = await newPerson()
  const foreign = await as(stranger, 'POST /api/billing/keep', { body: { subscriptionId } })
  assert.deepEqual([foreign.status, foreign.json.error.code], [404, 'subscription_unknown'])
  for (let time = 0; time < 2; time += 1) {
    const again = await as(person, 'POST /api/billing/keep', { body: { subscriptionId } })
    assert.deepEqual([again.status, again.json.data.status, again.json.data.cancelAtPeriodEnd], [200, 'active', false], again.text)
  }
  const odd = await as(person, 'POST /api/billing/keep', { body: { subscriptionId: '' } })
  assert.deepEqual([odd.status, odd.json.error.field], [400, 'subscriptionId'])
  assert.equal((await as(person, 'GET /v1/usage', {}, key.apiKey)).status, 200)
  const credits = (await as(person, 'GET /api/billing/credits')).json.data
  assert.deepEqual([credits.remaining, credits.creditKeyCount, credits.userId], ['0.00', 2, person.accountId])
})

test('a plan and a seat are bought at the price that is sent, or not at all', async () => {
  for (const [path, body, price] of [
    ['billing/subscribe', { planSlug: 'pro' }, '60.00'],
    ['pools/core/subscribe', { blocks: ['europe'] }, '49.00'],
  ] as const) {
    const person = await newPerson()
    const buy = (seen: string) => as(person, `POST /api/${path}`, { body: { ...body, price: seen } })
    const dearer = await buy(`${price.slice(0, 2)}.000000001`)
    assert.deepEqual([dearer.status, dearer.json.error.code], [409, 'order_price_changed'], path)
    for (const wrong of ['-1', 'much']) {
      const refused = await buy(wrong)
      assert.deepEqual([refused.status, refused.json.error.field], [400, 'price'], path)
    }
    assert.equal(
      shops.sold
        .values()
        .filter((one) => one.accountId === person.accountId)
        .toArray().length,
      0,
    )
    const bought = await buy(price)
    assert.equal(bought.status, 201, bought.text)
  }
})

test('twenty buyers of the last seats get exactly those, and the tag of the list changes with them', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, newPerson))
  const before = await as(undefined, 'GET /api/pools')
  const tag = before.headers.get('etag') ?? ''
  assert.match(tag, /^"[\w-]{27}"$/)
  const again = await as(undefined, 'GET /api/pools', { headers: { 'if-none-match': `"other", ${tag}` } })
  assert.deepEqual([again.status, again.text, again.headers.get('etag')], [304, '', tag])
  const left = before.json.data[0].blocks[0].availableSeats
  const told = await Promise.all(people.map((person) => as(person, 'POST /api/pools/core/subscribe', { body: { blocks: ['europe'] } })))
  assert.equal(told.filter(({ status }) => status === 201).length, left)
  const now = await as(undefined, 'GET /api/pools', { headers: { 'if-none-match': tag } })
  assert.deepEqual([now.status, now.json.data[0].blocks[0].availableSeats], [200, 0])
  assert.equal((await as(undefined, 'GET /api/pools/core')).json.data.annualDiscount, '0.15')
})

test('fifty redeemers of one code: one is credited; a wrong code is told as such, and trying ends', async () => {
  const seed = testWorld(database).dependencies.randomBytes(32)
  const batch = {
    id: ids.uuid(),
    label: 'b',
    amount: 3_000_000_000n,
    kind: 'deposit',
    count: 2,
    expiresAt: undefined,
    seed,
    now: clock.at,
  } as const
  await database.transaction((tx) => makeBatch(tx, batch))
  const [first = '', second = ''] = codesOf(batch)
  const people = await Promise.all(Array.from({ length: 10 }, newPerson))
  const told = await Promise.all(
    people.flatMap((person) => Array.from({ length: 5 }, () => as(person, 'POST /api/billing/redeem', { body: { code: first } }))),
  )
  assert.deepEqual([told.filter(({ status }) => status === 200).length, told.filter(({ status }) => status === 409).length], [1, 49])
  const person = await newPerson()
  const key = { body: { code: second.toLowerCase() }, idempotencyKey: 'code' }
  const answers = await Promise.all(Array.from({ length: 6 }, () => as(person, 'POST /api/billing/redeem', key)))
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1, answers.map(({ text }) => text).join('\n'))
  assert.deepEqual([answers[0]?.json.data.credited, answers[0]?.json.data.balance], ['3.00', '3.00'])
  for (let guess = 0; guess < 10; guess += 1)
    assert.equal(
      (await as(person, 'POST /api/billing/redeem', { body: { code: 'AAAAA-AAAAA-AAAAA-AAAAA' } })).json.error.code,
      'code_unknown',
    )
  const limited = await as(person, 'POST /api/billing/redeem', { body: { code: 'AAAAA-AAAAA-AAAAA-AAAAA' } })
  assert.deepEqual(
    [limited.status, limited.json.error.code, Number(limited.headers.get('retry-after')) > 3500],
    [429, 'redeem_limited', true],
  )
})

test('usage is summed for each key, and asked for twelve times in twelve hours', async () => {
  const person = await newPerson()
  const answers = []
  for (let read = 0; read < 13; read += 1)
    answers.push(await as(person, 'GET /api/usage?startDate=2026-11-01T00:00:00Z&endDate=2026-11-26'))
  assert.deepEqual([answers[11]?.status, answers[12]?.status, answers[12]?.json.error.code], [200, 429, 'usage_limited'])
  assert.deepEqual(Object.keys(answers[0]?.json.data.keys[0]).sort(), [
    'keyId',
    'last30Days',
    'last7Days',
    'name',
    'range',
    'subscriptionId',
    'today',
  ])
  clock.at += 12 * 3_600_000
  assert.equal((await as(person, `GET /api/usage/${answers[0]?.json.data.keys[0].keyId}`)).status, 200)
})

test('end users have keys of their own, and nobody else has them', async () => {
  const [person, other] = [await newPerson(), await newPerson()]
  const user = (await as(person, 'POST /api/end-users', { body: { name: 'theirs', budget: { amount: '5.00', window: 'day' } } })).json.data
  assert.deepEqual([user.budget, user.name], [{ amount: '5.00', window: 'day' }, 'theirs'])
  const key = await as(person, `POST /api/end-users/${user.id}/keys`, { body: { name: 'u' } })
  assert.equal(key.status, 201, key.text)
  assert.equal((await as(person, `GET /api/end-users/${user.id}/usage`)).json.data.today.requests, 0)
  for (const line of [`POST /api/end-users/${user.id}/keys`, `GET /api/end-users/${user.id}/usage`, `DELETE /api/end-users/${user.id}`]) {
    const answer = await as(other, line, line.startsWith('POST') ? { body: { name: 'u' } } : {})
    assert.deepEqual([answer.status, answer.json.error.code], [404, 'end_user_unknown'], line)
  }
})

test('what is wrong is told by its own code, with the field, and has no effect', async () => {
  const person = await newPerson()
  const wrong = [
    ['/api/billing/topup', { amount: '9.99' }, 400, 'topup_below_minimum', 'amount'],
    ['/api/billing/topup', { amount: 10_001 }, 400, 'topup_above_maximum', 'amount'],
    ['/api/billing/topup', { amount: '-10' }, 400, 'amount_invalid', 'amount'],
    ['/api/billing/topup', { amount: 1e21 }, 400, 'amount_invalid', 'amount'],
    ['/api/billing/topup', {}, 400, 'missing_field', 'amount'],
    ['/api/billing/topup', { amount: '10.00', method: 'btcpay' }, 404, 'rail_not_offered', 'method'],
    ['/api/billing/topup', { amount: '10.00', method: 'gold' }, 400, 'invalid_field', 'method'],
    ['/api/billing/topup', { amount: '10.00', promoCode: 'NOPE' }, 404, 'promo_unknown', undefined],
    ['/api/billing/topup', { amount: '10.00', extra: 1 }, 400, 'unknown_field', 'extra'],
    ['/api/billing/checkout', { planSlug: 'nope' }, 404, 'plan_unknown', undefined],
    ['/api/billing/subscribe', { planSlug: 'nope' }, 404, 'plan_unknown', undefined],
    ['/api/pools/nope/subscribe', { blocks: ['europe'] }, 404, 'pool_unknown', undefined],
    ['/api/pools/core/subscribe', { blocks: ['europe'], quantity: -1 }, 400, 'invalid_field', 'quantity'],
    ['/api/pools/core/subscribe', { blocks: ['europe'], quantity: 1.5 }, 400, 'invalid_field', 'quantity'],
    ['/api/pools/core/subscribe', { blocks: [] }, 400, 'invalid_field', 'blocks'],
    ['/api/billing/redeem', { code: 'x' }, 404, 'code_unknown', undefined],
    ['/api/billing/referral', { code: 'x' }, 404, 'referral_unknown', undefined],
    ['/api/billing/subscribe', { planSlug: 'a\0' }, 400, 'invalid_field', 'planSlug'],
    ['/api/billing/referral', { code: '\0' }, 400, 'invalid_field', 'code'],
    ['/api/keys/credit', { name: 'a\nb' }, 400, 'invalid_field', 'name'],
    ['/api/agent/topup', { txHash: '0x1', signature: '0x1' }, 404, 'not_offered', undefined],
  ] as const
  for (const [path, body, status, code, field] of wrong) {
    const answer = await as(person, `POST ${path}`, { body })
    assert.deepEqual(
      [answer.status, answer.json.error.code, answer.json.error.field],
      [status, code, field],
      `${path} ${JSON.stringify(body)}`,
    )
    assert.ok(answer.json.error.message.length > 20)
  }
  assert.equal(shops.begun.filter(({ accountId }) => accountId === person.accountId).length, 0)
  assert.equal((await as(person, 'POST /api/billing/redeem', { body: '{' })).json.error.code, 'invalid_json')
})

test('an amount may be a number, and is read digit by digit', async () => {
  const person = await newPerson()
  const body = '{"amount": 10.000000001, "method": "usdc"}'
  const answer = await as(person, 'POST /api/billing/topup', { body })
  assert.deepEqual([answer.status, answer.json.data.amount, answer.json.data.chain], [201, '10.000000001', 'base'])
  assert.equal(shops.begun.at(-1)?.amount, 10_000_000_001n)
  const float = await as(person, 'POST /api/billing/topup', { body: '{"amount": 100.10000000000000001}' })
  assert.equal(float.json.error.code, 'amount_invalid')
})

test('where nothing is sold, lists are empty and buying says so', async () => {
  const person = await newPerson()
  const headers = { authorization: `Bearer ${person.manages}` }
  for (const path of ['/api/plans', '/api/pools'])
    assert.deepEqual((await send(bare, `GET ${path}`, { headers })).json, { success: true, data: [] })
  for (const [path, body] of [
    ['/api/billing/subscribe', { planSlug: 'pro' }],
    ['/api/billing/change-plan', { subscriptionId: 's', planSlug: 'pro' }],
    ['/api/billing/keep', { subscriptionId: 's' }],
    ['/api/keys/subscription', { name: 'n', subscriptionId: 's' }],
    ['/api/end-users', { name: 'n' }],
    ['/api/billing/verify-topup', { txHash: '0x1', amount: 1 }],
  ] as const) {
    const answer = await send(bare, `POST ${path}`, { headers, body })
    assert.deepEqual([answer.status, answer.json.success], [404, false], path)
  }
})

test('who is suspended reads why, and how to object', async () => {
  const person = await newPerson()
  const note = 'Two payments were taken back.'
  await database.transaction((tx) => suspendAccount(tx, store.subjects, { id: person.accountId, reason: 'payment', note, now: clock.at }))
  const { suspension, status } = (await as(person, 'GET /api/account')).json.data
  assert.deepEqual([status, suspension.reason, suspension.note], ['suspended', 'payment', note])
  assert.match(suspension.appeal, /support/)
  const refused = await as(person, 'GET /v1/usage', {}, person.calls)
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'account_suspended'])
  assert.match(refused.json.error.message, /a payment was taken back or disputed/)
  for (const key of [person.calls, person.manages]) {
    const appeal = await as(person, 'POST /api/support/requests', { body: { text: 'It was my bank, not me.' } }, key)
    assert.equal(appeal.status, 201, appeal.text)
  }
  const buying = await as(person, 'POST /api/billing/subscribe', { body: { planSlug: 'pro' } })
  assert.deepEqual([buying.status, buying.json.error.code], [403, 'account_suspended'])
})

test('programs find the interface: a description with every path, a card for agents, a page for models', async () => {
  const described = (await as(undefined, 'GET /api/openapi.json')).json
  const paths = new Set(
    Object.entries(described.paths).flatMap(([path, item]) =>
      Object.keys(item as object).map((method) => `${method.toUpperCase()} ${path}`),
    ),
  )
  for (const { method, path } of app.routes.filter(
    (route) => route.method !== 'ALL' && isManaged(route.path) && route.path !== '/api/openapi.json',
  ))
    assert.ok(paths.has(`${method} ${path.replace(/:(\w+)/g, '{$1}')}`), `${method} ${path}`)
  const card = (await as(undefined, 'GET /.well-known/agent.json')).json
  assert.deepEqual([card.capabilities.streaming, card.securitySchemes.bearer.scheme], [true, 'bearer'])
  const page = await as(undefined, 'GET /llms.txt')
  assert.match(page.text, /^# Farebox\n\n> /)
  assert.match(page.text, /POST \/api\/billing\/redeem/)
})

test('no key and no code is anywhere in the database, also not in remembered answers', async () => {
  const person = await newPerson()
  const answers = await Promise.all([
    as(person, 'POST /api/keys/credit', { body: { name: 'n' }, idempotencyKey: 'a' }),
    as(person, 'POST /api/keys/management', { body: { name: 'n' }, idempotencyKey: 'b' }),
    as(person, 'POST /api/billing/subscribe', { body: { planSlug: 'pro', createKey: true }, idempotencyKey: 'c' }),
  ])
  const secrets = answers.map(({ json }) => json.data.apiKey ?? json.data.key.apiKey)
  const rows = await database.query<{ text: string }>(sql`
    select row_to_json(idempotency)::text as text from idempotency union all select row_to_json(api_key)::text from api_key
    union all select row_to_json(management_key)::text from management_key`)
  const all = rows.map(({ text }) => text).join('\n')
  for (const secret of secrets) assert.ok(!all.includes(secret) && !all.includes(Buffer.from(secret).toString('hex')))
})
