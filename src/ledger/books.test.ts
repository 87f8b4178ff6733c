// Guarantee: a credit happens once for each source key, and the books' own check finds what does not agree.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type MoneyStore, openMoneyStore, startTestControl, TestGateway, testClock } from '../control/testing.ts'
import { type Database, type Sql, sql } from '../db/index.ts'
import { NANO_USD_MAX } from '../lib/index.ts'
import { testSubjectKeys } from '../privacy/testing.ts'
import { NO_USAGE } from '../spec/index.ts'
import { type Credit, makeLedger } from './index.ts'

let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

const creditOf = (accountId: string, change: Partial<Credit> = {}): Credit => ({
  ...{ accountId, amount: 7n, kind: 'manual', sourceKey: randomUUID(), reason: 'test' },
  ...change,
})
const available = async (accountId: string) => (await store.ledger.balanceOf(accountId))?.available

test('two hundred credits of one source key at once are one', async () => {
  const { accountId } = await store.newCustomer(0n)
  const input = creditOf(accountId)
  const made = await Promise.all(Array.from({ length: 200 }, () => store.ledger.credit(input)))
  assert.equal(new Set(made.map(({ transferId }) => transferId)).size, 1)
  assert.equal(await available(accountId), 7n)
  const [{ count } = { count: 0n }] = await store.database.query<{ count: bigint }>(sql`
    select count(*) from transfer where source_key = ${input.sourceKey}`)
  assert.equal(count, 1n)
})

test('the same source key for anything else is a conflict and credits nothing', async () => {
  const [one, other] = [await store.newCustomer(0n), await store.newCustomer(0n)]
  const input = creditOf(one.accountId)
  await store.ledger.credit(input)
  const others: readonly Partial<Credit>[] = [{ amount: 8n }, { kind: 'promotion' }, { reason: 'other' }, { accountId: other.accountId }]
  for (const change of others) {
    await assert.rejects(
      store.ledger.credit({ ...input, ...change }),
      { message: 'idempotency_conflict' },
      JSON.stringify(Object.keys(change)),
    )
  }
  assert.deepEqual([await available(one.accountId), await available(other.accountId)], [7n, 0n])
})

test('an unknown account is credited nothing', async () => {
  await assert.rejects(store.ledger.credit(creditOf(randomUUID())), { message: 'account_unknown' })
})

test('an account takes no more than can be given back to it', async () => {
  const { accountId } = await store.newCustomer(100n)
  const control = await startTestControl({ store, nodeId: randomUUID(), clock: testClock(), log: [] })
  assert.equal(await control.slices.hold(accountId, 60n), 'granted')
  await assert.rejects(store.ledger.credit(creditOf(accountId, { amount: NANO_USD_MAX - 50n })), { message: 'amount_invalid' })
  control.slices.charge(accountId, { hold: 60n, cost: 0n })
  control.slices.chargeWritten(accountId, { cost: 0n, isNew: true })
  control.slices.releaseIdle({ isAll: true })
  await control.writer.drain()
  assert.deepEqual(await store.ledger.balanceOf(accountId), { available: 100n, held: 0n })
})

/** An account with two charged calls and one that is open. */
async function busyAccount(): Promise<string> {
  const customer = await store.newCustomer(1000n)
  const control = await startTestControl({ store, nodeId: randomUUID(), clock: testClock(), log: [] })
  const told = { granted: new Map(), refused: new Map(), settled: new Map(), acknowledged: new Set<string>() }
  const gateway = new TestGateway(told, testClock())
  gateway.connect(control)
  const [price = assert.fail()] = store.prices
  for (const hold of [50n, 60n, 70n]) gateway.hold({ customer, price, hold })
  for (const until = Date.now() + 5000; gateway.open.size < 3; await new Promise(setImmediate)) assert.ok(Date.now() < until)
  const [first = 0, second = 0] = gateway.open.keys()
  for (const seq of [first, second]) gateway.settle(seq, { ...NO_USAGE, input: 20, output: 10 })
  for (const until = Date.now() + 5000; told.acknowledged.size < 2; await new Promise(setImmediate)) assert.ok(Date.now() < until)
  return customer.accountId
}

/** An account that owes what a reversed credit had given it. */
async function owingAccount() {
  const { accountId } = await store.newCustomer(0n)
  const { transferId: creditId } = await store.ledger.credit(creditOf(accountId, { amount: 9n }))
  await store.ledger.refund({ accountId, amount: 4n, sourceKey: randomUUID(), reason: 'test' })
  await store.ledger.reverse({ transferId: creditId, onLack: 'debt', sourceKey: randomUUID(), reason: 'test' })
  return { accountId, creditId }
}

/** The transaction that tampers, as the check sees it: it can set no isolation of its own any more. */
const withoutTransactions = (tx: Database): Database => ({
  query: async (statement) => (statement.text.startsWith('set transaction') ? [] : await tx.query(statement)),
  transaction: (work) => work(withoutTransactions(tx)),
  end: async () => {},
})

test('the check of the books finds each way in which they can be false', async (context) => {
  const accountId = await busyAccount()
  const sound = await store.ledger.verify()
  assert.deepEqual(sound.problems, [])
  const tampers: readonly (readonly [string, Sql])[] = [
    ['balances_equal_replay', sql`update balance set available = available + 1 where account_id = ${accountId}::uuid`],
    ['held_equals_slices', sql`update balance set held = held + 1, available = available - 1 where account_id = ${accountId}::uuid`],
    ['held_equals_slices', sql`update slice set amount = amount - 1 where account_id = ${accountId}::uuid`],
    ['held_equals_slices', sql`delete from slice where account_id = ${accountId}::uuid`],
    [
      'days_equal_calls',
      sql`delete from usage_event where request_id in (select request_id from usage_event where account_id = ${accountId}::uuid limit 1)`,
    ],
    ['days_equal_calls', sql`update usage_event set cost = cost - 1 where account_id = ${accountId}::uuid`],
    ['days_equal_calls', sql`update usage_event set shortfall = shortfall + 1 where account_id = ${accountId}::uuid`],
    ['days_equal_calls', sql`update usage_day set calls = calls + 1 where account_id = ${accountId}::uuid`],
    ['balances_equal_replay', sql`update usage_day set cost = cost - 1 where account_id = ${accountId}::uuid`],
    ['days_equal_calls', sql`delete from usage_day where account_id = ${accountId}::uuid`],
    ['balances_equal_replay', sql`update transfer set amount = amount + 1 where credit_account = ${accountId}::uuid`],
    ['balances_equal_replay', sql`delete from transfer where credit_account = ${accountId}::uuid`],
  ]
  const owing = await owingAccount()
  const debts: readonly (readonly [string, Sql])[] = [
    ['debts_equal_journal', sql`update account_debt set amount = amount + 1 where account_id = ${owing.accountId}::uuid`],
    ['debts_equal_journal', sql`delete from account_debt where account_id = ${owing.accountId}::uuid`],
    ['debts_equal_journal', sql`delete from transfer where kind = 'debt' and credit_account = ${owing.accountId}::uuid`],
    ['reversals_opposite', sql`update transfer set amount = amount + 1 where reverses = ${owing.creditId}::uuid`],
  ]
  const undo = new Error('undo')
  for (const [problem, tamper] of [...tampers, ...debts]) {
    await context.test(`${problem}: ${tamper.text.slice(0, 60)}`, async () => {
      const tampering = store.ownerDatabase.transaction(async (tx) => {
        // What a superuser can do: the triggers that keep the journal as it is are off.
        await tx.query(sql`set local session_replication_role = replica`)
        await tx.query(tamper)
        const { ok, problems } = await makeLedger(withoutTransactions(tx), {
          ids: { uuid: randomUUID },
          subjects: testSubjectKeys(),
        }).verify()
        assert.equal(ok, false)
        assert.ok(
          problems.some((text) => text.startsWith(`${problem}: 1 of`) || text.startsWith(`${problem}: 2 of`)),
          problems.join(),
        )
        throw undo
      })
      await assert.rejects(tampering, undo)
    })
  }
  assert.equal((await store.ledger.verify()).ok, true)
})
