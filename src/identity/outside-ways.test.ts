// Guarantee: whom an issuer vouches for comes in as the person they are linked with and as nobody else, for an answer to an errand of the same page, once; an
// e-mail alone leads into no account; the second step is still asked for; the last way in is not taken away; who they are there lies nowhere readable.
import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { after, before, beforeEach, test } from 'node:test'
import { readZip } from '../../checks/privacy/read-zip.ts'
import { makeAuthenticator, type PasskeyOptions } from '../../checks/security/authenticator.ts'
import { type IdentityWorld, NOWHERE, openIdentityWorld, PUBLIC_URL } from '../../checks/security/identity-world.ts'
import { type SimIssuer, startSimIssuer } from '../../sim/index.ts'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { type Issuers, issuerSettingsOf, issuersBlock, openIssuers, type ReturnedCode } from '../issuers/index.ts'
import type { OutsideAim, Session } from './index.ts'
import { totpCode } from './totp.ts'

let sim: SimIssuer
let world: IdentityWorld
before(async () => {
  sim = await startSimIssuer()
  const issuers = issuersOf('work', 'other')
  const list: Issuers['list'] = (audience) => issuers.list(audience).map((one) => ({ ...one, isProof: one.isProof && tellsWhen }))
  world = await openIdentityWorld({ issuers: { ...issuers, list } })
})
after(async () => {
  await world.close()
  await sim.stop()
})
let people = 0
/** Whether the issuers are of those that say when somebody signed in to them. */
let tellsWhen = true
beforeEach(() => {
  people += 1
  sim.user = { sub: `user ${people}`, email: `p${people}@example.com`, email_verified: true }
})

const PASSWORD = 'a long enough password'
function issuersOf(...ids: readonly string[]): Issuers {
  const written = { issuer: sim.url, client_id: sim.clientId, client_secret: sim.clientSecret, trust_email: true }
  return openIssuers(issuerSettingsOf(issuersBlock.parse(ids.map((id) => ({ ...written, id, name: id })))), {
    clock: { monotonic: () => 0 },
  })
}
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.code : String(thrown)
  }
}
const returnedOf = async (url: string): Promise<ReturnedCode> => {
  const { searchParams } = await sim.visit(url)
  return { code: searchParams.get('code') ?? '', state: searchParams.get('state') ?? '', iss: searchParams.get('iss') ?? undefined }
}
type Aim = Exclude<OutsideAim, 'link' | 'proof'>
async function errand(aim: Aim, issuer = 'work') {
  const { step, url } = await world.identity.outsideWays.begin({ issuer, aim }, NOWHERE)
  return { issuer, aim, step, returned: await returnedOf(url) }
}
const come = async (aim: Aim) => await world.identity.outsideWays.signIn(await errand(aim), NOWHERE)
async function sessionBy(aim: Aim): Promise<Session> {
  const signedIn = await come(aim)
  return (await world.identity.sessionOf('token' in signedIn ? signedIn.token : '')) ?? assert.fail('nobody is signed in')
}
async function withPassword(email: string): Promise<Session> {
  await world.person(email, PASSWORD)
  const signedIn = await world.identity.signIn({ email, password: PASSWORD }, NOWHERE)
  return (await world.identity.sessionOf('token' in signedIn ? signedIn.token : '')) ?? assert.fail('nobody is signed in')
}
async function link(session: Session): Promise<void> {
  const { step, url } = await world.identity.outsideWays.beginLink(session, 'work')
  await world.identity.outsideWays.link(session, { issuer: 'work', step, returned: await returnedOf(url) })
}

test('who is not known is told so at sign-in, gets an account at sign-up with the e-mail, and the same one from then on', async () => {
  assert.equal(await codeOf(come('sign-in')), 'identity_unlinked')
  const first = await sessionBy('sign-up')
  assert.equal((await world.identity.readProfile(first)).email, `p${people}@example.com`)
  for (const aim of ['sign-in', 'sign-up'] as const) assert.equal((await sessionBy(aim)).personId, first.personId)
  sim.user = { ...sim.user, email: 'changed@example.com' }
  assert.equal((await sessionBy('sign-in')).personId, first.personId)
})

test('an e-mail that is not believed is not kept: the account has none', async () => {
  sim.user = { sub: `user ${people}`, email: `p${people}@example.com`, email_verified: false }
  const profile = await world.identity.readProfile(await sessionBy('sign-up'))
  assert.deepEqual([profile.email, profile.hasPassword, profile.hasNumber], [undefined, false, false])
})

test('an e-mail that has an account leads into none; its owner links the two when signed in, and is told by a letter', async () => {
  const email = `p${people}@example.com`
  const session = await withPassword(email)
  for (const aim of ['sign-in', 'sign-up'] as const)
    assert.match(await codeOf(come(aim)), aim === 'sign-in' ? /^identity_unlinked$/ : /^identity_email_known$/)
  await link(session)
  assert.equal((await world.lastMail('sign-in-linked'))?.to, email)
  assert.equal((await sessionBy('sign-in')).personId, session.personId)
  const [one] = await world.identity.outsideWays.list(session)
  assert.deepEqual([one?.issuer, one?.name], ['work', 'work'])
})

test('nobody comes in by what another page began, by another issuer, for another aim, twice, or late', async () => {
  await sessionBy('sign-up')
  const { outsideWays } = world.identity
  const [mine, theirs] = [await errand('sign-in'), await errand('sign-in')]
  assert.equal(await codeOf(outsideWays.signIn({ ...mine, returned: theirs.returned }, NOWHERE)), 'issuer_refused')
  assert.equal(await codeOf(outsideWays.signIn(mine, NOWHERE)), 'issuer_refused', 'an errand was good for a second answer')
  for (const change of [{ issuer: 'other' }, { aim: 'sign-up' as const }, { step: 'x'.repeat(43) }, { step: '' }])
    assert.equal(await codeOf(outsideWays.signIn({ ...(await errand('sign-in')), ...change }, NOWHERE)), 'issuer_refused')
  const twice = await errand('sign-in')
  const results = await Promise.all([1, 2, 3].map(() => codeOf(outsideWays.signIn(twice, NOWHERE))))
  assert.deepEqual(results.toSorted(), ['issuer_refused', 'issuer_refused', 'none'])
  const late = await errand('sign-in')
  world.clock.at += 600_001
  assert.equal(await codeOf(outsideWays.signIn(late, NOWHERE)), 'issuer_refused')
})

test('a link is made for who began it alone, never taken over, and a person has ten at most', async () => {
  const [one, other] = [await withPassword(`one${people}@example.com`), await withPassword(`two${people}@example.com`)]
  const { outsideWays } = world.identity
  const begun = await outsideWays.beginLink(one, 'work')
  const came = { issuer: 'work', step: begun.step, returned: await returnedOf(begun.url) }
  assert.equal(await codeOf(outsideWays.link(other, came)), 'issuer_refused')
  assert.equal(await codeOf(outsideWays.signIn({ ...came, aim: 'sign-in' }, NOWHERE)), 'issuer_refused')
  await link(one)
  assert.equal(await codeOf(link(other)), 'identity_taken')
  for (let count = 1; count < 10; count += 1) {
    sim.user = { sub: `user ${people} ${count}` }
    await link(one)
  }
  sim.user = { sub: `user ${people} eleven` }
  assert.equal(await codeOf(link(one)), 'identities_full')
  const id = (await outsideWays.list(one))[0]?.id ?? ''
  assert.equal(await codeOf(outsideWays.unlink(other, id)), 'identity_unknown')
})

test('the second step is asked for where it is set up', async () => {
  const session = await sessionBy('sign-up')
  const { secret } = await world.identity.secondFactors.beginTotp(session)
  const bytes = Buffer.from(
    [...secret]
      .reduce((bits, letter) => bits + 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'), '')
      .match(/.{8}/g)
      ?.map((byte) => Number.parseInt(byte, 2)) ?? [],
  )
  await world.identity.secondFactors.confirmTotp(session, totpCode(bytes, Math.floor(world.clock.at / 30_000)))
  const signedIn = await come('sign-in')
  assert.ok('step' in signedIn)
  assert.deepEqual(signedIn.ways, ['totp', 'recovery-code'])
})

test('the last way in stays; with a passkey or a password the link goes, and then the passkey stays', async () => {
  const session = await sessionBy('sign-up')
  const { outsideWays, secondFactors } = world.identity
  const id = (await outsideWays.list(session))[0]?.id ?? ''
  assert.equal(await codeOf(outsideWays.unlink(session, id)), 'last_way_in')
  const authenticator = makeAuthenticator(PUBLIC_URL)
  const made = await secondFactors.addPasskey(session, {
    name: 'phone',
    answer: authenticator.make((await secondFactors.offerPasskey(session)) as PasskeyOptions),
  })
  const both = await Promise.all([codeOf(outsideWays.unlink(session, id)), codeOf(secondFactors.removePasskey(session, made.id))])
  assert.deepEqual(both.toSorted(), ['last_way_in', 'none'])
  await world.identity.changePassword(session, { current: undefined, password: PASSWORD })
  for (const one of await outsideWays.list(session)) await outsideWays.unlink(session, one.id)
  for (const one of await secondFactors.listPasskeys(session)) await secondFactors.removePasskey(session, one.id)
  assert.equal((await world.lastMail('sign-in-unlinked'))?.to, `p${people}@example.com`)
  assert.equal(await codeOf(come('sign-in')), 'identity_unlinked')
})

test('a passkey that does not ask its owner is no way in by itself, so who has no other one cannot make it', async () => {
  const session = await sessionBy('sign-up')
  const { secondFactors } = world.identity
  const make = async (isVerified: boolean) => {
    const answer = makeAuthenticator(PUBLIC_URL).make((await secondFactors.offerPasskey(session)) as PasskeyOptions, { isVerified })
    return await codeOf(secondFactors.addPasskey(session, { name: 'key', answer }))
  }
  assert.deepEqual([await make(false), await make(true)], ['passkey_refused', 'none'])
  await world.identity.changePassword(session, { current: undefined, password: PASSWORD })
  assert.equal(await make(false), 'none')
})

test('an issuer that is configured no more is no way in', async () => {
  const session = await sessionBy('sign-up')
  const without = world.restart({ issuers: undefined })
  const { id } = await world.identity.secondFactors.addPasskey(session, {
    name: 'phone',
    answer: makeAuthenticator(PUBLIC_URL).make((await world.identity.secondFactors.offerPasskey(session)) as PasskeyOptions),
  })
  assert.equal(await codeOf(without.secondFactors.removePasskey(session, id)), 'last_way_in')
  assert.deepEqual([without.outsideWays.issuers(), (await without.outsideWays.list(session)).map(({ name }) => name)], [[], [undefined]])
  assert.equal(await codeOf(without.outsideWays.begin({ issuer: 'work', aim: 'sign-in' }, NOWHERE)), 'issuer_unknown')
})

test('who proves by a mailed link that an e-mail is theirs says anew who comes in', async () => {
  const email = `p${people}@example.com`
  await sessionBy('sign-up')
  await world.identity.beginReset(email, NOWHERE)
  await world.identity.endReset({ token: await world.lastToken(), password: PASSWORD }, NOWHERE)
  assert.equal(await codeOf(come('sign-in')), 'identity_unlinked')
  assert.ok('token' in (await world.identity.signIn({ email, password: PASSWORD }, NOWHERE)))
})

test('of who somebody is elsewhere a keyed hash alone is kept, nothing of a token; an export tells of the link, an erasure takes it', async () => {
  const { sub, email = '' } = sim.user
  const session = await sessionBy('sign-up')
  const rows = async () =>
    (
      await world.kit.ownerDatabase.query<{ text: string }>(sql`
        select o::text as text from outside_identity o where person_id = ${session.personId}::uuid
        union all select s::text from sign_in_step s`)
    ).map(({ text }) => text)
  assert.ok(!(await rows()).some((text) => text.includes(sub) || text.includes(email) || text.includes(Buffer.from(sub).toString('hex'))))
  const files = readZip(await buffer(await world.rights.exportZip(session.accountId)))
  const [exported] = JSON.parse(String(files.get('outside_identity.json')))
  assert.deepEqual([exported.issuer, 'subject_lookup' in exported], ['work', false])
  await world.rights.erase({ accountId: session.accountId, email, giveUp: 0n, cause: 'customer' })
  assert.ok(!(await rows()).some((text) => text.includes(session.personId) || text.includes(',work,')))
  assert.equal(await codeOf(come('sign-in')), 'identity_unlinked')
})

test('who has no other way in shows anew who they are by an issuer that says when they signed in to it; nobody else does, and no older word counts', async () => {
  const session = await sessionBy('sign-up')
  const prove = async (issuer = 'work') => {
    const { step, url } = await world.identity.outsideWays.beginProof(session, issuer)
    assert.equal(new URL(url).searchParams.get('max_age'), '0')
    await world.identity.outsideWays.endProof(session, { issuer, step, returned: await returnedOf(url) }, NOWHERE)
  }
  for (const [ago, code] of [
    ['untold', 'issuer_refused'],
    [700, 'issuer_refused'],
    [5, 'none'],
  ] as const) {
    sim.manner = ago === 'untold' ? { claims: { auth_time: undefined } } : { signedInSecondsAgo: ago }
    assert.equal(await codeOf(prove()), code, `${ago}`)
  }
  const mine = sim.user
  sim.user = { sub: 'somebody else' }
  assert.equal(await codeOf(prove()), 'issuer_refused')
  sim.user = mine
  const { step, url } = await world.identity.outsideWays.beginLink(session, 'work')
  assert.equal(
    await codeOf(world.identity.outsideWays.endProof(session, { issuer: 'work', step, returned: await returnedOf(url) }, NOWHERE)),
    'issuer_refused',
  )
  await world.identity.changePassword(session, { current: undefined, password: PASSWORD })
  assert.equal(await codeOf(prove()), 'proof_by_own_way')
  sim.manner = {}
})

test('a sign-in by an issuer is a fresh proof where the issuer says that it was just now, and else where nothing else could ever be one', async () => {
  const isFresh = (session: Session) => world.identity.isFresh(session)
  const claiming = async (secondsAgo: number | undefined): Promise<boolean> => {
    sim.manner = secondsAgo === undefined ? {} : { claims: { auth_time: Math.floor(world.clock.at / 1_000) - secondsAgo } }
    return isFresh(await sessionBy('sign-in'))
  }
  const opened = await sessionBy('sign-up')
  assert.equal(isFresh(opened), true, 'the session in which an account is opened')
  assert.deepEqual([await claiming(undefined), await claiming(30), await claiming(700)], [false, true, false])
  sim.manner = {}
  const { step, url } = await world.identity.outsideWays.beginProof(await sessionBy('sign-in'), 'work')
  assert.ok(step.length > 0 && url.includes('max_age=0'), 'who is not fresh can show it by the issuer')
  people += 1
  sim.user = { sub: `user ${people}`, email: `p${people}@example.com`, email_verified: true }
  await link(await withPassword(`p${people}@example.com`))
  assert.deepEqual([await claiming(undefined), await claiming(30)], [false, true], 'who has a password is asked for it')
  tellsWhen = false
  assert.equal(await claiming(undefined), false, 'who has a password is asked for it, whatever the issuer says')
  people += 1
  sim.user = { sub: `user ${people}`, email: `p${people}@example.com`, email_verified: true }
  await sessionBy('sign-up')
  assert.equal(await claiming(undefined), true, 'nothing else could ever show it')
  ;[tellsWhen, sim.manner] = [true, {}]
})
