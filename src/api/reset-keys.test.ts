// Guarantee: who sets a new password by mail is told, on the page and by letter, which keys still act for them, and ends with it those that were made or got another
// secret since a moment: their own, of whatever account, and no other member's; open invitations of theirs end in any case; nothing ends where that is not asked for, or the link is worth nothing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTeamWorld, type SignedInPerson, type TeamWorld } from '../../checks/security/team-world.ts'
import { findKeyByHash, hashKey } from '../keys/index.ts'

const [PASSWORD, DAY_MS] = ['another long password', 86_400_000]
let world: TeamWorld
before(async () => {
  world = await openTeamWorld()
})
after(() => world.close())

const manager = async (person: SignedInPerson): Promise<string> =>
  (await world.as(person, 'POST /api/keys/management', { body: { name: 'm' } })).json.data.apiKey
const caller = async (person: SignedInPerson): Promise<{ readonly id: string; readonly apiKey: string }> =>
  (await world.as(person, 'POST /api/keys/credit', { body: { name: 'k' } })).json.data
const manages = async (key: string) => (await world.byKey(key, 'GET /api/account')).status === 200
const calls = async (apiKey: string) => (await findKeyByHash(world.database, hashKey(apiKey))) !== undefined

async function join(owner: SignedInPerson, person: SignedInPerson, role: string): Promise<SignedInPerson> {
  const { code } = (await world.as(owner, 'POST /api/team/invitations', { body: { role } })).json.data
  assert.equal((await world.as(person, 'POST /api/auth/invitations/accept', { body: { code } })).status, 200)
  return { ...person, acting: owner.accountId }
}
async function reset(person: SignedInPerson, since?: unknown) {
  assert.equal((await world.as(undefined, 'POST /api/auth/reset', { body: { email: person.email } })).status, 202)
  const token = /#token=([\w-]+)$/.exec((await world.lastMail('password-reset'))?.fields['link'] ?? '')?.[1]
  const body = { token, password: PASSWORD, ...(since === undefined ? {} : { end_keys_since: since }) }
  return await world.as(undefined, 'POST /api/auth/reset/confirm', { body })
}

test('keys that were made since a moment end with the reset, in every account; older ones and those of other members stay', async () => {
  const [victim, owner, friend] = [await world.newPerson(), await world.newPerson(), await world.newPerson()]
  const [inTeam, member] = [await join(owner, victim, 'admin'), await join(victim, friend, 'admin')]
  const [old, oldCaller, rotated] = [await manager(victim), await caller(victim), await caller(victim)]
  world.clock.at += 3 * DAY_MS
  const since = new Date(world.clock.at).toISOString()
  const [thief, back, theirs] = [await world.signIn(victim), await world.signIn(member), await world.signIn(owner)]
  const turned = (await world.as(thief, `POST /api/keys/${rotated.id}/rotate`, { body: {} })).json.data.apiKey
  assert.ok(typeof turned === 'string' && turned !== rotated.apiKey)
  const made = [await manager(thief), await manager({ ...thief, acting: owner.accountId })]
  made.push((await world.byKey(made[0] ?? '', 'POST /api/keys/management', { name: 'second' })).json.data.apiKey)
  const callers = [await caller(thief), await caller({ ...thief, acting: owner.accountId })].map(({ apiKey }) => apiKey)
  callers.push((await world.byKey(made[0] ?? '', 'POST /api/keys/credit', { name: 'by a program' })).json.data.apiKey)
  const [friends, owners] = [await manager({ ...back, acting: victim.accountId }), await manager(theirs)]

  const wrong = await reset(victim, 'yesterday')
  assert.deepEqual([wrong.json.error.code, wrong.json.error.param], ['invalid_field', 'end_keys_since'])
  const told = await reset(victim, since)
  assert.equal(told.status, 200, told.text)
  const { ended, managing, calling } = told.json.keys
  assert.deepEqual([ended, managing.count, calling.count], [7, 1, 1])
  assert.ok(old.endsWith(managing.newest[0].hint.slice(-4)) && managing.newest[0].created_at < since)
  for (const key of made) assert.equal(await manages(key), false)
  for (const key of [...callers, turned]) assert.equal(await calls(key), false)
  for (const key of [old, friends, owners]) assert.equal(await manages(key), true)
  assert.equal(await calls(oldCaller.apiKey), true)
  const letter = (await world.lastMail('password-changed'))?.fields
  assert.equal(letter?.['managing'], `1 (${managing.newest[0].hint} ${managing.newest[0].created_at.slice(0, 10)})`)
  assert.match(letter?.['calling'] ?? '', /^1 \(.+ \d{4}-\d\d-\d\d\)$/)
  assert.equal((await world.as(inTeam, 'GET /api/account')).status, 401)
})

test('open invitations that they or keys of theirs made go with any reset, and the page says how many joined since a moment', async () => {
  const [victim, owner, accomplice] = [await world.newPerson(), await world.newPerson(), await world.newPerson()]
  const inTeam = await join(owner, victim, 'admin')
  await join(victim, await world.newPerson(), 'viewer')
  const key = await manager(victim)
  world.clock.at += 60_000
  const since = new Date(world.clock.at).toISOString()
  await join(victim, accomplice, 'admin')
  const invite = { body: { role: 'viewer' } }
  const codes = [
    (await world.as(victim, 'POST /api/team/invitations', invite)).json.data.code,
    (await world.as(inTeam, 'POST /api/team/invitations', invite)).json.data.code,
    (await world.byKey(key, 'POST /api/team/invitations', invite.body)).json.data.code,
  ]
  const kept = (await world.as(owner, 'POST /api/team/invitations', invite)).json.data.code
  assert.equal((await reset(victim)).json.members_joined, null)
  const accept = (code: string) => world.as(accomplice, 'POST /api/auth/invitations/accept', { body: { code } })
  for (const code of codes) assert.equal((await accept(code)).json.error.code, 'invitation_invalid')
  assert.equal((await accept(kept)).status, 200)
  assert.equal((await reset(victim, since)).json.members_joined, 2)
})

test('nothing ends where that is not asked for, nor by a link that is worth nothing', async () => {
  const person = await world.newPerson()
  const keys = [await manager(person), await manager(person)]
  const body = { token: 'fbi_nothing', password: PASSWORD, end_keys_since: new Date(0).toISOString() }
  assert.equal((await world.as(undefined, 'POST /api/auth/reset/confirm', { body })).json.error.code, 'sign_in_link_invalid')
  const told = await reset(person)
  assert.deepEqual([told.json.keys.ended, told.json.keys.managing.count, told.json.keys.calling], [0, 2, { count: 0, newest: [] }])
  for (const key of keys) assert.equal(await manages(key), true)
  assert.equal((await reset(person, new Date(0).toISOString())).json.keys.ended, 2)
})
