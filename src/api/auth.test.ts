// Guarantee: nothing that is answered tells whether an e-mail is known; a page of others changes nothing here; who is signed in has one cookie, which no
// script reads, that changes with what it may do; and the cookie is worth nothing where keys are asked for.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { type IdentityWorld, openIdentityWorld, PUBLIC_URL } from '../../checks/security/identity-world.ts'
import { totpCode, totpStepOf } from '../identity/index.ts'
import {
  passkeysShown,
  profileShown,
  recoveryCodesShown,
  sessionsShown,
  signInChangesShown,
  signInShown,
  totpShown,
} from './contract/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { customerApp } from './index.ts'
import { type TestAnswer, testWorld } from './test-world.ts'

let world: IdentityWorld
let app: Hono<ApiEnv>
before(async () => {
  world = await openIdentityWorld()
  const { dependencies } = testWorld(world.kit.appDatabase, world.options)
  app = customerApp({
    ...dependencies,
    ...{ subjects: world.subjects, ledger: world.ledger, identity: world.identity, publicUrl: PUBLIC_URL },
  })
})
after(() => world.close())

const PASSWORD = 'a long enough password'
type Sent = { readonly body?: unknown; readonly cookie?: string | undefined; readonly headers?: Readonly<Record<string, string>> }

/** Sends "METHOD /path" as a page of ours does. */
async function send(line: string, { body, cookie, headers: more = {} }: Sent = {}): Promise<TestAnswer> {
  const [method = 'GET', path = '/'] = line.split(' ')
  const headers = new Headers({ origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...more })
  if (cookie !== undefined) headers.set('cookie', cookie)
  const response = await app.request(path, { method, headers, body: method === 'GET' ? null : JSON.stringify(body ?? {}) })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: text === '' ? undefined : JSON.parse(text) }
}
const codeOf = ({ status, json }: TestAnswer): string => `${status} ${json?.error?.code ?? ''}`.trim()
const cookieOf = ({ headers }: TestAnswer): string =>
  /^(__Host-farebox=[\w-]{43});/.exec(headers.get('set-cookie') ?? '')?.[1] ?? assert.fail('no cookie was set')
const signIn = (email: string, password = PASSWORD, sent: Sent = {}) =>
  send('POST /api/auth/sign-in', { body: { email, password }, ...sent })
let people = 0
async function newPerson(): Promise<{ readonly email: string; readonly cookie: string }> {
  people += 1
  const email = `a${people}@example.com`
  await send('POST /api/auth/sign-up', { body: { email } })
  const token = await world.lastToken()
  const opened = await send('POST /api/auth/sign-up/confirm', { body: { email, token, password: PASSWORD } })
  assert.equal(opened.status, 201, opened.text)
  return { email, cookie: cookieOf(opened) }
}

test('sign-up, sign-in and reset answer known and unknown addresses with the same status, headers and bytes', async () => {
  const { email } = await newPerson()
  const asks = (name: string) => [
    send('POST /api/auth/sign-up', { body: { email: name } }),
    send('POST /api/auth/reset', { body: { email: name } }),
    signIn(name, 'a wrong password'),
  ]
  const [known, unknown] = [await Promise.all(asks(email)), await Promise.all(asks('nobody@example.com'))]
  const shape = ({ status, text, headers }: TestAnswer) => [
    status,
    text,
    [...headers.keys()].filter((name) => name !== 'x-request-id').toSorted(),
  ]
  assert.deepEqual(known.map(shape), unknown.map(shape))
  assert.deepEqual(
    known.map(({ status }) => status),
    [202, 202, 401],
  )
})

test('who is signed in has one cookie that no script, no other host and no plain connection sees', async () => {
  const { email } = await newPerson()
  const answer = await signIn(email)
  assert.deepEqual(signInShown.parse(answer.json), { signed_in: true })
  const set = answer.headers.getSetCookie()
  assert.equal(set.length, 1)
  assert.match(set[0] ?? '', /^__Host-farebox=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
  const me = await send('GET /api/auth/me', { cookie: cookieOf(answer) })
  assert.equal(profileShown.parse(me.json).person.email, email)
  assert.equal(me.headers.get('set-cookie'), null)
  assert.equal(me.headers.get('cache-control'), 'no-store')
  world.clock.at += 61_000
  assert.equal(
    cookieOf(await send('GET /api/auth/me', { cookie: cookieOf(answer) })),
    cookieOf(answer),
    'a browser forgets a session that is used',
  )
})

test('without a cookie, with a wrong one or with two, nobody is signed in', async () => {
  const { cookie } = await newPerson()
  for (const wrong of [
    undefined,
    'x=y',
    '__Host-farebox=',
    `${cookie}x`,
    `${cookie}; ${cookie}`,
    cookie.replace('__Host-farebox', 'farebox'),
  ])
    assert.equal(codeOf(await send('GET /api/auth/me', { cookie: wrong })), '401 signed_out', wrong)
  assert.equal((await send('GET /api/auth/me', { cookie: `theme=dark; ${cookie}; a=b` })).status, 200)
})

test('a sign-in gives a cookie of its own, whatever was sent, so that none can be planted', async () => {
  const { email, cookie } = await newPerson()
  const planted = `__Host-farebox=${'A'.repeat(43)}`
  assert.notEqual(cookieOf(await signIn(email, PASSWORD, { cookie: planted })), planted)
  assert.equal(codeOf(await send('GET /api/auth/me', { cookie: planted })), '401 signed_out')
  assert.notEqual(cookieOf(await signIn(email, PASSWORD, { cookie })), cookie)
})

test('pages of others change nothing, with a cookie or without, and nothing is changed by reading', async () => {
  const { email, cookie } = await newPerson()
  const foreign: readonly Readonly<Record<string, string>>[] = [
    { origin: 'https://evil.example' },
    { origin: 'https://shop.example.evil' },
    { origin: 'http://shop.example' },
    { origin: 'https://shop.example:8443' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ]
  for (const headers of foreign) {
    for (const line of [
      'POST /api/auth/sign-out',
      'PUT /api/auth/password',
      'DELETE /api/auth/sessions',
      'POST /api/auth/totp',
      'DELETE /api/auth/totp',
    ])
      assert.equal(codeOf(await send(line, { cookie, headers })), '403 origin_refused', `${line} ${JSON.stringify(headers)}`)
    assert.equal(codeOf(await signIn(email, PASSWORD, { headers })), '403 origin_refused')
  }
  const bare = await app.request('/api/auth/sign-out', { method: 'POST', headers: { cookie } })
  assert.equal(bare.status, 403)
  const form = await app.request('/api/auth/sign-in', {
    method: 'POST',
    headers: { origin: PUBLIC_URL, 'content-type': 'text/plain' },
    body: JSON.stringify({ email, password: PASSWORD }),
  })
  assert.equal(form.status, 415)
  assert.equal((await send('GET /api/auth/me', { cookie })).status, 200)
})

test('the cookie is no key: paths that ask for one do not look at it', async () => {
  const { cookie } = await newPerson()
  for (const path of ['/v1/usage', '/v1/balance', '/v1/statements/2026-11'])
    assert.equal(codeOf(await send(`GET ${path}`, { cookie })), '401 key_missing', path)
})

test('dangerous acts ask for a fresh proof, after which the cookie is another', async () => {
  const { cookie } = await newPerson()
  world.clock.at += 600_001
  for (const line of [
    'PUT /api/auth/password',
    'POST /api/auth/totp',
    'DELETE /api/auth/totp',
    'POST /api/auth/recovery-codes',
    'POST /api/auth/passkeys/options',
    'DELETE /api/auth/passkeys/x',
  ])
    assert.equal(codeOf(await send(line, { cookie, body: { current: PASSWORD, password: PASSWORD } })), '403 not_fresh', line)
  assert.equal(codeOf(await send('POST /api/auth/proof', { cookie, body: { password: 'a wrong password' } })), '401 sign_in_failed')
  const proven = await send('POST /api/auth/proof', { cookie, body: { password: PASSWORD } })
  const fresh = cookieOf(proven)
  assert.equal(codeOf(await send('GET /api/auth/me', { cookie })), '401 signed_out')
  const changed = await send('PUT /api/auth/password', { cookie: fresh, body: { current: PASSWORD, password: 'another long password' } })
  assert.deepEqual([changed.status, changed.json], [200, { changed: true }])
  assert.notEqual(cookieOf(changed), fresh)
})

test('who resets a password is told in the answer, and to them alone, which other ways in are left', async () => {
  const { email } = await newPerson()
  const asked = await send('POST /api/auth/reset', { body: { email } })
  assert.deepEqual(asked.json, { accepted: true })
  const body = { token: await world.lastToken(), password: 'another long password' }
  const refused = await send('POST /api/auth/reset/confirm', { body: { ...body, token: `${body.token.slice(0, -1)}_` } })
  assert.deepEqual([codeOf(refused), refused.text.includes('passkeys')], ['401 sign_in_link_invalid', false])
  const done = await send('POST /api/auth/reset/confirm', { body })
  const none = { count: 0, newest: [] }
  assert.deepEqual(done.json, {
    ...{ changed: true, ways: { passkeys: 0, authenticator_apps: 0, linked_services: 0 } },
    ...{ keys: { ended: 0, managing: none, calling: none }, members_joined: null },
  })
})

test('signing out ends the session and takes the cookie away; others are listed and ended', async () => {
  const { email, cookie } = await newPerson()
  const [second, third] = [cookieOf(await signIn(email)), cookieOf(await signIn(email))]
  assert.equal((await send('GET /api/auth/sign-in-changes')).status, 401)
  const changes = signInChangesShown.parse((await send('GET /api/auth/sign-in-changes', { cookie })).json).data
  assert.ok(changes.every(({ what }) => what === 'new-sign-in'))
  const { data } = sessionsShown.parse((await send('GET /api/auth/sessions', { cookie })).json)
  assert.deepEqual([data.length, data.filter((one) => one.is_this).length], [3, 1])
  const out = await send('POST /api/auth/sign-out', { cookie: second })
  assert.match(out.headers.get('set-cookie') ?? '', /^__Host-farebox=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
  assert.equal(codeOf(await send('GET /api/auth/me', { cookie: second })), '401 signed_out')
  const [other] = sessionsShown.parse((await send('GET /api/auth/sessions', { cookie })).json).data.filter((one) => !one.is_this)
  assert.equal((await send(`DELETE /api/auth/sessions/${other?.id}`, { cookie })).status, 200)
  assert.equal(codeOf(await send('GET /api/auth/me', { cookie: third })), '401 signed_out')
  assert.equal(codeOf(await send(`DELETE /api/auth/sessions/${other?.id}`, { cookie })), '404 session_unknown')
  const foreign = await newPerson()
  const [theirs] = sessionsShown.parse((await send('GET /api/auth/sessions', { cookie: foreign.cookie })).json).data
  assert.equal(codeOf(await send(`DELETE /api/auth/sessions/${theirs?.id}`, { cookie })), '404 session_unknown')
})

test('an authenticator app goes from set-up to sign-in to removal', async () => {
  const { email, cookie } = await newPerson()
  const { secret } = totpShown.parse((await send('POST /api/auth/totp', { cookie })).json)
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const code = () => totpCode(key, totpStepOf(world.clock.at))
  const confirmed = await send('POST /api/auth/totp/confirm', { cookie, body: { code: code() } })
  assert.equal(recoveryCodesShown.parse(confirmed.json).recovery_codes.length, 10)
  const begun = await signIn(email)
  assert.deepEqual(
    [begun.status, begun.headers.get('set-cookie'), begun.json.signed_in, begun.json.ways],
    [200, null, false, ['totp', 'recovery-code']],
  )
  world.clock.at += 30_000
  const done = await send('POST /api/auth/sign-in/second-step', { body: { step: begun.json.step, code: code() } })
  const last = cookieOf(done)
  assert.equal(
    codeOf(await send('POST /api/auth/sign-in/second-step', { body: { step: begun.json.step, code: code() } })),
    '401 second_step_failed',
  )
  assert.equal((await send('DELETE /api/auth/totp', { cookie: last })).status, 200)
  assert.equal((await signIn(email)).json.signed_in, true)
})

test('a number is told once; passkeys are asked for and listed', async () => {
  const opened = await send('POST /api/auth/sign-up/number')
  assert.equal(opened.status, 201)
  const cookie = cookieOf(opened)
  const { account_number: number } = opened.json
  const me = profileShown.parse((await send('GET /api/auth/me', { cookie })).json)
  assert.deepEqual(
    [me.person.email, me.has_account_number, me.has_password, JSON.stringify(me).includes(number)],
    [null, true, false, false],
  )
  assert.equal((await send('POST /api/auth/sign-in', { body: { account_number: number } })).json.signed_in, true)
  assert.equal((await send('POST /api/auth/passkeys/options', { cookie })).json.rp.id, 'shop.example')
  assert.deepEqual(passkeysShown.parse((await send('GET /api/auth/passkeys', { cookie })).json), { data: [] })
  assert.equal((await send('POST /api/auth/passkey-sign-in/options')).json.userVerification, 'required')
})

test('an address has a hundred guesses an hour, over however many accounts, and is told when to come again', async () => {
  const headers = { 'x-farebox-address': '198.51.100.77' }
  const codes: string[] = []
  let last: TestAnswer | undefined
  for (let index = 0; index < 102; index += 1) {
    last = await signIn(`guess${index}@example.com`, 'a wrong password', { headers })
    codes.push(codeOf(last))
  }
  assert.equal(codes.filter((code) => code === '401 sign_in_failed').length, 100)
  assert.equal(codes.at(-1), '429 sign_in_limited')
  assert.match(last?.headers.get('retry-after') ?? '', /^\d+$/)
})

test('who begins to sign in by a passkey has guessed nothing, so an office behind one address holds up nobody in it; a thousand are enough', async () => {
  const headers = { 'x-farebox-address': '198.51.100.78' }
  const begin = () => send('POST /api/auth/passkey-sign-in/options', { headers })
  for (let index = 0; index < 120; index += 1) assert.equal((await begin()).status, 200)
  assert.equal(codeOf(await signIn('office@example.com', 'a wrong password', { headers })), '401 sign_in_failed')
  await Promise.all(Array.from({ length: 880 }, begin))
  assert.equal(codeOf(await begin()), '429 sign_in_limited')
})

test('bad bodies are refused by the name of what is wrong, and no value is told back', async () => {
  const refused = async (line: string, body: unknown) => {
    const answer = await send(line, { body })
    assert.ok(!answer.text.includes('secret-value'), answer.text)
    return codeOf(answer)
  }
  assert.equal(await refused('POST /api/auth/sign-up', {}), '400 missing_field')
  assert.equal(await refused('POST /api/auth/sign-up', { email: 'secret-value' }), '400 invalid_field')
  assert.equal(await refused('POST /api/auth/sign-up', { email: 'a@b.example', 'secret-value of mine': 1 }), '400 unknown_field')
  assert.match(await refused('POST /api/auth/sign-in', { email: 'a@b.example', password: 5 }), /^400 /)
  assert.match(await refused('POST /api/auth/sign-in', { password: 'secret-value' }), /^400 /)
  assert.equal(
    await refused('POST /api/auth/reset/confirm', { token: 'secret-value', password: 'a secret-value that is long' }),
    '401 sign_in_link_invalid',
  )
  assert.match(await refused('POST /api/auth/passkey-sign-in', { passkey: { id: 'secret-value' } }), /^400 /)
})
