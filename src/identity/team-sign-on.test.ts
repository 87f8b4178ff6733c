// Guarantee: who has an e-mail of a domain that a team has shown comes in by its issuer and joins, nobody else does, and no account that is there is led into;
// where the team asks for its issuer, members act for it by nothing else, but its owner does; who is removed is out and does not come back by signing in.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { type IdentityWorld, NOWHERE, openIdentityWorld } from '../../checks/security/identity-world.ts'
import { type SimIssuer, startSimIssuer } from '../../sim/index.ts'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { askIssuer } from '../issuers/index.ts'
import type { LogEvent } from '../lib/index.ts'
import { checkDomain, claimDomain, dropIssuer, keepIssuer, openTeamIssuers, recheckDomains, type TeamIssuers } from '../sign-on/index.ts'
import { type Identity, invitationCode, makeInvitation, removeMember, type Session } from './index.ts'

const [ISSUER, PASSWORD, DAY_MS] = ['https://id.acme-corp.net', 'a long enough password', 86_400_000]
let sim: SimIssuer
let world: IdentityWorld
let issuers: TeamIssuers
let identity: Identity
let zone: Map<string, readonly string[]>
let isSilent = false
let people = 0
let logged: LogEvent[] = []

before(async () => {
  sim = await startSimIssuer({ publicUrl: ISSUER })
  world = await openIdentityWorld()
  const ask: typeof askIssuer = (question) => askIssuer({ ...question, url: question.url.replace(ISSUER, sim.place) })
  issuers = openTeamIssuers({ database: world.kit.appDatabase, sealing: world.subjects, clock: { monotonic: () => 0 }, ask })
  identity = world.restart({ teamIssuers: issuers })
  zone = new Map()
})
after(async () => {
  await world.close()
  await sim.stop()
})
beforeEach(() => {
  people += 1
  isSilent = false
  logged = []
})

const database = () => world.kit.appDatabase
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.code : String(thrown)
  }
}
const parts = () => ({
  database: database(),
  sealing: world.subjects,
  textRecords: async (name: string) => (isSilent ? undefined : (zone.get(name) ?? [])),
  now: () => world.clock.now(),
  log: (entry: LogEvent) => void logged.push(entry),
})

async function withPassword(email: string): Promise<Session> {
  await world.person(email, PASSWORD)
  return await byPassword(email)
}
async function byPassword(email: string, accountId?: string): Promise<Session> {
  const signedIn = await identity.signIn({ email, password: PASSWORD }, NOWHERE)
  return (await identity.sessionOf('token' in signedIn ? signedIn.token : '', accountId)) ?? assert.fail('nobody is signed in')
}
async function claim(accountId: string, domain: string) {
  const id = world.options.ids.uuid()
  return await database().transaction((tx) => claimDomain(tx, world.subjects, { id, accountId, domain, now: world.clock.now() }))
}
async function show(accountId: string, domain: string): Promise<string> {
  const claimed = await claim(accountId, domain)
  zone.set(claimed.recordName ?? '', ['v=spf1 -all', claimed.recordText])
  await checkDomain(parts(), { accountId, id: claimed.id })
  return claimed.id
}
async function setIssuer(accountId: string, isRequired = false): Promise<void> {
  const client = { issuer: ISSUER, clientId: sim.clientId, clientSecret: sim.clientSecret }
  const change = { ...client, accountId, defaultRole: 'developer' as const, isRequired, random: randomBytes(8), now: world.clock.now() }
  await database().transaction((tx) => keepIssuer(tx, world.subjects, change))
}
/** A team whose owner has an e-mail elsewhere, with a domain of its own. */
async function team(isRequired = false) {
  const domain = `acme${people}.net`
  const owner = await withPassword(`owner${people}@elsewhere.org`)
  await show(owner.homeAccountId, domain)
  await setIssuer(owner.homeAccountId, isRequired)
  return { domain, owner, accountId: owner.homeAccountId }
}
async function returned(url: string) {
  const { searchParams } = await sim.visit(url)
  return { code: searchParams.get('code') ?? '', state: searchParams.get('state') ?? '', iss: searchParams.get('iss') ?? undefined }
}
async function tokenBy(domain: string): Promise<string> {
  const { issuer, step, url } = await identity.outsideWays.beginCompany(domain, NOWHERE)
  const signedIn = await identity.outsideWays.signIn({ issuer, aim: 'sign-in', step, returned: await returned(url) }, NOWHERE)
  return 'token' in signedIn ? signedIn.token : assert.fail('a second step is asked for')
}
const membersOf = async (accountId: string) =>
  await database().query<{ person_id: string; role: string }>(sql`
    select person_id, role from account_member where account_id = ${accountId}::uuid and role <> 'owner'`)

test('a domain is an account’s by its record alone, and one account’s; a record of another account shows nothing', async () => {
  const [one, two] = [await withPassword(`one${people}@elsewhere.org`), await withPassword(`two${people}@elsewhere.org`)]
  const domain = `held${people}.net`
  const claimed = await claim(one.homeAccountId, ` ${domain.toUpperCase()}. `)
  assert.equal(claimed.domain, domain)
  for (const wrong of ['localhost', '10.0.0.1', 'acme.internal', 'a b.net', 'acme.net/x', 'user@acme.net', ''])
    assert.equal(await codeOf(claim(one.homeAccountId, wrong)), 'invalid_field', wrong)
  assert.equal(await codeOf(claim(one.homeAccountId, domain)), 'team_domain_known')
  const check = (accountId: string, id: string) => checkDomain(parts(), { accountId, id })
  assert.equal((await check(one.homeAccountId, claimed.id)).verifiedAt, undefined)
  isSilent = true
  assert.equal(await codeOf(check(one.homeAccountId, claimed.id)), 'dns_silent')
  isSilent = false
  assert.equal(await codeOf(check(two.homeAccountId, claimed.id)), 'team_domain_unknown')
  const other = await claim(two.homeAccountId, domain)
  zone.set(claimed.recordName ?? '', [claimed.recordText])
  assert.equal((await check(two.homeAccountId, other.id)).verifiedAt, undefined)
  assert.ok((await check(one.homeAccountId, claimed.id)).verifiedAt)
  zone.set(claimed.recordName ?? '', [claimed.recordText, other.recordText])
  assert.equal(await codeOf(check(two.homeAccountId, other.id)), 'team_domain_taken')
  const lying = await world.kit.ownerDatabase.query<{ text: string }>(sql`select t::text as text from team_domain t`)
  assert.ok(lying.length > 1 && !lying.some(({ text }) => text.includes(domain)))
})

test('a record that is gone is told once, and the domain is lost after three days; silence of name servers loses nothing', async () => {
  const { domain, accountId, owner } = await team()
  const told: object[] = []
  const look = async (days: number) => {
    world.clock.at += days * DAY_MS
    await recheckDomains(parts(), (lost) => told.push(lost))
  }
  const name = `_farebox-challenge.${domain}`
  const records = zone.get(name) ?? []
  isSilent = true
  await look(5)
  isSilent = false
  assert.equal((await issuers.ofDomain(domain))?.accountId, accountId)
  zone.set(name, ['something else'])
  await look(1)
  await look(1)
  assert.deepEqual(told, [{ accountId, domain, isLost: false }])
  zone.set(name, records)
  await look(1)
  zone.delete(name)
  await look(1)
  await look(3)
  assert.deepEqual(told.slice(1), [
    { accountId, domain, isLost: false },
    { accountId, domain, isLost: true },
  ])
  assert.equal(await issuers.ofDomain(domain), undefined)
  assert.equal(await codeOf(identity.outsideWays.beginCompany(domain, NOWHERE)), 'sign_on_unknown')
  assert.equal(await codeOf(setIssuer(owner.homeAccountId, true)), 'sign_on_unverified')
})

test('who comes for the first time gets an account and joins in the default role; the same one comes the second time', async () => {
  const { domain, accountId, owner } = await team()
  sim.user = { sub: 'ada', email: `ada@${domain}` }
  const first = await identity.sessionOf(await tokenBy(domain), accountId)
  assert.deepEqual([first?.role, first?.accountId], ['developer', accountId])
  const again = await identity.anySessionOf(await tokenBy(domain))
  assert.equal(again?.personId, first?.personId)
  assert.equal((await identity.readProfile(again ?? assert.fail())).email, `ada@${domain}`)
  assert.equal((await identity.outsideWays.list(again ?? assert.fail()))[0]?.name, domain)
  await identity.settled()
  const letters = world.mails.filter(({ template, to }) => template === 'member-joined' && to.startsWith(`owner${people}@`))
  assert.deepEqual(
    letters.map(({ fields }) => fields['role']),
    ['developer'],
  )
  assert.equal((await identity.listSignInChanges(owner)).filter(({ what }) => what === 'member-joined').length, 1)
})

test('an e-mail of another domain, one that is called unverified, or none lets nobody in; one that has an account leads into none', async () => {
  const { domain, accountId } = await team()
  for (const user of [
    { email: 'eve@elsewhere.org' },
    { email: `eve@${domain}`, email_verified: false },
    { email: `eve@sub.${domain}` },
    {},
  ]) {
    sim.user = { sub: 'eve', ...user }
    assert.equal(await codeOf(tokenBy(domain)), 'sign_on_domain', JSON.stringify(user))
  }
  const known = await withPassword(`bob@${domain}`)
  sim.user = { sub: 'bob', email: `bob@${domain}` }
  assert.equal(await codeOf(tokenBy(domain)), 'identity_email_known')
  assert.equal((await membersOf(accountId)).length, 0)
  const { issuer, step, url } = await identity.outsideWays.beginCompanyLink(known, domain)
  await identity.outsideWays.link(known, { issuer, step, returned: await returned(url) })
  assert.deepEqual(await membersOf(accountId), [{ person_id: known.personId, role: 'developer' }])
  assert.equal((await identity.sessionOf(await tokenBy(domain), accountId))?.personId, known.personId)
})

test('whom two teams’ issuers call the same is two people, though both have one address', async () => {
  const one = await team()
  people += 1
  const two = await team()
  sim.user = { sub: 'same', email: `same@${one.domain}` }
  const first = await identity.anySessionOf(await tokenBy(one.domain))
  assert.equal(await codeOf(tokenBy(two.domain)), 'sign_on_domain')
  sim.user = { sub: 'same', email: `same@${two.domain}` }
  const second = await identity.anySessionOf(await tokenBy(two.domain))
  assert.ok(first && second)
  assert.notEqual(first?.personId, second?.personId)
})

test('where a team asks for its issuer, a password acts for it no more, but the owner’s; a day later the issuer is asked again', async () => {
  const { domain, accountId, owner } = await team(true)
  const bob = await withPassword(`bob${people}@elsewhere.org`)
  const random = randomBytes(32)
  const invited = { id: world.options.ids.uuid(), accountId, email: undefined, role: 'admin' as const, invitedBy: undefined, random }
  await database().transaction((tx) => makeInvitation(tx, world.subjects, { ...invited, now: world.clock.now() }))
  await identity.acceptInvitation(bob, invitationCode(random), NOWHERE)
  const signedIn = await identity.signIn({ email: `bob${people}@elsewhere.org`, password: PASSWORD }, NOWHERE)
  const token = 'token' in signedIn ? signedIn.token : ''
  assert.equal(await identity.sessionOf(token, accountId), undefined)
  const own = (await identity.sessionOf(token)) ?? assert.fail('he is not signed in')
  assert.match((await identity.signOnFor(own, accountId)) ?? '', /^team-/)
  assert.equal(
    (await identity.readProfile(own)).accounts.find((one) => one.accountId === accountId)?.signOn,
    await identity.signOnFor(own, accountId),
  )
  assert.equal((await byPassword(`owner${people}@elsewhere.org`, accountId)).accountId, accountId)
  sim.user = { sub: 'bob', email: 'bob@wherever.org' }
  const { issuer, step, url } = await identity.outsideWays.beginCompanyLink(own, domain)
  await identity.outsideWays.link(own, { issuer, step, returned: await returned(url) })
  assert.equal((await identity.sessionOf(token, accountId))?.role, 'admin')
  for (let hours = 0; hours < 25; hours += 5) {
    world.clock.at += 5 * 3_600_000
    await identity.sessionOf(token)
  }
  assert.equal(await identity.sessionOf(token, accountId), undefined)
  assert.equal((await identity.sessionOf(await tokenBy(domain), accountId))?.personId, own.personId)
  await database().transaction((tx) => dropIssuer(tx, accountId, world.clock.now()))
  assert.equal((await identity.sessionOf(token, accountId))?.personId, own.personId)
  assert.equal(owner.accountId, accountId)
})

test('who is removed is signed out and does not join again by signing in, until they are invited', async () => {
  const { domain, accountId } = await team()
  sim.user = { sub: 'gus', email: `gus@${domain}` }
  const token = await tokenBy(domain)
  const gus = (await identity.anySessionOf(token)) ?? assert.fail('he is not signed in')
  const change = { accountId, personId: gus.personId, by: undefined, now: world.clock.now() }
  await database().transaction((tx) => removeMember(tx, change))
  assert.equal(await identity.anySessionOf(token), undefined)
  assert.equal(await codeOf(tokenBy(domain)), 'sign_on_left')
  assert.equal((await membersOf(accountId)).length, 0)
  const random = randomBytes(32)
  const invited = { id: world.options.ids.uuid(), accountId, email: undefined, role: 'viewer' as const, invitedBy: undefined, random }
  await database().transaction((tx) => makeInvitation(tx, world.subjects, { ...invited, now: world.clock.now() }))
  await identity.acceptInvitation(gus, invitationCode(random), NOWHERE)
  assert.equal((await identity.sessionOf(await tokenBy(domain), accountId))?.role, 'viewer')
})

test('whom an issuer let in is out when the team takes it away or has another, and its word is worth nothing', async () => {
  for (const end of [
    (accountId: string) => database().transaction((tx) => dropIssuer(tx, accountId, world.clock.now())),
    (accountId: string) => database().transaction((tx) => keepIssuer(tx, world.subjects, otherIssuer(accountId))),
  ]) {
    people += 1
    const { domain, accountId } = await team()
    sim.user = { sub: `ida-${people}`, email: `ida@${domain}` }
    const token = await tokenBy(domain)
    assert.equal((await identity.sessionOf(token, accountId))?.accountId, accountId)
    await end(accountId)
    assert.equal(await identity.anySessionOf(token), undefined)
    assert.deepEqual(
      await database().query(sql`select from sign_in_session where vouched_by = ${accountId}::uuid and ended_at is null`),
      [],
    )
    assert.equal((await membersOf(accountId)).length, 1)
  }
})

const otherIssuer = (accountId: string) => ({
  ...{ issuer: 'https://id.another-corp.net', clientId: 'client', clientSecret: undefined, accountId, defaultRole: 'developer' as const },
  ...{ isRequired: false, random: randomBytes(8), now: world.clock.now() },
})

test('who is removed joins again by no sign-in, whatever they do with their link before or after, until they are invited', async () => {
  const { domain, accountId } = await team()
  const gus = await withPassword(`gus@${domain}`)
  sim.user = { sub: 'gus-2', email: `gus@${domain}` }
  const link = async () => {
    const { issuer, step, url } = await identity.outsideWays.beginCompanyLink(gus, domain)
    await identity.outsideWays.link(gus, { issuer, step, returned: await returned(url) })
  }
  const remove = () =>
    database().transaction((tx) => removeMember(tx, { accountId, personId: gus.personId, by: undefined, now: world.clock.now() }))
  const unlink = async () => {
    for (const { id } of await identity.outsideWays.list(gus)) await identity.outsideWays.unlink(gus, id)
  }
  await link()
  assert.equal((await membersOf(accountId)).length, 1)
  await remove()
  await unlink()
  assert.equal(await codeOf(link()), 'sign_on_left')
  assert.deepEqual([await membersOf(accountId), await identity.outsideWays.list(gus)], [[], []])
  await database().transaction((tx) => dropIssuer(tx, accountId, world.clock.now()))
  await setIssuer(accountId)
  assert.equal(await codeOf(link()), 'sign_on_left')
  assert.equal((await membersOf(accountId)).length, 0)
  const random = randomBytes(32)
  const invited = { id: world.options.ids.uuid(), accountId, email: undefined, role: 'viewer' as const, invitedBy: undefined, random }
  await database().transaction((tx) => makeInvitation(tx, world.subjects, { ...invited, now: world.clock.now() }))
  await identity.acceptInvitation(gus, invitationCode(random), NOWHERE)
  await link()
  assert.equal((await identity.sessionOf(await tokenBy(domain), accountId))?.role, 'viewer')
  await unlink()
  await remove()
  assert.equal(await codeOf(link()), 'sign_on_left')
  assert.equal((await membersOf(accountId)).length, 0)
})

test('domains whose name servers never answer keep no other one from being looked at', async () => {
  const silent = new Set<string>()
  for (let owners = 0; owners < 3; owners += 1) {
    const { homeAccountId } = await withPassword(`mute${people}-${owners}@elsewhere.org`)
    for (let more = 0; more < 10; more += 1) {
      const domain = `mute${people}-${owners}-${more}.net`
      await show(homeAccountId, domain)
      silent.add(`_farebox-challenge.${domain}`)
    }
  }
  const { domain, accountId } = await team()
  zone.delete(`_farebox-challenge.${domain}`)
  const told: object[] = []
  const textRecords = async (name: string) => (silent.has(name) ? undefined : (zone.get(name) ?? []))
  const looking = { ...parts(), textRecords }
  for (let days = 0; days < 5; days += 1) {
    world.clock.at += DAY_MS
    await recheckDomains(looking, (lost) => told.push(lost))
  }
  assert.deepEqual(
    told.filter((lost) => 'domain' in lost && lost.domain === domain),
    [
      { accountId, domain, isLost: false },
      { accountId, domain, isLost: true },
    ],
  )
})

test('a domain whose account cannot be read keeps no other one from being lost', async () => {
  const broken: string[] = []
  for (let owners = 0; owners < 3; owners += 1) {
    const { homeAccountId } = await withPassword(`torn${people}-${owners}@elsewhere.org`)
    for (let more = 0; more < 10; more += 1) await show(homeAccountId, `torn${people}-${owners}-${more}.net`)
    broken.push(homeAccountId)
  }
  const { domain } = await team()
  zone.delete(`_farebox-challenge.${domain}`)
  const unseal: typeof world.subjects.unseal = (subject, ...sealed) =>
    broken.includes(subject) ? Promise.reject(new Error('no key')) : world.subjects.unseal(subject, ...sealed)
  const looking = { ...parts(), sealing: { ...world.subjects, unseal } }
  for (let days = 0; days < 5; days += 1) {
    world.clock.at += DAY_MS
    await recheckDomains(looking, () => undefined)
  }
  assert.equal(await issuers.ofDomain(domain), undefined)
  assert.equal(new Set(logged.map(({ account }) => account)).size, 3)
  assert.ok(logged.every(({ event }) => event === 'team-domain-unchecked'))
})
