// Guarantee: who asks gets all that is kept of them as a person, without a secret; who is erased leaves nothing of it, and is out at once.
import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { readZip } from '../../checks/privacy/read-zip.ts'
import { type IdentityWorld, NOWHERE, openIdentityWorld } from '../../checks/security/identity-world.ts'
import { identifier, sql } from '../db/index.ts'
import { PERSONAL_DATA } from '../inventory.ts'
import { lookForInactive } from '../privacy/rights/inactive.ts'
import { retentionJobs } from '../retention/index.ts'
import { IDENTITY_DATA, type Session } from './index.ts'

let world: IdentityWorld
before(async () => {
  world = await openIdentityWorld()
})
after(() => world.close())

const PASSWORD = 'a long enough password'
const FIREFOX = { address: '203.0.113.9', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0' }

async function signedIn(email: string): Promise<Session> {
  await world.person(email, PASSWORD)
  const { token = '' } = (await world.identity.signIn({ email, password: PASSWORD }, FIREFOX)) as { token?: string }
  const session = (await world.identity.sessionOf(token)) ?? assert.fail('nobody is signed in')
  await world.identity.secondFactors.beginTotp(session)
  await world.identity.beginReset(email, NOWHERE)
  await world.identity.settled()
  return session
}

const tables = [...new Set(IDENTITY_DATA.filter(({ owner }) => owner !== 'unknown').map(({ table }) => table))]
const rowsOf = async (table: string) =>
  (await world.kit.ownerDatabase.query<{ text: string }>(sql`select t::text as text from ${identifier(table)} t`)).map(({ text }) => text)

test('an export holds the person, the membership and the sessions, and no hash of anything', async () => {
  const session = await signedIn('export@example.com')
  const files = readZip(await buffer(await world.rights.exportZip(session.accountId)))
  const json = (name: string) => JSON.parse(String(files.get(`${name}.json`)))
  assert.deepEqual([json('person')[0].id, json('account_member')[0].role], [session.personId, 'owner'])
  assert.deepEqual(
    json('sign_in_session')
      .map((row: { browser_family: string }) => row.browser_family)
      .toSorted(),
    ['firefox', 'other'],
  )
  const all = Buffer.concat([...files.values()]).toString()
  const [secret] = await world.kit.ownerDatabase.query<Record<string, string>>(sql`
    select password_hash, encode(totp_sealed, 'hex') as totp, encode(token_hash, 'hex') as token
    from person join sign_in_session on person_id = person.id where person.id = ${session.personId}::uuid and token_hash is not null limit 1`)
  for (const value of Object.values(secret ?? assert.fail('no row')))
    assert.ok(value.length > 40 && !all.includes(value), 'a secret is exported')
})

test('an erased person is out at once and in no table; others stay', async () => {
  const [gone, stays] = [await signedIn('gone@example.com'), await signedIn('stays@example.com')]
  await world.kit.appDatabase.query(sql`
    insert into account_member values (${stays.accountId}::uuid, ${gone.personId}::uuid, 'viewer', ${new Date(world.clock.at)})`)
  const before = new Map(await Promise.all(tables.map(async (table) => [table, await rowsOf(table)] as const)))
  assert.ok([...before.values()].some((rows) => rows.some((text) => text.includes(gone.personId))))
  await world.rights.erase({ accountId: gone.accountId, email: 'gone@example.com', giveUp: 0n, cause: 'customer' })
  for (const table of tables) {
    const rows = await rowsOf(table)
    assert.ok(!rows.some((text) => text.includes(gone.personId) || text.includes(gone.accountId)), table)
    const others = (before.get(table) ?? []).filter((text) => text.includes(stays.personId) && !text.includes(gone.personId))
    for (const text of others) assert.ok(rows.includes(text), `${table} lost a row of somebody else`)
  }
  await assert.rejects(world.identity.signIn({ email: 'gone@example.com', password: PASSWORD }, NOWHERE), { message: 'sign_in_failed' })
  assert.equal((await world.identity.readProfile(stays)).email, 'stays@example.com')
})

test('who has an account number and no e-mail is shown what is held, and erased by the id of the account alone', async () => {
  const { token } = await world.identity.signUpByNumber(undefined, NOWHERE)
  const { accountId } = (await world.identity.sessionOf(token)) ?? assert.fail('nobody is signed in')
  const held = await world.rights.access(accountId)
  assert.equal(held.find(({ table, column }) => table === 'account' && column === 'email_sealed')?.value, null)
  const erase = (email: string) => world.rights.erase({ accountId, email, giveUp: 0n, cause: 'operator' })
  for (const wrong of ['', 'somebody@example.com', `${accountId}0`]) await assert.rejects(erase(wrong), { message: 'erasure_wrong_person' })
  assert.equal((await erase(accountId)).erasure?.state, 'done')
  assert.equal(await world.identity.sessionOf(token), undefined)
  await assert.rejects(world.rights.access(accountId), { message: 'account_unknown' })
})

test('who signs in uses the account, so that nobody erases it for want of calls', async () => {
  const { accountId } = await signedIn('reader@example.com')
  const silent = await world.customer('silent@example.com')
  await world.kit.ownerDatabase.query(sql`update account set created_at = created_at - interval '350 days'`)
  await world.kit.ownerDatabase.query(sql`update api_key set created_at = created_at - interval '350 days'`)
  const noticed: string[] = []
  const mailer = { send: async (_: string, to: string) => void noticed.push(to) }
  await lookForInactive(world.options, { afterDays: 365, mailer })
  assert.ok(noticed.includes('silent@example.com') && !noticed.includes('reader@example.com'), `${accountId} ${silent}: ${noticed.join()}`)
})

test('who signed in stays known for it when the session has gone by its age, and who is signed in for days is here on each', async () => {
  const DAY_MS = 86_400_000
  const { id: personId, email } = await longSilent('day-340@example.com')
  world.clock.at -= 120 * DAY_MS
  await world.identity.signIn({ email, password: PASSWORD }, FIREFOX)
  world.clock.at += 120 * DAY_MS
  const job = retentionJobs(PERSONAL_DATA).find(({ table }) => table === 'sign_in_session') ?? assert.fail('nothing forgets sessions')
  assert.ok('isOld' in job)
  await world.kit.appDatabase.query(sql`delete from sign_in_session where ${job.isOld(world.clock.at - job.days * DAY_MS)}`)
  assert.deepEqual(await world.kit.ownerDatabase.query(sql`select from sign_in_session where person_id = ${personId}::uuid`), [])
  const noticed: string[] = []
  const mailer = { send: async (_: string, to: string) => void noticed.push(to) }
  await lookForInactive(world.options, { afterDays: 365, mailer })
  assert.ok(!noticed.includes(email), noticed.join())

  const { token = '' } = (await world.identity.signIn({ email, password: PASSWORD }, FIREFOX)) as { token?: string }
  await world.kit.ownerDatabase.query(sql`update person set seen_on = current_date - 5 where id = ${personId}::uuid`)
  await world.kit.ownerDatabase.query(
    sql`update sign_in_session set seen_at = seen_at - interval '2 hours' where person_id = ${personId}::uuid`,
  )
  assert.equal((await world.identity.sessionOf(token))?.personId, personId)
  const [person] = await world.kit.ownerDatabase.query<{ day: string }>(
    sql`select seen_on::text as day from person where id = ${personId}::uuid`,
  )
  assert.equal(person?.day, new Date(world.clock.at).toISOString().slice(0, 10))
})

/** A person who opened an account 460 days ago and was not here since. */
async function longSilent(email: string): Promise<{ readonly id: string; readonly email: string }> {
  const { personId: id, accountId } = await signedIn(email)
  const { ownerDatabase } = world.kit
  await ownerDatabase.query(sql`delete from sign_in_session where person_id = ${id}::uuid`)
  await ownerDatabase.query(sql`update person set seen_on = current_date - 460 where id = ${id}::uuid`)
  await ownerDatabase.query(sql`update account set created_at = created_at - interval '460 days' where id = ${accountId}::uuid`)
  return { id, email }
}
