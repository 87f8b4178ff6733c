// Guarantee: a node that died for good gives back what it had set aside, and its written-down calls are charged as far as they were written,
// by some other node, once; one that was only slow can commit nothing after that, and when it comes back nothing is charged twice or lost.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from '../db/index.ts'
import { registerNode } from '../ledger/index.ts'
import type { LogEvent } from '../lib/index.ts'
import { NO_USAGE } from '../spec/index.ts'
import { KeyDirectory } from './key-directory.ts'
import { NodeLife } from './node-life.ts'
import { PriceBook } from './price-book.ts'
import { settleEstate } from './settle-estate.ts'
import { type Customer, type MoneyStore, openMoneyStore, startTestControl, TestGateway, type Told, testClock } from './testing.ts'

const DEAD_MS = 60_000
let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

const NONE = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }
const price = () => store.prices[0] ?? assert.fail('no price')
async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; !(await isSo()); await delay(2)) assert.ok(Date.now() < end, what)
}

/** A node with a gateway; `log` keeps what it said. */
async function begin() {
  const world = { clock: testClock(), log: [] as LogEvent[], nodeId: randomUUID() }
  const told: Told = { granted: new Map(), refused: new Map(), settled: new Map(), acknowledged: new Set() }
  const control = await startTestControl({ store, ...world })
  const gateway = new TestGateway(told, world.clock)
  gateway.connect(control)
  return { ...world, told, control, gateway, restart: () => startTestControl({ store, ...world }) }
}
type Node = Awaited<ReturnType<typeof begin>>

async function holdOne({ gateway }: Node, customer: Customer, hold: bigint): Promise<number> {
  const known = new Set(gateway.open.keys())
  gateway.hold({ customer, price: price(), hold })
  await until(() => gateway.open.size > known.size, 'granted')
  return [...gateway.open.keys()].find((seq) => !known.has(seq)) ?? assert.fail()
}

const isSilent = ({ nodeId }: Node) =>
  store.ownerDatabase.query(sql`update node set seen_at = now() - interval '61 s' where id = ${nodeId}::uuid`)
function sweep({ nodeId }: Node, log: LogEvent[] = []): Promise<boolean> {
  const estate = {
    ...{ database: store.database, clock: testClock(), log: (event: LogEvent) => void log.push(event), retryMs: 2, onSettled: () => {} },
    ...{
      keys: new KeyDirectory(store.database, { clock: testClock(), waitMs: 60_000 }),
      prices: new PriceBook(store.database),
      defaults: { key: NONE, account: NONE, ip: NONE },
    },
  }
  return settleEstate({ ...estate, onRefused: (accountId) => assert.fail(accountId) }, { nodeId, deadMs: DEAD_MS })
}
const balanceOf = ({ accountId }: Customer) => store.ledger.balanceOf(accountId)
const costsOf = async ({ accountId }: Customer) =>
  (await store.database.query<{ cost: bigint }>(sql`select cost from usage_event where account_id = ${accountId}::uuid order by cost`)).map(
    ({ cost }) => cost,
  )
const agree = async () => assert.deepEqual((await store.ledger.verify()).problems, [])
const leftBehind = async ({ nodeId }: Node) => {
  const [row] = await store.database.query<{ slices: bigint; calls: bigint }>(sql`
    select (select coalesce(sum(amount), 0)::bigint from slice where node_id = ${nodeId}::uuid) as slices,
      (select count(*) from open_call where node_id = ${nodeId}::uuid) as calls`)
  return row
}

/** A node with a call of 17 tokens that is written down, and one that is not. */
async function beginWithCalls(customer: Customer) {
  const node = await begin()
  const long = await holdOne(node, customer, 40n)
  node.gateway.progress(long, { ...NO_USAGE, output: 17 })
  node.clock.forward(6_000)
  node.control.desk.writeLongCalls()
  const short = await holdOne(node, customer, 30n)
  await node.control.writer.drain()
  return { ...node, long, short }
}

test('a node that died for good is settled by another: what was written down is charged, the rest comes back', async () => {
  const customer = await store.newCustomer(1000n)
  const node = await beginWithCalls(customer)
  node.control.faults.kill()
  assert.equal(await sweep(node), false, 'a node that was just heard is left alone')
  await isSilent(node)
  assert.deepEqual(await Promise.all([sweep(node), sweep(node), sweep(node)]).then((done) => done.filter(Boolean).length), 1)
  assert.deepEqual(await costsOf(customer), [17n])
  assert.deepEqual(await balanceOf(customer), { available: 983n, held: 0n })
  assert.deepEqual(await leftBehind(node), { slices: 0n, calls: 0n })
  await agree()
})

test('a node that was only slow commits nothing after it was succeeded, and grants nothing once it knows', async () => {
  const customer = await store.newCustomer(1000n)
  const node = await beginWithCalls(customer)
  await isSilent(node)
  assert.equal(await sweep(node), true)
  node.gateway.settle(node.short, { ...NO_USAGE, output: 25 })
  node.gateway.settle(node.long, { ...NO_USAGE, output: 33 })
  await until(() => node.control.isFenced, 'it is told that it is fenced')
  assert.equal(await node.control.slices.hold(customer.accountId, 5n), 'busy')
  await node.control.writer.drain()
  assert.deepEqual(await costsOf(customer), [17n], 'nothing of it was written')
  assert.equal(node.told.acknowledged.size, 0)
  // Its process ends, the next one registers anew, and its gateway tells all again.
  node.gateway.disconnect()
  const next = await node.restart()
  node.gateway.connect(next)
  await next.desk.endInheritance()
  await until(() => node.told.acknowledged.size === 2, 'both settlements are in the books')
  assert.deepEqual(await costsOf(customer), [17n, 25n], 'the call that was charged stays as it was, the other is charged once')
  next.slices.releaseIdle({ isAll: true })
  await next.writer.drain()
  assert.deepEqual(await balanceOf(customer), { available: 958n, held: 0n })
  assert.deepEqual(await leftBehind(node), { slices: 0n, calls: 0n })
  await agree()
})

test('a commit whose answer was lost is never taken for one of the process that came after', async () => {
  const customer = await store.newCustomer(1000n)
  const node = await begin()
  // So that the price is known, and the next settlement is one commit of two statements.
  node.gateway.settle(await holdOne(node, customer, 30n), { ...NO_USAGE, output: 5 })
  await until(() => node.told.acknowledged.size === 1, 'acknowledged')
  const call = await holdOne(node, customer, 30n)
  await node.control.writer.drain()
  // The commit is undone while nobody knows, and nobody can be asked until the successor has committed under higher numbers.
  node.control.faults.plan(2, 'late-undone')
  for (let asked = 3; asked < 5000; asked += 1) node.control.faults.plan(asked, 'before')
  node.gateway.settle(call, { ...NO_USAGE, output: 9 })
  await until(() => node.log.some(({ event }) => event === 'commit-unknown'), 'it asks what became of its commit')
  const term = await registerNode(store.database, node.nodeId)
  const successor = await startTestControl({ store, nodeId: node.nodeId, clock: testClock(), log: [], term })
  for (let times = 0; times < 4; times += 1) {
    successor.slices.releaseIdle({ isAll: true })
    await successor.writer.take({ accountId: customer.accountId, need: 1n, want: 1n })
  }
  node.control.faults.heal()
  await until(() => node.control.isFenced || node.told.acknowledged.size > 1, 'fenced')
  assert.equal(node.told.acknowledged.size, 1, 'what is not in the books was acknowledged')
  assert.deepEqual(await costsOf(customer), [5n])
  node.gateway.disconnect()
  const next = await node.restart()
  node.gateway.connect(next)
  await next.desk.endInheritance()
  await until(() => node.told.acknowledged.size === 2, 'acknowledged by the next')
  assert.deepEqual(await costsOf(customer), [5n, 9n])
  next.slices.releaseIdle({ isAll: true })
  await next.writer.drain()
  await agree()
})

test('who settles an estate and breaks off leaves it to the next', async () => {
  const customer = await store.newCustomer(1000n)
  const node = await beginWithCalls(customer)
  node.control.faults.kill()
  await isSilent(node)
  const term = await registerNode(store.database, node.nodeId)
  const half = await startTestControl({ store, nodeId: node.nodeId, clock: testClock(), log: [], term })
  half.faults.kill()
  void half.desk.endInheritance()
  await isSilent(node)
  assert.equal(await sweep(node), true)
  assert.deepEqual(await costsOf(customer), [17n])
  assert.deepEqual(await balanceOf(customer), { available: 983n, held: 0n })
  await agree()
})

test('a node says that it lives, relies on its slices for half as long as others wait, and succeeds nobody before it was heard all that time', async () => {
  const customer = await store.newCustomer(1000n)
  const dead = await beginWithCalls(customer)
  dead.control.faults.kill()
  await isSilent(dead)
  const [nodeId, clock, succeeded] = [randomUUID(), testClock(), [] as string[]]
  let fenced = 0
  const life = new NodeLife({
    ...{ database: store.database, term: await registerNode(store.database, nodeId), clock, log: () => {}, isAnswering: () => true },
    ...{ deadMs: DEAD_MS, onFenced: () => (fenced += 1), succeed: async (deadId) => void succeeded.push(deadId) },
  })
  await life.tick()
  assert.equal(life.hasLease(), true)
  clock.forward(29_999)
  assert.equal(life.hasLease(), true)
  clock.forward(1)
  assert.equal(life.hasLease(), false, 'it was not heard for half the time')
  await life.tick()
  assert.equal(life.hasLease(), true)
  for (let heard = 0; heard < 59; heard += 5) {
    assert.deepEqual(succeeded, [])
    clock.forward(5_000)
    await life.tick()
  }
  assert.deepEqual(succeeded, [dead.nodeId])
  await registerNode(store.database, nodeId)
  clock.forward(5_000)
  await life.tick()
  await life.tick()
  assert.deepEqual([fenced, life.hasLease()], [1, false])
})
