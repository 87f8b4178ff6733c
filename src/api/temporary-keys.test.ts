// Guarantee: a key for trying something out works for ten minutes, spends little, is one of three at most however many ask at once, and ends in the same
// moment as the session it was made in; no list shows it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTeamWorld, type TeamWorld } from '../../checks/security/team-world.ts'
import { findKeyByHash, hashKey } from '../keys/index.ts'

let world: TeamWorld
before(async () => {
  world = await openTeamWorld()
})
after(() => world.close())

const found = (apiKey: string) => findKeyByHash(world.database, hashKey(apiKey))

test('three at once, each bounded in time and money, however many are asked for', async () => {
  const owner = await world.newPerson()
  const answers = await Promise.all(Array.from({ length: 8 }, () => world.as(owner, 'POST /api/keys/temporary')))
  const made = answers.filter(({ status }) => status === 201)
  assert.equal(made.length, 3, answers[0]?.text)
  for (const { json, headers } of answers.filter(({ status }) => status !== 201)) {
    assert.equal(json.error.code, 'temporary_keys_full')
    assert.ok(Number(headers.get('retry-after')) > 590)
  }
  const { apiKey, cap, expiresAt } = made[0]?.json.data ?? {}
  assert.deepEqual([cap, Date.parse(expiresAt) - world.clock.at], ['1.00', 600_000])
  const key = (await found(apiKey)) ?? assert.fail('no key')
  assert.deepEqual(key.spending, [{ subjectId: key.keyId, owner: 'key', limit: 1_000_000_000n, window: 'total', covers: false }])
  assert.equal(key.expiresAt, world.clock.at + 600_000)
  const listed = await world.as(owner, 'GET /api/keys')
  assert.deepEqual([listed.status, listed.json.data], [200, []])
  world.clock.at += 600_001
  assert.equal((await world.as(owner, 'POST /api/keys/temporary', { body: { cap: '0.25' } })).json.data.cap, '0.25')
  for (const cap of ['10.01', '0', '-1', '1e1', 'x'])
    assert.equal((await world.as(owner, 'POST /api/keys/temporary', { body: { cap } })).status, 400, cap)
})

test('it ends with its session, by sign-out or from another browser, and no other key does', async () => {
  const owner = await world.newPerson()
  const others = await world.newPerson()
  const [kept, foreign] = [
    await world.as(owner, 'POST /api/keys/credit', { body: { name: 'kept' } }),
    await world.as(others, 'POST /api/keys/temporary'),
  ]
  const first = (await world.as(owner, 'POST /api/keys/temporary')).json.data.apiKey
  assert.notEqual(await found(first), undefined)
  await world.as(owner, 'POST /api/auth/sign-out')
  assert.equal(await found(first), undefined)
  const [one, two] = [await world.signIn(owner), await world.signIn(owner)]
  const second = (await world.as(one, 'POST /api/keys/temporary')).json.data.apiKey
  const third = (await world.as(two, 'POST /api/keys/temporary')).json.data.apiKey
  await world.as(two, 'DELETE /api/auth/sessions')
  assert.equal(await found(second), undefined)
  for (const stays of [third, kept.json.data.apiKey, foreign.json.data.apiKey]) assert.notEqual(await found(stays), undefined)
})

test('sent again with the same Idempotency-Key it is the same key', async () => {
  const owner = await world.newPerson()
  const call = { headers: { 'idempotency-key': 'play' } }
  const [one, two] = [await world.as(owner, 'POST /api/keys/temporary', call), await world.as(owner, 'POST /api/keys/temporary', call)]
  assert.deepEqual(one.json, two.json)
})

test('it stays as it was made: no change gives it more time, more money or another name', async () => {
  const owner = await world.newPerson()
  const { id, apiKey } = (await world.as(owner, 'POST /api/keys/temporary')).json.data
  for (const body of [{ expiresAt: null }, { spendCap: null }, { name: 'n' }, { expiresAt: null, spendCap: null }, { isActive: true }]) {
    const changed = await world.as(owner, `PATCH /api/keys/${id}`, { body })
    assert.deepEqual([changed.status, changed.json.error?.code], [404, 'key_unknown'], JSON.stringify(body))
  }
  const key = (await found(apiKey)) ?? assert.fail('no key')
  assert.deepEqual([key.expiresAt, key.spending?.[0]?.limit], [world.clock.at + 600_000, 1_000_000_000n])
  assert.equal((await world.as(owner, `DELETE /api/keys/${id}`)).status, 200)
  assert.equal(await found(apiKey), undefined)
})
