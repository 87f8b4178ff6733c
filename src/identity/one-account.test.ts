// Guarantee: where each person may have one account, no spelling of an e-mail opens a second one, also at the same time; whoever asks is told
// nothing, and the letter tells the owner of the mailbox; an operator can let one in; people with other mailboxes are never taken for one.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type IdentityWorld, NOWHERE, openIdentityWorld } from '../../checks/security/identity-world.ts'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import type { LogEvent } from '../lib/index.ts'
import { allowSignUp, markOldAccounts, personMarkOf } from './index.ts'

const RULE = { dotless: ['gmail.com', 'googlemail.com'], disposable: ['mailinator.com'] }
const SEED = Date.now() % 1_000_000
let world: IdentityWorld
before(async () => {
  world = await openIdentityWorld({ oneAccount: RULE })
})
after(() => world.close())

const PASSWORD = 'the only right password'
const accounts = async (): Promise<number> =>
  Number((await world.kit.ownerDatabase.query<{ n: bigint }>(sql`select count(*) as n from account`))[0]?.n ?? 0n)
const lettersTo = async (email: string): Promise<readonly string[]> => {
  await world.identity.settled()
  return world.mails.filter(({ to }) => to === email).map(({ template }) => template)
}

const word = fc.stringMatching(/^[a-z]{1,8}$/)
const LABEL = { dotted: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), tag: fc.option(word), isUpper: fc.boolean() }

test(`every spelling of a mailbox is one person, and other mailboxes are others (seed ${SEED})`, () => {
  fc.assert(
    fc.property(word, word, fc.record(LABEL), (name, other, { dotted, tag, isUpper }) => {
      const spelled = [...name].map((letter, index) => (dotted[index] === true && index > 0 ? `.${letter}` : letter)).join('')
      const email = `${spelled}${tag === null ? '' : `+${tag}`}@GoogleMail.com`
      assert.equal(personMarkOf(isUpper ? email.toUpperCase() : email, RULE), `${name}@gmail.com`)
      const elsewhere = `${spelled}${tag === null ? '' : `+${tag}`}@example.com`
      assert.equal(personMarkOf(elsewhere, RULE), `${spelled}@example.com`, 'dots count elsewhere')
      if (name !== other) assert.notEqual(personMarkOf(`${other}@gmail.com`, RULE), personMarkOf(email, RULE))
    }),
    { seed: SEED },
  )
  assert.equal(personMarkOf('+tag@example.com', RULE), '+tag@example.com', 'a name that begins with + is a name')
})

test('a second spelling gets the same answer, a letter that says why, and no account', async () => {
  await world.person('ann.lee@gmail.com', PASSWORD)
  const before = await accounts()
  await world.identity.beginSignUp('annlee+two@googlemail.com', NOWHERE)
  assert.deepEqual(await lettersTo('annlee+two@googlemail.com'), ['sign-up-refused'])
  await world.identity.beginSignUp('ann.lee@gmail.com', NOWHERE)
  assert.equal((await lettersTo('ann.lee@gmail.com')).at(-1), 'sign-up-known', 'the exact e-mail is told as before')
  assert.equal(await accounts(), before)
})

test('mail of passing mailboxes opens nothing, also below a host', async () => {
  for (const email of ['x@mailinator.com', 'y@any.Mailinator.com']) {
    await world.identity.beginSignUp(email, NOWHERE)
    assert.deepEqual(await lettersTo(email), ['sign-up-refused'])
  }
  await world.identity.beginSignUp('z@notmailinator.com', NOWHERE)
  assert.deepEqual(await lettersTo('z@notmailinator.com'), ['sign-up-link'])
})

test('of two links for two spellings that are used at the same time one opens an account', async () => {
  const emails = ['twins@example.com', 'twins+b@example.com']
  const links: { readonly email: string; readonly token: string }[] = []
  for (const email of emails) {
    await world.identity.beginSignUp(email, NOWHERE)
    links.push({ email, token: await world.lastToken() })
  }
  const ended = await Promise.allSettled(links.map((link) => world.identity.endSignUp({ ...link, password: PASSWORD }, NOWHERE)))
  const refused = ended.filter((one) => one.status === 'rejected').map(({ reason }) => reason)
  assert.equal(refused.length, 1)
  assert.ok(refused[0] instanceof FailureError && refused[0].failure.code === 'sign_in_link_invalid')
})

test('an operator lets one more account of a person in, and no third', async () => {
  await world.person('kim@example.com', PASSWORD)
  const until = await allowSignUp(world.kit.appDatabase, { subjects: world.subjects, clock: world.clock }, 'kim+work@example.com')
  assert.equal(until.getTime(), world.clock.at + 7 * 86_400_000)
  await world.person('kim+work@example.com', PASSWORD)
  await world.identity.beginSignUp('kim+more@example.com', NOWHERE)
  assert.deepEqual(await lettersTo('kim+more@example.com'), ['sign-up-refused'])
  const left = await world.kit.ownerDatabase.query(sql`select from sign_up_allowance`)
  assert.equal(left.length, 0, 'an allowance is for one account')
})

test('accounts from before the rule count once they were looked at', async () => {
  const opened = await world.customer('old.hand@gmail.com')
  const parts = { database: world.kit.appDatabase, subjects: world.subjects, oneAccount: RULE, log: () => undefined }
  const emailOf = async (id: string) => (id === opened ? 'old.hand@gmail.com' : undefined)
  assert.ok((await markOldAccounts(parts, { emailOf, limit: 500 })) >= 1)
  await world.identity.beginSignUp('oldhand@gmail.com', NOWHERE)
  assert.deepEqual(await lettersTo('oldhand@gmail.com'), ['sign-up-refused'])
})

test('an account whose e-mail cannot be read keeps no other from its mark', async () => {
  const opened = [
    await world.customer('first@example.com'),
    await world.customer('second@example.com'),
    await world.customer('last@example.com'),
  ]
  const [first = '', second = '', last = ''] = opened.toSorted((a, b) => (a < b ? -1 : 1))
  const logged: LogEvent[] = []
  const parts = {
    ...{ database: world.kit.appDatabase, subjects: world.subjects, oneAccount: RULE },
    log: (entry: LogEvent) => void logged.push(entry),
  }
  const emailOf = async (id: string) => {
    if (id === first) throw new Error('no key')
    return id === second || id === last ? `${id}@example.com` : undefined
  }
  assert.equal(await markOldAccounts(parts, { emailOf, limit: 1 }), 2)
  const marked = await world.kit.ownerDatabase.query<{ account_id: string }>(sql`
    select account_id from person_mark where account_id = any(${opened}::uuid[]) order by account_id`)
  assert.deepEqual(
    marked.map(({ account_id: id }) => id),
    [second, last],
  )
  assert.deepEqual(
    logged.map(({ event, account }) => [event, account]),
    [['account-unmarked', first]],
  )
})
