// Guarantee: every door of the operator API to what belongs to people, and every change, is noted before it is answered; what cannot be
// noted is not done.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { isNoted } from './audit-access.ts'
import type { ApiEnv } from './dependencies.ts'
import { customerApp, operatorApp } from './index.ts'
import { send, testWorld } from './test-world.ts'

let kit: TestDatabase
let app: Hono<ApiEnv>
before(async () => {
  kit = await createTestDatabase()
  app = operatorApp(testWorld(kit.appDatabase).dependencies)
})
after(() => kit.drop())

type Noted = { readonly action: string; readonly account_id: string | null }
async function newest(): Promise<Noted | undefined> {
  return (await kit.ownerDatabase.query<Noted>(sql`select action, account_id from audit_entry order by serial desc limit 1`))[0]
}

test('doors that are not noted only read what the house has', () => {
  const doors = app.routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/operator/v1/'))
  const unnoted = doors.filter((door) => !isNoted(door)).map(({ method, path }) => `${method} ${path}`)
  assert.deepEqual([...new Set(unnoted)].sort(), [
    'GET /operator/v1/announcements',
    'GET /operator/v1/incidents',
    'GET /operator/v1/ledger/verify',
    'GET /operator/v1/letters',
    'GET /operator/v1/letters/:key/page',
    'GET /operator/v1/letters/:key/preview',
    'GET /operator/v1/models',
    'GET /operator/v1/models/:id{.+}',
    'GET /operator/v1/openapi.json',
    'GET /operator/v1/overview',
    'GET /operator/v1/plans',
    'GET /operator/v1/plans/:id',
    'GET /operator/v1/policy',
    'GET /operator/v1/policy/own',
    'GET /operator/v1/policy/state',
    'GET /operator/v1/policy/transparency',
    'GET /operator/v1/policy/versions/:number',
    'GET /operator/v1/prices',
    'GET /operator/v1/prices/:version',
    'GET /operator/v1/prices/scheduled',
    'GET /operator/v1/prices/short-notices',
    'GET /operator/v1/redeem-batches',
    'GET /operator/v1/retention',
    'GET /operator/v1/setup',
    'GET /operator/v1/status/maintenance',
    'GET /operator/v1/upstreams',
    'GET /operator/v1/upstreams/:id',
  ])
})

test('an access is noted by its door and its account, also by a key of it', async () => {
  const { id } = (await send(app, 'POST /operator/v1/accounts', { body: { email: 'a@b.co' } })).json
  assert.deepEqual(await newest(), { action: 'accounts.create', account_id: null })
  await send(app, `GET /operator/v1/accounts/${id}`)
  assert.deepEqual(await newest(), { action: 'accounts.read', account_id: id })
  const key = (await send(app, `POST /operator/v1/accounts/${id}/keys`, { body: { name: 'k' } })).json
  assert.deepEqual(await newest(), { action: 'accounts.keys.create', account_id: id })
  await send(app, `DELETE /operator/v1/keys/${key.id}`)
  assert.deepEqual(await newest(), { action: 'keys.delete', account_id: id })
  await send(app, 'GET /operator/v1/accounts')
  assert.deepEqual(await newest(), { action: 'accounts.list', account_id: null })
  await send(app, 'GET /operator/v1/models')
  assert.deepEqual(await newest(), { action: 'accounts.list', account_id: null })
})

test('who has no token is not noted, and learns nothing', async () => {
  const before = await newest()
  const answer = await app.request('/operator/v1/accounts', { headers: { authorization: 'Bearer wrong' } })
  assert.equal(answer.status, 401)
  assert.deepEqual(await newest(), before)
})

test('what cannot be noted is not answered', async () => {
  await kit.ownerDatabase.query(sql`revoke execute on function append_audit(timestamptz, text, text, uuid) from farebox_app`)
  const refused = await send(app, 'GET /operator/v1/accounts')
  await kit.ownerDatabase.query(sql`grant execute on function append_audit(timestamptz, text, text, uuid) to farebox_app`)
  assert.ok(refused.status >= 500, refused.text)
  assert.ok(!refused.text.includes('a@b.co'))
})

test('a customer sees who looked, by door and time, and not at others', async () => {
  const { id } = (await send(app, 'POST /operator/v1/accounts', { body: { email: 'c@d.co' } })).json
  const { secret } = (await send(app, `POST /operator/v1/accounts/${id}/keys`, { body: { name: 'k' } })).json
  const customers = customerApp(testWorld(kit.appDatabase).dependencies)
  const answer = await send(customers, 'GET /v1/accesses', { headers: { authorization: `Bearer ${secret}` } })
  assert.equal(answer.status, 200, answer.text)
  const seen = answer.json.data.map(({ action, concerns }: { action: string; concerns: string }) => `${action} ${concerns}`)
  assert.equal(seen[0], 'accounts.keys.create this account')
  assert.ok(
    seen.slice(1).every((line: string) => line === 'accounts.list every account'),
    seen.join(),
  )
  assert.equal((await send(customers, 'GET /.well-known/audit-checkpoints')).status, 200)
})
