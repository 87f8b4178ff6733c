// Guarantee: a key that was found in public is revoked, told of and counted once, by its text or its id, and who did so is noted; an incident is opened
// once, told note by note to everybody in both languages, and takes no note once it is over.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { createAccount } from '../accounts/index.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { letterOf } from '../events/index.ts'
import { createManagementKey } from '../keys/index.ts'
import { customerApp } from './customer-app.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, type TestCall, type TestWorld, testWorld } from './test-world.ts'

let kit: TestDatabase
let world: TestWorld
let customers: Hono<ApiEnv>
let operators: Hono<ApiEnv>
const raised: string[] = []
before(async () => {
  kit = await createTestDatabase()
  world = testWorld(kit.appDatabase)
  customers = customerApp(world.dependencies)
  const abuse = { ...world.dependencies.abuse, onRaised: (kind: string) => void raised.push(kind) }
  operators = operatorApp({ ...world.dependencies, abuse })
})
after(() => kit.drop())

type Person = { readonly accountId: string; readonly key: string }
async function newPerson(): Promise<Person> {
  const { ids, subjects, clock, randomBytes } = world.dependencies
  const [accountId, now] = [ids.uuid(), clock.now()]
  await createAccount(kit.appDatabase, subjects, { id: accountId, email: undefined, now })
  const made = { id: ids.uuid(), accountId, name: 'm', random: randomBytes(32), now }
  return { accountId, key: (await createManagementKey(kit.appDatabase, subjects, made)).secret }
}
const as = ({ key }: Person, line: string, call: TestCall = {}) =>
  send(customers, line, { ...call, headers: { authorization: `Bearer ${key}`, ...call.headers } })

const NEWS = { topic: 'incidents', title: { en: 'Slow answers', zh: '响应缓慢' }, text: { en: 'We look into it.', zh: '我们正在处理。' } }

test('a key that was found in public is revoked, its owner is told once, and the finding shows among alarms and alerts', async () => {
  const one = await newPerson()
  const newKey = async () => (await send(operators, `POST /operator/v1/accounts/${one.accountId}/keys`, { body: { name: 'k' } })).json
  const [marked, found] = [await newKey(), await newKey()]
  const mark = () => send(operators, `POST /operator/v1/keys/${marked.id}/leaked`)
  assert.deepEqual([(await mark()).json.is_new, (await mark()).json.is_new], [true, false])
  const reported = { headers: { 'idempotency-key': 'leak-1' }, body: { key: ` ${found.secret} ` } }
  const [report, again] = [
    await send(operators, 'POST /operator/v1/leaked-keys', reported),
    await send(operators, 'POST /operator/v1/leaked-keys', reported),
  ]
  assert.deepEqual([again.json, raised], [report.json, ['leaked', 'leaked']], 'each of the two keys is counted once')
  assert.deepEqual([report.status, report.json.id, report.json.account_id], [200, found.id, one.accountId])
  const audited = await kit.ownerDatabase.query(sql`
    select from audit_entry where action = 'keys.leaked.create' and account_id = ${one.accountId}::uuid`)
  assert.equal(audited.length, 3)
  assert.equal((await send(operators, 'POST /operator/v1/leaked-keys', { body: { key: 'sk-none' } })).json.error.code, 'key_unknown')
  for (const { secret } of [marked, found])
    assert.equal(
      (await send(customers, 'GET /v1/usage', { headers: { authorization: `Bearer ${secret}` } })).json.error.code,
      'key_revoked',
    )
  const events = await kit.appDatabase.query<{ readonly data: { readonly key_id: string } }>(sql`
    select data from account_event where account_id = ${one.accountId}::uuid and kind = 'key.leaked'`)
  assert.deepEqual(new Set(events.map(({ data }) => data.key_id)), new Set([marked.id, found.id]))
  const parts = { database: kit.appDatabase, publicUrl: 'https://x' }
  const letter = await letterOf(parts, { accountId: one.accountId, kind: 'key.leaked', data: { key_id: found.id } })
  assert.deepEqual(letter, { accountId: one.accountId, template: 'key-leaked', fields: { key: found.hint } })
  const alerts = (await as(one, 'GET /api/account/alerts')).json.data
  const told = alerts.map(({ kind, keyHint }: { kind: string; keyHint: string }) => `${kind} ${keyHint}`)
  assert.deepEqual(new Set(told), new Set([marked, found].map(({ hint }) => `key.leaked ${hint}`)))
  const seen = async () => (await as(one, 'GET /api/account/alerts')).json.data.map((alert: { seen: boolean }) => alert.seen)
  assert.deepEqual(await seen(), [false, false])
  assert.equal((await as(one, 'PUT /api/account/alerts/seen')).status, 200)
  assert.deepEqual(await seen(), [true, true])
  const { json: alarms } = await send(operators, 'GET /operator/v1/key-alarms')
  type Alarm = { kind: string; key_id: string; key_state: string; amount: string | null }
  const of = alarms.data.filter(({ kind }: Alarm) => kind === 'leaked')
  const states = of.map(({ key_id: id, key_state: state, amount }: Alarm) => `${id} ${state} ${amount}`)
  assert.deepEqual(new Set(states), new Set([marked, found].map(({ id }) => `${id} revoked null`)))
})

test('an incident is opened once, told note by note to everybody, and over when it is said so', async () => {
  const one = await newPerson()
  const opened = { title: NEWS.title, text: NEWS.text, state: 'identified' }
  const open = (body: object = opened) => send(operators, 'POST /operator/v1/incidents', { body, idempotencyKey: 'i' })
  const { json: incident, status } = await open()
  assert.deepEqual([status, incident.ended_at, incident.notes.length], [201, null, 1])
  assert.deepEqual((await open()).json, incident)
  const events = () => kit.appDatabase.query(sql`select from account_event where account_id = ${one.accountId}::uuid and kind = 'incident'`)
  assert.equal((await events()).length, 1)
  const say = (body: object, idempotencyKey: string) => {
    world.clock.at += 1_000
    return send(operators, `POST /operator/v1/incidents/${incident.id}/notes`, { body, idempotencyKey })
  }
  await say({ state: 'watching', text: NEWS.text }, 'a')
  assert.equal((await events()).length, 1)
  const { json: over } = await say({ state: 'resolved', text: { en: 'It is over.', zh: '已恢复。' }, tell: true }, 'b')
  assert.deepEqual(
    [over.ended_at !== null, over.notes.map(({ state }: { state: string }) => state)],
    [true, ['resolved', 'watching', 'identified']],
  )
  assert.equal((await events()).length, 2)
  assert.equal((await say({ state: 'watching', text: NEWS.text }, 'c')).json.error.code, 'incident_over')
  const anybody = { headers: { authorization: '' } }
  assert.deepEqual((await send(customers, 'GET /status.json', anybody)).json.incidents, [over])
  for (const [language, words] of [
    ['en', /Slow answers[\s\S]*It is over\./],
    ['zh', /响应缓慢[\s\S]*已恢复。/],
  ] as const)
    assert.match((await send(customers, `GET /status?lang=${language}`, anybody)).text, words)
  const soon = new Date(world.clock.at + 60_000).toISOString()
  for (const [field, over] of [
    ['began_at', { began_at: soon }],
    ['model', { model: 'none' }],
    ['state', { state: 'resolved' }],
  ] as const)
    assert.equal((await send(operators, 'POST /operator/v1/incidents', { body: { ...opened, ...over } })).json.error.field, field)
})
