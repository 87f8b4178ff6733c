// Guarantee: over HTTP nobody is signed in by an issuer but from a page of ours, with what that page kept; a link needs a session and a fresh proof; of operators
// those alone come in by an issuer who were invited and joined by it, and what is taken away is worth nothing.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { type SimIssuer, startSimIssuer } from '../../sim/index.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { makeIdentity } from '../identity/index.ts'
import { issuerSettingsOf, issuersBlock, openIssuers } from '../issuers/index.ts'
import { makeOperatorDesk } from '../operators/index.ts'
import { customerApp } from './customer-app.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { OPERATOR_URL, send, type TestAnswer, type TestWorld, testWorld } from './test-world.ts'
import { browse, codeOf, cookieOf } from './testing.ts'

const SHOP = { origin: 'https://shop.example', host: 'shop.example' } as const
let sim: SimIssuer
let kit: TestDatabase
let world: TestWorld
let customers: Hono<ApiEnv>
let operators: Hono<ApiEnv>
before(async () => {
  ;[sim, kit] = [await startSimIssuer(), await createTestDatabase()]
  world = testWorld(kit.appDatabase)
  // What has ended by the clock of the database has ended, so this one may only be ahead of it.
  world.clock.at = Date.now() + 60_000
  const { subjects, ids, log, ledger } = world.dependencies
  const written = { name: 'Work', issuer: sim.url, client_id: sim.clientId, client_secret: sim.clientSecret }
  const block = issuersBlock.parse([
    { ...written, id: 'work', for: ['customers', 'operators'] },
    { ...written, id: 'shop' },
  ])
  const issuers = openIssuers(issuerSettingsOf(block), { clock: { monotonic: () => 0 } })
  const shared = {
    ...{
      database: kit.appDatabase,
      subjects,
      ids,
      log,
      issuers,
      ipTags: { ipTag: async () => undefined },
      clock: { now: () => world.clock.at },
    },
    ...{ random: randomBytes, service: 'shop', scheme: 'argon2id' as const, mailer: undefined },
  }
  const identity = makeIdentity({ ...shared, publicUrl: SHOP.origin, openLedgerAccount: (id) => ledger.openAccount(id) })
  const desk = makeOperatorDesk({ ...shared, url: OPERATOR_URL, tokenHash: randomBytes(32) })
  const dependencies = { ...world.dependencies, identity, operators: { ...desk, ofToken: world.dependencies.operators.ofToken } }
  ;[customers, operators] = [customerApp(dependencies) as unknown as Hono<ApiEnv>, operatorApp(dependencies)]
})
after(async () => {
  await kit.drop()
  await sim.stop()
})

type Call = Parameters<typeof browse>[2]
const ask = (line: string, { headers = {}, ...call }: Call = {}) => browse(customers, line, { headers: { ...SHOP, ...headers }, ...call })
const operate = (line: string, call: Call = {}) => browse(operators, line, call)
const cameBack = async ({ json }: TestAnswer): Promise<object> => {
  const { searchParams } = await sim.visit(json.url)
  return { step: json.step, ...Object.fromEntries(searchParams) }
}
const errand = async (aim: string) => ({
  issuer: 'work',
  aim,
  ...(await cameBack(await ask('POST /api/auth/issuers/begin', { body: { issuer: 'work', aim } }))),
})
const signUp = async (sub: string): Promise<TestAnswer> => {
  sim.user = { sub }
  return await ask('POST /api/auth/issuers/end', { body: await errand('sign-up') })
}

test('a customer comes in from a page of ours alone, by a cookie of ours; an address that leads back does nothing by itself', async () => {
  assert.deepEqual((await ask('GET /api/auth/issuers')).json, {
    data: [
      { id: 'work', name: 'Work', is_proof: true },
      { id: 'shop', name: 'Work', is_proof: true },
    ],
    company: false,
  })
  sim.user = { sub: 'ada' }
  const body = await errand('sign-up')
  for (const headers of [{ origin: 'https://evil.example' }, { origin: '' }, { 'sec-fetch-site': 'cross-site' }])
    assert.equal(codeOf(await ask('POST /api/auth/issuers/end', { body, headers })), '403 origin_refused')
  const page = await customers.request(`/sign-in/with/work?code=${'c'.repeat(20)}&state=s`)
  assert.ok([200, 503].includes(page.status) && page.headers.get('set-cookie') === null, `${page.status}`)
  const answer = await ask('POST /api/auth/issuers/end', { body })
  assert.match(
    answer.headers.get('set-cookie') ?? '',
    /^__Host-farebox=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  assert.equal(codeOf(await ask('POST /api/auth/issuers/end', { body })), '401 issuer_refused')
  assert.equal(codeOf(await ask('POST /api/auth/issuers/begin', { body: { issuer: '../x', aim: 'sign-in' } })), '400 invalid_field')
})

test('a link is made and taken away by who is signed in, with a fresh proof, which gives another cookie', async () => {
  const cookie = cookieOf(await signUp('bea'))
  const [{ id }] = (await ask('GET /api/auth/identities', { cookie })).json.data
  assert.equal(codeOf(await ask('GET /api/auth/identities')), '401 signed_out')
  assert.equal(codeOf(await ask('POST /api/auth/identities/begin', { body: { issuer: 'work' } })), '401 signed_out')
  sim.user = { sub: 'bea at another' }
  const came = await cameBack(await ask('POST /api/auth/identities/begin', { cookie, body: { issuer: 'work' } }))
  const linked = await ask('POST /api/auth/identities', { cookie, body: { issuer: 'work', ...came } })
  assert.equal(linked.status, 201, linked.text)
  assert.equal(codeOf(await ask('GET /api/auth/me', { cookie })), '401 signed_out')
  const next = cookieOf(linked)
  world.clock.at += 600_001
  for (const line of ['POST /api/auth/identities/begin', `DELETE /api/auth/identities/${id}`])
    assert.equal(codeOf(await ask(line, { cookie: next, body: { issuer: 'work' } })), '403 not_fresh')
})

async function invite(name: string): Promise<string> {
  const { json } = await send(operators, 'POST /operator/v1/operators/invitations', { body: { name, role: 'support' } })
  return json.link.split('#token=')[1]
}
async function operatorErrand(invitation?: string): Promise<object> {
  const asked = { issuer: 'work', ...(invitation === undefined ? {} : { invitation }) }
  return { ...asked, ...(await cameBack(await operate('POST /operator/auth/issuers/begin', { body: asked }))) }
}
const end = (body: object) => operate('POST /operator/auth/issuers/end', { body })

test('who was invited joins by an issuer and signs in by it; nobody else becomes an operator, whoever vouches', async () => {
  assert.deepEqual((await operate('GET /operator/auth/issuers')).json, { data: [{ id: 'work', name: 'Work', is_proof: true }] })
  assert.equal(codeOf(await operate('POST /operator/auth/issuers/begin', { body: { issuer: 'shop' } })), '404 issuer_unknown')
  sim.user = { sub: 'operator carla' }
  assert.equal(codeOf(await end(await operatorErrand())), '401 operator_sign_in_failed')
  const token = await invite('carla')
  const toSignIn = await operatorErrand()
  assert.equal(codeOf(await end({ ...toSignIn, invitation: token })), '401 issuer_refused')
  const joined = await end(await operatorErrand(token))
  assert.equal(joined.status, 200, joined.text)
  assert.deepEqual(
    [joined.json.name, joined.json.role, joined.json.ways, joined.json.recovery_codes.length],
    ['carla', 'support', ['issuer'], 10],
  )
  assert.equal(
    codeOf(await operate('POST /operator/auth/issuers/begin', { body: { issuer: 'work', invitation: token } })),
    '401 sign_in_link_invalid',
  )
  const signedIn = await end(await operatorErrand())
  assert.deepEqual([signedIn.status, signedIn.json.name, signedIn.json.recovery_codes], [200, 'carla', []])
  assert.deepEqual([joined.json.fresh, signedIn.json.fresh], [true, false], 'an issuer that says nothing of when is no fresh proof')
  sim.manner = { claims: { auth_time: Math.floor(world.clock.at / 1_000) - 5 } }
  assert.equal((await end(await operatorErrand())).json.fresh, true)
  sim.manner = {}
  assert.equal((await operate('GET /operator/v1/accounts', { cookie: cookieOf(signedIn) })).status, 200)
  assert.equal(codeOf(await end(await operatorErrand(await invite('dora')))), '409 identity_taken')
  const refused = { body: await operatorErrand(), headers: { origin: 'https://evil.example' } }
  assert.equal(codeOf(await operate('POST /operator/auth/issuers/end', refused)), '403 origin_refused')
})

test('who ends is out at once, and whom the customers know is no operator', async () => {
  sim.user = { sub: 'operator emil' }
  const cookie = cookieOf(await end(await operatorErrand(await invite('emil'))))
  const rows = await kit.ownerDatabase.query<{ text: string }>(sql`select i::text as text from operator_identity i`)
  assert.ok(rows.length > 0 && !rows.some(({ text }) => text.includes('emil')))
  await send(operators, 'DELETE /operator/v1/operators/emil')
  assert.equal((await operate('GET /operator/v1/accounts', { cookie })).status, 401)
  assert.equal(codeOf(await end(await operatorErrand())), '401 operator_sign_in_failed')
  await signUp('customer finn')
  assert.equal(codeOf(await end(await operatorErrand())), '401 operator_sign_in_failed')
  const noted = await kit.ownerDatabase.query(sql`select from audit_entry where action = 'operators.sign-in-refused' and actor = 'unknown'`)
  assert.ok(noted.length >= 3)
})

test('an operator who has a passkey or nothing else links an issuer and signs in by it; the last way stays; it proves anew who has nothing else', async () => {
  sim.user = { sub: 'operator hana' }
  const hana = cookieOf(await end(await operatorErrand(await invite('hana'))))
  sim.user = { sub: 'operator hana elsewhere' }
  const begin = async (path: string) => ({
    issuer: 'work',
    ...(await cameBack(await operate(`POST ${path}/begin`, { cookie: hana, body: { issuer: 'work' } }))),
  })
  const identities = async () => (await operate('GET /operator/auth/identities', { cookie: hana })).json.data
  const linked = await operate('POST /operator/auth/identities', { cookie: hana, body: await begin('/operator/auth/identities') })
  assert.equal(linked.status, 201, linked.text)
  assert.equal((await identities()).length, 2)
  assert.equal((await end(await operatorErrand())).json.name, 'hana')
  assert.equal(
    codeOf(await operate('POST /operator/auth/identities', { cookie: hana, body: await begin('/operator/auth/identities') })),
    '409 identity_taken',
  )
  world.clock.at += 600_001
  const before = await begin('/operator/auth/proof/issuer')
  for (const [line, body] of [
    ['POST /operator/auth/identities/begin', { issuer: 'work' }],
    ['DELETE /operator/auth/identities/018f0000-0000-7000-8000-000000000000', {}],
  ] as const)
    assert.equal(codeOf(await operate(line, { cookie: hana, body })), '403 not_fresh')
  sim.user = { sub: 'somebody else' }
  const foreign = await begin('/operator/auth/proof/issuer')
  assert.equal(codeOf(await operate('POST /operator/auth/proof/issuer', { cookie: hana, body: foreign })), '401 issuer_refused')
  sim.manner = { signedInSecondsAgo: 3_600 }
  sim.user = { sub: 'operator hana' }
  assert.equal(
    codeOf(await operate('POST /operator/auth/proof/issuer', { cookie: hana, body: await begin('/operator/auth/proof/issuer') })),
    '401 issuer_refused',
  )
  sim.manner = {}
  const proven = await operate('POST /operator/auth/proof/issuer', { cookie: hana, body: before })
  assert.deepEqual([proven.status, proven.json.name], [200, 'hana'])
  const fresh = cookieOf(proven)
  const data = (await operate('GET /operator/auth/identities', { cookie: fresh })).json.data
  const unlink = (id: string) => operate(`DELETE /operator/auth/identities/${id}`, { cookie: fresh })
  assert.equal((await unlink(data[0].id)).status, 200)
  assert.equal(codeOf(await unlink(data[0].id)), '404 identity_unknown')
  assert.equal(codeOf(await unlink(data[1].id)), '409 operator_last_way')
  const noted = await kit.ownerDatabase.query<{ action: string }>(
    sql`select action from audit_entry where action like 'operators.issuer-%'`,
  )
  assert.ok(['operators.issuer-linked', 'operators.issuer-unlinked'].every((action) => noted.some((one) => one.action === action)))
})
