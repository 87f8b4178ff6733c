// Guarantee: money goes back out of an account once for each request, never more than there is, and by name when it cannot; an amount that
// is none, or no dollars, moves nothing; a frozen account says why and is served again only when its books agree.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { freezeAccount, makeLedger } from '../ledger/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, type TestJson, testWorld } from './test-world.ts'

let kit: TestDatabase
let app: Hono<ApiEnv>
let subjects: SubjectKeys
before(async () => {
  kit = await createTestDatabase()
  const { dependencies } = testWorld(kit.appDatabase)
  subjects = dependencies.subjects
  app = operatorApp({ ...dependencies, ledger: makeLedger(kit.ledgerDatabase, dependencies) })
})
after(() => kit.drop())

const post = (path: string, body: unknown, idempotencyKey?: string) =>
  send(app, `POST /operator/v1${path}`, idempotencyKey === undefined ? { body } : { body, idempotencyKey })
const get = async (path: string): Promise<TestJson> => (await send(app, `GET /operator/v1${path}`)).json
let people = 0
async function customer(amount: string): Promise<{ readonly id: string; readonly creditId: string }> {
  people += 1
  const { json } = await post('/accounts', { email: `t${people}@example.com` })
  const credit = await post(`/accounts/${json.id}/credits`, { amount, reason: 'deposit' })
  return { id: json.id, creditId: credit.json.transfer_id }
}
const transferCount = async () => (await kit.ledgerDatabase.query<{ n: bigint }>(sql`select count(*) as n from transfer`))[0]?.n

test('a refund gives back what is available, once for a key, and is refused by name when there is less', async () => {
  const { id } = await customer('10.00')
  const made = await post(`/accounts/${id}/refunds`, { amount: '4.00', reason: 'asked for' }, 'refund-1')
  assert.deepEqual([made.status, made.json.balance, made.json.debt], [201, { available: '6.00', held: '0.00' }, '0.00'], made.text)
  assert.deepEqual((await post(`/accounts/${id}/refunds`, { amount: '4.00', reason: 'asked for' }, 'refund-1')).json, made.json)
  const other = await post(`/accounts/${id}/refunds`, { amount: '5.00', reason: 'asked for' }, 'refund-1')
  assert.deepEqual([other.status, other.json.error.code], [409, 'idempotency_conflict'])
  const more = await post(`/accounts/${id}/refunds`, { amount: '6.000000001', reason: 'too much' })
  assert.deepEqual([more.status, more.json.error.code], [409, 'balance_insufficient'])
  assert.match(more.json.error.message, /\$6\.00/)
  assert.deepEqual((await get(`/accounts/${id}`)).balance, { available: '6.00', held: '0.00' })
})

test('what is no amount of dollars is refused by name, and nothing is written', async () => {
  const { id } = await customer('10.00')
  const before = await transferCount()
  const amounts = [
    '-1.00',
    '0',
    '0.00',
    '0.0000000001',
    '1e3',
    '1,00',
    '',
    ' 1',
    '0x10',
    '1000000.01',
    '99999999999999999999',
    'NaN',
    1,
    null,
  ]
  for (const place of ['credits', 'refunds', 'chargebacks']) {
    for (const amount of amounts) {
      const { status, json } = await post(`/accounts/${id}/${place}`, { amount, reason: 'r' })
      assert.deepEqual([status, json.error.code, json.error.field], [400, 'amount_invalid', 'amount'], `${place} ${amount}`)
    }
    for (const currency of ['EUR', 'usd', 'BTC']) {
      const { status, json } = await post(`/accounts/${id}/${place}`, { amount: '1.00', reason: 'r', currency })
      assert.deepEqual([status, json.error.code], [400, 'currency_unknown'])
    }
  }
  assert.equal(await transferCount(), before)
  assert.equal((await post(`/accounts/${id}/refunds`, { amount: '1.00', reason: 'r', currency: 'USD' })).status, 201)
})

test('a reversal is the opposite, once; what is lacking is refused or becomes a debt, as asked; later credit pays it first', async () => {
  const { id, creditId } = await customer('10.00')
  await post(`/accounts/${id}/refunds`, { amount: '7.00', reason: 'r' })
  const refused = await post(`/transfers/${creditId}/reversals`, { reason: 'a mistake' })
  assert.deepEqual([refused.status, refused.json.error.code], [409, 'balance_insufficient'])
  const made = await post(`/transfers/${creditId}/reversals`, { reason: 'a mistake', debt: true }, 'reversal-1')
  assert.deepEqual([made.status, made.json.balance.available, made.json.debt], [201, '0.00', '7.00'], made.text)
  assert.deepEqual((await post(`/transfers/${creditId}/reversals`, { reason: 'a mistake', debt: true }, 'reversal-1')).json, made.json)
  const twice = await post(`/transfers/${creditId}/reversals`, { reason: 'again', debt: true })
  assert.deepEqual([twice.status, twice.json.error.code], [409, 'transfer_reversed'])
  const ofReversal = await post(`/transfers/${made.json.transfer_id}/reversals`, { reason: 'r' })
  assert.deepEqual([ofReversal.status, ofReversal.json.error.code], [409, 'transfer_not_reversible'])
  assert.equal((await post('/transfers/nothing/reversals', { reason: 'r' })).json.error.code, 'transfer_unknown')
  const credit = await post(`/accounts/${id}/credits`, { amount: '9.00', reason: 'pays' })
  assert.deepEqual([credit.json.balance.available, credit.json.debt], ['2.00', '0.00'])
  const account = await get(`/accounts/${id}`)
  assert.deepEqual([account.balance.available, account.debt, account.frozen], ['2.00', '0.00', null])
})

test('the journal comes in pages, each movement once, the newest first, with its sign', async () => {
  const { id, creditId } = await customer('10.00')
  await post(`/accounts/${id}/refunds`, { amount: '1.00', reason: 'one' })
  await post(`/accounts/${id}/chargebacks`, { amount: '12.00', reason: 'bank' })
  const seen: TestJson[] = []
  let cursor = ''
  do {
    const page = await get(`/accounts/${id}/transfers?limit=1${cursor}`)
    seen.push(...page.data)
    cursor = page.next === null ? '' : `&cursor=${page.next}`
  } while (cursor !== '')
  const told = seen.map(({ kind, amount, reason }) => [kind, amount, reason])
  assert.deepEqual(told.slice(-2), [
    ['refund', '-1.00', 'one'],
    ['manual', '10.00', 'deposit'],
  ])
  assert.deepEqual(
    told.slice(0, -2).toSorted(([one], [two]) => (one < two ? -1 : 1)),
    [
      ['chargeback', '-12.00', 'bank'],
      ['debt', '3.00', null],
    ],
  )
  assert.equal(seen.at(-1).id, creditId)
  const bad = await send(app, `GET /operator/v1/accounts/${id}/transfers?cursor=x`)
  assert.deepEqual([bad.status, bad.json.error.code, bad.json.error.field], [400, 'invalid_field', 'cursor'])
})

test('a frozen account is shown with its reason, pays nothing out, and is thawed only when its books agree', async () => {
  const { id } = await customer('10.00')
  await freezeAccount(kit.ledgerDatabase, id, 'balance_not_replay')
  const { frozen } = await get(`/accounts/${id}`)
  assert.equal(frozen.reason, 'balance_not_replay')
  assert.deepEqual((await get('/ledger/verify')).frozen, [{ account: id, ...frozen }])
  assert.equal((await post(`/accounts/${id}/refunds`, { amount: '1.00', reason: 'r' })).json.error.code, 'account_frozen')
  await kit.ownerDatabase.query(sql`update balance set available = available + 1 where account_id = ${id}::uuid`)
  const broken = await post(`/accounts/${id}/thaw`, {})
  assert.deepEqual([broken.status, broken.json.error.code], [409, 'account_broken'])
  assert.match(broken.json.error.message, /balance_not_replay/)
  await kit.ownerDatabase.query(sql`update balance set available = available - 1 where account_id = ${id}::uuid`)
  const thawed = await post(`/accounts/${id}/thaw`, {})
  assert.deepEqual([thawed.status, thawed.json.frozen], [200, null], thawed.text)
  assert.equal((await post(`/accounts/${id}/refunds`, { amount: '1.00', reason: 'r' })).status, 201)
})

test('of an account whose key was destroyed the money is shown and no word; what moves after that is booked without one', async () => {
  const { id } = await customer('5.00')
  await post(`/accounts/${id}/keys`, { name: 'laptop' })
  const words = async () => {
    const [account, keys, moved] = [await get(`/accounts/${id}`), await get(`/accounts/${id}/keys`), await get(`/accounts/${id}/transfers`)]
    const reasons = moved.data.map((transfer: TestJson) => [transfer.amount, transfer.reason])
    return { email: account.email, balance: account.balance.available, names: keys.data.map((key: TestJson) => key.name), reasons }
  }
  const before = await words()
  assert.match(before.email, /^t\d+@example\.com$/)
  assert.deepEqual([before.names, before.reasons], [['laptop'], [['5.00', 'deposit']]])
  await subjects.destroy(id)
  assert.deepEqual(await words(), { email: null, balance: '5.00', names: [null], reasons: [['5.00', null]] })
  const taken = { amount: '2.00', reason: 'her bank' }
  const made = await post(`/accounts/${id}/chargebacks`, taken, 'after')
  assert.equal(made.status, 201, made.text)
  assert.deepEqual((await post(`/accounts/${id}/chargebacks`, taken, 'after')).json, made.json)
  assert.deepEqual((await words()).reasons, [
    ['-2.00', null],
    ['5.00', null],
  ])
  const [row] = await kit.ownerDatabase.query<{ count: number }>(sql`
    select count(*)::integer as count from transfer where ${id} in (debit_account, credit_account) and reason_sealed is not null`)
  assert.equal(row?.count, 1)
})
