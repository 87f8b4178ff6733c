// Guarantee: who cannot read the mail of an address opens no account for it; who does not know the password, the number or the second step is not let in;
// each link, code and step works once; and a session ends when it should, at once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type IdentityWorld, NOWHERE, openIdentityWorld } from '../../checks/security/identity-world.ts'
import { createAccount } from '../accounts/index.ts'
import { sql } from '../db/index.ts'
import { FailureError, fail } from '../failures.ts'
import { countAccountGuess } from './guess-limits.ts'
import { type Session, type SignedIn, totpCode, totpStepOf, type Visitor } from './index.ts'

let world: IdentityWorld
before(async () => {
  world = await openIdentityWorld()
})
after(() => world.close())

const HOUR_MS = 3_600_000
const PASSWORD = 'a long enough password'
const FIREFOX = { address: undefined, userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0' }
const CHROME = { address: undefined, userAgent: 'Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36' }
let people = 0
const newEmail = (): string => {
  people += 1
  return `p${people}@example.com`
}
const newPerson = async (): Promise<string> => {
  const email = newEmail()
  await world.person(email, PASSWORD)
  return email
}
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.code : String(thrown)
  }
}
const tokenOf = (signedIn: SignedIn): string => ('token' in signedIn ? signedIn.token : fail('second_step_failed'))
const stepOf = (signedIn: SignedIn): string => ('step' in signedIn ? signedIn.step : assert.fail('no second step was asked for'))
const signIn = (email: string, password = PASSWORD, visitor: Visitor = NOWHERE) => world.identity.signIn({ email, password }, visitor)
const sessionOf = async (token: string): Promise<Session> => (await world.identity.sessionOf(token)) ?? assert.fail('nobody is signed in')
const isIn = async (token: string) => (await world.identity.sessionOf(token)) !== undefined

test('an account is opened by the link alone, with the address it went to, once and within a day; without credit', async () => {
  const email = newEmail()
  await world.identity.beginSignUp(email, NOWHERE)
  const token = await world.lastToken()
  assert.equal(await codeOf(signIn(email)), 'sign_in_failed')
  const end = (shown: object) => codeOf(world.identity.endSignUp({ token, email, password: PASSWORD, ...shown }, NOWHERE))
  assert.equal(await end({ email: newEmail() }), 'sign_in_link_invalid')
  assert.equal(await end({ token: `${token.slice(0, -1)}_` }), 'sign_in_link_invalid')
  assert.equal(await end({ password: 'short' }), 'invalid_field')
  assert.equal(await end({ email: email.toUpperCase() }), 'none')
  assert.equal(await end({}), 'sign_in_link_invalid')
  const session = await sessionOf(tokenOf(await signIn(email)))
  assert.deepEqual([session.role, session.accountId], ['owner', session.homeAccountId])
  assert.equal((await world.ledger.balanceOf(session.accountId))?.available, 0n)
  await world.identity.beginSignUp(newEmail(), NOWHERE)
  const late = await world.lastToken()
  world.clock.at += 24 * HOUR_MS + 1000
  assert.equal(await codeOf(world.identity.endSignUp({ token: late, email, password: PASSWORD }, NOWHERE)), 'sign_in_link_invalid')
})

test('before a link is used, nothing of an address is kept', async () => {
  const email = newEmail()
  const before = await world.kit.ownerDatabase.query(sql`select from account`)
  await world.identity.beginSignUp(email, NOWHERE)
  await world.identity.settled()
  assert.equal((await world.kit.ownerDatabase.query(sql`select from account`)).length, before.length)
})

test('an address that has an account gets no second one, and its owner is told', async () => {
  const email = await newPerson()
  await world.identity.beginSignUp(email, NOWHERE)
  assert.equal((await world.lastMail('sign-up-known'))?.to, email)
  const twice = newEmail()
  const tokens = []
  for (let index = 0; index < 2; index += 1) {
    await world.identity.beginSignUp(twice, NOWHERE)
    tokens.push(await world.lastToken())
  }
  const results = await Promise.all(
    tokens.map((token) => codeOf(world.identity.endSignUp({ token, email: twice, password: PASSWORD }, NOWHERE))),
  )
  assert.deepEqual(results.toSorted(), ['none', 'sign_in_link_invalid'])
})

test('nobody gets more than three letters of a kind in a quarter of an hour by what others ask for, and those for a new password are a kind of their own', async () => {
  const email = await newPerson()
  const kinds = async (begin: (email: string) => Promise<void>) => {
    const before = world.mails.length
    for (let index = 0; index < 6; index += 1) await begin(email)
    await world.identity.settled()
    return world.mails.slice(before).map(({ template }) => template)
  }
  assert.deepEqual(await kinds((to) => world.identity.beginSignUp(to, NOWHERE)), ['sign-up-known', 'sign-up-known'])
  assert.deepEqual(await kinds((to) => world.identity.beginReset(to, NOWHERE)), ['password-reset', 'password-reset', 'password-reset'])
})

test('who types names of operators and of people to sign in uses up none of their guesses', async () => {
  const { session } = await world.signedIn(PASSWORD)
  const parts = { database: world.kit.appDatabase, subjects: world.subjects, clock: world.clock }
  for (const name of ['operator:anna', 'operator-proof:operator:anna', `person:${session.personId}`]) {
    for (let index = 0; index < 10; index += 1) await codeOf(signIn(name, 'wrong password'))
    assert.equal(await codeOf(signIn(name, 'wrong password')), 'sign_in_limited')
    const { forgive } = await countAccountGuess(parts, name)
    await forgive()
  }
})

test('a wrong password, an unknown address and an erased account are answered the same; the eleventh guess is not compared', async () => {
  const email = await newPerson()
  assert.equal(await codeOf(signIn(email, `${PASSWORD}!`)), 'sign_in_failed')
  assert.equal(await codeOf(signIn(newEmail(), PASSWORD)), 'sign_in_failed')
  for (const name of [email, newEmail()]) {
    const codes = []
    for (let index = 0; index < 12; index += 1) codes.push(await codeOf(signIn(name, 'wrong password')))
    assert.equal(codes.at(-1), 'sign_in_limited')
  }
  assert.equal(await codeOf(signIn(email)), 'sign_in_limited')
  assert.equal(await codeOf(world.restart().signIn({ email, password: PASSWORD }, NOWHERE)), 'sign_in_limited')
  world.clock.at += 900_000
  assert.equal(await codeOf(signIn(email)), 'none')
})

test('a number opens an account and signs in by itself, or with its password when it has one', async () => {
  const { number, token } = await world.identity.signUpByNumber(undefined, NOWHERE)
  assert.match(number, /^\d{4} \d{4} \d{4} \d{4}$/)
  const by = (accountNumber: string, password?: string) => codeOf(world.identity.signIn({ accountNumber, password }, NOWHERE))
  assert.deepEqual(
    [await by(number), await by(number.replaceAll(' ', '')), await by(number, 'a password of none')],
    ['none', 'none', 'sign_in_failed'],
  )
  assert.equal(await by('1234 5678 9012 3456'), 'sign_in_failed')
  const session = await sessionOf(token)
  await world.identity.changePassword(session, { current: undefined, password: PASSWORD })
  assert.deepEqual([await by(number), await by(number, ''), await by(number, PASSWORD)], ['sign_in_failed', 'sign_in_failed', 'none'])
  const rows = await world.kit.ownerDatabase.query<{ text: string }>(
    sql`select p::text as text from person p where number_lookup is not null`,
  )
  assert.ok(!rows[0]?.text.includes(number.replaceAll(' ', '')))
})

test('a reset works once and within the hour, ends every session, signs nobody in, and is told', async () => {
  const email = await newPerson()
  const tokens = [tokenOf(await signIn(email)), tokenOf(await signIn(email))]
  await world.identity.beginReset(email, NOWHERE)
  const token = await world.lastToken()
  await world.identity.beginReset(email, NOWHERE)
  const second = await world.lastToken()
  const end = (shown: { token: string; password: string }) => codeOf(world.identity.endReset(shown, NOWHERE))
  assert.equal(await end({ token, password: email }), 'invalid_field')
  const results = await Promise.all([1, 2, 3].map(() => end({ token, password: 'another long password' })))
  assert.deepEqual(results.toSorted(), ['none', 'sign_in_link_invalid', 'sign_in_link_invalid'])
  assert.deepEqual([await isIn(tokens[0] ?? ''), await isIn(tokens[1] ?? '')], [false, false])
  assert.equal(await end({ token: second, password: 'a third long password' }), 'sign_in_link_invalid')
  assert.deepEqual([await codeOf(signIn(email)), await codeOf(signIn(email, 'another long password'))], ['sign_in_failed', 'none'])
  assert.equal((await world.lastMail('password-changed'))?.to, email)
  world.clock.at += 900_000
  await world.identity.beginReset(email, NOWHERE)
  const late = await world.lastToken()
  world.clock.at += HOUR_MS + 1000
  assert.equal(await end({ token: late, password: 'another long password' }), 'sign_in_link_invalid')
})

test('who was given an account by the operator comes in by a reset; a suspended one too, an erased one never', async () => {
  const email = newEmail()
  const { id } = await createAccount(world.kit.appDatabase, world.subjects, { id: world.options.ids.uuid(), email, now: world.clock.at })
  assert.equal(await codeOf(signIn(email)), 'sign_in_failed')
  await world.identity.beginReset(email, NOWHERE)
  await world.identity.endReset({ token: await world.lastToken(), password: PASSWORD }, NOWHERE)
  const token = tokenOf(await signIn(email))
  assert.equal((await sessionOf(token)).accountId, id)
  await world.kit.appDatabase.query(sql`update account set status = 'suspended' where id = ${id}::uuid`)
  assert.equal(await isIn(token), true)
  await world.kit.appDatabase.query(sql`update account set status = 'erased' where id = ${id}::uuid`)
  assert.deepEqual([await isIn(token), await codeOf(signIn(email))], [false, 'sign_in_failed'])
})

test('a session ends twelve hours after its last use, after thirty days, and at once when it is revoked', async () => {
  const email = await newPerson()
  const [used, idle, revoked] = [tokenOf(await signIn(email)), tokenOf(await signIn(email)), tokenOf(await signIn(email))]
  const session = await sessionOf(used)
  assert.equal(await world.identity.endSession(session, (await sessionOf(revoked)).id), true)
  assert.equal(await isIn(revoked), false)
  assert.equal(await world.identity.endSession(session, (await sessionOf(idle)).personId), false)
  const begun = world.clock.at
  for (; world.clock.at - begun < 30 * 24 * HOUR_MS - 11 * HOUR_MS; world.clock.at += 11 * HOUR_MS) assert.equal(await isIn(used), true)
  assert.equal(await isIn(idle), false)
  world.clock.at = begun + 30 * 24 * HOUR_MS + 1000
  assert.equal(await isIn(used), false)
  for (const token of ['', 'x', used.slice(0, -1), `${used}a`, used.toUpperCase()]) assert.equal(await isIn(token), false)
})

test('a session of somebody else is ended by nobody', async () => {
  const [one, other] = [tokenOf(await signIn(await newPerson())), tokenOf(await signIn(await newPerson()))]
  assert.equal(await world.identity.endSession(await sessionOf(one), (await sessionOf(other)).id), false)
  assert.equal(await isIn(other), true)
  await world.identity.endOtherSessions(await sessionOf(one))
  assert.deepEqual([await isIn(one), await isIn(other)], [true, true])
})

test('a session acts for an account its person is a member of, in that role, and for no other', async () => {
  const [member, owner] = [tokenOf(await signIn(await newPerson())), tokenOf(await signIn(await newPerson()))]
  const [session, { accountId }] = [await sessionOf(member), await sessionOf(owner)]
  assert.equal(await world.identity.sessionOf(member, accountId), undefined)
  await world.kit.appDatabase.query(sql`
    insert into account_member values (${accountId}::uuid, ${session.personId}::uuid, 'viewer', ${new Date(world.clock.at)})`)
  assert.deepEqual(
    [(await world.identity.sessionOf(member, accountId))?.role, (await world.identity.sessionOf(member))?.accountId],
    ['viewer', session.accountId],
  )
  assert.deepEqual(
    (await world.identity.readProfile(session)).accounts.map(({ role }) => role),
    ['owner', 'viewer'],
  )
  assert.equal(await world.identity.sessionOf(member, 'nonsense'), undefined)
})

test('changing a password ends all other sessions, needs the current one, and gives another token', async () => {
  const email = await newPerson()
  const [here, there] = [tokenOf(await signIn(email)), tokenOf(await signIn(email))]
  const session = await sessionOf(here)
  const change = (current: string | undefined, password: string) => codeOf(world.identity.changePassword(session, { current, password }))
  assert.equal(await change('wrong password', 'another long password'), 'sign_in_failed')
  assert.equal(await change(undefined, 'another long password'), 'sign_in_failed')
  assert.equal(await change(PASSWORD, 'password1'), 'invalid_field')
  assert.equal(await change(PASSWORD, 'another long password'), 'none')
  assert.deepEqual([await isIn(here), await isIn(there)], [true, false])
  const rotated = (await world.identity.rotate(session, { isFresh: false })) ?? ''
  assert.deepEqual([await isIn(here), await isIn(rotated)], [false, true])
  assert.equal((await sessionOf(rotated)).id, session.id)
})

test('who has session and password changes it five times in an hour, and kills no link that was mailed for a new one', async () => {
  const email = await newPerson()
  const session = await sessionOf(tokenOf(await signIn(email)))
  await world.identity.beginReset(email, NOWHERE)
  const link = await world.lastToken()
  const codes: string[] = []
  for (let turn = 0; turn < 6; turn += 1)
    codes.push(
      await codeOf(world.identity.changePassword(session, { current: `${PASSWORD}${turn || ''}`, password: `${PASSWORD}${turn + 1}` })),
    )
  assert.deepEqual(codes, ['none', 'none', 'none', 'none', 'none', 'sign_in_limited'])
  assert.equal(await codeOf(world.identity.endReset({ token: link, password: 'another long password' }, NOWHERE)), 'none')
  assert.equal(await codeOf(signIn(email, 'another long password')), 'none')
})

test('only a proof of the last ten minutes is a fresh one', async () => {
  const email = await newPerson()
  const token = tokenOf(await signIn(email))
  assert.equal(world.identity.isFresh(await sessionOf(token)), true)
  world.clock.at += 600_001
  const session = await sessionOf(token)
  assert.equal(world.identity.isFresh(session), false)
  assert.equal(await codeOf(world.identity.proveAgain(session, { password: 'wrong password' }, NOWHERE)), 'sign_in_failed')
  assert.equal(await codeOf(world.identity.proveAgain(session, { accountNumber: '1234' }, NOWHERE)), 'sign_in_failed')
  await world.identity.proveAgain(session, { password: PASSWORD }, NOWHERE)
  assert.equal(world.identity.isFresh(await sessionOf((await world.identity.rotate(session, { isFresh: true })) ?? '')), true)
})

test('a browser that was never used before is told of, the first one and known ones are not', async () => {
  const email = await newPerson()
  const told = async () => {
    await world.identity.settled()
    return world.mails.filter((mail) => mail.template === 'new-sign-in' && mail.to === email)
  }
  await world.kit.appDatabase.query(sql`delete from sign_in_session`)
  await world.kit.appDatabase.query(sql`update person set seen_on = null`)
  await signIn(email, PASSWORD, FIREFOX)
  await signIn(email, PASSWORD, FIREFOX)
  assert.equal((await told()).length, 0)
  const token = tokenOf(await signIn(email, PASSWORD, CHROME))
  await signIn(email, PASSWORD, CHROME)
  assert.deepEqual(
    (await told()).map(({ fields }) => fields['browser']),
    ['Chrome 142'],
  )
  const list = await world.identity.listSessions(await sessionOf(token))
  assert.deepEqual(list.map(({ browser }) => `${browser.family} ${browser.major}`).toSorted(), [
    'chrome 142',
    'chrome 142',
    'firefox 144',
    'firefox 144',
  ])
})

test('who was not here for so long that no session is kept is told of a browser too', async () => {
  const email = await newPerson()
  await signIn(email, PASSWORD, FIREFOX)
  await world.kit.appDatabase.query(sql`delete from sign_in_session`)
  await world.identity.settled()
  world.mails.splice(0)
  await signIn(email, PASSWORD, CHROME)
  await world.identity.settled()
  assert.deepEqual(
    world.mails.map(({ template, to }) => [template, to]),
    [['new-sign-in', email]],
  )
})

test('an imported hash signs in and is made anew, whatever it was; one account has one person', async () => {
  const email = newEmail()
  const { id } = await createAccount(world.kit.appDatabase, world.subjects, { id: world.options.ids.uuid(), email, now: world.clock.at })
  await world.identity.importPerson(id, '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')
  assert.equal(
    await codeOf(world.identity.importPerson(id, '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')),
    'account_exists',
  )
  const stored = async () =>
    (
      await world.kit.appDatabase.query<{ text: string }>(
        sql`select password_scheme || ' ' || password_hash as text from person where account_id = ${id}::uuid`,
      )
    )[0]?.text ?? ''
  assert.equal(await codeOf(signIn(email, 'U*V')), 'sign_in_failed')
  assert.match(await stored(), /^bcrypt \$2a\$05/)
  assert.equal(await codeOf(signIn(email, 'U*U')), 'none')
  assert.match(await stored(), /^argon2id \$argon2id\$v=19\$m=19456,t=2,p=1/)
  assert.equal(await codeOf(signIn(email, 'U*U')), 'none')
  const bcrypt = world.restart({ scheme: 'bcrypt-sha256' })
  await bcrypt.signIn({ email, password: 'U*U' }, NOWHERE)
  assert.match(await stored(), /^bcrypt-sha256 \$2b\$12/)
})

test('an authenticator app is asked for from its first code on; a code works once, also at the same time, and a recovery code once', async () => {
  const email = await newPerson()
  const session = await sessionOf(tokenOf(await signIn(email)))
  const { secondFactors } = world.identity
  const { secret, uri } = await secondFactors.beginTotp(session)
  assert.ok(uri.includes(secret) && uri.includes(encodeURIComponent(email)))
  assert.ok('token' in (await signIn(email)), 'asked for before it was confirmed')
  assert.equal(await codeOf(secondFactors.confirmTotp(session, '000000')), 'second_step_failed')
  const key = fromBase32(secret)
  const codeNow = () => totpCode(key, totpStepOf(world.clock.at))
  const codes = await secondFactors.confirmTotp(session, codeNow())
  assert.deepEqual([codes.length, new Set(codes).size], [10, 10])
  assert.equal(await codeOf(secondFactors.beginTotp(session)), 'totp_on')
  const second = (step: string, proof: Parameters<typeof world.identity.takeSecondStep>[0]['proof']) =>
    codeOf(world.identity.takeSecondStep({ step, proof }, NOWHERE))
  const first = await signIn(email)
  assert.deepEqual('ways' in first ? first.ways : [], ['totp', 'recovery-code'])
  assert.equal(await second(stepOf(first), { code: codeNow() }), 'second_step_failed', 'the code that confirmed it works again')
  world.clock.at += 30_000
  const both = [stepOf(await signIn(email)), stepOf(await signIn(email))]
  const results = await Promise.all(both.map((step) => second(step, { code: codeNow() })))
  assert.deepEqual(results.toSorted(), ['none', 'second_step_failed'])
  const [recoveryCode = ''] = codes
  assert.equal(await second(stepOf(await signIn(email)), { recoveryCode: recoveryCode.toLowerCase() }), 'none')
  assert.equal(await second(stepOf(await signIn(email)), { recoveryCode }), 'second_step_failed')
  const late = stepOf(await signIn(email))
  world.clock.at += 600_001
  assert.equal(await second(late, { code: codeNow() }), 'second_step_failed')
  const begun = stepOf(await signIn(email))
  await world.identity.changePassword(session, { current: PASSWORD, password: `${PASSWORD} anew` })
  assert.equal(await second(begun, { recoveryCode: codes[1] ?? '' }), 'second_step_failed', 'a step begun with the old password')
  for (const step of ['', 'nonsense', late]) assert.equal(await second(step, { recoveryCode: codes[1] ?? '' }), 'second_step_failed')
  const sealed = await world.kit.ownerDatabase.query<{ sealed: Buffer }>(
    sql`select totp_sealed as sealed from person where totp_sealed is not null`,
  )
  assert.ok(!sealed.some((row) => row.sealed.includes(key)))
})

test('codes are guessed at ten times in a quarter of an hour, over however many sign-ins', async () => {
  const email = await newPerson()
  const session = await sessionOf(tokenOf(await signIn(email)))
  const { secret } = await world.identity.secondFactors.beginTotp(session)
  await world.identity.secondFactors.confirmTotp(session, totpCode(fromBase32(secret), totpStepOf(world.clock.at)))
  const codes: string[] = []
  for (let index = 0; index < 13; index += 1) {
    const step = stepOf(await signIn(email))
    codes.push(await codeOf(world.identity.takeSecondStep({ step, proof: { recoveryCode: 'AAAA-AAAA-AAAA-AAAA' } }, NOWHERE)))
  }
  assert.deepEqual([codes.filter((code) => code === 'second_step_failed').length, codes.at(-1)], [10, 'sign_in_limited'])
})

test('without mail an account is opened by its number alone', async () => {
  const quiet = world.restart({ mailer: undefined })
  assert.equal(await codeOf(quiet.beginSignUp(newEmail(), NOWHERE)), 'mail_off')
  assert.equal(await codeOf(quiet.beginReset(newEmail(), NOWHERE)), 'mail_off')
  assert.equal(await codeOf(quiet.signUpByNumber(PASSWORD, NOWHERE)), 'none')
})

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
