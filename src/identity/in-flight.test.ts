// Guarantee: who is on their way in, or about to set a password, by what a reset or an operator takes away in that moment, comes in by it no more and changes nothing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { makeAuthenticator, type PasskeyOptions } from '../../checks/security/authenticator.ts'
import { type IdentityWorld, NOWHERE, openIdentityWorld, PUBLIC_URL } from '../../checks/security/identity-world.ts'
import { createAccount } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import type { Identity, Session } from './index.ts'

let world: IdentityWorld
before(async () => {
  world = await openIdentityWorld()
})
after(() => world.close())

const [PASSWORD, ANOTHER, THIRD] = ['a long enough password', 'another long password', 'the password of a thief']

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.code : String(thrown)
  }
}

/** Does `meanwhile` in the moment in which `work` is about to write what it has checked; resolves with what became of the work. */
async function during(work: (identity: Identity) => Promise<unknown>, meanwhile: () => Promise<unknown>): Promise<string> {
  const { appDatabase } = world.kit
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const hold = async (isThere: boolean): Promise<void> => {
    if (!isThere) return
    reached.resolve()
    await released.promise
  }
  const database: Database = {
    ...appDatabase,
    query: async (statement, ...more) => {
      await hold(/count\(\*\) > 0 as any/.test(statement.text))
      return await appDatabase.query(statement, ...more)
    },
    transaction: async (inner) => {
      await hold(true)
      return await appDatabase.transaction(inner)
    },
  }
  const code = codeOf(work(world.restart({ database })))
  await Promise.race([reached.promise, code])
  await meanwhile()
  released.resolve()
  return await code
}

async function reset(email: string, password: string): Promise<void> {
  await world.identity.beginReset(email, NOWHERE)
  await world.identity.endReset({ token: await world.lastToken(), password }, NOWHERE)
}
const openSessionsOf = async ({ personId }: Session) => (await world.identity.listSessions({ personId } as Session)).length
const revoke = ({ accountId }: Session) => world.kit.appDatabase.transaction((tx) => world.identity.revokeSecondFactors(tx, accountId))

async function addPasskey(session: Session) {
  const authenticator = makeAuthenticator(PUBLIC_URL)
  const { secondFactors } = world.identity
  const answer = authenticator.make((await secondFactors.offerPasskey(session)) as PasskeyOptions)
  const { recoveryCodes } = await secondFactors.addPasskey(session, { name: 'phone', answer })
  return { authenticator, recoveryCodes }
}

test('a sign-in with the old password that is under way when a reset is done opens no session', async () => {
  const { email, session } = await world.signedIn(PASSWORD)
  const signIn = (identity: Identity) => identity.signIn({ email, password: PASSWORD }, NOWHERE)
  assert.equal(await during(signIn, () => reset(email, ANOTHER)), 'sign_in_failed')
  assert.equal(await openSessionsOf(session), 0)
  assert.equal(await codeOf(world.identity.signIn({ email, password: ANOTHER }, NOWHERE)), 'none')
})

test('nor does it begin a second step', async () => {
  const { email, session } = await world.signedIn(PASSWORD)
  await addPasskey(session)
  const signIn = (identity: Identity) => identity.signIn({ email, password: PASSWORD }, NOWHERE)
  assert.equal(await during(signIn, () => reset(email, ANOTHER)), 'sign_in_failed')
  const steps = await world.kit.appDatabase.query(sql`
    select from sign_in_step where person_id = ${session.personId}::uuid and kind = 'second-step'`)
  assert.equal(steps.length, 0)
})

for (const [what, meanwhile] of [
  ['a reset', ({ email }: { readonly email: string }) => reset(email, ANOTHER)],
  ['an operator who takes second factors away', ({ session }: { readonly session: Session }) => revoke(session)],
] as const)
  test(`a second step that is under way opens no session after ${what}`, async () => {
    const person = await world.signedIn(PASSWORD)
    const { recoveryCodes } = await addPasskey(person.session)
    const signedIn = await world.identity.signIn({ email: person.email, password: PASSWORD }, NOWHERE)
    const step = 'step' in signedIn ? signedIn.step : assert.fail('no second step')
    const proof = { recoveryCode: recoveryCodes[0] ?? '' }
    const end = (identity: Identity) => identity.takeSecondStep({ step, proof }, NOWHERE)
    assert.equal(await during(end, () => meanwhile(person)), 'second_step_failed')
    assert.equal(await openSessionsOf(person.session), 0)
  })

test('a passkey that an operator takes away while it signs somebody in opens no session', async () => {
  const { session } = await world.signedIn(PASSWORD)
  const { authenticator } = await addPasskey(session)
  const answer = authenticator.use((await world.identity.askPasskey(NOWHERE)) as PasskeyOptions)
  assert.equal(
    await during(
      (identity) => identity.signInByPasskey(answer, NOWHERE),
      () => revoke(session),
    ),
    'passkey_refused',
  )
  assert.equal(await openSessionsOf(session), 0)
})

test('a change of the password that is under way does not undo a reset', async () => {
  const { email, session } = await world.signedIn(PASSWORD)
  const change = (identity: Identity) => identity.changePassword(session, { current: PASSWORD, password: THIRD })
  assert.equal(await during(change, () => reset(email, ANOTHER)), 'sign_in_failed')
  assert.equal(await codeOf(world.identity.signIn({ email, password: THIRD }, NOWHERE)), 'sign_in_failed')
  assert.equal(await codeOf(world.identity.signIn({ email, password: ANOTHER }, NOWHERE)), 'none')
})

test('of two first sign-ins with a hash from elsewhere, at once, both come in', async () => {
  const { identity, kit, subjects } = world
  const email = 'brought@example.com'
  const id = world.options.ids.uuid()
  await createAccount(kit.appDatabase, subjects, { id, email, now: world.clock.at })
  await identity.importPerson(id, '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')
  const signIn = () => codeOf(identity.signIn({ email, password: 'U*U' }, NOWHERE))
  assert.deepEqual(await Promise.all([signIn(), signIn()]), ['none', 'none'])
})

test('of first sign-ins of a day, at once, all come in', async () => {
  const { email } = await world.signedIn(PASSWORD)
  const signIn = () => codeOf(world.identity.signIn({ email, password: PASSWORD }, NOWHERE))
  for (let day = 0; day < 10; day += 1) {
    world.clock.at += 86_400_000
    assert.deepEqual(await Promise.all([signIn(), signIn(), signIn()]), ['none', 'none', 'none'])
  }
})
