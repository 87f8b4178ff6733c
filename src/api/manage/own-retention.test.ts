// Guarantee: an owner who has just shown who they are has notes of calls kept for fewer days, is told before what goes, and by letter that it was done; for more again at
// any time up to the house's own; no other role and no key changes it, and days that are none are named.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { IdentityWorld } from '../../../checks/security/identity-world.ts'
import { openTeamWorld, type SignedInPerson, type TeamWorld } from '../../../checks/security/team-world.ts'
import { sql } from '../../db/index.ts'
import { createManagementKey } from '../../keys/index.ts'
import { isoDate, utcDayOf } from '../../lib/index.ts'
import type { TestAnswer } from '../test-world.ts'

const PATH = '/api/account/retention'
const TEN_MINUTES = 600_000
let people: IdentityWorld
let world: TeamWorld
before(async () => {
  world = await openTeamWorld(async (opened) => {
    people = opened
    return {}
  })
})
after(() => world.close())

const codeOf = ({ status, json }: TestAnswer): string => `${status} ${json?.error?.code ?? ''}`.trim()
const keep = (person: SignedInPerson, days: unknown) => world.as(person, `PUT ${PATH}`, { body: { days } })
const kept = async (person: SignedInPerson) => (await world.as(person, `GET ${PATH}`)).json.data
const lettersOf = async ({ accountId }: SignedInPerson) =>
  await people.kit.appDatabase.query<{ data: object }>(sql`
    select data from account_event where account_id = ${accountId}::uuid and kind = 'retention.shortened' order by created_at`)

/** Calls of a key on a day so many days ago. */
async function called({ accountId }: SignedInPerson, { ago, calls }: { readonly ago: number; readonly calls: number }): Promise<void> {
  const day = isoDate(utcDayOf(world.clock.at) - ago)
  await people.kit.ledgerDatabase.query(sql`select ensure_usage_partition(${day}::date)`)
  await people.kit.ownerDatabase.query(sql`
    insert into usage_key_day (day, account_id, key_id, model_serial, posted_day, calls, input, cache_read, cache_write_5m, cache_write_1h, output,
      reasoning, cost, covered)
    values (${day}::date, ${accountId}::uuid, gen_random_uuid(), 1, ${day}::date, ${calls}, 1, 0, 0, 0, 1, 0, 250000000, 0)`)
}

test('its owner shortens it, reads before what goes, and a letter says that it was done', async () => {
  const owner = await world.newPerson()
  assert.deepEqual(await kept(owner), { days: 90, maximum: 90, lost: null })
  await called(owner, { ago: 6, calls: 4 })
  await called(owner, { ago: 7, calls: 3 })
  await called(owner, { ago: 20, calls: 2 })
  const until = isoDate(utcDayOf(world.clock.at) - 7)
  assert.deepEqual((await world.as(owner, `GET ${PATH}?days=7`)).json.data.lost, { until, calls: 5, cost: '0.50' })
  assert.deepEqual((await keep(owner, 7)).json.data, { days: 7, maximum: 90, lost: null })
  assert.equal((await kept(owner)).days, 7)
  assert.deepEqual(
    (await lettersOf(owner)).map(({ data }) => data),
    [{ days: 7, by: 'customer' }],
  )
})

test('for less it takes a proof, for more none, and more is not noted as a loss', async () => {
  const owner = await world.newPerson()
  await keep(owner, 10)
  world.clock.at += TEN_MINUTES + 1
  assert.equal(codeOf(await keep(owner, 9)), '403 not_fresh')
  assert.equal((await kept(owner)).days, 10)
  assert.equal(codeOf(await keep(owner, 90)), '200')
  assert.equal(codeOf(await keep(owner, 90)), '200')
  assert.deepEqual([(await kept(owner)).days, (await lettersOf(owner)).length], [90, 1])
})

test('days that are none are named, and nobody keeps them longer than the house', async () => {
  const owner = await world.newPerson()
  for (const days of [0, 91, 1.5, '7', null]) {
    const told = await keep(owner, days)
    assert.deepEqual([told.status, told.json.error.field], [400, 'days'], String(days))
  }
  const asked = await world.as(owner, `GET ${PATH}?days=91`)
  assert.deepEqual([asked.status, asked.json.error.field], [400, 'days'])
  assert.equal((await kept(owner)).days, 90)
})

test('every role may look, owners alone change it, and a key changes nothing', async () => {
  const owner = await world.newPerson()
  for (const role of ['admin', 'developer', 'billing', 'viewer']) {
    const member = await world.newPerson()
    const made = await world.as(owner, 'POST /api/team/invitations', { body: { role } })
    await world.as(member, 'POST /api/auth/invitations/accept', { body: { code: made.json.data.code } })
    const acting = { ...member, acting: owner.accountId }
    assert.equal((await kept(acting)).days, 90, role)
    assert.equal(codeOf(await keep(acting, 5)), '403 member_role', role)
  }
  const key = { id: randomUUID(), accountId: owner.accountId, name: 'm', random: randomBytes(32), now: world.clock.at }
  const { secret } = await createManagementKey(people.kit.appDatabase, people.subjects, key)
  assert.equal((await world.byKey(secret, `GET ${PATH}`)).json.data.days, 90)
  assert.equal(codeOf(await world.byKey(secret, `PUT ${PATH}`, { days: 5 })), '403 person_needed')
  assert.equal((await kept(owner)).days, 90)
})
