// Guarantee: a key that rests as it spent too much says so and is resumed by its own account or an operator alone, once for each request; new keys
// have the cap that the house sets unless they name one, and their account sees and changes it; payments that are begun too often are refused.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { ABUSE_DEFAULTS, makeVelocity, raiseAlarm } from '../abuse/index.ts'
import { type MoneyStore, openMoneyStore } from '../control/testing.ts'
import { connect, type Database, sql } from '../db/index.ts'
import { letterOf } from '../events/index.ts'
import { createManagementKey, findKeyById } from '../keys/index.ts'
import { makeSupportDesk } from '../support/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { customerApp, operatorApp } from './index.ts'
import { testShops } from './manage/testing.ts'
import { send, type TestCall, testWorld } from './test-world.ts'

const USD = 1_000_000_000n
let store: MoneyStore
let database: Database
let app: Hono<ApiEnv>
let operator: Hono<ApiEnv>
let world: ReturnType<typeof testWorld>
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  world = testWorld(database)
  const parts = { database, subjects: store.subjects, ipTags: { ipTag: async () => undefined }, clock: world.dependencies.clock }
  const velocity = makeVelocity({ ...parts, limits: { ...ABUSE_DEFAULTS.velocity, topupsPerAccount: 5 } })
  const abuse = { velocity, newKeyCap: { amount: 20n * USD, window: 'day' as const }, onRaised: () => undefined }
  const { ports } = testShops({ seats: 1, now: () => world.clock.at })
  const support = makeSupportDesk({
    ...{ database, sealing: store.subjects, ids: world.dependencies.ids, clock: world.dependencies.clock },
    ...{ log: () => undefined, emailOf: async () => undefined, mailer: undefined },
  })
  const dependencies = { ...world.dependencies, support, ledger: store.ledger, subjects: store.subjects, abuse, manage: ports }
  app = customerApp(dependencies)
  operator = operatorApp(dependencies)
})
after(async () => {
  await database.end()
  await store.drop()
})

type Person = { readonly accountId: string; readonly manages: string }
async function newPerson(): Promise<Person> {
  const { accountId } = await store.newCustomer(0n)
  const { ids, randomBytes, clock } = world.dependencies
  const made = { id: ids.uuid(), accountId, name: 'm', random: randomBytes(32), now: clock.now() }
  return { accountId, manages: (await createManagementKey(database, store.subjects, made)).secret }
}
const as = (person: Person, line: string, call: TestCall = {}) =>
  send(app, line, { ...call, headers: { authorization: `Bearer ${person.manages}` } })
const newKey = async (person: Person, body: object = {}) =>
  (await as(person, 'POST /api/keys/credit', { body: { name: 'k', ...body } })).json.data
const spike = async ({ accountId }: Person, keyId: string) =>
  assert.ok(
    await raiseAlarm(database, {
      ...{ id: randomUUID(), accountId, keyId, kind: 'spike', amount: 60n * USD, isPausing: true, now: world.clock.at },
    }),
  )
const shownKey = async (person: Person, id: string) =>
  (await as(person, 'GET /api/keys')).json.data.find((key: { id: string }) => key.id === id)

test('a paused key says why, and works again once its own account says so, once for each request', async () => {
  const [person, other] = [await newPerson(), await newPerson()]
  const { id, apiKey } = await newKey(person)
  await spike(person, id)
  const refused = await send(app, 'GET /v1/usage', { headers: { authorization: `Bearer ${apiKey}` } })
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'key_paused'])
  assert.match(refused.json.error.message, /far more than usual.*POST \/api\/keys\/ID\/resume/)
  const appeal = await send(app, 'POST /api/support/requests', {
    body: { text: 'These calls are mine.' },
    headers: { authorization: `Bearer ${apiKey}` },
  })
  assert.equal(appeal.status, 201, appeal.text)
  const shown = await shownKey(person, id)
  assert.deepEqual([shown.isActive, shown.pausedFor], [false, 'spike'])
  assert.equal((await as(other, `POST /api/keys/${id}/resume`)).json.error.code, 'key_unknown')
  const once = { idempotencyKey: 'resume-1' }
  const answers = await Promise.all([1, 2, 3].map(() => as(person, `POST /api/keys/${id}/resume`, once)))
  assert.equal(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1)
  assert.equal(answers[0]?.json.data.isActive, true)
  assert.equal((await findKeyById(database, id))?.pausedFor, undefined)
  world.clock.at += 120_000
  await spike(person, id)
  await as(person, `POST /api/keys/${id}/resume`, once)
  assert.equal((await findKeyById(database, id))?.pausedFor, 'spike', 'an answer that is repeated has no second effect')
})

test('an operator sees alarms and resumes a key, and both are noted', async () => {
  const person = await newPerson()
  const { id } = await newKey(person)
  await spike(person, id)
  const listed = (await send(operator, 'GET /operator/v1/key-alarms')).json.data.find((one: { key_id: string }) => one.key_id === id)
  assert.deepEqual([listed.kind, listed.amount, listed.is_paused, listed.account_id], ['spike', '60.00', true, person.accountId])
  const resumed = await send(operator, `POST /operator/v1/keys/${id}/resume`, { idempotencyKey: 'r' })
  assert.deepEqual([resumed.status, resumed.json.is_active], [200, true])
  const noted = await store.ownerDatabase.query<{ action: string; account_id: string | null }>(sql`
    select action, account_id from audit_entry order by serial desc limit 2`)
  assert.deepEqual(noted, [
    { action: 'keys.resume.create', account_id: person.accountId },
    { action: 'key-alarms.list', account_id: null },
  ])
  await as(person, `DELETE /api/keys/${id}`)
  assert.equal((await send(operator, `POST /operator/v1/keys/${id}/resume`)).json.error.code, 'key_unknown')
})

test('an operator pauses a key and says why: it is refused, its page and a letter say so, and an operator alone resumes it', async () => {
  const [person, other] = [await newPerson(), await newPerson()]
  const { id, apiKey } = await newKey(person)
  const pause = (body: object, idempotencyKey?: string) =>
    send(operator, `POST /operator/v1/keys/${id}/pause`, { body, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) })
  assert.equal((await pause({})).json.error.code, 'missing_field')
  const why = { reason: 'security', note: 'It lay in a public log.' }
  const answers = await Promise.all([1, 2, 3].map(() => pause(why, 'p')))
  assert.equal(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1)
  assert.deepEqual([answers[0]?.status, answers[0]?.json.reason], [200, 'security'])
  const refused = await send(app, 'GET /v1/usage', { headers: { authorization: `Bearer ${apiKey}` } })
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'key_stopped'])
  const shown = (await as(person, `GET /api/keys/${id}`)).json.data
  assert.deepEqual([shown.isActive, shown.pausedFor, shown.stop.act, shown.stop.reason], [false, 'operator', 'paused', 'security'])
  assert.equal(shown.stop.note, why.note)
  assert.equal((await as(other, `GET /api/keys/${id}`)).json.error.code, 'key_unknown')
  for (const line of [`POST /api/keys/${id}/resume`, `PATCH /api/keys/${id}`]) {
    const answer = await as(person, line, line.startsWith('PATCH') ? { body: { isActive: true } } : {})
    assert.deepEqual([answer.status, answer.json.error.code], [403, 'key_stopped'], line)
  }
  await as(person, `PATCH /api/keys/${id}`, { body: { isActive: false, name: 'renamed' } })
  assert.equal((await findKeyById(database, id))?.pausedFor, 'operator', 'who pauses it as well takes nothing over')
  const kept = await store.ownerDatabase.query<{ text: string }>(sql`
    select s::text as text from key_stop s union all select i::text from idempotency i union all select e::text from account_event e`)
  assert.ok(kept.length >= 3 && !kept.some(({ text }) => text.includes('public log')))
  const letters = async () => {
    const events = await database.query<{ kind: string; data: Readonly<Record<string, unknown>> }>(sql`
      select kind, data from account_event where account_id = ${person.accountId}::uuid and kind = 'key.stopped' order by created_at`)
    return await Promise.all(
      events.map((event) => letterOf({ database, publicUrl: 'https://x' }, { accountId: person.accountId, ...event })),
    )
  }
  await pause({ reason: 'security', note: 'The same, said again.' })
  const [letter, ...more] = await letters()
  assert.deepEqual([letter?.template, more.length], ['key-stopped', 0])
  assert.deepEqual(typeof letter?.fields === 'function' && letter.fields('en'), {
    ...{ hint: shown.hint, reason: 'it may be in the hands of others', link: `https://x/dashboard/keys/${id}` },
  })
  assert.equal((await send(operator, `POST /operator/v1/keys/${id}/resume`)).status, 200)
  const after = (await as(person, `GET /api/keys/${id}`)).json.data
  assert.deepEqual([after.isActive, after.stop], [true, null])
  const listed = await send(operator, `GET /operator/v1/accounts/${person.accountId}/keys`)
  assert.equal(listed.json.data[0].stop, null)
  world.clock.at += 1_000
  const end = { reason: 'abuse', note: 'Sold on.' }
  assert.equal((await send(operator, `POST /operator/v1/keys/${id}/revoke`, { body: end, idempotencyKey: 'e' })).status, 200)
  const ended = (await as(person, `GET /api/keys/${id}`)).json.data
  assert.deepEqual([ended.stop.act, ended.stop.note, ended.stop.since], ['revoked', 'Sold on.', ended.revokedAt])
  assert.deepEqual(
    (await letters()).map((one) => one?.template),
    ['key-stopped', 'key-revoked'],
  )
  assert.equal((await pause(why)).json.error.code, 'key_unknown')
  const noted = await store.ownerDatabase.query<{ action: string; account_id: string | null }>(sql`
    select distinct action, account_id::text from audit_entry where account_id = ${person.accountId}::uuid and action like 'keys.%' order by action`)
  assert.deepEqual(
    noted.map(({ action }) => action),
    ['keys.pause.create', 'keys.resume.create', 'keys.revoke.create'],
  )
})

test('a new key has the cap of the house unless it names one; its account sees it, changes it and takes it away', async () => {
  const person = await newPerson()
  const [usual, own] = [await newKey(person), await newKey(person, { spendCap: { amount: '3.00', window: 'week' } })]
  assert.deepEqual((await shownKey(person, usual.id)).spendCap, { amount: '20.00', window: 'day' })
  assert.deepEqual((await shownKey(person, own.id)).spendCap, { amount: '3.00', window: 'week' })
  await as(person, `PATCH /api/keys/${usual.id}`, { body: { spendCap: { amount: '50.00', window: 'day' } } })
  assert.deepEqual((await findKeyById(database, usual.id))?.spending?.[0]?.limit, 50n * USD)
  await as(person, `PATCH /api/keys/${usual.id}`, { body: { spendCap: null } })
  assert.equal((await shownKey(person, usual.id)).spendCap, null)
  const bought = await as(person, 'POST /api/billing/subscribe', { body: { planSlug: 'pro', createKey: true } })
  assert.equal((await shownKey(person, bought.json.data.key.id)).spendCap, null, 'what a plan pays for has no cap of the house')
  const minted = await send(operator, `POST /operator/v1/accounts/${person.accountId}/keys`, { body: { name: 'by operator' } })
  assert.deepEqual(minted.json.spend_cap, { amount: '20.00', window: 'day' })
})

test('the sixth payment that an account begins in an hour is refused with how long to wait; one that is sent again counts once', async () => {
  const person = await newPerson()
  const begin = (idempotencyKey?: string) =>
    as(person, 'POST /api/billing/topup', { body: { amount: '10.00' }, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) })
  for (let index = 0; index < 10; index += 1) assert.equal((await begin('same')).status, 201)
  for (let index = 0; index < 4; index += 1) assert.equal((await begin()).status, 201)
  const refused = await begin()
  assert.deepEqual([refused.status, refused.json.error.code], [429, 'topup_limited'])
  assert.ok(Number(refused.headers.get('retry-after')) >= 1)
  const plan = await as(person, 'POST /api/billing/checkout', { body: { planSlug: 'pro' } })
  assert.equal(plan.json.error.code, 'topup_limited')
  world.clock.at += 3_600_001
  assert.equal((await begin()).status, 201)
})

test('an operator lets an e-mail sign up, and what is remembered of it tells no e-mail', async () => {
  const body = { email: 'second@example.com' }
  const allowed = await send(operator, 'POST /operator/v1/sign-up-allowances', { body, idempotencyKey: 'a' })
  assert.equal(allowed.status, 201, allowed.text)
  assert.deepEqual(Object.keys(allowed.json), ['allowed_until'])
  const kept = await store.ownerDatabase.query<{ text: string }>(sql`
    select s::text as text from sign_up_allowance s union all select i::text from idempotency i`)
  assert.ok(kept.length >= 2 && !kept.some(({ text }) => text.includes('second')))
  assert.equal((await send(operator, 'POST /operator/v1/sign-up-allowances', { body: { email: 'no' } })).json.error.code, 'invalid_field')
})
