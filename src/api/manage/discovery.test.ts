// Guarantee: what describes the interface for programs, and the papers of a customer, have the name of the house where farebox.yaml says anything of its site; agents
// are told of calls without a key exactly where those are sold, and of purchases without an account exactly where claims are taken.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { settingsFor } from '../../../checks/money/x402/index.ts'
import { siteDefaultsOf } from '../../catalog/index.ts'
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts'
import { destinationOf } from '../../gateway/paths.ts'
import { createManagementKey } from '../../keys/index.ts'
import { makeLedger } from '../../ledger/index.ts'
import type { X402Rail } from '../../payments/index.ts'
import { customerApp } from '../customer-app.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { operatorApp } from '../operator-app.ts'
import type { AgentDesk } from '../ports/index.ts'
import { send, type TestJson, type TestWorld, testWorld } from '../test-world.ts'

let kit: TestDatabase
let world: TestWorld
before(async () => {
  kit = await createTestDatabase()
  const made = testWorld(kit.appDatabase)
  const ledger = makeLedger(kit.ledgerDatabase, made.dependencies)
  world = { ...made, dependencies: { ...made.dependencies, ledger } }
})
after(() => kit.drop())

/** Who takes claims of wallets; nothing of it is asked here but that it is there. */
const AGENTS: AgentDesk = {
  payTo: () => assert.fail('asked where to pay'),
  claimMessage: () => assert.fail('asked what to sign'),
  claim: () => assert.fail('asked to claim'),
}
const KEYLESS: X402Rail = {
  settings: settingsFor('https://facilitator.example'),
  pay: () => assert.fail('asked to pay'),
  finish: () => assert.fail('asked to finish'),
  messageFor: () => assert.fail('asked what to sign'),
  claim: () => assert.fail('asked to claim'),
  report: undefined,
}

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

for (const isKeyless of [false, true])
  for (const isSold of [false, true])
    test(`an agent is told what it can do ${isKeyless ? 'without' : 'with'} a key and ${isSold ? 'without' : 'with'} an account`, async () => {
      const x402 = isKeyless ? KEYLESS : undefined
      const app = appOf({ x402, manage: { rails: {}, ...(isSold ? { agents: AGENTS } : {}) } })
      const card = (await send(app, 'GET /.well-known/agent.json')).json
      assert.deepEqual((await send(app, 'GET /.well-known/agent-card.json')).json, card)
      const { securitySchemes: schemes, security, skills } = card
      const ids = ['chat', 'manage', ...(isKeyless ? ['call-without-key'] : []), ...(isSold ? ['buy'] : [])]
      assert.deepEqual(
        skills.map(({ id }: TestJson) => id),
        ids,
      )
      assert.deepEqual(security, [{ bearer: [] }, ...(isKeyless ? [{ x402: [] }] : [])])
      assert.deepEqual(Object.keys(schemes), ['bearer', ...(isKeyless ? ['x402'] : [])])
      const named = [...security, ...skills.flatMap((skill: TestJson) => skill.security ?? [])].flatMap(Object.keys)
      assert.ok(named.every((scheme) => scheme in schemes))
      if (isKeyless) assert.deepEqual([schemes.x402.in, schemes.x402.name], ['header', 'PAYMENT-SIGNATURE'])
      if (isKeyless) assert.match(schemes.x402.description, /eip155:8453/)
      const { text } = await send(app, 'GET /llms.txt')
      assert.equal(text.includes('PAYMENT-SIGNATURE'), isKeyless)
      assert.equal(text.includes('https://shop.example/api/agent/x402-claim'), isKeyless)
      assert.equal(text.includes('## Buying without an account'), isSold)
      assert.equal(text.includes('https://shop.example/api/agent/plans'), isSold)
    })

test('who sends no key is told where to read on, in the shape of each interface, and of purchases where those are sold', async () => {
  for (const isSold of [false, true]) {
    const app = appOf({ manage: { rails: {}, ...(isSold ? { agents: AGENTS } : {}) } })
    const places = `/docs, /llms.txt${isSold ? ', /api/agent/plans' : ''}.`
    for (const path of ['/v1/usage', '/v1/balance', '/v1/receipts/x', '/v1/accesses', '/api/keys', '/api/support/requests']) {
      const answer = await app.request(path)
      const { error } = (await answer.json()) as TestJson
      assert.deepEqual([answer.status, error.code], [401, 'key_missing'], path)
      assert.ok(error.message.endsWith(` ${places}`), `${path}: ${error.message}`)
    }
  }
})

test('every page and path that an agent is sent to is there', async () => {
  const app = appOf({ x402: { ...KEYLESS, messageFor: (txHash) => txHash }, manage: { rails: {}, agents: AGENTS } })
  const card = JSON.stringify((await send(app, 'GET /.well-known/agent.json')).json)
  const { text } = await send(app, 'GET /llms.txt')
  const told = [...`${card} ${text}`.matchAll(/https:\/\/shop\.example(\/[\w./-]+[\w])/g)].map(([, path = '']) => path)
  assert.ok(told.includes('/docs/payments-x402') && told.includes('/docs/payments-usdc'))
  const routes = new Set(app.routes.map(({ path }) => path))
  for (const path of new Set(told).difference(new Set(['/v1', '/v1beta', '/v1/messages', '/v1/chat/completions']))) {
    assert.equal(destinationOf(path)?.kind, 'control', path)
    if (!routes.has(path)) assert.equal((await send(app, `GET ${path}`)).status, 200, path)
  }
})
