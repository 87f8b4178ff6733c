// Guarantee: the transparency report counts what operators did and what authorities got, tells nobody's name, and what was noted stays as it was.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { customerApp, operatorApp } from './index.ts'
import { send, testWorld } from './test-world.ts'

let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(() => kit.drop())

const NOTED = { received_on: '2026-11-20', country: 'DE', kind: 'order', outcome: 'nothing-held', accounts: 1 }

test('what was noted and done is counted on the page, without a name or a number of anybody', async () => {
  const { dependencies } = testWorld(kit.appDatabase)
  const [operators, customers] = [operatorApp(dependencies), customerApp(dependencies)]
  const { id } = (await send(operators, 'POST /operator/v1/accounts', { body: { email: 'seen@example.com' } })).json
  await send(operators, `GET /operator/v1/accounts/${id}`)
  const noted = await send(operators, 'POST /operator/v1/privacy/disclosures', { body: NOTED, idempotencyKey: 'd-1' })
  assert.equal(noted.status, 201, noted.text)
  assert.deepEqual(
    (await send(operators, 'POST /operator/v1/privacy/disclosures', { body: NOTED, idempotencyKey: 'd-1' })).json,
    noted.json,
  )
  assert.equal((await send(operators, 'GET /operator/v1/privacy/disclosures')).json.data.length, 1)
  const { status, text } = await send(customers, 'GET /privacy/transparency')
  assert.equal(status, 200, text)
  assert.match(text, /2026-11-20.*DE.*order.*nothing was held/s)
  assert.match(text, /data-head="Accounts" class="mono">1</)
  assert.ok(!text.includes(id) && !text.includes('seen@example.com'))
})

test('bad input names its field, and nothing is noted', async () => {
  const operators = operatorApp(testWorld(kit.appDatabase).dependencies)
  for (const [field, value] of [
    ['received_on', '2026-13-01'],
    ['country', 'Germany'],
    ['kind', 'letter'],
    ['outcome', 'lost'],
    ['accounts', -1],
    ['accounts', 1.5],
  ] as const) {
    const answer = await send(operators, 'POST /operator/v1/privacy/disclosures', { body: { ...NOTED, [field]: value } })
    assert.deepEqual([answer.status, answer.json.error.field], [400, field], answer.text)
  }
  assert.equal((await send(operators, 'GET /operator/v1/privacy/disclosures')).json.data.length, 1)
  await assert.rejects(kit.ownerDatabase.query(sql`update disclosure set accounts = 0`), { code: '23001' })
})
