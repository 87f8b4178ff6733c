// Guarantee: whose passkeys, authenticator app or recovery codes are changed is told by a letter that names nothing of them, and by their own list of changes, and nobody is told of what was
// refused; who sets a new password learns, on the page and by letter, how many other ways in outlast it.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { makeAuthenticator, type PasskeyOptions } from '../../checks/security/authenticator.ts'
import { type IdentityWorld, NOWHERE, openIdentityWorld, PUBLIC_URL } from '../../checks/security/identity-world.ts'
import { sql } from '../db/index.ts'
import { type Session, totpCode, totpStepOf } from './index.ts'

let world: IdentityWorld
before(async () => {
  world = await openIdentityWorld()
})
after(() => world.close())

const PASSWORD = 'a long enough password'
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const newPerson = () => world.signedIn(PASSWORD)
async function addPasskey(session: Session, name = 'my secret phone'): Promise<string> {
  const { secondFactors } = world.identity
  const answer = makeAuthenticator(PUBLIC_URL).make((await secondFactors.offerPasskey(session)) as PasskeyOptions)
  return (await secondFactors.addPasskey(session, { name, answer })).id
}
async function addApp(session: Session): Promise<void> {
  const { secret } = await world.identity.secondFactors.beginTotp(session)
  const bits = [...secret].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  await world.identity.secondFactors.confirmTotp(session, totpCode(key, totpStepOf(world.clock.at)))
}
const link = ({ personId }: Session) =>
  world.kit.appDatabase.query(sql`
    insert into outside_identity (id, person_id, issuer, subject_lookup, created_at)
    values (${world.options.ids.uuid()}::uuid, ${personId}::uuid, 'work', ${randomBytes(32)}, ${new Date(world.clock.at)})`)

/** The letters of this person since the last time that they were read, but for those of signing up and in. */
async function lettersOf(email: string) {
  await world.identity.settled()
  const found = world.mails.filter(({ to, template }) => to === email && template !== 'sign-up-link' && template !== 'new-sign-in')
  world.mails.length = 0
  return found.map(({ template, fields }) => ({ template, fields }))
}
const NO_KEYS = { managing: '0', calling: '0' }
const SET_ANEW = { link: `${PUBLIC_URL}/reset` }

test('a passkey, an authenticator app and recovery codes are told of when they come and go, each once and without a word of them', async () => {
  const { email, session } = await newPerson()
  const { secondFactors } = world.identity
  await lettersOf(email)
  const told = async (template: string, work: Promise<unknown>): Promise<void> => {
    await work
    assert.deepEqual(await lettersOf(email), [{ template, fields: SET_ANEW }])
  }
  const first = addPasskey(session)
  await told('passkey-added', first)
  await told('authenticator-added', addApp(session))
  await told('recovery-codes-renewed', secondFactors.renewRecoveryCodes(session))
  await told('authenticator-removed', secondFactors.endTotp(session))
  await told('passkey-removed', secondFactors.removePasskey(session, await first))
})

test('who has no e-mail reads each change of how they sign in on their own list, and nobody else does', async () => {
  const { identity } = world
  const { token } = await identity.signUpByNumber(PASSWORD, { ...NOWHERE })
  const session = (await identity.sessionOf(token)) ?? assert.fail()
  const stranger = (await newPerson()).session
  const listed = async (of: Session) => (await identity.listSignInChanges(of)).map(({ what }) => what)
  assert.deepEqual(await listed(session), [])
  const id = await addPasskey(session)
  world.clock.at += 1
  await identity.secondFactors.removePasskey(session, id)
  world.clock.at += 1
  await identity.changePassword(session, { current: PASSWORD, password: 'another long password' })
  assert.deepEqual(await listed(session), ['password-changed', 'passkey-removed', 'passkey-added'])
  assert.ok(!(await listed(stranger)).includes('passkey-added'))
  const rows = await world.kit.appDatabase.query<{ data: object; told: Date | null; hooked: Date | null }>(sql`
    select data, told_at as told, hooked_at as hooked from account_event where account_id = ${session.homeAccountId}::uuid`)
  assert.ok(rows.every(({ data, told, hooked }) => Object.keys(data).join() === 'what' && told !== null && hooked !== null))
})

test('nobody is told of what was begun, refused or changed nothing', async () => {
  const [{ email, session }, other] = [await newPerson(), await newPerson()]
  const { secondFactors } = world.identity
  await lettersOf(email)
  await secondFactors.endTotp(session)
  await assert.rejects(secondFactors.renewRecoveryCodes(session))
  await secondFactors.beginTotp(session)
  await assert.rejects(secondFactors.confirmTotp(session, '000000'))
  await secondFactors.endTotp(session)
  await assert.rejects(secondFactors.removePasskey(session, await addPasskey(other.session)))
  assert.deepEqual(await lettersOf(email), [])
  const id = await addPasskey(session)
  await lettersOf(email)
  await secondFactors.renamePasskey(session, { id, name: 'another' })
  assert.deepEqual(await lettersOf(email), [])
})

test('a reset tells how many passkeys and apps outlast it, on the page and by letter, and that no link does', async () => {
  const { email, session } = await newPerson()
  const { identity } = world
  const reset = async () => {
    await identity.beginReset(email, NOWHERE)
    const token = await world.lastToken()
    await lettersOf(email)
    const { keys, keysEnded, membersJoined, ...ways } = await identity.endReset({ token, password: PASSWORD }, NOWHERE)
    assert.deepEqual([keys.managing.count, keys.calling.count, keysEnded, membersJoined], [0, 0, 0, undefined])
    return ways
  }
  const changed = (ways: object) => [{ template: 'password-changed', fields: { ...ways, ...NO_KEYS, ...SET_ANEW } }]
  assert.deepEqual(await reset(), { passkeys: 0, apps: 0, links: 0 })
  assert.deepEqual(await lettersOf(email), changed({ passkeys: '0', apps: '0', links: '0' }))
  await addPasskey(session)
  await addPasskey(session)
  await addApp(session)
  await link(session)
  await addPasskey((await newPerson()).session)
  assert.deepEqual(await reset(), { passkeys: 2, apps: 1, links: 0 })
  assert.deepEqual(await lettersOf(email), changed({ passkeys: '2', apps: '1', links: '0' }))
})

test('a password that is changed by who is signed in is told of with the links that stay; an app that was never confirmed is none', async () => {
  const { email, session } = await newPerson()
  await link(session)
  await world.identity.secondFactors.beginTotp(session)
  await lettersOf(email)
  await world.identity.changePassword(session, { current: PASSWORD, password: 'another long password' })
  const fields = { passkeys: '0', apps: '0', links: '1', ...NO_KEYS, ...SET_ANEW }
  assert.deepEqual(await lettersOf(email), [{ template: 'password-changed', fields }])
})

test('who has no e-mail is told nothing, and a letter that cannot be sent undoes nothing', async () => {
  const { session } = await newPerson()
  const numbered = await world.identity.signUpByNumber(undefined, NOWHERE)
  const nobody = (await world.identity.sessionOf(numbered.token)) ?? assert.fail('nobody is signed in')
  await world.identity.settled()
  world.mails.length = 0
  await addPasskey(nobody)
  await world.identity.settled()
  assert.deepEqual(world.mails, [])
  const mute = world.restart({ mailer: { send: () => Promise.reject(new Error('no')) } })
  const answer = makeAuthenticator(PUBLIC_URL).make((await mute.secondFactors.offerPasskey(session)) as PasskeyOptions)
  assert.equal((await mute.secondFactors.addPasskey(session, { name: 'k', answer })).recoveryCodes.length, 10)
  await mute.settled()
})
