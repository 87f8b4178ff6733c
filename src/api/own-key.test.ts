// Guarantee: a key is given another secret by who made it and by those who run the account alone, once for each Idempotency-Key, and stays the same key; what
// it may be used for is changed field by field; nobody is told of a key of somebody else's.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTeamWorld, type SignedInPerson, type TeamWorld } from '../../checks/security/team-world.ts'
import { findKeyByHash, hashKey } from '../keys/index.ts'

let world: TeamWorld
before(async () => {
  world = await openTeamWorld()
})
after(() => world.close())

const found = (apiKey: string) => findKeyByHash(world.database, hashKey(apiKey))
const codeOf = ({ json }: { readonly json: { readonly error?: { readonly code?: string } } }) => json.error?.code
async function join(owner: SignedInPerson, role: string): Promise<SignedInPerson> {
  const person = await world.newPerson()
  const made = await world.as(owner, 'POST /api/team/invitations', { body: { role } })
  await world.as(person, 'POST /api/auth/invitations/accept', { body: { code: made.json.data.code } })
  return { ...person, acting: owner.accountId }
}
async function newKey(person: SignedInPerson, more: object = {}): Promise<{ readonly id: string; readonly apiKey: string }> {
  const made = await world.as(person, 'POST /api/keys/credit', { body: { name: 'program', ...more } })
  assert.equal(made.status, 201, made.text)
  return made.json.data
}
const show = async (person: SignedInPerson, id: string) => (await world.as(person, `GET /api/keys/${id}`)).json.data

test('who made a key, admins and owners rotate it; other members, viewers and strangers do not', async () => {
  const owner = await world.newPerson()
  const [maker, other] = [await join(owner, 'developer'), await join(owner, 'developer')]
  const [admin, viewer, stranger] = [await join(owner, 'admin'), await join(owner, 'viewer'), await world.newPerson()]
  const { id } = await newKey(maker)
  const rotate = (who: SignedInPerson, key = id) => world.as(who, `POST /api/keys/${key}/rotate`, { body: {} })
  assert.deepEqual(
    [codeOf(await rotate(other)), codeOf(await rotate(viewer)), codeOf(await rotate(stranger))],
    ['key_made_by_other', 'member_role', 'key_unknown'],
  )
  assert.equal(codeOf(await world.as(other, `DELETE /api/keys/${id}/old-secret`)), 'key_made_by_other')
  for (const who of [maker, admin, owner]) assert.equal((await rotate(who)).status, 200)
  const told = await Promise.all([maker, admin, owner, other, viewer].map((who) => show(who, id)))
  assert.deepEqual(
    told.map(({ canRotate }) => canRotate),
    [true, true, true, false, false],
  )
  assert.equal(codeOf(await world.as(stranger, `GET /api/keys/${id}`)), 'key_unknown')
  const temporary = (await world.as(owner, 'POST /api/keys/temporary', { body: {} })).json.data.id
  assert.deepEqual(
    [codeOf(await rotate(owner, temporary)), codeOf(await world.as(owner, `GET /api/keys/${temporary}`))],
    ['key_unknown', 'key_unknown'],
  )
})

test('a rotation has one effect for each Idempotency-Key, and both secrets are one key until the time is over', async () => {
  const owner = await world.newPerson()
  const first = await newKey(owner, { spendCap: { amount: '5.00', window: 'day' }, limits: { requests_per_minute: 7 } })
  const once = { body: { overlapHours: 2 }, headers: { 'idempotency-key': 'again' } }
  const [one, two] = await Promise.all([1, 2].map(() => world.as(owner, `POST /api/keys/${first.id}/rotate`, once)))
  const { apiKey, hint, oldSecretUntil } = one?.json.data ?? assert.fail()
  assert.deepEqual(one?.json, two?.json)
  assert.equal(hint, `${apiKey.slice(0, 8)}…${apiKey.slice(-4)}`)
  assert.equal(Date.parse(oldSecretUntil), world.clock.at + 2 * 3_600_000)
  const [old, now] = [await found(first.apiKey), await found(apiKey)]
  assert.deepEqual(
    [old?.keyId, now?.keyId, old?.secretUntil, now?.secretUntil],
    [first.id, first.id, Date.parse(oldSecretUntil), undefined],
  )
  assert.deepEqual([now?.spending, now?.limits.key.requestsPerMinute], [old?.spending, 7])
  assert.equal((await show(owner, first.id)).oldSecretUntil, oldSecretUntil)
  const ended = await world.as(owner, `DELETE /api/keys/${first.id}/old-secret`)
  assert.equal(Date.parse(ended.json.data.oldSecretUntil), world.clock.at)
  for (const overlapHours of [-1, 169, 0.5, '1'])
    assert.equal((await world.as(owner, `POST /api/keys/${first.id}/rotate`, { body: { overlapHours } })).json.error.field, 'overlapHours')
  await world.as(owner, `DELETE /api/keys/${first.id}`)
  assert.equal(codeOf(await world.as(owner, `POST /api/keys/${first.id}/rotate`, { body: {} })), 'key_unknown')
  assert.ok((await show(owner, first.id)).revokedAt !== null, 'an ended key is still shown')
})

test('rules are set with the key and changed field by field; what is no rule is refused by name', async () => {
  const owner = await world.newPerson()
  const sent = ['198.51.100.9/24', '2001:DB8::/32', '198.51.100.0/24']
  const { id } = await newKey(owner, {
    ipRanges: sent,
    routing: { countries: ['DE'], zdr_only: true },
    spendCap: { amount: '1.50', window: 'week' },
  })
  const shown = await show(owner, id)
  assert.deepEqual(shown.ipRanges, ['198.51.100.0/24', '2001:db8::/32'])
  assert.deepEqual([shown.routing.countries, shown.routing.zdr_only, shown.routing.local_only], [['DE'], true, false])
  assert.deepEqual(shown.spending, [
    { of: 'key', pays: false, spent: '0.00', limit: '1.50', duration: 'week', resets_at: shown.spending[0].resets_at },
  ])
  const patch = (body: object) => world.as(owner, `PATCH /api/keys/${id}`, { body })
  const expiresAt = new Date(world.clock.at + 86_400_000).toISOString()
  assert.equal((await patch({ ipRanges: ['10.0.0.1'], expiresAt })).status, 200)
  const next = await show(owner, id)
  assert.deepEqual(
    [next.ipRanges, next.expiresAt, next.routing, next.spendCap],
    [['10.0.0.1/32'], expiresAt, shown.routing, shown.spendCap],
  )
  await patch({ ipRanges: null, routing: null, expiresAt: null, spendCap: null })
  const free = await show(owner, id)
  assert.deepEqual([free.ipRanges, free.routing, free.expiresAt, free.spendCap, free.spending], [null, null, null, null, []])
  const many = Array.from({ length: 51 }, (_, index) => `10.0.0.${index}`)
  for (const ipRanges of [[], ['10.0.0.0/33'], ['home'], many, '10.0.0.1'])
    assert.match((await patch({ ipRanges })).json.error.field, /^ipRanges/, JSON.stringify(ipRanges).slice(0, 40))
  assert.equal((await patch({ models: ['no-such-model'] })).json.error.field, 'models')
  assert.equal((await patch({ routing: { deny: ['no-such-upstream'] } })).json.error.field, 'routing')
  assert.equal((await patch({ expiresAt: new Date(world.clock.at).toISOString() })).json.error.field, 'expires_at')
})
