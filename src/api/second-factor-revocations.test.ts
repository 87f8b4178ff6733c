// Guarantee: somebody whom a second step keeps out gets in by their password again once an operator took it away, which ends every session of theirs and every
// sign-in that was begun, is told to them by one letter, stands in the chained log with its reason, and leaves nobody without a way in.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { makeAuthenticator, type PasskeyOptions } from '../../checks/security/authenticator.ts'
import { type IdentityWorld, NOWHERE, openIdentityWorld, PUBLIC_URL } from '../../checks/security/identity-world.ts'
import { sql } from '../db/index.ts'
import type { Session } from '../identity/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, testWorld } from './test-world.ts'

const PASSWORD = 'a long enough password'
let world: IdentityWorld
let app: Hono<ApiEnv>
before(async () => {
  world = await openIdentityWorld()
  app = appOf(world.identity)
})
after(() => world.close())

function appOf(identity: IdentityWorld['identity']): Hono<ApiEnv> {
  const { dependencies } = testWorld(world.kit.appDatabase, world.options)
  return operatorApp({ ...dependencies, subjects: world.subjects, ledger: world.ledger, identity })
}
async function addPasskey(session: Session): Promise<void> {
  const { secondFactors } = world.identity
  const answer = makeAuthenticator(PUBLIC_URL).make((await secondFactors.offerPasskey(session)) as PasskeyOptions)
  await secondFactors.addPasskey(session, { name: 'a phone', answer })
}
const revoke = (accountId: string, reason: string, idempotencyKey?: string) =>
  send(app, `POST /operator/v1/accounts/${accountId}/second-factors/revocation`, {
    body: { reason },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  })
const signIn = (email: string) => world.identity.signIn({ email, password: PASSWORD }, NOWHERE)
const lettersTo = async (email: string) => {
  await world.identity.settled()
  return world.mails.filter(({ to, template }) => to === email && template === 'second-factors-revoked')
}

test('what keeps somebody out is gone, with every session and begun sign-in, and they are told of it once', async () => {
  const { email, session } = await world.signedIn(PASSWORD)
  await addPasskey(session)
  const begun = await signIn(email)
  assert.ok('step' in begun)
  const wrong = await revoke(session.accountId, 'they asked nicely')
  assert.deepEqual([wrong.status, wrong.json.error.code, wrong.json.error.field], [400, 'invalid_field', 'reason'])
  const told = await revoke(session.accountId, 'takeover', 'once')
  assert.equal(told.status, 201, told.text)
  assert.deepEqual(told.json, {
    ...{ account_id: session.accountId, reason: 'takeover', passkeys: 1, authenticator_apps: 0, recovery_codes: 10 },
    ...{ sessions_ended: 2, linked_services: 0 },
  })
  assert.deepEqual((await revoke(session.accountId, 'takeover', 'once')).json, told.json)
  const [letter, ...more] = await lettersTo(email)
  assert.deepEqual([letter?.fields, more], [{ passkeys: '1', apps: '0', link: `${PUBLIC_URL}/reset` }, []])
  await assert.rejects(world.identity.takeSecondStep({ step: begun.step, proof: { recoveryCode: 'AAAA-AAAA-AAAA-AAAA' } }, NOWHERE))
  assert.equal((await world.identity.listSessions(session)).length, 0)
  assert.ok('token' in (await signIn(email)))
  assert.ok((await world.identity.listSignInChanges(session)).some(({ what }) => what === 'second-factors-revoked'))
  const noted = await world.kit.appDatabase.query<{ action: string }>(sql`
    select action from audit_entry where account_id = ${session.accountId}::uuid and action like '%second-factors%' order by serial`)
  assert.deepEqual(
    noted.map(({ action }) => action),
    [
      'accounts.second-factors.revocation.create',
      'accounts.second-factors.revocation.create',
      'second-factors.revoked.takeover',
      'accounts.second-factors.revocation.create',
    ],
  )
})

test('who has none is written no letter, and of whom there is no account nothing is done', async () => {
  const { email, session } = await world.signedIn(PASSWORD)
  const told = await revoke(session.accountId, 'lost')
  assert.deepEqual([told.status, told.json.passkeys, told.json.recovery_codes], [201, 0, 0])
  assert.deepEqual(await lettersTo(email), [])
  assert.equal((await revoke('01890000-0000-7000-8000-00000000dead', 'lost')).json.error.code, 'account_unknown')
})

test('where no letter could set a password, the last way in stays, and what it is noted for is undone', async () => {
  const { session } = await world.signedIn(PASSWORD)
  await addPasskey(session)
  await world.kit.ownerDatabase.query(sql`
    update person set password_hash = null, password_scheme = null where id = ${session.personId}::uuid`)
  const silent = appOf(world.restart({ mailer: undefined }))
  const path = `POST /operator/v1/accounts/${session.accountId}/second-factors/revocation`
  assert.equal((await send(silent, path, { body: { reason: 'lost' } })).json.error.code, 'last_way_in')
  assert.equal((await world.identity.secondFactors.listPasskeys(session)).length, 1)
  assert.equal((await revoke(session.accountId, 'lost')).json.passkeys, 1)
})
