// Guarantee: every door of the operator API has one declared right, and each role opens exactly the doors of its rights; a door that nobody
// declared is red here and shut for all but owners.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { OPERATOR_ROLES, type OperatorRole, RIGHTS_OF, rolesWith } from '../operators/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { FRESH_DOORS, isFreshDoor, OPERATOR_DOORS, requireRight, rightOf } from './operator-doors.ts'
import { send, testWorld } from './test-world.ts'

const PREFIX = '/operator/v1'
const ID = '01890000-0000-7000-8000-000000000000'

let kit: TestDatabase
let app: Hono<ApiEnv>
const tokens = new Map<OperatorRole, string>()
before(async () => {
  kit = await createTestDatabase()
  const { dependencies } = testWorld(kit.appDatabase)
  // What is sold by these rails is never reached here: each door is tried with what its schema refuses, or refused before.
  app = operatorApp({ ...dependencies, usdc: {} as never, stripe: {} as never, x402: {} as never, refunds: {} as never })
  for (const role of OPERATOR_ROLES) {
    const made = await send(app, 'POST /operator/v1/operators', { body: { name: `the-${role}`, role } })
    assert.equal(made.status, 201, made.text)
    tokens.set(role, made.json.secret)
  }
})
after(() => kit.drop())

const doors = () => {
  const routes = app.routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith(`${PREFIX}/`))
  return [...new Map(routes.map(({ method, path }) => [`${method} ${path.slice(PREFIX.length)}`, { method, path }])).values()]
}

test('the table has every door of the live router once, and no other', () => {
  const declared = Object.values(OPERATOR_DOORS).flat()
  assert.equal(new Set(declared).size, declared.length)
  assert.deepEqual(
    declared.toSorted(),
    doors()
      .map(({ method, path }) => `${method} ${path.slice(PREFIX.length)}`)
      .toSorted(),
  )
  for (const line of FRESH_DOORS) assert.ok(declared.includes(line), line)
})

test('each role opens the doors of its rights and no other, and is told who may', async () => {
  const open = doors().filter(({ method, path }) => `${method} ${path}` !== `DELETE ${PREFIX}/operators/:id`)
  let refusals = 0
  for (const role of OPERATOR_ROLES) {
    const authorization = `Bearer ${tokens.get(role)}`
    for (const door of open) {
      const line = `${door.method} ${door.path.replace(/:day|:month/g, 'never').replace(/:\w+(\{\.\+\})?/g, ID)}`
      const body = door.method === 'GET' || door.method === 'DELETE' ? {} : { body: { unknown_to_all: 1 } }
      const answer = await send(app, line, { ...body, headers: { authorization } })
      const right = rightOf(door)
      const isRefused = answer.json?.error?.code === 'operator_role'
      assert.equal(isRefused, !RIGHTS_OF[role].includes(right), `${role} ${line}: ${answer.status} ${answer.text.slice(0, 200)}`)
      if (!isRefused) continue
      refusals += 1
      assert.equal(answer.status, 403)
      assert.ok(answer.text.includes(role) && answer.text.includes(rolesWith(right).join(' or ')), answer.text)
    }
  }
  assert.ok(refusals > 100, String(refusals))
})

test('a door that is in no list is for owners alone; support moves no money, finance keeps no accounts, read-only changes nothing', () => {
  const unknown = { method: 'POST', path: `${PREFIX}/made-up` }
  assert.deepEqual([rightOf(unknown), isFreshDoor(unknown), rolesWith(rightOf(unknown))], ['own', false, ['owner']])
  assert.throws(() => requireRight('manager', 'own'), /operator_role/)
  assert.deepEqual(rolesWith('money'), ['owner', 'manager', 'finance'])
  assert.deepEqual(rolesWith('care'), ['owner', 'manager', 'support'])
  assert.ok(OPERATOR_DOORS.look.every((line) => line.startsWith('GET ')))
  assert.ok(OPERATOR_DOORS.money.includes('POST /accounts/:id/credits') && OPERATOR_DOORS.care.includes('GET /accounts/:id/export'))
})

test('what an account pays of the list price is for who keeps accounts and moves money; the rest of it for who keeps accounts', async () => {
  const { id } = (await send(app, 'POST /operator/v1/accounts', { body: { email: 'terms@example.com' } })).json
  const change = async (role: OperatorRole, body: object) => {
    const answer = await send(app, `PATCH /operator/v1/accounts/${id}`, { body, headers: { authorization: `Bearer ${tokens.get(role)}` } })
    return answer.json.error?.code ?? answer.status
  }
  for (const body of [{ price_multiplier: '0.000001' }, { plan: null }, { status: 'active', price_multiplier: '0.5' }]) {
    const answers = await Promise.all(OPERATOR_ROLES.map((role) => change(role, body)))
    assert.deepEqual(answers, [200, 200, 'operator_role', 'operator_role', 'operator_role'], JSON.stringify(body))
  }
  assert.equal(await change('support', { status: 'active', usage_retention_days: 30 }), 200)
})
