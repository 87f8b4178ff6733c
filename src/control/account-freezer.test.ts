// Guarantee: an account whose books break a promise is served by no node, now and after restarts, until somebody thaws it and its books agree;
// an audit finds it among any number of others; everybody else is served on.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { type Database, DatabaseError, listenForChanges, sql } from '../db/index.ts'
import { auditAccounts, listFrozen } from '../ledger/index.ts'
import { isoDate, type LogEvent, systemClock } from '../lib/index.ts'
import { NO_USAGE } from '../spec/index.ts'
import { AccountFreezer } from './account-freezer.ts'
import { Auditor } from './auditor.ts'
import { type MoneyStore, openMoneyStore, startTestControl, TestGateway, testClock } from './testing.ts'

let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; !(await isSo()); await delay(2)) assert.ok(Date.now() < end, what)
}

/** A control process whose alarms are written down, and which hears those of others. */
async function startNode(database: Database = store.database) {
  const log: LogEvent[] = []
  const freezerOf = () => freezer
  const hooks = { onUnsound: (accountId: string) => freezerOf().freeze(accountId, 'slice_unsound') }
  const onRefused = (accountId: string, reason: string) => freezerOf().freeze(accountId, reason)
  const control = await startTestControl({ store, nodeId: randomUUID(), clock: systemClock, log, hooks, onRefused })
  const freezer = new AccountFreezer({ database, slices: control.slices, log: (event) => void log.push(event), retryMs: 2 })
  await freezer.load()
  const listening = await listenForChanges(store.connection, 'farebox_change', (payload = '') => {
    const [noun, accountId = ''] = payload.split(':')
    if (noun === 'frozen') freezer.hearFrozen(accountId)
    if (noun === 'thawed') freezer.hearThawed(accountId)
  })
  return { control, freezer, log, names: () => log.map(({ event }) => event), end: () => listening.end() }
}
const reasonsOf = async (accountId: string) =>
  (await listFrozen(store.database)).filter((frozen) => frozen.accountId === accountId).map(({ reason }) => reason)

test('a settlement that the books refuse freezes the account on every node and after a restart; a thaw serves it again everywhere', async () => {
  const [customer, other] = [await store.newCustomer(1000n), await store.newCustomer(1000n)]
  const nodes = [await startNode(), await startNode()] as const
  const [one, two] = nodes
  const { slices, writer } = one.control
  assert.equal(await slices.hold(customer.accountId, 10n), 'granted')
  const refused = {
    ...{
      requestId: randomUUID(),
      ...customer,
      day: Math.floor(Date.now() / 86_400_000),
      startedAt: Date.now(),
      modelSerial: 1,
      routeSerial: 1,
    },
    ...{ priceVersion: 1, outcome: 0, status: 200, usageSource: 1, reportedModel: 1, isStream: false, isSuspect: false, latencyMs: 1 },
    ...{ firstByteMs: 1, usage: NO_USAGE, multiplier: 1_000_000, serviceTier: 0, reportedInput: undefined, reportedOutput: undefined },
    ...{ upstreamCost: undefined, hold: 10n, cost: 11n, shortfall: 0n },
  }
  assert.deepEqual(await writer.settle(refused), { isNew: false, isStuck: true })
  await until(async () => (await reasonsOf(customer.accountId)).length > 0, 'written down')
  assert.deepEqual(await reasonsOf(customer.accountId), ['settlement_refused'])
  await until(() => two.freezer.count === 1, 'the other node has heard of it')
  const third = await startNode()
  for (const { control } of [...nodes, third]) {
    await until(() => control.writer.isHealthy, 'the writer knows that the database is there')
    assert.equal(await control.slices.hold(customer.accountId, 1n), 'busy')
    assert.equal(await control.slices.hold(other.accountId, 1n), 'granted')
  }
  assert.ok(one.names().includes('account-frozen'))
  await store.ledger.thaw(customer.accountId)
  for (const { control, freezer } of [...nodes, third]) {
    await until(() => freezer.count === 0, 'it has heard of the thaw')
    assert.equal(await control.slices.hold(customer.accountId, 1n), 'granted')
  }
  for (const node of [...nodes, third]) await node.end()
})

test('holds that do not add up freeze the account, however long the database is away', async () => {
  const customer = await store.newCustomer(1000n)
  let failures = 3
  const failing: Database = {
    ...store.database,
    query: async (statement) => {
      if (statement.text.includes('insert into account_freeze') && failures-- > 0) throw new DatabaseError('ECONNREFUSED')
      return await store.database.query(statement)
    },
  }
  const node = await startNode(failing)
  const { slices } = node.control
  assert.equal(await slices.hold(customer.accountId, 10n), 'granted')
  slices.charge(customer.accountId, { hold: 25n, cost: 5n })
  assert.equal(await slices.hold(customer.accountId, 1n), 'busy', 'at once')
  await until(async () => (await reasonsOf(customer.accountId)).length > 0, 'written down')
  assert.deepEqual(await reasonsOf(customer.accountId), ['slice_unsound'])
  assert.ok(node.names().includes('freeze-unwritten'))
  // The books themselves agree, but what this process knows does not: it freezes the account again until it is restarted.
  await store.ledger.thaw(customer.accountId)
  await until(async () => (await reasonsOf(customer.accountId)).length > 0, 'frozen again')
  assert.equal(await slices.hold(customer.accountId, 1n), 'busy')
  await node.end()
})

test('an audit finds each way in which the books of an account can be false, and no other account', async () => {
  const customers = await Promise.all(Array.from({ length: 6 }, () => store.newCustomer(1000n)))
  const [customer = assert.fail()] = customers
  const { accountId } = customer
  const clock = testClock()
  const control = await startTestControl({ store, nodeId: randomUUID(), clock, log: [] })
  const acknowledged = new Set<string>()
  const gateway = new TestGateway({ granted: new Map(), refused: new Map(), settled: new Map(), acknowledged }, clock)
  gateway.connect(control)
  gateway.hold({ customer, price: store.prices[0] ?? assert.fail(), hold: 50n })
  await until(() => gateway.open.size === 1, 'granted')
  for (const seq of gateway.open.keys()) gateway.settle(seq, { ...NO_USAGE, output: 30 })
  await until(() => acknowledged.size === 1, 'in the books')
  await control.writer.drain()
  await store.ledger.chargeBack({ accountId, amount: 2000n, sourceKey: randomUUID(), reason: 'test' })
  const accountIds = customers.map((each) => each.accountId)
  assert.deepEqual(await auditAccounts(store.database, accountIds), [])
  const tampers = [
    ['balance_not_replay', sql`update balance set available = available + 1 where account_id = ${accountId}::uuid`],
    ['balance_not_replay', sql`update usage_day set cost = cost + 1 where account_id = ${accountId}::uuid`],
    ['balance_not_replay', sql`delete from transfer where kind = 'manual' and credit_account = ${accountId}::uuid`],
    ['held_not_slices', sql`update slice set amount = amount - 1 where account_id = ${accountId}::uuid`],
    ['debt_not_journal', sql`update account_debt set amount = amount - 1 where account_id = ${accountId}::uuid`],
    ['day_not_calls', sql`update usage_event set cost = cost - 1 where account_id = ${accountId}::uuid`],
    ['day_not_calls', sql`delete from usage_event where account_id = ${accountId}::uuid`],
  ] as const
  const undo = new Error('undo')
  for (const [reason, tamper] of tampers) {
    const tampering = store.ownerDatabase.transaction(async (tx) => {
      await tx.query(sql`set local session_replication_role = replica`)
      await tx.query(tamper)
      assert.deepEqual(await auditAccounts(tx, accountIds), [{ accountId, reason }], tamper.text)
      throw undo
    })
    await assert.rejects(tampering, undo)
  }
})

test('audits go round all accounts in bounded steps, freeze the broken one, and say when all is well again', async () => {
  const books: SimulatedBooks = await openBooks({ seed: 3, accounts: 45, day: 20_000 })
  const { kit, clock } = books
  await books.settle(books.accounts)
  const frozen: string[] = []
  const log: LogEvent[] = []
  const database: Database = { ...kit.ledgerDatabase, query: (statement) => kit.ledgerDatabase.query(statement) }
  const freezer = { freeze: (accountId: string, reason: string) => void frozen.push(`${accountId} ${reason}`) }
  const auditor = new Auditor({ database, freezer, clock, log: (event) => void log.push(event), pageSize: 3 })
  await auditor.run()
  assert.deepEqual([auditor.isOk, frozen], [true, []])
  const last = books.accounts.toSorted().at(-1) ?? ''
  await kit.ownerDatabase.query(sql`update balance set available = available + 7 where account_id = ${last}::uuid`)
  await auditor.run()
  assert.deepEqual([auditor.isOk, frozen], [false, [`${last} balance_not_replay`]], 'found in the second of two steps')
  await kit.ownerDatabase.query(sql`update balance set available = available - 7 where account_id = ${last}::uuid`)
  for (let step = 0; step < 2; step += 1) await auditor.run()
  assert.equal(auditor.isOk, true)
  clock.at += 86_400_000
  await kit.ownerDatabase.query(sql`insert into ended_day values (${isoDate(20_000)}::date, now())`)
  await kit.ownerDatabase.query(sql`insert into house_day values (${isoDate(20_000)}::date, 1, 0, 0, now())`)
  await auditor.run()
  assert.deepEqual([auditor.isOk, log.map(({ event }) => event)], [false, ['house-books-broken']])
  await books.close()
})
