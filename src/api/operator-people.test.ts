// Guarantee: who an owner invites becomes an operator by a passkey, or a password and an authenticator app, and by nothing less; each link, code
// and answer works once; what is taken away is worth nothing at the next request; and all of it lies in the database as hashes or sealed.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { makeAuthenticator, type PasskeyOptions } from '../../checks/security/authenticator.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { totpCode, totpStepOf } from '../identity/index.ts'
import { makeOperatorDesk } from '../operators/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { OPERATOR_URL, send, TEST_TOKEN, type TestAnswer, type TestWorld, testWorld } from './test-world.ts'
import { browse, codeOf, cookieOf } from './testing.ts'

const PASSWORD = 'a long enough password'
const mails: { readonly to: string; readonly link: string }[] = []

let kit: TestDatabase
let world: TestWorld
let app: Hono<ApiEnv>
before(async () => {
  kit = await createTestDatabase()
  world = testWorld(kit.appDatabase)
  // What has ended by the clock of the database has ended, so this one may only be ahead of it.
  world.clock.at = Date.now() + 60_000
  const { subjects, ids, log } = world.dependencies
  const operators = makeOperatorDesk({
    ...{ database: kit.appDatabase, subjects, ids, log, ipTags: { ipTag: async () => undefined }, clock: { now: () => world.clock.at } },
    ...{ random: randomBytes, service: 'shop', scheme: 'argon2id', url: OPERATOR_URL, tokenHash: randomBytes(32) },
    mailer: { send: async (_, to, fields) => void mails.push({ to, link: fields['link'] ?? '' }) },
  })
  const { ofToken } = world.dependencies.operators
  app = operatorApp({ ...world.dependencies, operators: { ...operators, ofToken } })
})
after(() => kit.drop())

const ask = (line: string, call: Parameters<typeof browse>[2] = {}) => browse(app, line, call)
const tokenOf = ({ json }: TestAnswer): string => json.link.split('#token=')[1]
const invite = async (name: string, role = 'support'): Promise<string> => {
  const answer = await send(app, 'POST /operator/v1/operators/invitations', { body: { name, role } })
  assert.equal(answer.status, 201, answer.text)
  return tokenOf(answer)
}
const shownOf = async (name: string) =>
  (await send(app, 'GET /operator/v1/operators')).json.data.find((one: { readonly name: string }) => one.name === name)

/** Joins with a passkey; its counter goes up by itself. */
async function joinByPasskey(name: string, role = 'support') {
  const token = await invite(name, role)
  const authenticator = makeAuthenticator(OPERATOR_URL)
  const options: PasskeyOptions = (await ask('POST /operator/auth/invitation/passkey/options', { body: { token } })).json
  const joined = await ask('POST /operator/auth/invitation/passkey', { body: { token, passkey: authenticator.make(options) } })
  assert.equal(joined.status, 201, joined.text)
  const use = (asked: PasskeyOptions) => {
    authenticator.device.counter += 1
    return authenticator.use(asked)
  }
  return { token, joined, use, authenticator, cookie: cookieOf(joined) }
}

/** Joins with a password and an app, whose next code is a step later each time. */
async function joinByPassword(name: string, role = 'support') {
  const token = await invite(name, role)
  const { secret } = (await ask('POST /operator/auth/invitation/totp', { body: { token } })).json
  const code = (): string => {
    world.clock.at += 30_000
    return totpCode(unbase32(secret), totpStepOf(world.clock.at))
  }
  const joined = await ask('POST /operator/auth/invitation/password', { body: { token, password: PASSWORD, code: code() } })
  assert.equal(joined.status, 201, joined.text)
  return { token, joined, code, cookie: cookieOf(joined) }
}
const signIn = (body: object) => ask('POST /operator/auth/sign-in', { body })

test('a person joins by a passkey, is signed in, and signs in by it; the link and each answer work once', async () => {
  const { token, joined, use, cookie } = await joinByPasskey('anna', 'finance')
  assert.deepEqual([joined.json.name, joined.json.role, joined.json.ways, joined.json.fresh], ['anna', 'finance', ['passkey'], true])
  assert.equal(joined.json.recovery_codes.length, 10)
  assert.equal((await ask('GET /operator/v1/accounts', { cookie })).status, 200)
  assert.equal(codeOf(await ask('POST /operator/auth/invitation/shown', { body: { token } })), '401 sign_in_link_invalid')
  const options: PasskeyOptions = (await ask('POST /operator/auth/passkey-sign-in/options')).json
  const passkey = use(options)
  const signedIn = await ask('POST /operator/auth/passkey-sign-in', { body: { passkey } })
  assert.equal(signedIn.status, 200, signedIn.text)
  assert.equal(codeOf(await ask('POST /operator/auth/passkey-sign-in', { body: { passkey } })), '401 passkey_refused')
  const own = { challenge: randomBytes(32).toString('base64url') }
  assert.equal(codeOf(await ask('POST /operator/auth/passkey-sign-in', { body: { passkey: use(own) } })), '401 passkey_refused')
})

test('a passkey that did not ask its owner, was made elsewhere or for another invitation makes nobody an operator', async () => {
  const [token, other] = [await invite('bert'), await invite('berta')]
  const authenticator = makeAuthenticator(OPERATOR_URL)
  const asked = async (of: string): Promise<PasskeyOptions> =>
    (await ask('POST /operator/auth/invitation/passkey/options', { body: { token: of } })).json
  const join = async (passkey: object) => codeOf(await ask('POST /operator/auth/invitation/passkey', { body: { token, passkey } }))
  assert.equal(await join(authenticator.make(await asked(token), { isVerified: false })), '401 passkey_refused')
  assert.equal(await join(authenticator.make(await asked(token), { origin: 'https://evil.example' })), '401 passkey_refused')
  assert.equal(await join(authenticator.make(await asked(other))), '401 passkey_refused')
  assert.equal(await join(authenticator.make(await asked(token))), '201', 'the invitation was not used up by what was refused')
  assert.deepEqual((await shownOf('berta')).ways, [])
})

test('a person joins by a password and the first code of an app; both are asked for, and no code works twice', async () => {
  const { joined, code } = await joinByPassword('cora')
  assert.deepEqual([joined.json.ways, joined.json.recovery_codes.length], [['password'], 10])
  const right = code()
  for (const wrong of [
    { name: 'cora', password: PASSWORD, code: '000000' },
    { name: 'cora', password: 'another long password', code: right },
    { name: 'nobody', password: PASSWORD, code: right },
  ])
    assert.equal(codeOf(await signIn(wrong)), '401 operator_sign_in_failed', JSON.stringify(wrong))
  assert.equal(codeOf(await signIn({ name: 'cora', password: PASSWORD })), '400 invalid_field')
  const both = await Promise.all([1, 2, 3].map(() => signIn({ name: 'cora', password: PASSWORD, code: right })))
  assert.deepEqual(both.map(codeOf).toSorted(), ['200', '401 operator_sign_in_failed', '401 operator_sign_in_failed'])
})

test('a password alone, a short one, one’s own name or a wrong code joins nobody', async () => {
  const token = await invite('a.name.of.some.length')
  const join = async (body: object) => codeOf(await ask('POST /operator/auth/invitation/password', { body: { token, ...body } }))
  assert.equal(await join({ password: PASSWORD, code: '123456' }), '401 second_step_failed', 'no app was set up')
  await ask('POST /operator/auth/invitation/totp', { body: { token } })
  assert.equal(await join({ password: PASSWORD, code: '12345' }), '401 second_step_failed')
  assert.equal(await join({ password: 'short', code: '123456' }), '400 invalid_field')
  assert.equal(await join({ password: 'a.name.of.some.length', code: '123456' }), '400 invalid_field')
  assert.deepEqual((await shownOf('a.name.of.some.length')).ways, [])
})

test('a recovery code lets in once, with the password where there is one', async () => {
  const { joined } = await joinByPassword('dora')
  const [one, other] = joined.json.recovery_codes as readonly string[]
  assert.equal(codeOf(await signIn({ name: 'dora', recovery_code: one })), '401 operator_sign_in_failed')
  assert.equal(codeOf(await signIn({ name: 'dora', password: PASSWORD, recovery_code: one })), '200')
  assert.equal(codeOf(await signIn({ name: 'dora', password: PASSWORD, recovery_code: one })), '401 operator_sign_in_failed')
  assert.equal(codeOf(await signIn({ name: 'anna', password: PASSWORD, recovery_code: other })), '401 operator_sign_in_failed')
  const passkeyed = await joinByPasskey('dana')
  assert.equal(codeOf(await signIn({ name: 'dana', recovery_code: passkeyed.joined.json.recovery_codes[0] })), '200')
})

test('ten wrong guesses at one name in a quarter of an hour, then the right one waits too', async () => {
  const { code } = await joinByPassword('emil')
  const wrong = { name: 'emil', password: 'a wrong long password', code: '000000' }
  for (let tries = 0; tries < 10; tries += 1) assert.equal(codeOf(await signIn(wrong)), '401 operator_sign_in_failed')
  const right = await signIn({ name: 'emil', password: PASSWORD, code: code() })
  assert.equal(codeOf(right), '429 sign_in_limited')
  assert.ok(Number(right.headers.get('retry-after')) > 0)
  world.clock.at += 900_001
  assert.equal(codeOf(await signIn({ name: 'emil', password: PASSWORD, code: code() })), '200')
})

test('dangerous doors take a new proof by passkey, or by password and code, of the same person', async () => {
  const [one, other, typing] = [
    await joinByPasskey('fred', 'manager'),
    await joinByPasskey('frida', 'manager'),
    await joinByPassword('fay', 'manager'),
  ]
  world.clock.at += 600_001
  const line = 'POST /operator/v1/accounts/01890000-0000-7000-8000-000000000000/refunds'
  const body = { amount: '1.00', reason: 'r' }
  for (const { cookie } of [one, typing]) assert.equal(codeOf(await ask(line, { cookie, body })), '403 not_fresh')
  const asked = async (cookie: string): Promise<PasskeyOptions> => (await ask('POST /operator/auth/proof/options', { cookie })).json
  const prove = (cookie: string, proof: object) => ask('POST /operator/auth/proof', { cookie, body: proof })
  assert.equal(codeOf(await prove(one.cookie, { passkey: other.use(await asked(one.cookie)) })), '401 passkey_refused')
  assert.equal(codeOf(await prove(one.cookie, { password: PASSWORD, code: typing.code() })), '401 operator_sign_in_failed')
  const proven = await prove(one.cookie, { passkey: one.use(await asked(one.cookie)) })
  assert.equal(codeOf(await ask(line, { cookie: cookieOf(proven), body })), '404 account_unknown')
  const typed = await prove(typing.cookie, { password: PASSWORD, code: typing.code() })
  assert.equal(codeOf(await ask(line, { cookie: cookieOf(typed), body })), '404 account_unknown')
})

test('owners who are people invite, give other roles and end operators, at once; others do not', async () => {
  const owner = await joinByPasskey('olga', 'owner')
  const helper = await joinByPasskey('hans', 'support')
  const change = (cookie: string, line: string, body?: object) => ask(line, body === undefined ? { cookie } : { cookie, body })
  const email = { body: { email: 'x@example.com' }, cookie: helper.cookie }
  assert.equal((await ask('POST /operator/v1/accounts', email)).status, 201)
  assert.equal(codeOf(await change(helper.cookie, 'PATCH /operator/v1/operators/olga', { role: 'support' })), '403 operator_role')
  assert.equal((await change(owner.cookie, 'PATCH /operator/v1/operators/hans', { role: 'read-only' })).json.role, 'read-only')
  assert.equal(codeOf(await ask('POST /operator/v1/accounts', { ...email, body: { email: 'y@example.com' } })), '403 operator_role')
  assert.equal((await change(owner.cookie, 'DELETE /operator/v1/operators/hans')).status, 200)
  assert.equal(codeOf(await ask('GET /operator/v1/accounts', { cookie: helper.cookie })), '401 signed_out')
  const passkey = helper.use((await ask('POST /operator/auth/passkey-sign-in/options')).json)
  assert.equal(codeOf(await ask('POST /operator/auth/passkey-sign-in', { body: { passkey } })), '401 passkey_refused')
  assert.equal(codeOf(await change(owner.cookie, 'POST /operator/v1/operators/hans/invitation')), '404 operator_unknown')
  assert.equal(
    codeOf(await change(owner.cookie, 'POST /operator/v1/operators/invitations', { name: 'hans', role: 'support' })),
    '409 operator_exists',
  )
  world.clock.at += 600_001
  assert.equal(codeOf(await change(owner.cookie, 'PATCH /operator/v1/operators/anna', { role: 'owner' })), '403 not_fresh')
  const noted = await kit.ownerDatabase.query<{ action: string }>(sql`
    select distinct action from audit_entry where actor = 'operator:olga' order by action`)
  const actions = ['change', 'delete', 'invitation.create', 'invitations.create', 'joined', 'sign-in'].map(
    (action) => `operators.${action}`,
  )
  assert.deepEqual(
    noted.map(({ action }) => action),
    actions,
  )
})

test('an operator who is ended while the body of their request comes does nothing by it', async () => {
  const [owner, going] = [await joinByPasskey('rita', 'owner'), await joinByPasskey('sven', 'owner')]
  const begun = Promise.withResolvers<void>()
  const rest = Promise.withResolvers<void>()
  async function* slowly() {
    yield Buffer.from('{"name":"tilda",')
    begun.resolve()
    await rest.promise
    yield Buffer.from('"role":"owner"}')
  }
  const headers = { cookie: going.cookie, origin: OPERATOR_URL, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }
  const making = app.request('/operator/v1/operators', {
    ...{ method: 'POST', headers, body: ReadableStream.from(slowly()), duplex: 'half' },
  })
  await begun.promise
  assert.equal((await ask('DELETE /operator/v1/operators/sven', { cookie: owner.cookie })).status, 200)
  rest.resolve()
  assert.equal((await making).status, 401)
  assert.equal(await shownOf('tilda'), undefined)
})

test('an owner ends every session of an operator, who can sign in again', async () => {
  const { cookie, code } = await joinByPassword('lena')
  const other = cookieOf(await signIn({ name: 'lena', password: PASSWORD, code: code() }))
  assert.deepEqual((await send(app, 'DELETE /operator/v1/operators/lena/sessions')).json, { ended: 2 })
  for (const one of [cookie, other]) assert.equal(codeOf(await ask('GET /operator/auth/me', { cookie: one })), '401 signed_out')
  assert.equal(codeOf(await signIn({ name: 'lena', password: PASSWORD, code: code() })), '200')
  assert.equal(codeOf(await send(app, 'DELETE /operator/v1/operators/no-one/sessions')), '404 operator_unknown')
})

test('a new invitation takes passkey, password, codes and sessions away at once, and replaces the one before; it ends after 72 hours', async () => {
  const { code, cookie, joined } = await joinByPassword('gina')
  const again = async () => tokenOf(await send(app, 'POST /operator/v1/operators/gina/invitation'))
  const first = await again()
  assert.equal(codeOf(await ask('GET /operator/v1/accounts', { cookie })), '401 signed_out')
  assert.equal(codeOf(await signIn({ name: 'gina', password: PASSWORD, code: code() })), '401 operator_sign_in_failed')
  const recovery = { name: 'gina', password: PASSWORD, recovery_code: joined.json.recovery_codes[0] }
  assert.equal(codeOf(await signIn(recovery)), '401 operator_sign_in_failed')
  const second = await again()
  const shown = (token: string) => ask('POST /operator/auth/invitation/shown', { body: { token } })
  assert.equal(codeOf(await shown(first)), '401 sign_in_link_invalid')
  assert.deepEqual([(await shown(second)).json.name, (await shown(second)).json.role], ['gina', 'support'])
  world.clock.at += 72 * 3_600_000
  assert.equal(codeOf(await shown(second)), '401 sign_in_link_invalid')
})

test('an invitation is mailed where there is an e-mail, once for a repeated POST; the e-mail and all secrets are unreadable in the database', async () => {
  const body = { name: 'ivan', role: 'support', email: 'ivan.canary@example.com' }
  const call = { body, idempotencyKey: 'invite-ivan' }
  const made = await Promise.all([1, 2, 3].map(() => send(app, 'POST /operator/v1/operators/invitations', call)))
  assert.equal(new Set(made.map(({ text }) => text)).size, 1)
  assert.match(made[0]?.json.link ?? '', /^http:\/\/localhost:8081\/join#token=fbj_[\w-]{43}$/)
  assert.deepEqual(mails, [{ to: 'ivan.canary@example.com', link: made[0]?.json.link }])
  assert.equal(
    codeOf(await send(app, 'POST /operator/v1/operators/invitations', { body: { ...body, name: 'iv', email: 'no' } })),
    '400 invalid_field',
  )
  const { token, joined, code } = await joinByPassword('jana')
  const secrets = [
    'ivan.canary',
    made[0]?.json.link.split('=')[1],
    token,
    PASSWORD,
    ...joined.json.recovery_codes,
    code(),
    cookieOf(joined).split('=')[1],
  ]
  const rows = await kit.ownerDatabase.query<{ text: string }>(sql`
    select o::text || coalesce(encode(email_sealed, 'escape'), '') as text from operator o union all select i::text from operator_invitation i
    union all select r::text from operator_recovery_code r union all select s::text from operator_session s
    union all select s::text from idempotency s union all select a::text from audit_entry a`)
  for (const secret of secrets) assert.ok(!rows.some(({ text }) => text.includes(secret)), String(secret).slice(0, 4))
  await send(app, 'DELETE /operator/v1/operators/ivan')
  const [left] = await kit.ownerDatabase.query<{ sealed: Buffer | null }>(
    sql`select email_sealed as sealed from operator where name = 'ivan'`,
  )
  assert.equal(left?.sealed, null)
  assert.deepEqual(world.logged, [])
})

test('of many who use one invitation at once, one joins', async () => {
  const token = await invite('kim')
  const authenticators = Array.from({ length: 4 }, () => makeAuthenticator(OPERATOR_URL))
  const answers = await Promise.all(
    authenticators.map(async (authenticator) => {
      const options: PasskeyOptions = (await ask('POST /operator/auth/invitation/passkey/options', { body: { token } })).json
      return authenticator.make(options)
    }),
  )
  const joined = await Promise.all(answers.map((passkey) => ask('POST /operator/auth/invitation/passkey', { body: { token, passkey } })))
  assert.deepEqual(joined.map(codeOf).toSorted(), ['201', ...Array.from({ length: 3 }, () => '401 sign_in_link_invalid')])
  assert.equal((await send(app, 'GET /operator/auth/me', { headers: { authorization: `Bearer ${TEST_TOKEN}` } })).status, 200)
})

/** Bytes of base32 without padding. Source: RFC 4648 §6 (2006-10). */
function unbase32(text: string): Buffer {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
}
