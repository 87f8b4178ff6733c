// Guarantee: whoever is signed in does under /api what their role allows, on every path of the live router and for the account that they name, and nothing
// from a page that is not ours; a cookie opens no path that takes keys alone, and a key that is sent is what counts.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { type MoneyStore, openMoneyStore } from '../control/testing.ts'
import { connect, type Database } from '../db/index.ts'
import { ROLES, type Role, type Session } from '../identity/index.ts'
import { customerApp } from './customer-app.ts'
import type { ApiEnv } from './dependencies.ts'
import { isManaged, isOpen } from './manage/open-paths.ts'
import { MEMBER_RIGHTS, memberRightOf, RIGHTS_OF_ROLE } from './member-doors.ts'
import { send, testWorld } from './test-world.ts'

const OTHERS = '01890000-0000-7000-8000-0000000000ff'
let store: MoneyStore
let database: Database
let app: Hono<ApiEnv>
let accountId: string
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 4 })
  accountId = (await store.newCustomer(0n)).accountId
  const { dependencies } = testWorld(database)
  const sessionOf = async (token: string | undefined, wanted = accountId): Promise<Session | undefined> =>
    ROLES.includes(token as Role) && wanted === accountId ? sessionAs(token as Role) : undefined
  app = customerApp({
    ...{ ...dependencies, appDatabase: database, ledger: store.ledger, subjects: store.subjects },
    identity: { ...dependencies.identity, sessionOf, anySessionOf: (token) => sessionOf(token), signOnFor: async () => undefined },
  })
})
after(async () => {
  await database.end()
  await store.drop()
})

const sessionAs = (role: Role): Session => ({
  ...{ id: 'session', personId: OTHERS, accountId, role, homeAccountId: accountId, freshUntil: 0 },
  ...{ confinedTo: undefined, isExtended: false },
})
const ORIGIN = { origin: 'https://shop.example', 'sec-fetch-site': 'same-origin' }
const as = (role: string, line: string, headers: Readonly<Record<string, string>> = ORIGIN) =>
  send(app, line, {
    headers: { cookie: `__Host-farebox=${role}`, authorization: '', ...headers },
    body: line.startsWith('GET') ? undefined : {},
  })
const codeOf = (json: { readonly error?: { readonly code?: string } }): string | undefined => json.error?.code

/** Every path under /api of the router that takes sessions, with an id that nobody has. */
const doors = () =>
  app.routes
    .map(({ method, path }) => ({ method, path: path.replace(/:\w+/g, '01890000-0000-7000-8000-00000000dead') }))
    .filter(({ method, path }) => method !== 'ALL' && (isManaged(path) || path.startsWith('/api/support')) && !isOpen(path))

test('each role does what it may, on every path', async () => {
  const seen = new Map(MEMBER_RIGHTS.map((right) => [right, 0]))
  for (const { method, path } of doors()) {
    const right = memberRightOf(method, path)
    seen.set(right, (seen.get(right) ?? 0) + 1)
    for (const role of ROLES) {
      const code = codeOf((await as(role, `${method} ${path}`)).json)
      assert.equal(code === 'member_role', !RIGHTS_OF_ROLE[role].includes(right), `${role}: ${method} ${path} is ${code}`)
    }
  }
  assert.ok(
    [...seen.values()].every((count) => count > 0),
    JSON.stringify([...seen]),
  )
})

test('nobody acts for an account that is not theirs, from another page, or without being signed in', async () => {
  for (const { method, path } of doors()) {
    const line = `${method} ${path}`
    assert.equal(codeOf((await as('owner', line, { ...ORIGIN, 'farebox-account': OTHERS })).json), 'account_unknown', line)
    assert.equal(codeOf((await as('nobody', line)).json), 'signed_out', line)
    assert.equal(codeOf((await as('owner', line, { ...ORIGIN, authorization: 'Bearer mk_wrong' })).json)?.includes('key'), true, line)
    if (method === 'GET') continue
    for (const wrong of [{}, { origin: 'https://evil.example' }, { ...ORIGIN, 'sec-fetch-site': 'cross-site' }, { origin: 'null' }])
      assert.equal(codeOf((await as('owner', line, { origin: '', ...wrong })).json), 'origin_refused', line)
  }
})

test('a cookie opens nothing under /v1', async () => {
  for (const path of [
    '/v1/usage',
    '/v1/balance',
    '/v1/accesses',
    '/v1/statements/2026-11',
    '/v1/receipts/01890000-0000-7000-8000-00000000dead',
  ])
    assert.match(codeOf((await as('owner', `GET ${path}`)).json) ?? '', /^key_(?:missing|invalid)$/, path)
})

test('people look as often as they like, and see what programs see', async () => {
  for (const path of [
    '/api/account',
    '/api/usage',
    '/api/usage/by-day',
    '/api/requests',
    '/api/accesses',
    '/api/keys',
    '/api/billing/credits',
  ]) {
    const { status, json } = await as('viewer', `GET ${path}`)
    assert.deepEqual([status, json.success], [200, true], path)
  }
})
