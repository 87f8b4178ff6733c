// Guarantee: a passkey signs its owner in and nobody else, from pages of ours alone; each challenge is good for one answer of five minutes; one that
// counts back is refused; and where it is the only proof it has to have asked its owner.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  makeAuthenticator as makeAuthenticatorAt,
  type PasskeyOptions as Options,
  type Twist,
} from '../../checks/security/authenticator.ts'
import { type IdentityWorld, NOWHERE, openIdentityWorld, PUBLIC_URL } from '../../checks/security/identity-world.ts'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'

let world: IdentityWorld
before(async () => {
  world = await openIdentityWorld()
})
after(() => world.close())

const PASSWORD = 'a long enough password'
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.code : String(thrown)
  }
}

const makeAuthenticator = () => makeAuthenticatorAt(PUBLIC_URL)

const newPerson = () => world.signedIn(PASSWORD)

async function withPasskey() {
  const person = await newPerson()
  const authenticator = makeAuthenticator()
  const options = (await world.identity.secondFactors.offerPasskey(person.session)) as Options
  const added = await world.identity.secondFactors.addPasskey(person.session, { name: 'my phone', answer: authenticator.make(options) })
  return { ...person, authenticator, added }
}
const ask = async () => (await world.identity.askPasskey(NOWHERE)) as Options

test('a passkey is made and signs its owner in without a password; the first brings recovery codes, its name is sealed', async () => {
  const { session, authenticator, added } = await withPasskey()
  assert.equal(added.recoveryCodes.length, 10)
  for (authenticator.device.counter = 1; authenticator.device.counter < 4; authenticator.device.counter += 1) {
    const token = await world.identity.signInByPasskey(authenticator.use(await ask()), NOWHERE)
    assert.equal((await world.identity.sessionOf(token))?.personId, session.personId)
  }
  assert.deepEqual(
    (await world.identity.secondFactors.listPasskeys(session)).map(({ id, name }) => [id, name]),
    [[added.id, 'my phone']],
  )
  const rows = await world.kit.ownerDatabase.query<{ text: string; name: Buffer; transports: string[] }>(sql`
    select p::text as text, name_sealed as name, transports from passkey p`)
  assert.ok(!rows.some(({ text, name }) => text.includes('my phone') || name.includes('my phone')))
  assert.deepEqual(rows[0]?.transports, ['internal'])
})

test('a challenge is good for one answer, within five minutes, and for what it was asked for', async () => {
  const { session, authenticator } = await withPasskey()
  authenticator.device.counter = 1
  const options = await ask()
  await world.identity.signInByPasskey(authenticator.use(options), NOWHERE)
  authenticator.device.counter = 2
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(options), NOWHERE)), 'passkey_refused')
  const late = await ask()
  world.clock.at += 300_001
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(late), NOWHERE)), 'passkey_refused')
  const proof = (await world.identity.askProof(session)) as Options
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(proof), NOWHERE)), 'passkey_refused')
  const own = { challenge: randomBytes(32).toString('base64url') }
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(own), NOWHERE)), 'passkey_refused')
})

test('what was signed elsewhere, for another host, of another kind, by another key or without asking its owner is refused', async () => {
  const { authenticator } = await withPasskey()
  const twists: readonly Twist[] = [
    { origin: 'https://shop.example.evil' },
    { origin: 'http://shop.example' },
    { host: 'evil.example' },
    { type: 'webauthn.create' },
    { isVerified: false },
    { userHandle: randomBytes(16).toString('base64url') },
  ]
  for (const twist of twists) {
    authenticator.device.counter += 1
    assert.equal(
      await codeOf(world.identity.signInByPasskey(authenticator.use(await ask(), twist), NOWHERE)),
      'passkey_refused',
      JSON.stringify(twist),
    )
  }
  const other = makeAuthenticator()
  other.device.counter = 50
  assert.equal(await codeOf(world.identity.signInByPasskey(other.use(await ask()), NOWHERE)), 'passkey_refused')
  const forged = { ...authenticator.use(await ask()), response: other.use(await ask()).response }
  assert.equal(await codeOf(world.identity.signInByPasskey(forged, NOWHERE)), 'passkey_refused')
  authenticator.device.counter += 1
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(await ask(), { userHandle: null }), NOWHERE)), 'none')
})

test('a passkey that counts back, as a copy would, is refused; one that does not count is not', async () => {
  const { authenticator } = await withPasskey()
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(await ask()), NOWHERE)), 'none')
  authenticator.device.counter = 7
  const both = [authenticator.use(await ask()), authenticator.use(await ask())]
  const results = await Promise.all(both.map((answer) => codeOf(world.identity.signInByPasskey(answer, NOWHERE))))
  assert.deepEqual(results.toSorted(), ['none', 'passkey_refused'])
  for (const counter of [7, 6, 0]) {
    authenticator.device.counter = counter
    assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(await ask()), NOWHERE)), 'passkey_refused', String(counter))
  }
})

test('with a passkey a password needs a second step, which only a passkey of this person is; and it proves anew who is signed in', async () => {
  const { email, session, authenticator } = await withPasskey()
  const { authenticator: foreign } = await withPasskey()
  const begin = async () => {
    const signedIn = await world.identity.signIn({ email, password: PASSWORD }, NOWHERE)
    assert.ok('step' in signedIn)
    assert.deepEqual(signedIn.ways, ['passkey', 'recovery-code'])
    return { step: signedIn.step, options: (await world.identity.askSecondPasskey(signedIn.step)) as Options }
  }
  const [one, other] = [await begin(), await begin()]
  const take = (step: string, passkey: ReturnType<typeof authenticator.use>) =>
    codeOf(world.identity.takeSecondStep({ step, proof: { passkey } }, NOWHERE))
  foreign.device.counter = 1
  assert.equal(await take(one.step, foreign.use(one.options)), 'passkey_refused')
  authenticator.device.counter = 1
  assert.equal(await take(other.step, authenticator.use(other.options, { isVerified: false })), 'none')
  authenticator.device.counter = 2
  const proof = authenticator.use((await world.identity.askProof(session)) as Options)
  assert.equal(await codeOf(world.identity.proveAgain(session, { passkey: proof }, NOWHERE)), 'none')
  assert.equal(await codeOf(world.identity.proveAgain(session, { passkey: proof }, NOWHERE)), 'passkey_refused')
})

test('a challenge of one person makes no passkey of another, nor one passkey twice; a removed one is worth nothing', async () => {
  const [one, other] = [await newPerson(), await newPerson()]
  const { secondFactors } = world.identity
  const authenticator = makeAuthenticator()
  const answer = authenticator.make((await secondFactors.offerPasskey(one.session)) as Options)
  assert.equal(await codeOf(secondFactors.addPasskey(other.session, { name: 'k', answer })), 'passkey_refused')
  const { id } = await secondFactors.addPasskey(one.session, { name: 'k', answer })
  const again = authenticator.make((await secondFactors.offerPasskey(other.session)) as Options)
  assert.equal(await codeOf(secondFactors.addPasskey(other.session, { name: 'k', answer: again })), 'passkey_refused')
  assert.equal(await codeOf(secondFactors.removePasskey(other.session, id)), 'passkey_unknown')
  await secondFactors.removePasskey(one.session, id)
  assert.equal((await world.identity.readProfile(one.session)).recoveryCodesLeft, 0)
  authenticator.device.counter = 3
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(await ask()), NOWHERE)), 'passkey_refused')
  assert.ok('token' in (await world.identity.signIn({ email: one.email, password: PASSWORD }, NOWHERE)))
})
