// Guarantee: one settlement that the books refuse stops no other; what cannot be written now is kept until it can; a writer finds out by
// itself that the database is back; and who waits for money while it is away is told so at once.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Customer, type MoneyStore, openMoneyStore, testClock } from '../control/testing.ts'
import { type Database, DatabaseError, sql } from '../db/index.ts'
import { isoDate, type LogEvent, systemClock, utcDayOf } from '../lib/index.ts'
import { NO_USAGE } from '../spec/index.ts'
import { type Committed, GroupCommit, registerNode, type Settlement, SliceBook } from './index.ts'

let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

const TODAY = utcDayOf(Date.now())

/** A database that fails each transaction with `failure.code` while there is one; `hang` answers none. */
function flaky(): { readonly database: Database; readonly failure: { code: string | undefined; hangs: boolean } } {
  const failure: { code: string | undefined; hangs: boolean } = { code: undefined, hangs: false }
  const transaction: Database['transaction'] = async (work) => {
    if (failure.hangs) return await new Promise<never>(() => {})
    if (failure.code !== undefined) throw new DatabaseError(failure.code)
    return await store.database.transaction(work)
  }
  return { database: { ...store.database, transaction }, failure }
}

async function begin(database: Database = store.database) {
  const nodeId = randomUUID()
  const events: LogEvent[] = []
  const log = (event: LogEvent): void => void events.push(event)
  const term = await registerNode(store.database, nodeId)
  const writer = new GroupCommit({ database, ...term, clock: systemClock, log, retryMs: 5, gatherMs: 5 })
  return { nodeId, writer, slices: new SliceBook(writer, systemClock), events, names: () => events.map(({ event }) => event) }
}

const settlementOf = ({ accountId, keyId }: Customer, change: Partial<Settlement> = {}): Settlement => ({
  ...{ requestId: randomUUID(), accountId, keyId, day: TODAY, startedAt: Date.now(), modelSerial: 1, routeSerial: 1, priceVersion: 1 },
  ...{ outcome: 0, status: 200, usageSource: 1, reportedModel: 1, isStream: false, isSuspect: false, latencyMs: 1, firstByteMs: 1 },
  ...{ usage: NO_USAGE, multiplier: 1_000_000, serviceTier: 0, reportedInput: undefined, reportedOutput: undefined },
  ...{ hold: 10n, cost: 10n, shortfall: 0n, upstreamCost: undefined },
  ...change,
})
const lastCommitOf = async (nodeId: string): Promise<bigint> =>
  (await store.database.query<{ n: bigint }>(sql`select last_commit as n from node where id = ${nodeId}::uuid`))[0]?.n ?? 0n
const rowsOf = async ({ requestId }: Settlement) =>
  (await store.database.query(sql`select from usage_event where request_id = ${requestId}::uuid`)).length
/** Waits until a writer has found out that the database is away. */
async function untilUnhealthy(writer: GroupCommit): Promise<void> {
  for (const until = Date.now() + 5_000; writer.isHealthy; await delay(2)) assert.ok(Date.now() < until, 'it never found out')
}

test('one row that the books refuse is found, and all others of its batch are written', async () => {
  const customer = await store.newCustomer(1000n)
  const { writer, names } = await begin()
  await writer.take({ accountId: customer.accountId, need: 100n, want: 100n })
  const good = Array.from({ length: 8 }, () => settlementOf(customer))
  const refused: readonly Partial<Settlement>[] = [
    { cost: 11n },
    { usage: { ...NO_USAGE, output: 2 ** 31 } },
    { cost: 500n, hold: 500n },
    { day: 0 },
    { accountId: randomUUID() },
  ]
  const bad = refused.map((change) => settlementOf(customer, change))
  const results = await Promise.all([...good.slice(0, 4), ...bad, ...good.slice(4)].map((settlement) => writer.settle(settlement)))
  assert.equal(results.filter(({ isNew }) => isNew).length, 8)
  assert.equal(results.filter(({ isStuck }) => isStuck).length, bad.length)
  for (const settlement of good) assert.equal(await rowsOf(settlement), 1)
  for (const settlement of bad) assert.equal(await rowsOf(settlement), 0)
  assert.equal(names().filter((name) => name === 'settlement-refused').length, bad.length)
  assert.equal(await writer.take({ accountId: customer.accountId, need: 5n, want: 5n }), 5n)
  assert.equal(writer.isHealthy, true)
  assert.deepEqual((await store.ledger.verify()).problems, [])
})

test('settlements wait for each other, money for nobody, and what is asked for along with it is written along with it', async () => {
  const customer = await store.newCustomer(1000n)
  const nodeId = randomUUID()
  const commits = () => lastCommitOf(nodeId)
  const term = await registerNode(store.database, nodeId)
  const log = (): void => {}
  const writer = new GroupCommit({ database: store.database, ...term, clock: systemClock, log, gatherMs: 60_000 })
  assert.equal(await writer.take({ accountId: customer.accountId, need: 100n, want: 100n }), 100n)
  const settled = Array.from({ length: 5 }, () => writer.settle(settlementOf(customer)))
  writer.release({ accountId: customer.accountId, amount: 20n })
  await delay(30)
  assert.equal(await commits(), 1n, 'nobody waits for them')
  assert.equal(await writer.take({ accountId: customer.accountId, need: 10n, want: 10n }), 10n)
  for (const { isNew } of await Promise.all(settled)) assert.equal(isNew, true)
  assert.equal(await commits(), 2n, 'one commit for all')
  assert.deepEqual(await store.ledger.balanceOf(customer.accountId), { available: 910n, held: 40n })
  const last = writer.settle(settlementOf(customer))
  await writer.drain()
  assert.equal((await last).isNew, true, 'drained without waiting')
  writer.release({ accountId: customer.accountId, amount: 5n }, { isAwaited: true })
  const isBack = async () => (await store.ledger.balanceOf(customer.accountId))?.available === 915n
  for (const until = Date.now() + 5_000; !(await isBack()); await delay(2)) assert.ok(Date.now() < until, 'another node waits for it')
  const many = Array.from({ length: 600 }, () => writer.settle(settlementOf(customer, { cost: 0n })))
  for (const { isNew } of await Promise.all(many)) assert.equal(isNew, true, 'many are written at once')
  assert.deepEqual((await store.ledger.verify()).problems, [])
})

test('whoever asks for money along with a row that the books refuse gets it, and nobody is told that the database is away', async () => {
  const customer = await store.newCustomer(1000n)
  const { writer } = await begin()
  await writer.take({ accountId: customer.accountId, need: 100n, want: 100n })
  const refused = writer.settle(settlementOf(customer, { cost: 500n, hold: 500n }))
  assert.equal(await writer.take({ accountId: customer.accountId, need: 5n, want: 5n }), 5n)
  assert.equal(writer.isHealthy, true)
  assert.equal((await refused).isStuck, true)
})

test('who reads the books sees what was settled before, and does not wait for long where it cannot be written', async () => {
  const customer = await store.newCustomer(1000n)
  const term = await registerNode(store.database, randomUUID())
  const { database, failure } = flaky()
  const writer = new GroupCommit({ database, ...term, clock: systemClock, log: () => {}, gatherMs: 60_000, retryMs: 5 })
  await writer.written()
  const settlements = Array.from({ length: 3 }, () => settlementOf(customer, { hold: 0n, cost: 0n }))
  for (const settlement of settlements) void writer.settle(settlement)
  await writer.written()
  for (const settlement of settlements) assert.equal(await rowsOf(settlement), 1)
  failure.code = '57P01'
  const late = writer.settle(settlementOf(customer, { hold: 0n, cost: 0n }))
  await writer.written()
  failure.code = undefined
  assert.equal((await late).isNew, true)
  await writer.drain()
})

test('an account that asks often takes more ahead each time, one that rests begins anew', async () => {
  const customer = await store.newCustomer(1_000_000n)
  const { nodeId, writer } = await begin()
  const clock = testClock()
  const slices = new SliceBook(writer, clock)
  const lastCommit = await lastCommitOf(nodeId)
  const call = async (): Promise<void> => {
    assert.equal(await slices.hold(customer.accountId, 40n), 'granted')
    slices.charge(customer.accountId, { hold: 40n, cost: 40n })
  }
  for (let count = 0; count < 3_000; count += 1) await call()
  const takes = (await lastCommitOf(nodeId)) - lastCommit
  assert.ok(takes < 12n, `${takes} takes for 3,000 calls`)
  assert.ok(slices.totals().committed <= (3_000n + 4_097n) * 40n, 'but never more ahead than for 4,096 calls')
  // What is being taken ahead is there before it is given back.
  await writer.drain()
  await delay(5)
  slices.releaseIdle({ isAll: true })
  await writer.drain()
  clock.forward(8_000)
  await call()
  assert.equal(slices.totals().committed - slices.totals().pending, 16n * 40n)
})

test('a day that has no partition yet gets one', async () => {
  const customer = await store.newCustomer(1000n)
  const { writer, names } = await begin()
  await writer.take({ accountId: customer.accountId, need: 100n, want: 100n })
  const settlements = [TODAY, TODAY + 40, TODAY - 40].map((day) => settlementOf(customer, { day }))
  for (const { isNew } of await Promise.all(settlements.map((settlement) => writer.settle(settlement)))) assert.equal(isNew, true)
  assert.ok(!names().includes('settlement-refused'))
  assert.deepEqual((await store.ledger.verify()).problems, [])
})

for (const code of ['connection_lost', 'authentication_failed', '42501', 'XX000', '53100', '23001', 'driver_failed']) {
  test(`nothing is given up while the database fails with ${code}`, async () => {
    const customer = await store.newCustomer(1000n)
    const { database, failure } = flaky()
    const { writer } = await begin(database)
    await writer.take({ accountId: customer.accountId, need: 100n, want: 100n })
    failure.code = code
    const settlement = settlementOf(customer)
    const settled = writer.settle(settlement)
    writer.release({ accountId: customer.accountId, amount: 90n })
    await untilUnhealthy(writer)
    assert.equal(await writer.take({ accountId: customer.accountId, need: 1n, want: 1n }), undefined)
    failure.code = undefined
    assert.deepEqual(await settled, { isNew: true, isStuck: false })
    await writer.drain()
    assert.equal(await rowsOf(settlement), 1)
    assert.deepEqual(await store.ledger.balanceOf(customer.accountId), { available: 990n, held: 0n })
  })
}

test('what commits put in the books is told once, in their order: not what failed or was there already, but what was written though the answer was lost', async () => {
  const customer = await store.newCustomer(1000n)
  const nodeId = randomUUID()
  const told: Committed[] = []
  let fault: 'none' | 'before' | 'after' = 'none'
  const transaction: Database['transaction'] = async (work) => {
    if (fault === 'before') throw new DatabaseError('connection_lost')
    const answer = await store.database.transaction(work)
    if (fault !== 'after') return answer
    fault = 'none'
    throw new DatabaseError('connection_lost')
  }
  const term = await registerNode(store.database, nodeId)
  const onCommitted = (committed: Committed): void => void told.push(committed)
  const options = { clock: systemClock, log: () => undefined, retryMs: 5, gatherMs: 5, onCommitted }
  const writer = new GroupCommit({ database: { ...store.database, transaction }, ...term, ...options })
  await writer.take({ accountId: customer.accountId, need: 100n, want: 100n })
  assert.deepEqual(told, [], 'a commit without calls is told of')
  const [first, second, third] = [settlementOf(customer), settlementOf(customer), settlementOf(customer)]
  await writer.settle(first)
  fault = 'after'
  await Promise.all([writer.settle(first), writer.settle(second)])
  await writer.settle(first)
  fault = 'before'
  const settled = writer.settle(third)
  await untilUnhealthy(writer)
  assert.equal(told.length, 2)
  fault = 'none'
  await settled
  // One id twice in a commit: only the database knows which it took.
  const twice = settlementOf(customer)
  await Promise.all([writer.settle(twice), writer.settle({ ...twice, outcome: 1 })])
  assert.deepEqual(
    told.map(({ settlements }) => settlements),
    [[first], [second], [third], undefined],
  )
  const rows = await store.database.query<{ commit: bigint; day: string }>(sql`
    select distinct commit, posted_day as day from usage_event where account_id = ${customer.accountId}::uuid order by commit`)
  assert.deepEqual(
    told.map(({ commit, postedDay }) => ({ commit, day: isoDate(postedDay) })),
    rows,
  )
})

test('a writer of which nobody asks anything finds out by itself that the database is back', async () => {
  const customer = await store.newCustomer(1000n)
  const { database, failure } = flaky()
  const { writer, slices } = await begin(database)
  failure.code = 'ECONNREFUSED'
  assert.equal(await slices.hold(customer.accountId, 10n), 'busy')
  assert.equal(await slices.hold(customer.accountId, 10n), 'busy')
  await untilUnhealthy(writer)
  failure.code = undefined
  for (const until = Date.now() + 5_000; !writer.isHealthy; await delay(2)) assert.ok(Date.now() < until, 'it never asked again')
  assert.equal(await slices.hold(customer.accountId, 10n), 'granted')
})

test('who waits for money while the database does not answer is refused all the same', async () => {
  const customer = await store.newCustomer(1000n)
  const { database, failure } = flaky()
  const { slices } = await begin(database)
  failure.hangs = true
  const answers = await Promise.all([slices.hold(customer.accountId, 10n), slices.hold(customer.accountId, 10n)])
  assert.deepEqual(answers, ['busy', 'busy'])
  assert.equal(slices.hold(customer.accountId, 10n), 'busy')
})

test('two nodes that settle for and take from the same accounts never lock each other out', async () => {
  const customers = await Promise.all(Array.from({ length: 6 }, () => store.newCustomer(1_000_000n)))
  const nodes = await Promise.all([begin(), begin()])
  const work = nodes.flatMap(({ slices, writer }, node) =>
    Array.from({ length: 150 }, async (_, index) => {
      const customer = customers[(node === 0 ? index : 5 * index + 3) % 6] ?? assert.fail()
      for (let times = 0; times < 3; times += 1) {
        assert.equal(await slices.hold(customer.accountId, 40n), 'granted')
        slices.charge(customer.accountId, { hold: 40n, cost: 10n })
        const { isNew } = await writer.settle(settlementOf(customer))
        slices.chargeWritten(customer.accountId, { cost: 10n, isNew })
        if (times === 1) slices.releaseIdle({ isAll: true })
      }
    }),
  )
  await Promise.all(work)
  assert.deepEqual(
    nodes.flatMap(({ names }) => names()),
    [],
  )
  assert.deepEqual((await store.ledger.verify()).problems, [])
})

test('a commit of one account waits for its balance before it touches anything else of it, as commits of several do', async () => {
  const customer = await store.newCustomer(1000n)
  const { accountId } = customer
  const { writer } = await begin()
  await writer.take({ accountId, need: 100n, want: 100n })
  await writer.settle(settlementOf(customer))
  const settled = await store.database.transaction(async (other) => {
    await other.query(sql`select from balance where account_id = ${accountId}::uuid for no key update`)
    const waiting = writer.settle(settlementOf(customer))
    for (const until = Date.now() + 5_000; !(await isWaitedFor(other)); await delay(2)) assert.ok(Date.now() < until, 'it never waited')
    const rows = await other.query(sql`select from usage_day where account_id = ${accountId}::uuid for update nowait`)
    assert.equal(rows.length, 1)
    return { waiting }
  })
  assert.equal((await settled.waiting).isNew, true)
})

/** Whether a transaction holds a lock that somebody waits for. */
async function isWaitedFor(database: Database): Promise<boolean> {
  const [row] = await database.query<{ found: boolean }>(sql`
    select exists (select from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))) as found`)
  return row?.found === true
}

test('a commit that the database undid for the sake of another is made again at once, and nobody is told of it', async () => {
  for (const code of ['40P01', '40001']) {
    const customer = await store.newCustomer(1000n)
    const { database, failure } = flaky()
    const once: Database = {
      ...database,
      transaction: async (work) => {
        const answer = database.transaction(work)
        failure.code = undefined
        return await answer
      },
    }
    const { writer, names } = await begin(once)
    failure.code = code
    assert.equal(await writer.take({ accountId: customer.accountId, need: 10n, want: 10n }), 10n)
    assert.deepEqual([writer.isHealthy, names()], [true, []])
  }
})
