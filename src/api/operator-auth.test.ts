// Guarantee: an operator's browser is let in by a token once, then by a cookie that no page can read and no other page can use; what the token
// could do the session can, no longer than the token, and what is not undone needs a new proof.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { makeOperatorDesk } from '../operators/index.ts'
import { paymentSettingsOf } from '../payments/index.ts'
import { keyringOf, makeIpTags } from '../privacy/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { OPERATOR_URL, send, TEST_TOKEN, type TestWorld, testWorld } from './test-world.ts'
import { browse as browseAs, codeOf, cookieOf } from './testing.ts'

let kit: TestDatabase
let world: TestWorld
let app: Hono<ApiEnv>
before(async () => {
  kit = await createTestDatabase()
  world = testWorld(kit.appDatabase)
  // What has ended by the clock of the database has ended, so this one may only be ahead of it.
  world.clock.at = Date.now() + 60_000
  app = operatorApp({ ...world.dependencies, paymentSettings: paymentSettingsOf({ manual: { second_person_above: '100.00' } }) })
})
after(() => kit.drop())

const browse = (line: string, call: Parameters<typeof browseAs>[2] = {}) => browseAs(app, line, call)
const signIn = async (token: string): Promise<string> => {
  const answer = await browse('POST /operator/auth/sign-in', { body: { token } })
  assert.equal(answer.status, 200, answer.text)
  return cookieOf(answer)
}
const newOperator = async (name: string, role: string): Promise<string> =>
  (await send(app, 'POST /operator/v1/operators', { body: { name, role } })).json.secret

test('a token opens a session whose cookie no script reads; nothing of it lies in the database, and the audit log has who came', async () => {
  const token = await newOperator('anna', 'support')
  const answer = await browse('POST /operator/auth/sign-in', { body: { token }, headers: { 'user-agent': 'Firefox/144.0' } })
  const fresh = new Date(world.clock.at + 600_000).toISOString()
  const me = { name: 'anna', role: 'support', ways: ['token'], fresh: true, fresh_until: fresh, recovery_codes_left: 0 }
  assert.deepEqual(answer.json, me)
  assert.match(
    answer.headers.get('set-cookie') ?? '',
    /^__Host-farebox-operator=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  const cookie = cookieOf(answer)
  assert.equal((await browse('GET /operator/v1/accounts', { cookie })).status, 200)
  assert.equal(codeOf(await browse('POST /operator/v1/operators', { cookie, body: { name: 'x' } })), '403 operator_role')
  const rows = await kit.ownerDatabase.query<{ text: string }>(sql`select s::text as text from operator_session s`)
  assert.ok(rows.length > 0 && !rows.some(({ text }) => text.includes(cookie.split('=')[1] ?? '?')))
  const noted = await kit.ownerDatabase.query<{ actor: string; action: string }>(sql`
    select actor, action from audit_entry where actor = 'operator:anna' order by serial`)
  assert.deepEqual(
    noted.map(({ action }) => action),
    ['operators.sign-in', 'accounts.list'],
  )
  assert.deepEqual(world.logged, [])
})

test('the configured token is an owner by session too; who is signed in is told by session or token', async () => {
  const cookie = await signIn(TEST_TOKEN)
  const me = await browse('GET /operator/auth/me', { cookie })
  assert.deepEqual([me.json.name, me.json.role, me.json.ways], ['operator-token', 'owner', ['token']])
  assert.equal((await browse('POST /operator/v1/operators', { cookie, body: { name: 'by-session' } })).status, 201)
  const bearer = await send(app, 'GET /operator/auth/me')
  assert.deepEqual([bearer.json.name, bearer.json.fresh, bearer.json.fresh_until], ['operator-token', true, null])
  assert.equal(codeOf(await browse('GET /operator/auth/me')), '401 operator_token_invalid')
})

test('a cookie is worth nothing to other pages: other origins, neighbours on other ports, no origin, names that were bent to this address', async () => {
  const cookie = await signIn(TEST_TOKEN)
  const refused: readonly Readonly<Record<string, string>>[] = [
    { origin: 'https://evil.example' },
    { origin: '' },
    { origin: 'null' },
    { origin: 'http://localhost:3000' },
    { origin: 'http://localhost:8081.evil.example' },
    { origin: 'http://evil.example:8081', host: 'evil.example:8081' },
    { origin: 'http://localhost.evil.example', host: 'localhost.evil.example' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
  ]
  const body = { name: 'never' }
  for (const headers of refused) {
    assert.equal(
      codeOf(await browse('POST /operator/v1/operators', { cookie, body, headers })),
      '403 origin_refused',
      JSON.stringify(headers),
    )
    assert.equal(codeOf(await browse('POST /operator/auth/sign-in', { body: { token: TEST_TOKEN }, headers })), '403 origin_refused')
    assert.equal(codeOf(await browse('POST /operator/auth/sign-out', { cookie, headers })), '403 origin_refused')
  }
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, { origin: '', host: 'evil.example:8081' }])
    assert.equal(codeOf(await browse('GET /operator/v1/accounts', { cookie, headers })), '403 origin_refused')
  const own = [
    { origin: '' },
    { origin: 'http://127.0.0.1:9000', host: '127.0.0.1:9000' },
    { origin: 'http://[::1]:8081', host: '[::1]:8081' },
  ]
  for (const headers of own)
    assert.equal((await browse('GET /operator/v1/accounts', { cookie, headers })).status, 200, JSON.stringify(headers))
  assert.equal(
    (await send(app, 'GET /operator/v1/operators')).json.data.some(({ name }: { name: string }) => name === 'never'),
    false,
  )
})

test('a session ends when it is signed out, when its token is revoked or configured anew, after 12 idle hours, and after 24', async () => {
  const token = await newOperator('bert', 'finance')
  const [left, kept] = [await signIn(token), await signIn(token)]
  const out = await browse('POST /operator/auth/sign-out', { cookie: left })
  assert.match(out.headers.get('set-cookie') ?? '', /^__Host-farebox-operator=; Max-Age=0; /)
  assert.equal(codeOf(await browse('GET /operator/v1/accounts', { cookie: left })), '401 signed_out')
  assert.equal((await browse('GET /operator/v1/accounts', { cookie: kept })).status, 200)
  await send(app, 'DELETE /operator/v1/operators/bert')
  assert.equal(codeOf(await browse('GET /operator/v1/accounts', { cookie: kept })), '401 signed_out')
  assert.equal(codeOf(await browse('POST /operator/auth/sign-in', { body: { token } })), '401 operator_sign_in_failed')

  const owner = await signIn(TEST_TOKEN)
  const operators = makeOperatorDesk({ ...deskParts(), tokenHash: randomBytes(32) })
  assert.equal(await operators.sessionOf(owner.split('=')[1]), undefined, 'the configured token is another one')

  const [idle, busy] = [await signIn(TEST_TOKEN), await signIn(TEST_TOKEN)]
  for (let hours = 0; hours < 24; hours += 8) {
    assert.equal((await browse('GET /operator/auth/me', { cookie: busy })).status, 200, `${hours} h`)
    world.clock.at += 8 * 3_600_000
  }
  assert.equal(codeOf(await browse('GET /operator/auth/me', { cookie: idle })), '401 signed_out')
  world.clock.at += 1
  assert.equal(codeOf(await browse('GET /operator/auth/me', { cookie: busy })), '401 signed_out')
})

test('sessions are listed and ended, one’s own alone', async () => {
  const [cora, dora] = [await newOperator('cora', 'support'), await newOperator('dora', 'support')]
  const [one, other, foreign] = [await signIn(cora), await signIn(cora), await signIn(dora)]
  const listed = (await browse('GET /operator/auth/sessions', { cookie: one })).json.data as { id: string; is_this: boolean; way: string }[]
  assert.deepEqual(listed.map(({ is_this, way }) => `${is_this} ${way}`).toSorted(), ['false token', 'true token'])
  const id = listed.find(({ is_this }) => !is_this)?.id
  assert.equal(codeOf(await browse(`DELETE /operator/auth/sessions/${id}`, { cookie: foreign })), '404 session_unknown')
  assert.equal((await browse(`DELETE /operator/auth/sessions/${id}`, { cookie: one })).status, 200)
  assert.equal(codeOf(await browse('GET /operator/auth/me', { cookie: other })), '401 signed_out')
  assert.equal((await browse('GET /operator/auth/me', { cookie: foreign })).status, 200)
  const [last] = await kit.ownerDatabase.query<{ actor: string; action: string }>(sql`
    select actor, action from audit_entry order by serial desc limit 1`)
  assert.deepEqual(last, { actor: 'operator:cora', action: 'operators.session-ended' })
})

test('what is not undone needs a proof of the last ten minutes, which gives the browser another cookie; a bearer token proves it each time', async () => {
  const token = await newOperator('emil', 'manager')
  const old = await signIn(token)
  world.clock.at += 600_001
  const line = 'POST /operator/v1/accounts/01890000-0000-7000-8000-000000000000/refunds'
  const call = { cookie: old, body: { amount: '1.00', reason: 'r' } }
  assert.equal(codeOf(await browse(line, call)), '403 not_fresh')
  const large = { cookie: old, body: { amount: '100.01', reason: 'r' } }
  assert.equal(codeOf(await browse('POST /operator/v1/accounts/01890000-0000-7000-8000-000000000000/credits', large)), '403 not_fresh')
  assert.equal((await browse('GET /operator/auth/me', { cookie: old })).json.fresh, false)
  for (const wrong of ['fbo_wrong', TEST_TOKEN])
    assert.equal(codeOf(await browse('POST /operator/auth/proof', { cookie: old, body: { token: wrong } })), '401 operator_sign_in_failed')
  const proven = await browse('POST /operator/auth/proof', { cookie: old, body: { token } })
  assert.equal(proven.json.fresh, true)
  assert.equal(codeOf(await browse('GET /operator/auth/me', { cookie: old })), '401 signed_out', 'the old cookie is worth nothing')
  assert.equal(codeOf(await browse(line, { ...call, cookie: cookieOf(proven) })), '404 account_unknown')
  assert.equal(codeOf(await send(app, line, { body: call.body, headers: { authorization: `Bearer ${token}` } })), '404 account_unknown')
})

test('wrong tokens are counted by address and noted under nobody’s name; then the right one waits too', async () => {
  const operators = makeOperatorDesk({ ...deskParts(), tokenHash: randomBytes(32) })
  const visitor = { address: '203.0.113.9', userAgent: undefined }
  const codes: string[] = []
  for (let tries = 0; tries < 101; tries += 1)
    codes.push(
      await operators.signInByToken('fbo_wrong', visitor).then(
        () => 'in',
        (thrown) => thrown.failure?.code,
      ),
    )
  assert.deepEqual([codes[99], codes[100]], ['operator_sign_in_failed', 'sign_in_limited'])
  const [{ n } = { n: 0 }] = await kit.ownerDatabase.query<{ n: number }>(sql`
    select count(*)::integer as n from audit_entry where actor = 'unknown' and action = 'operators.sign-in-refused'`)
  assert.ok(n >= 100)
})

function deskParts(): Omit<Parameters<typeof makeOperatorDesk>[0], 'tokenHash'> {
  const { appDatabase: database, subjects, ids, log } = world.dependencies
  const days = new Map<string, Buffer>()
  const store = {
    readDay: async (day: string) => days.get(day),
    addDay: async (day: string, wrapped: Buffer) => days.set(day, days.get(day) ?? wrapped).get(day) ?? wrapped,
    removeDaysBefore: async () => 0,
  }
  const ipTags = makeIpTags(store, keyringOf(new Map([[1, randomBytes(32)]])))
  const clock = { now: () => world.clock.at }
  return {
    database,
    subjects,
    ids,
    log,
    ipTags,
    clock,
    random: randomBytes,
    mailer: undefined,
    service: 'shop',
    scheme: 'argon2id',
    url: OPERATOR_URL,
  }
}
