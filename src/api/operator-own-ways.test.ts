// Guarantee: an operator who has shown lately who they are adds passkeys, sets a password with an app, changes both and takes them away, but never the
// last way in; each change is noted under their name and told them by mail, and what is taken away or replaced lets nobody in.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
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
const mails: { readonly template: string; readonly to: string; readonly fields: Readonly<Record<string, string>> }[] = []
let kit: TestDatabase
let world: TestWorld
let app: Hono<ApiEnv>
let settled: () => Promise<void>
/** What the mail server takes until it answers, for the letter about a changed e-mail. */
const mailServer = { answers: Promise.resolve() }
before(async () => {
  kit = await createTestDatabase()
  world = testWorld(kit.appDatabase)
  // What has ended by the clock of the database has ended, so this one may only be ahead of it.
  world.clock.at = Date.now() + 60_000
  const { subjects, ids, log } = world.dependencies
  const operators = makeOperatorDesk({
    ...{ database: kit.appDatabase, subjects, ids, log, ipTags: { ipTag: async () => undefined }, clock: { now: () => world.clock.at } },
    ...{
      random: randomBytes,
      service: 'shop',
      scheme: 'argon2id',
      url: OPERATOR_URL,
      tokenHash: createHash('sha256').update(TEST_TOKEN).digest(),
      mailer: {
        send: async (template, to, fields) => {
          if (template === 'operator-email-changed') await mailServer.answers
          mails.push({ template, to, fields })
        },
      },
    },
  })
  settled = operators.settled
  app = operatorApp({ ...world.dependencies, operators })
})
after(() => kit.drop())

const ask = (line: string, call: Parameters<typeof browse>[2] = {}) => browse(app, line, call)
const tokenOf = ({ json }: TestAnswer): string => json.link.split('#token=')[1]
const invite = async (name: string): Promise<string> =>
  tokenOf(await send(app, 'POST /operator/v1/operators/invitations', { body: { name, role: 'support' } }))

/** Somebody who joined by a passkey. */
async function join(name: string) {
  const token = await invite(name)
  const authenticator = makeAuthenticator(OPERATOR_URL)
  const options: PasskeyOptions = (await ask('POST /operator/auth/invitation/passkey/options', { body: { token } })).json
  const joined = await ask('POST /operator/auth/invitation/passkey', { body: { token, passkey: authenticator.make(options) } })
  assert.equal(joined.status, 201, joined.text)
  return { authenticator, cookie: cookieOf(joined) }
}
const addPasskey = async (cookie: string) => {
  world.clock.at += 1_000
  const authenticator = makeAuthenticator(OPERATOR_URL)
  const options: PasskeyOptions = (await ask('POST /operator/auth/passkeys/options', { cookie })).json
  return { authenticator, answer: await ask('POST /operator/auth/passkeys', { cookie, body: { passkey: authenticator.make(options) } }) }
}
async function signInBy(authenticator: ReturnType<typeof makeAuthenticator>): Promise<TestAnswer> {
  authenticator.device.counter += 1
  const options: PasskeyOptions = (await ask('POST /operator/auth/passkey-sign-in/options')).json
  return await ask('POST /operator/auth/passkey-sign-in', { body: { passkey: authenticator.use(options) } })
}
const passkeysOf = async (cookie: string): Promise<readonly { readonly id: string }[]> =>
  (await ask('GET /operator/auth/passkeys', { cookie })).json.data

/** An app that was set up with an offer; its next code is a step later each time. */
async function offerApp(cookie: string) {
  const { secret, setup } = (await ask('POST /operator/auth/totp', { cookie })).json
  const code = (): string => {
    world.clock.at += 30_000
    return totpCode(unbase32(secret), totpStepOf(world.clock.at))
  }
  return { setup, code }
}
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const unbase32 = (text: string): Buffer => {
  const bits = [...text].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
const signIn = (name: string, code: string, password = PASSWORD) => ask('POST /operator/auth/sign-in', { body: { name, password, code } })

test('a second passkey signs in, and taking one away ends what else is signed in; the last one stays', async () => {
  const { authenticator, cookie } = await join('anna')
  const { authenticator: second, answer } = await addPasskey(cookie)
  assert.deepEqual([answer.status, answer.json.recovery_codes], [201, []], 'who has codes keeps them')
  const other = cookieOf(await signInBy(second))
  const [newer, older] = await passkeysOf(cookie)
  assert.equal((await ask(`DELETE /operator/auth/passkeys/${older?.id}`, { cookie })).status, 200)
  assert.equal(codeOf(await ask('GET /operator/auth/me', { cookie: other })), '401 signed_out')
  assert.equal((await ask('GET /operator/auth/me', { cookie })).status, 200)
  assert.equal(codeOf(await signInBy(authenticator)), '401 passkey_refused')
  assert.equal(codeOf(await ask(`DELETE /operator/auth/passkeys/${newer?.id}`, { cookie })), '409 operator_last_way')
  assert.equal(codeOf(await signInBy(second)), '200')
})

test("nobody takes another's passkey away or sets up an app with what another was offered", async () => {
  const [bert, cora] = [await join('bert'), await join('cora')]
  const [own] = await passkeysOf(bert.cookie)
  assert.equal(codeOf(await ask(`DELETE /operator/auth/passkeys/${own?.id}`, { cookie: cora.cookie })), '404 passkey_unknown')
  const { setup, code } = await offerApp(bert.cookie)
  const body = { password: PASSWORD, setup, code: code() }
  assert.equal(codeOf(await ask('PUT /operator/auth/password', { cookie: cora.cookie, body })), '401 second_step_failed')
  assert.equal(codeOf(await ask('PUT /operator/auth/password', { cookie: bert.cookie, body })), '200')
})

test('what an app is set up with is good for five minutes', async () => {
  const { cookie } = await join('heidi')
  const { setup, code } = await offerApp(cookie)
  world.clock.at += 300_001
  const late = await ask('PUT /operator/auth/password', { cookie, body: { password: PASSWORD, setup, code: code() } })
  assert.equal(codeOf(late), '401 second_step_failed')
})

test('a password comes with an app, both can be changed, and each set-up works once', async () => {
  const { cookie } = await join('dora')
  const put = (body: object) => ask('PUT /operator/auth/password', { cookie, body })
  assert.equal(codeOf(await put({ password: PASSWORD })), '401 second_step_failed', 'there is no password alone')
  const first = await offerApp(cookie)
  assert.equal(codeOf(await put({ password: 'short', setup: first.setup, code: first.code() })), '400 invalid_field')
  assert.equal(codeOf(await put({ password: PASSWORD, setup: first.setup, code: '000000' })), '401 second_step_failed')
  assert.equal(codeOf(await put({ password: PASSWORD, setup: first.setup, code: first.code() })), '200')
  assert.equal(codeOf(await signIn('dora', first.code())), '200')
  const next = await offerApp(cookie)
  assert.equal(codeOf(await signIn('dora', first.code())), '200', 'an offer changes nothing')
  const change = () => ask('PUT /operator/auth/totp', { cookie, body: { setup: next.setup, code: next.code() } })
  assert.equal(codeOf(await change()), '200')
  assert.equal(codeOf(await change()), '401 second_step_failed', 'once')
  assert.equal(codeOf(await signIn('dora', first.code())), '401 operator_sign_in_failed')
  assert.equal(codeOf(await signIn('dora', next.code())), '200')
  assert.equal(codeOf(await put({ password: 'another long password' })), '200')
  assert.equal(codeOf(await signIn('dora', next.code())), '401 operator_sign_in_failed')
  const other = cookieOf(await signIn('dora', next.code(), 'another long password'))
  assert.equal(codeOf(await ask('DELETE /operator/auth/password', { cookie })), '200')
  assert.equal(codeOf(await ask('GET /operator/auth/me', { cookie: other })), '401 signed_out')
  assert.deepEqual((await ask('GET /operator/auth/me', { cookie })).json.ways, ['passkey'])
})

test('recovery codes are replaced, the old ones let nobody in, and other sessions can be ended', async () => {
  const { cookie, authenticator } = await join('emil')
  const told = await ask('POST /operator/auth/recovery-codes', { cookie })
  assert.deepEqual([told.status, told.json.recovery_codes.length], [201, 10])
  const [one] = told.json.recovery_codes as readonly string[]
  await ask('POST /operator/auth/recovery-codes', { cookie })
  assert.equal(
    codeOf(await ask('POST /operator/auth/sign-in', { body: { name: 'emil', recovery_code: one } })),
    '401 operator_sign_in_failed',
  )
  assert.equal((await ask('GET /operator/auth/me', { cookie })).json.recovery_codes_left, 10)
  const other = cookieOf(await signInBy(authenticator))
  assert.deepEqual((await ask('DELETE /operator/auth/sessions', { cookie })).json, { ended: 1 })
  assert.equal(codeOf(await ask('GET /operator/auth/me', { cookie: other })), '401 signed_out')
})

const CHANGES = [
  'POST /operator/auth/passkeys/options',
  'POST /operator/auth/totp',
  'POST /operator/auth/recovery-codes',
  'DELETE /operator/auth/password',
  'DELETE /operator/auth/passkeys/01890000-0000-7000-8000-000000000000',
] as const

test('without a proof of the last ten minutes, from another page, or by the token of the configuration nothing changes', async () => {
  const { cookie } = await join('fritz')
  for (const line of CHANGES) {
    assert.equal(codeOf(await ask(line, { cookie, headers: { origin: 'https://evil.example' } })), '403 origin_refused', line)
    assert.equal(codeOf(await ask(line)), '401 signed_out', line)
  }
  world.clock.at += 600_001
  for (const line of CHANGES) assert.equal(codeOf(await ask(line, { cookie })), '403 not_fresh', line)
  assert.equal((await passkeysOf(cookie)).length, 1)
  const token = cookieOf(await ask('POST /operator/auth/sign-in', { body: { token: TEST_TOKEN } }))
  for (const line of CHANGES) assert.equal(codeOf(await ask(line, { cookie: token })), '403 operator_nameless', line)
})

test('each change is in the audit log under the name of who made it', async () => {
  const rows = await kit.appDatabase.query<{ action: string }>(sql`
    select distinct action from audit_entry where actor in ('operator:anna', 'operator:dora', 'operator:emil') and action like 'operators.%' order by 1`)
  const changes = [
    'passkey-added',
    'passkey-removed',
    'password-changed',
    'password-removed',
    'app-changed',
    'codes-renewed',
    'session-ended',
  ]
  const noted = rows.map(({ action }) => action)
  for (const change of changes) assert.ok(noted.includes(`operators.${change}`), change)
})

test('an invitation that is taken back lets nobody in, and its name can be invited again', async () => {
  const token = await invite('gerd')
  assert.equal((await send(app, 'DELETE /operator/v1/operators/gerd/invitation')).json.invited_until, null)
  assert.equal(codeOf(await ask('POST /operator/auth/invitation/shown', { body: { token } })), '401 sign_in_link_invalid')
  assert.equal(codeOf(await send(app, 'DELETE /operator/v1/operators/nobody/invitation')), '404 operator_unknown')
  const again = tokenOf(await send(app, 'POST /operator/v1/operators/gerd/invitation'))
  assert.equal((await ask('POST /operator/auth/invitation/shown', { body: { token: again } })).json.name, 'gerd')
})

test('an operator who has an e-mail is told of each change of what lets them in, without a word of it; one who has none is not', async () => {
  const { cookie } = await join('ida')
  const email = 'ida@example.com'
  const told = async (): Promise<readonly string[]> => {
    await settled()
    return mails.splice(0).map(({ template, to, fields }) => (to === email && Object.keys(fields).length === 0 ? template : 'another'))
  }
  mails.length = 0
  await addPasskey(cookie)
  assert.deepEqual(await told(), [])
  await ask('POST /operator/auth/email', { cookie, body: { email } })
  await ask('PUT /operator/auth/email', { cookie, body: { email, token: /#token=(.+)&/.exec(mails.at(-1)?.fields['link'] ?? '')?.[1] } })
  mails.length = 0
  await addPasskey(cookie)
  assert.deepEqual(await told(), ['operator-passkey-added'])
  const [newest] = await passkeysOf(cookie)
  const first = await offerApp(cookie)
  assert.deepEqual(await told(), [], 'an offer changes nothing')
  const refused = { password: PASSWORD, setup: first.setup, code: '000000' }
  assert.equal(codeOf(await ask('PUT /operator/auth/password', { cookie, body: refused })), '401 second_step_failed')
  assert.deepEqual(await told(), [])
  const setPassword = async () => ({ password: PASSWORD, setup: first.setup, code: first.code() })
  const changeApp = async () => {
    const { setup, code } = await offerApp(cookie)
    return { setup, code: code() }
  }
  const changes: readonly (readonly [string, string, (() => Promise<object>)?])[] = [
    ['PUT /operator/auth/password', 'operator-password-changed', setPassword],
    ['PUT /operator/auth/totp', 'operator-app-changed', changeApp],
    ['POST /operator/auth/recovery-codes', 'operator-codes-renewed'],
    ['DELETE /operator/auth/password', 'operator-password-removed'],
    [`DELETE /operator/auth/passkeys/${newest?.id}`, 'operator-passkey-removed'],
  ]
  for (const [line, template, body] of changes) {
    const answer = await ask(line, { cookie, ...(body === undefined ? {} : { body: await body() }) })
    assert.ok(answer.status < 300, `${line} ${answer.text}`)
    assert.deepEqual(await told(), [template])
  }
})

test('an operator changes their e-mail by a link to the new one, freshly proven and as themselves alone; the old one is told', async () => {
  const [anna, bob] = [await join('anna-mails'), await join('bob-mails')]
  const said = ({ json }: TestAnswer): string => json.error?.code
  const ask1 = (cookie: string, email: unknown) => ask('POST /operator/auth/email', { cookie, body: { email } })
  const end = (cookie: string, body: object) => ask('PUT /operator/auth/email', { cookie, body })
  const shown = async (cookie: string) => (await ask('GET /operator/auth/email', { cookie })).json.email
  const linked = () => {
    const [, token = '', email = ''] = /#token=(.+)&email=(.+)$/.exec(mails.at(-1)?.fields['link'] ?? '') ?? []
    return { token, email: decodeURIComponent(email) }
  }
  assert.equal(await shown(anna.cookie), null)
  for (const wrong of ['no', 'a@b', '']) assert.equal(said(await ask1(anna.cookie, wrong)), 'invalid_field', wrong)
  assert.equal((await ask1(anna.cookie, 'anna@example.com')).status, 202)
  assert.deepEqual([mails.at(-1)?.template, mails.at(-1)?.to], ['operator-email-confirm', 'anna@example.com'])
  const first = linked()
  assert.equal(await shown(anna.cookie), null, 'nothing changes before the link')
  const kept = await kit.ownerDatabase.query<{ text: string }>(
    sql`select s::text as text from operator_step s union all select o::text from operator o`,
  )
  assert.ok(!kept.some(({ text }) => text.includes('example.com')))
  assert.equal(said(await end(bob.cookie, first)), 'sign_in_link_invalid', 'who asked for it alone')
  assert.equal(said(await end(anna.cookie, { ...first, email: 'other@example.com' })), 'sign_in_link_invalid')
  const ends = await Promise.all([end(anna.cookie, first), end(anna.cookie, first)])
  assert.deepEqual(
    ends.map(({ status }) => status).sort((one, other) => one - other),
    [200, 401],
  )
  assert.equal(await shown(anna.cookie), 'anna@example.com')
  assert.equal(mails.at(-1)?.template, 'operator-email-confirm', 'there was nobody to tell')
  await ask1(anna.cookie, 'late@example.com')
  const replaced = linked()
  await ask1(anna.cookie, 'anna@new.example')
  assert.equal(said(await end(anna.cookie, replaced)), 'sign_in_link_invalid', 'one link at a time')
  const slow = Promise.withResolvers<void>()
  mailServer.answers = slow.promise
  assert.equal((await end(anna.cookie, linked())).json.email, 'anna@new.example', 'answered before the mail server is')
  slow.resolve()
  await settled()
  assert.deepEqual([mails.at(-1)?.template, mails.at(-1)?.to], ['operator-email-changed', 'anna@example.com'])
  const noted = await kit.ownerDatabase.query<{ action: string }>(sql`
    select distinct action from audit_entry where actor like '%anna-mails' and action like '%email%' order by action`)
  assert.deepEqual(
    noted.map(({ action }) => action),
    ['operators.email-asked', 'operators.email-changed'],
  )
  world.clock.at += 600_001
  assert.equal(said(await ask1(anna.cookie, 'x@example.com')), 'not_fresh')
  const bodies = { GET: {}, POST: { body: { email: 'x@y.co' } }, PUT: { body: { email: 'x@y.co', token: 't' } } }
  for (const [method, call] of Object.entries(bodies)) assert.equal(said(await ask(`${method} /operator/auth/email`, call)), 'signed_out')
})

test('an operator says whether they are written to when something needs a hand, for themselves alone', async () => {
  const [anna, bob] = [await join('anna-alarms'), await join('bob-alarms')]
  const shown = async (cookie: string) => (await ask('GET /operator/auth/alarms', { cookie })).json.alarms
  assert.deepEqual([await shown(anna.cookie), await shown(bob.cookie)], [true, true])
  assert.deepEqual((await ask('PUT /operator/auth/alarms', { cookie: anna.cookie, body: { alarms: false } })).json, { alarms: false })
  assert.deepEqual([await shown(anna.cookie), await shown(bob.cookie)], [false, true])
  assert.equal((await ask('PUT /operator/auth/alarms', { cookie: anna.cookie, body: { alarms: 'no' } })).json.error.field, 'alarms')
  assert.equal((await ask('PUT /operator/auth/alarms', { body: { alarms: true } })).status, 401)
  const noted = await kit.ownerDatabase.query<{ action: string }>(sql`
    select action from audit_entry where actor like '%anna-alarms' and action like '%alarms%'`)
  assert.deepEqual(
    noted.map(({ action }) => action),
    ['operators.alarms-off'],
  )
})
