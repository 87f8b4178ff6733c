// Guarantee: what describes the interface for programs, and the papers of a customer, have the name of the house where farebox.yaml says anything of its site.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { siteDefaultsOf } from '../../catalog/index.ts'
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import { createManagementKey } from '../../keys/index.ts'
import { makeLedger } from '../../ledger/index.ts'
import { customerApp } from '../customer-app.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { operatorApp } from '../operator-app.ts'
import { send, type TestWorld, testWorld } from '../test-world.ts'

let kit: TestDatabase
let world: TestWorld
before(async () => {
  kit = await createTestDatabase()
  const made = testWorld(kit.appDatabase)
  const ledger = makeLedger(kit.ledgerDatabase, made.dependencies)
  world = { ...made, dependencies: { ...made.dependencies, ledger } }
})
after(() => kit.drop())

const appOf = (more: Partial<ApiDependencies>) => customerApp({ ...world.dependencies, ...more })
const KASSANDRA = { ...siteDefaultsOf('shop.example'), isOwn: true, name: 'Kassandra' }

for (const [site, name] of [
  [siteDefaultsOf('shop.example'), 'Farebox'],
  [KASSANDRA, 'Kassandra'],
] as const)
  test(`what programs and papers are told is of ${name}`, async () => {
    const app = appOf({ site })
    for (const path of ['/openapi.json', '/api/openapi.json'])
      assert.equal((await send(app, `GET ${path}`)).json.info.title, `${name} management API`, path)
    assert.equal((await send(app, 'GET /.well-known/agent.json')).json.name, name)
    assert.match((await send(app, 'GET /llms.txt')).text, new RegExp(`^# ${name}\\n\\n> `))
    assert.equal((await send(app, 'GET /', { headers: { accept: '*/*' } })).json.name, name)
    const { ids, subjects, clock } = world.dependencies
    const opened = await send(operatorApp(world.dependencies), 'POST /operator/v1/accounts', { body: { email: `${name}@example.com` } })
    const accountId: string = opened.json.id
    const made = { id: ids.uuid(), accountId, name: 'm', random: randomBytes(32), now: clock.now() }
    const { secret } = await createManagementKey(kit.appDatabase, subjects, made)
    const headers = { authorization: `Bearer ${secret}` }
    const paper = await send(app, `GET /api/statements/${new Date(clock.now()).toISOString().slice(0, 7)}.html`, { headers })
    assert.equal(paper.status, 200, paper.text)
    assert.match(paper.text, new RegExp(` · ${name}</title>[^]*<span class="mark">${name} <span>`))
  })
