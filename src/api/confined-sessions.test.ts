// Guarantee: a session that the issuer of a team opened acts for that team and for nothing else of its person: it reads, spends, changes, exports and erases
// nothing of their own account or of their other teams, and changes none of their ways in, until they show who they are by a way of their own.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { makeAuthenticator } from '../../checks/security/authenticator.ts'
import { PUBLIC_URL } from '../../checks/security/identity-world.ts'
import { openTeamWorld, type SignedInPerson, type TeamWorld } from '../../checks/security/team-world.ts'
import { type SimIssuer, startSimIssuer } from '../../sim/index.ts'
import { sql } from '../db/index.ts'
import { totpCode, totpStepOf } from '../identity/index.ts'
import { askIssuer } from '../issuers/index.ts'
import { publishAnnouncement } from '../notify/index.ts'
import { checkDomain, claimDomain, keepIssuer, openTeamIssuers } from '../sign-on/index.ts'
import { isManaged, isOpen } from './manage/open-paths.ts'

const [ISSUER, PASSWORD, DOMAIN] = ['https://id.acme-corp.net', 'a long enough password', 'acme-corp.net']
const NOBODYS = '01890000-0000-7000-8000-00000000dead'
let sim: SimIssuer
let world: TeamWorld
let owner: SignedInPerson

before(async () => {
  sim = await startSimIssuer({ publicUrl: ISSUER })
  const ask: typeof askIssuer = (question) => askIssuer({ ...question, url: question.url.replace(ISSUER, sim.place) })
  world = await openTeamWorld(async ({ kit, subjects, clock, options, restart }) => {
    const issuers = openTeamIssuers({ database: kit.appDatabase, sealing: subjects, clock: { monotonic: () => 0 }, ask })
    const setUp = async (accountId: string) => {
      const now = clock.now()
      const claimed = await kit.appDatabase.transaction((tx) =>
        claimDomain(tx, subjects, { id: options.ids.uuid(), accountId, domain: DOMAIN, now }),
      )
      const textRecords = async () => [claimed.recordText]
      await checkDomain({ database: kit.appDatabase, sealing: subjects, textRecords, now: () => now }, { accountId, id: claimed.id })
      const client = { issuer: ISSUER, clientId: sim.clientId, clientSecret: sim.clientSecret, defaultRole: 'admin' as const }
      await kit.appDatabase.transaction((tx) =>
        keepIssuer(tx, subjects, { ...client, accountId, isRequired: false, random: randomBytes(8), now }),
      )
    }
    setUpTeam = setUp
    return { identity: restart({ teamIssuers: issuers }), signOn: { issuers, textRecords: async () => [] } }
  })
  owner = await world.newPerson()
  await setUpTeam(owner.accountId)
})
after(async () => {
  await world.close()
  await sim.stop()
})
let setUpTeam: (accountId: string) => Promise<void>

const codeOf = ({ json }: { readonly json: { readonly error?: { readonly code?: string } } | undefined }) => json?.error?.code
const cookieIn = ({ headers }: { readonly headers: Headers }): string =>
  /^(__Host-farebox=[\w-]{43});/.exec(headers.get('set-cookie') ?? '')?.[1] ?? ''

async function returned(url: string): Promise<object> {
  const { searchParams } = await sim.visit(url)
  return { code: searchParams.get('code'), state: searchParams.get('state'), iss: searchParams.get('iss') ?? undefined }
}

/** Somebody with an account of their own who is linked with the team's issuer as `sub`. */
async function linked(sub: string): Promise<SignedInPerson> {
  const person = await world.newPerson()
  sim.user = { sub, email: `${sub}@${DOMAIN}` }
  const { issuer, step, url } = (await world.as(person, 'POST /api/auth/company/link', { body: { domain: DOMAIN } })).json
  const done = await world.as(person, 'POST /api/auth/identities', { body: { issuer, step, ...(await returned(url)) } })
  assert.equal(done.status, 201, done.text)
  return { ...person, cookie: cookieIn(done) }
}

/** Comes in as whoever the issuer says is `sub`; the answer may still lack a second step. */
async function byIssuer(sub: string) {
  sim.user = { sub, email: `${sub}@${DOMAIN}` }
  const { issuer, step, url } = (await world.as(undefined, 'POST /api/auth/company/begin', { body: { domain: DOMAIN } })).json
  return await world.as(undefined, 'POST /api/auth/issuers/end', { body: { issuer, aim: 'sign-in', step, ...(await returned(url)) } })
}

/** Whoever runs the issuer, who says that they are this person. */
async function impostor(sub: string, person: SignedInPerson): Promise<SignedInPerson> {
  const came = await byIssuer(sub)
  assert.equal(came.json.account, owner.accountId, came.text)
  return { ...person, cookie: cookieIn(came), acting: owner.accountId }
}

/** Doors under /api/auth that are open to who is not signed in, or to who is so for their team alone. */
const OPEN_DOORS: readonly string[] = [
  ...['sign-up', 'sign-up/confirm', 'sign-up/number', 'sign-in', 'sign-in/second-step', 'sign-in/second-step/passkey'],
  ...['passkey-sign-in', 'passkey-sign-in/options', 'reset', 'reset/confirm', 'issuers/begin', 'issuers/end', 'company/begin'],
  ...['sign-out', 'proof', 'proof/options', 'proof/issuer', 'proof/issuer/begin'],
].map((path) => `POST /api/auth/${path}`)
const OPEN_READS: readonly string[] = ['GET /api/auth/issuers', 'GET /api/auth/me']

const lines = (isWanted: (path: string) => boolean): readonly string[] =>
  world.doors.map((line) => line.replace(/:\w+/g, NOBODYS)).filter((line) => !line.startsWith('ALL ') && isWanted(line.split(' ')[1] ?? ''))

test('no door that is a person’s alone opens to it, whatever account is named', async () => {
  const confined = await impostor('ann', await linked('ann'))
  const doors = lines((path) => path.startsWith('/api/auth/')).filter((line) => ![...OPEN_DOORS, ...OPEN_READS].includes(line))
  assert.ok(doors.length > 20, doors.join(', '))
  for (const line of doors)
    for (const acting of [undefined, confined.accountId, owner.accountId])
      assert.equal(codeOf(await world.as(withAccount(confined, acting), line)), 'session_confined', `${line} for ${acting}`)
})

test('no door of an account opens to it but those of the team by its name: none of the person’s own, and none of another team', async () => {
  const person = await linked('ben')
  const other = await world.newPerson()
  const { code } = (await world.as(other, 'POST /api/team/invitations', { body: { role: 'admin' } })).json.data
  assert.equal((await world.as(person, 'POST /api/auth/invitations/accept', { body: { code } })).status, 200)
  const confined = await impostor('ben', person)
  const doors = lines((path) => (isManaged(path) && !isOpen(path)) || path.startsWith('/api/support'))
  assert.ok(doors.length > 60, String(doors.length))
  for (const line of doors)
    for (const acting of [undefined, person.accountId, other.accountId, NOBODYS])
      assert.equal(codeOf(await world.as(withAccount(confined, acting), line)), 'session_confined', `${line} for ${acting}`)
  assert.equal((await world.as(confined, 'GET /api/account')).status, 200)
  const me = (await world.as(withAccount(confined, undefined), 'GET /api/auth/me')).json
  assert.deepEqual(
    [me.account.id, me.accounts.map(({ id }: { id: string }) => id), me.confined_to.account],
    [owner.accountId, [owner.accountId], owner.accountId],
  )
  assert.equal(codeOf(await world.as(withAccount(confined, other.accountId), 'GET /api/auth/me')), 'session_confined')
})

test('keys that it makes are the team’s, manage and spend nothing else, and make no admins by its issuer', async () => {
  const confined = await impostor('cat', await linked('cat'))
  const key = (await world.as(confined, 'POST /api/keys/management', { body: { name: 'm' } })).json.data.apiKey
  const accounts = await world.database.query<{ id: string }>(sql`
    select account_id as id from management_key where made_by = ${confined.personId}::uuid`)
  assert.deepEqual(accounts, [{ id: owner.accountId }])
  assert.equal((await world.byKey(key, 'GET /api/team/members')).status, 200)
  const asAdmins = { issuer: ISSUER, clientId: sim.clientId, defaultRole: 'admin', required: false }
  assert.equal(codeOf(await world.byKey(key, 'PUT /api/team/sign-on/issuer', asAdmins)), 'person_needed')
})

test('what it reads of what was announced is the team’s reading, and leaves the person’s own as it was', async () => {
  const person = await linked('cleo')
  const confined = await impostor('cleo', person)
  const [id, now] = [randomUUID(), world.clock.at]
  const [title, words] = [
    { en: 'News', zh: '新闻' },
    { en: 'Words', zh: '内容' },
  ]
  await world.database.transaction((tx) =>
    publishAnnouncement(tx, { id, topic: 'announcements', model: undefined, effectiveAt: undefined, title, words, now }),
  )
  const unread = async (by: SignedInPerson) => (await world.as(by, 'GET /api/account/announcements')).json.data.unread
  assert.deepEqual([await unread(person), await unread(confined)], [1, 1])
  assert.equal((await world.as(confined, 'PUT /api/account/announcements/seen', { body: { id } })).status, 200)
  assert.deepEqual([await unread(person), await unread(confined)], [1, 0])
  assert.equal((await world.as(person, 'PUT /api/account/announcements/seen', { body: { id } })).status, 200)
  assert.equal(await unread(person), 0)
})

test('a password lifts it, once it is right, and the old cookie is nobody’s from then on', async () => {
  const confined = await impostor('dan', await linked('dan'))
  const prove = (password: string) => world.as(confined, 'POST /api/auth/proof', { body: { password } })
  assert.equal(codeOf(await prove('not the right password')), 'sign_in_failed')
  assert.equal(codeOf(await world.as(withAccount(confined, undefined), 'GET /api/account')), 'session_confined')
  const proven = await prove(PASSWORD)
  assert.equal(proven.status, 200, proven.text)
  const lifted = { ...confined, cookie: cookieIn(proven) }
  for (const acting of [undefined, owner.accountId])
    assert.equal((await world.as(withAccount(lifted, acting), 'GET /api/account')).status, 200)
  assert.equal((await world.as(lifted, 'GET /api/auth/me')).json.confined_to, null)
  assert.equal((await world.as(lifted, 'GET /api/auth/sessions')).status, 200)
  assert.equal(codeOf(await world.as(confined, 'GET /api/account')), 'signed_out')
})

test('the issuer’s word lifts nothing, however often it is given: neither again, nor with the codes of an app', async () => {
  sim.user = { sub: 'eve', email: `eve@${DOMAIN}` }
  const came = await byIssuer('eve')
  const fresh: SignedInPerson = { email: '', cookie: cookieIn(came), accountId: '', personId: '', acting: owner.accountId }
  const { issuer } = (await world.as(fresh, 'GET /api/auth/me')).json.confined_to
  const { step, url } = (await world.as(fresh, 'POST /api/auth/proof/issuer/begin', { body: { issuer } })).json
  const again = await world.as(fresh, 'POST /api/auth/proof/issuer', { body: { issuer, step, ...(await returned(url)) } })
  assert.equal(again.status, 200, again.text)
  const proven = { ...fresh, cookie: cookieIn(again) }
  assert.equal((await world.as(proven, 'GET /api/account')).status, 200)
  for (const line of ['GET /api/auth/sessions', 'POST /api/auth/totp', 'POST /api/auth/passkeys/options', 'POST /api/auth/erasure'])
    assert.equal(codeOf(await world.as(proven, line)), 'session_confined', line)

  const person = await linked('fay')
  const { secret } = (await world.as(person, 'POST /api/auth/totp')).json
  const code = () => totpCode(fromBase32(secret), totpStepOf(world.clock.at))
  const confirmed = await world.as(person, 'POST /api/auth/totp/confirm', { body: { code: code() } })
  world.clock.at += 60_000
  const half = (await byIssuer('fay')).json
  assert.equal(half.signed_in, false)
  const second = await world.as(undefined, 'POST /api/auth/sign-in/second-step', { body: { step: half.step, code: code() } })
  const stepped = { ...person, cookie: cookieIn(second), acting: owner.accountId }
  assert.equal((await world.as(stepped, 'GET /api/account')).status, 200)
  assert.equal(codeOf(await world.as(withAccount(stepped, undefined), 'GET /api/account')), 'session_confined')
  assert.equal(codeOf(await world.as(stepped, 'POST /api/auth/recovery-codes')), 'session_confined')
  assert.equal((await world.as({ ...person, cookie: cookieIn(confirmed) }, 'GET /api/account')).status, 200)
})

test('a passkey as the second step opens all that is theirs, as no issuer has it', async () => {
  const person = await linked('ida')
  const device = makeAuthenticator(PUBLIC_URL)
  const offered = (await world.as(person, 'POST /api/auth/passkeys/options')).json
  const made = await world.as(person, 'POST /api/auth/passkeys', { body: { name: 'a phone', passkey: device.make(offered) } })
  assert.equal(made.status, 201, made.text)
  const half = (await byIssuer('ida')).json
  const asked = (await world.as(undefined, 'POST /api/auth/sign-in/second-step/passkey', { body: { step: half.step } })).json
  const second = await world.as(undefined, 'POST /api/auth/sign-in/second-step', { body: { step: half.step, passkey: device.use(asked) } })
  assert.equal(second.status, 200, second.text)
  const whole = withAccount({ ...person, cookie: cookieIn(second) }, undefined)
  assert.equal((await world.as(whole, 'GET /api/auth/sessions')).status, 200)
  assert.equal((await world.as(whole, 'GET /api/account')).json.data.id, person.accountId)
})

test('it ends with the membership, and signs out by itself', async () => {
  const person = await linked('gil')
  const [one, two] = [await impostor('gil', person), await impostor('gil', person)]
  assert.equal((await world.as(one, 'POST /api/auth/sign-out')).status, 200)
  assert.equal(codeOf(await world.as(one, 'GET /api/account')), 'signed_out')
  assert.equal((await world.as(owner, `DELETE /api/team/members/${person.personId}`)).status, 200)
  assert.equal(codeOf(await world.as(two, 'GET /api/auth/me')), 'signed_out')
  assert.equal((await world.as(await world.signIn(person), 'GET /api/account')).status, 200)
})

test('where the team asks for its issuer each day, it is nobody’s once a day has passed', async () => {
  const confined = await impostor('hal', await linked('hal'))
  await world.kit.ownerDatabase.query(sql`update team_issuer set is_required = true returning 1`)
  assert.equal((await world.as(confined, 'GET /api/account')).status, 200)
  await world.kit.ownerDatabase.query(sql`update sign_in_session set vouched_at = vouched_at - interval '25 hours' returning 1`)
  for (const line of ['GET /api/auth/me', 'GET /api/account', 'GET /api/auth/sessions'])
    assert.equal(codeOf(await world.as(confined, line)), 'signed_out', line)
})

const fromBase32 = (text: string): Buffer => {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

function withAccount(person: SignedInPerson, acting: string | undefined): SignedInPerson {
  const { acting: _, ...rest } = person
  return acting === undefined ? rest : { ...rest, acting }
}
