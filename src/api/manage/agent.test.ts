// Guarantee: a program without an account that sends a purchase many times with one Idempotency-Key, at once and later, has one account, one purchase
// and one answer with the same keys; another body is a conflict, and without the key the transaction gives its keys once.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { HOUSE_ADDRESS, openUsdcStore, openUsdcWorld, type UsdcStore } from '../../../checks/money/usdc/index.ts'
import { newWallet } from '../../../checks/money/x402/index.ts'
import { accountDoors } from '../../control/testing.ts'
import { sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { systemIds } from '../../lib/index.ts'
import { claimAccount, claimMessage } from '../../payments/rails/usdc/index.ts'
import { customerApp } from '../customer-app.ts'
import type { ApiEnv } from '../dependencies.ts'
import type { AgentDesk } from '../ports/index.ts'
import { send, testWorld } from '../test-world.ts'
import { type TestShops, testShops } from './testing.ts'

const SERVICE = 'Example'
let store: UsdcStore
let app: Hono<ApiEnv>
let shops: TestShops
let world: ReturnType<typeof openUsdcWorld>
let refusingApp: Hono<ApiEnv>
before(async () => {
  store = await openUsdcStore()
  world = openUsdcWorld(store, { terms: { houseAddress: HOUSE_ADDRESS } })
  await world.read()
  const { database, clock, money } = store
  const { ledger, subjects } = money
  const ids = systemIds(clock.now)
  const doors = accountDoors({ appDatabase: database, ledger, subjects, ids, clock, randomBytes })
  const agents: AgentDesk = {
    payTo: () => ({ address: HOUSE_ADDRESS, chain: 'Base', token: '', tokenSymbol: 'USDC', uri: '', warnings: [], warningCodes: [] }),
    claimMessage: (txHash) => claimMessage({ service: SERVICE, txHash }),
    claim: async (claim) => {
      const { accountId, keyId, secret, amount } = await claimAccount(
        { chains: { taken: [world.parts], others: [] }, doors, service: SERVICE },
        claim,
      )
      return { accountId, keyId, apiKey: secret, credited: amount }
    },
  }
  shops = testShops({ seats: 5, now: clock.now })
  const { dependencies } = testWorld(database)
  const manage = { ...shops.ports, agents }
  app = customerApp({ ...dependencies, ledger, subjects, ids, clock, manage })
  const subscriptionKeys = { of: async () => new Map(), attach: async () => fail('key_unknown') }
  refusingApp = customerApp({ ...dependencies, ledger, subjects, ids, clock, manage: { ...manage, subscriptionKeys } })
})
after(() => store.close())

/** What a wallet paid to the house, and its signature. */
async function paid() {
  const wallet = newWallet()
  const tx = world.chain.tx([world.pay(HOUSE_ADDRESS, 30_000_000n, wallet.address)])
  world.chain.mine([tx])
  world.settle(2)
  await world.read()
  return { txHash: tx.hash, signature: await wallet.account.signMessage({ message: claimMessage({ service: SERVICE, txHash: tx.hash }) }) }
}

for (const [path, more] of [
  ['/api/agent/topup', {}],
  ['/api/agent/subscribe', { planSlug: 'pro' }],
  ['/api/agent/subscribe-pool', { poolSlug: 'core', blocks: ['europe'] }],
] as const) {
  test(`${path}: one effect, one answer, the same keys`, async () => {
    const body = { ...(await paid()), ...more }
    const same = { body, idempotencyKey: `once-${path}` }
    const first = await Promise.all(Array.from({ length: 8 }, () => send(app, `POST ${path}`, same)))
    const answers = [...first, await send(app, `POST ${path}`, same)]
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201], answers[0]?.text)
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1, answers.map(({ text }) => text).join('\n'))
    const { accountId, apiKey, managementKey, credited } = answers[0]?.json.data ?? {}
    assert.equal(credited, '30.00')
    assert.deepEqual(
      await Promise.all(
        [sql`select from api_key where account_id = ${accountId}`, sql`select from management_key where account_id = ${accountId}`].map(
          async (query) => (await store.database.query(query)).length,
        ),
      ),
      [1, 1],
    )
    assert.equal((await send(app, 'GET /v1/balance', { headers: { authorization: `Bearer ${apiKey}` } })).status, 200)
    assert.equal((await send(app, 'GET /api/account', { headers: { authorization: `Bearer ${managementKey}` } })).status, 200)
    const conflict = await send(app, `POST ${path}`, { ...same, body: { ...body, signature: '0x00' } })
    assert.deepEqual([conflict.status, conflict.json.error.code], [409, 'idempotency_conflict'])
    for (const other of [{ body }, { body, idempotencyKey: 'another' }])
      assert.equal((await send(app, `POST ${path}`, other)).json.error.code, 'already_claimed')
    const kept = await store.database.query<{ row: string }>(sql`select idempotency::text as row from idempotency`)
    assert.ok(
      kept.every(({ row }) => !row.includes(apiKey) && !row.includes(managementKey)),
      'a key is kept',
    )
  })
}

test('what is bought is bought once where its key cannot be put to it', async () => {
  const same = { body: { ...(await paid()), planSlug: 'pro' }, idempotencyKey: 'no-key' }
  const before = shops.sold.size
  const answers = [await send(refusingApp, 'POST /api/agent/subscribe', same), await send(refusingApp, 'POST /api/agent/subscribe', same)]
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201],
    answers[0]?.text,
  )
  assert.equal(answers[0]?.text, answers[1]?.text)
  assert.equal(shops.sold.size, before + 1)
})
