// Guarantee: a key, a group and a plan spend in no window more than their limit, however many call at once and wherever, and whatever dies; a
// call spends in the window it was held in; the next window is whole from its first millisecond; what a plan covers costs the balance nothing.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type ControlMessage, type GatewayMessage, NONE_U32, REFUSAL_REASONS } from '../channel/index.ts'
import { sql } from '../db/index.ts'
import { askForIdleSpending } from '../ledger/index.ts'
import type { LogEvent, NanoUsd } from '../lib/index.ts'
import { forgetSpent } from '../retention/index.ts'
import { NO_USAGE, SPEND_OWNERS, SPEND_WINDOWS, type SpendLimit, type SpendWindow, spendSpanOf } from '../spec/index.ts'
import {
  type Customer,
  type MoneyStore,
  openMoneyStore,
  startTestControl,
  type TestControl,
  TestGateway,
  type Told,
  testClock,
} from './testing.ts'

let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

const newTold = (): Told => ({ granted: new Map(), refused: new Map(), settled: new Map(), acknowledged: new Set() })
const price = () => store.prices[0] ?? assert.fail('no price')
const BUDGET = REFUSAL_REASONS.indexOf('budget')

/** In the middle of the five-hour window of now, so that no test crosses a boundary by itself. */
const { startsAt: WINDOW_MS, endsAt: NEXT_MS = 0 } = spendSpanOf('5h', Date.now())
const MIDDLE_MS = Math.floor((WINDOW_MS + NEXT_MS) / 2)

type Begin = { readonly plans?: ReadonlyMap<string, SpendLimit>; readonly at?: number }

async function begin({ plans, at = MIDDLE_MS }: Begin = {}) {
  const world = { clock: testClock(at), log: [] as LogEvent[], nodeId: randomUUID() }
  const bindSpending = (keyId: string, limits: readonly SpendLimit[] | undefined) => {
    const plan = plans?.get(keyId)
    return plan === undefined ? limits : [...(limits ?? []), plan]
  }
  const start = () => startTestControl({ store, bindSpending, ...world })
  return { ...world, start, control: await start(), names: () => world.log.map(({ event }) => event) }
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; !isSo(); await delay(1)) assert.ok(Date.now() < end, what)
}

async function customerWith(cap: NanoUsd, window: SpendWindow = '5h', credit = 100_000n): Promise<Customer> {
  const customer = await store.newCustomer(credit)
  await setCap(customer, cap, window)
  return customer
}

const setCap = ({ keyId }: Customer, cap: NanoUsd, window: SpendWindow) =>
  store.ownerDatabase.query(sql`update api_key set spend_cap = ${cap}, spend_window = ${window} where id = ${keyId}`)

async function otherKeyOf({ accountId }: Customer): Promise<Customer> {
  const keyId = randomUUID()
  const hash = Buffer.from(keyId.replaceAll('-', ''))
  await store.ownerDatabase.query(sql`insert into api_key (id, account_id, hash, hint) values (${keyId}, ${accountId}, ${hash}, 'k')`)
  return { accountId, keyId }
}

/** A call of which a test writes each message. */
function caller(customer: Customer, amount: NanoUsd) {
  const told = { granted: [] as ControlMessage<'granted'>[], refused: [] as ControlMessage<'refused'>[], settled: 0 }
  const asker = {
    granted: (message: ControlMessage<'granted'>) => void told.granted.push(message),
    refused: (message: ControlMessage<'refused'>) => void told.refused.push(message),
    settled: () => {
      told.settled += 1
    },
  }
  const hold: GatewayMessage<'hold'> = {
    ...{ seq: 1, requestId: randomUUID(), ...customer, modelSerial: 1, priceVersion: price().version, amount, tokens: 1 },
    ...{ startedAt: Date.now(), ipTag: 1, isPart: 0, multiplier: 1_000_000, serviceTier: 0 },
  }
  const gatewayId = randomUUID()
  const granted = () => ({ day: told.granted[0]?.day ?? 0, heldAt: told.granted[0]?.heldAt ?? 0 })
  const settlement = (tokens: number): GatewayMessage<'settle'> => ({
    ...{ ...hold, ...granted(), ...NO_USAGE, input: tokens, routeSerial: 1, outcome: 0, status: 200, usageSource: 1, reportedModel: 1 },
    ...{ isStream: 0, isSuspect: 0, latencyMs: 1, firstByteMs: 1, reportedInput: NONE_U32, reportedOutput: NONE_U32 },
  })
  const ask = async ({ desk }: TestControl) => {
    await desk.hold(gatewayId, hold, asker)
    return told.granted.length > 0 ? 'granted' : REFUSAL_REASONS[told.refused.at(-1)?.reason ?? 0]
  }
  const settle = async ({ desk, writer }: TestControl, tokens: number) => {
    desk.settle(settlement(tokens), asker)
    await until(() => told.settled > 0, 'it is settled')
    await writer.written()
  }
  const renew = ({ desk }: TestControl) => desk.renew(gatewayId, { ...hold, ...granted() })
  return { told, ask, settle, renew, requestId: hold.requestId, gatewayId }
}

async function spend(control: TestControl, customer: Customer, tokens: number): Promise<void> {
  const call = caller(customer, BigInt(tokens))
  assert.equal(await call.ask(control), 'granted')
  await call.settle(control, tokens)
}

type WindowRow = { starts_at: Date; cap: bigint; granted: bigint; spent: bigint }
const windowsOf = (subjectId: string) =>
  store.database.query<WindowRow>(sql`
    select starts_at, cap, granted, spent from spend_window where subject_id = ${subjectId}::uuid order by starts_at`)
const spentOf = async (subjectId: string) => (await windowsOf(subjectId)).map(({ spent }) => spent)
const rowOf = async (requestId: string) => {
  const [row] = await store.database.query(sql`
    select cost, covered, covered_by, shortfall from usage_event where request_id = ${requestId}::uuid`)
  return row
}

async function releaseAll({ slices, spending, writer }: TestControl): Promise<void> {
  await writer.drain()
  slices.releaseIdle({ isAll: true })
  spending.releaseIdle({ isAll: true })
  await writer.drain()
}
const verifyBooks = async () => assert.deepEqual((await store.ledger.verify()).problems, [])

test('$0.14 for five hours: spent, the next call is refused with the end of the window, and the first after it is served', async () => {
  const customer = await customerWith(140_000_000n, '5h', 10_000_000_000n)
  const other = await otherKeyOf(customer)
  const { control, clock } = await begin()
  for (let call = 0; call < 7; call += 1) await spend(control, customer, 20_000_000)
  const late = caller(customer, 1n)
  assert.equal(await late.ask(control), 'budget')
  const [refused] = late.told.refused
  assert.deepEqual([refused?.budget, refused?.budgetEndsAt], [140_000_000n, NEXT_MS / 1_000])
  assert.deepEqual([SPEND_OWNERS[refused?.budgetOwner ?? 9], SPEND_WINDOWS[refused?.budgetWindow ?? 9]], ['key', '5h'])
  assert.equal(refused?.retryAfterMs, NEXT_MS - MIDDLE_MS)
  assert.equal(await caller(other, 20_000_000n).ask(control), 'granted', 'another key of the account is not bounded by it')
  clock.forward(NEXT_MS - MIDDLE_MS - 1)
  const last = caller(customer, 1n)
  assert.equal(await last.ask(control), 'budget', 'a millisecond before the end')
  assert.equal(last.told.refused[0]?.retryAfterMs, 1)
  clock.forward(1)
  const first = caller(customer, 140_000_000n)
  assert.equal(await first.ask(control), 'granted', 'the first millisecond of the next window has all of it')
  await first.settle(control, 139_999_999)
  assert.equal(await caller(customer, 2n).ask(control), 'budget')
  assert.equal(await caller(customer, 1n).ask(control), 'granted')
  assert.deepEqual(await spentOf(customer.keyId), [140_000_000n, 139_999_999n])
})

test('two hundred calls at once at a cap, through four gateways of two nodes: not one nano-dollar above it', async () => {
  for (let round = 0; round < 3; round += 1) {
    const customer = await customerWith(10n * 40n + 39n)
    const told = newTold()
    const worlds = [await begin(), await begin()]
    const gateways = worlds.flatMap(({ control, clock }) =>
      [new TestGateway(told, clock), new TestGateway(told, clock)].map((gateway) => ({ gateway, control })),
    )
    for (const { gateway, control } of gateways) gateway.connect(control)
    for (let call = 0; call < 200; call += 1) gateways[call % 4]?.gateway.hold({ customer, price: price(), hold: 40n })
    await until(() => told.granted.size + told.refused.size === 200, 'every call is answered')
    // What the nodes share between them can leave each with less than a call; never is it more than the cap.
    assert.ok(told.granted.size === 10 || told.granted.size === 9, String(told.granted.size))
    assert.deepEqual([...new Set(told.refused.values())], [BUDGET])
    for (const { gateway } of gateways) for (const seq of gateway.open.keys()) gateway.settle(seq, { ...NO_USAGE, output: 1_000_000 })
    await until(() => told.acknowledged.size === told.granted.size, 'every settlement is acknowledged')
    for (const { control } of gateways) await releaseAll(control)
    const [window] = await windowsOf(customer.keyId)
    assert.deepEqual([window?.spent, window?.granted], [BigInt(told.granted.size) * 40n, BigInt(told.granted.size) * 40n])
  }
  await verifyBooks()
})

test('what one node has idle of a window, another node gets', async () => {
  const customer = await customerWith(100n)
  const world = await begin()
  await spend(world.control, customer, 10)
  const hooks = {
    reclaim: async (name: string) => {
      world.control.spending.giveBack(name)
      return await askForIdleSpending(store.database, { name, cap: 100n, nodeId: nextId })
    },
    reclaimWaitsMs: [10, 20, 40, 80],
  }
  const nextId = randomUUID()
  const next = await startTestControl({ store, nodeId: nextId, clock: world.clock, log: world.log, spendHooks: hooks })
  assert.equal(await caller(customer, 90n).ask(next), 'granted')
  assert.equal(await caller(customer, 1n).ask(world.control), 'budget')
})

test('a call that ends in another window spends in the one it was held in, and leaves nothing of it to the next', async () => {
  const customer = await customerWith(100n)
  const { control, clock } = await begin({ at: NEXT_MS - 1 })
  const call = caller(customer, 100n)
  assert.equal(await call.ask(control), 'granted')
  clock.forward(1)
  assert.equal(await caller(customer, 101n).ask(control), 'budget')
  const next = caller(customer, 100n)
  assert.equal(await next.ask(control), 'granted')
  await call.settle(control, 60)
  assert.equal(await caller(customer, 1n).ask(control), 'budget', 'what the first left is of the window before')
  await next.settle(control, 100)
  assert.deepEqual(await spentOf(customer.keyId), [60n, 100n])
  await releaseAll(control)
  assert.deepEqual(
    (await windowsOf(customer.keyId)).map(({ granted }) => granted),
    [60n, 100n],
  )
})

test('keys of a group spend within its cap together, and each within its own', async () => {
  const one = await customerWith(80n)
  const two = await otherKeyOf(one)
  const groupId = randomUUID()
  await store.ownerDatabase.query(sql`
    insert into key_group (id, account_id, spend_cap, spend_window, created_at) values (${groupId}, ${one.accountId}, 100, 'day', now())`)
  await store.ownerDatabase.query(sql`update api_key set group_id = ${groupId} where account_id = ${one.accountId}`)
  const { control } = await begin()
  assert.equal(await caller(one, 90n).ask(control), 'budget')
  await spend(control, one, 70)
  const beyond = caller(two, 31n)
  assert.equal(await beyond.ask(control), 'budget')
  assert.equal(SPEND_OWNERS[beyond.told.refused[0]?.budgetOwner ?? 9], 'group')
  assert.equal(control.spending.totals().open, 0n, 'a call that is refused by one limit holds nothing of the others')
  await spend(control, two, 30)
  assert.deepEqual([await spentOf(groupId), await spentOf(one.keyId)], [[100n], [70n]])
})

test('a call that is refused for money gives back what it held of its limits', async () => {
  const customer = await customerWith(100n, 'total', 50n)
  const { control } = await begin()
  assert.equal(await caller(customer, 60n).ask(control), 'credit')
  assert.equal(control.spending.totals().open, 0n)
  assert.equal(await caller(customer, 50n).ask(control), 'granted')
})

const planOf = (subjectId: string, limit: NanoUsd | undefined, window: SpendWindow = '5h'): SpendLimit => ({
  ...{ subjectId, owner: 'plan', limit, window, covers: true },
})

test('a plan pays for its calls out of its budget: the balance is not touched, and says so in the books', async () => {
  const customer = await store.newCustomer(1n)
  const plan = randomUUID()
  const { control } = await begin({ plans: new Map([[customer.keyId, planOf(plan, 100n)]]) })
  const call = caller(customer, 70n)
  assert.equal(await call.ask(control), 'granted')
  await call.settle(control, 60)
  assert.deepEqual(await rowOf(call.requestId), { cost: 0n, covered: 60n, covered_by: plan, shortfall: 0n })
  const beyond = caller(customer, 41n)
  assert.equal(await beyond.ask(control), 'budget', 'never a lack of credit')
  assert.equal(SPEND_OWNERS[beyond.told.refused[0]?.budgetOwner ?? 9], 'plan')
  await releaseAll(control)
  assert.deepEqual(await store.ledger.balanceOf(customer.accountId), { available: 1n, held: 0n })
  const [day] = await store.database.query(sql`select cost, covered, calls from usage_day where account_id = ${customer.accountId}::uuid`)
  assert.deepEqual(day, { cost: 0n, covered: 60n, calls: 1n })
  assert.deepEqual(await spentOf(plan), [60n])
  await verifyBooks()
})

test('a plan without a bound covers whatever its calls cost, and a key may still be bounded by a cap of its own', async () => {
  const customer = await store.newCustomer(0n)
  const plan = randomUUID()
  const { control } = await begin({ plans: new Map([[customer.keyId, planOf(plan, undefined)]]) })
  const call = caller(customer, 10_000_000_000n)
  assert.equal(await call.ask(control), 'granted')
  await call.settle(control, 5_000)
  assert.deepEqual(await rowOf(call.requestId), { cost: 0n, covered: 5_000n, covered_by: plan, shortfall: 0n })
  const bounded = await customerWith(7n, 'day', 0n)
  const next = await begin({ plans: new Map([[bounded.keyId, planOf(plan, undefined)]]) })
  await spend(next.control, bounded, 5)
  assert.equal(await caller(bounded, 3n).ask(next.control), 'budget')
  assert.deepEqual(await spentOf(bounded.keyId), [5n])
})

test('a cap that is lowered or raised holds from the next call on, whatever the node had taken before', async () => {
  const customer = await customerWith(1_000n)
  const { control } = await begin()
  const change = async (cap: NanoUsd) => {
    await setCap(customer, cap, '5h')
    control.keys.forgetKey(customer.keyId)
  }
  await spend(control, customer, 40)
  await change(50n)
  assert.equal(await caller(customer, 11n).ask(control), 'budget')
  await spend(control, customer, 10)
  assert.equal(await caller(customer, 1n).ask(control), 'budget')
  await change(60n)
  await spend(control, customer, 10)
  await change(20n)
  assert.equal(await caller(customer, 1n).ask(control), 'budget')
  assert.deepEqual(await spentOf(customer.keyId), [60n])
  await releaseAll(control)
  await verifyBooks()
})

test('what one process granted the next one knows, in the window it was granted in', async () => {
  const customer = await customerWith(100n)
  const plan = randomUUID()
  const covered = await store.newCustomer(0n)
  const world = await begin({ at: NEXT_MS - 1, plans: new Map([[covered.keyId, planOf(plan, 50n)]]) })
  const calls = [caller(customer, 60n), caller(customer, 40n), caller(covered, 50n)]
  for (const call of calls) assert.equal(await call.ask(world.control), 'granted')
  world.control.faults.kill()
  world.clock.forward(1)
  const next = await world.start()
  const [first, second, third] = calls
  first?.renew(next)
  third?.renew(next)
  // The second was told to nobody before it is settled.
  await second?.settle(next, 30)
  await next.desk.endInheritance()
  await first?.settle(next, 60)
  await third?.settle(next, 45)
  assert.deepEqual([await spentOf(customer.keyId), await spentOf(plan)], [[90n], [45n]])
  assert.deepEqual(await rowOf(third?.requestId ?? ''), { cost: 0n, covered: 45n, covered_by: plan, shortfall: 0n })
  assert.equal(await caller(customer, 100n).ask(next), 'granted', 'the next window is whole')
  assert.ok(!world.names().includes('settlement-uncovered'))
  await releaseAll(next)
  await verifyBooks()
})

test('calls of a gateway that died count in their windows; those of a revoked key as well', async () => {
  const customer = await customerWith(100n)
  const world = await begin()
  const call = caller(customer, 60n)
  await call.ask(world.control)
  world.control.desk.progress(call.requestId, { seq: 1, routeSerial: 1, ...NO_USAGE, input: 25 })
  await store.ownerDatabase.query(sql`update api_key set revoked_at = now() where id = ${customer.keyId}`)
  world.clock.forward(6_000)
  world.control.desk.writeLongCalls()
  await world.control.writer.drain()
  world.control.faults.kill()
  const next = await world.start()
  await next.desk.endInheritance()
  await releaseAll(next)
  assert.deepEqual(await windowsOf(customer.keyId).then((rows) => rows.map(({ spent, granted }) => [spent, granted])), [[25n, 25n]])
  await verifyBooks()
})

test('an account that is frozen is not served by its plan either', async () => {
  const customer = await store.newCustomer(0n)
  const { control } = await begin({ plans: new Map([[customer.keyId, planOf(randomUUID(), 100n)]]) })
  control.slices.freeze(customer.accountId)
  assert.equal(await caller(customer, 1n).ask(control), 'busy')
})

test('slices that hold nothing are deleted while nodes take, spend and give back; nothing is lost, refused or held up by it', async () => {
  const customers = await Promise.all(Array.from({ length: 6 }, () => customerWith(1_000_000n)))
  const worlds = [await begin(), await begin()]
  let [isOver, gone] = [false, 0]
  const deleting = (async () => {
    while (!isOver) gone += await forgetSpent(store.database)
  })()
  const work = worlds.map(async ({ control }) => {
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(customers.map((customer) => spend(control, customer, 7)))
      await releaseAll(control)
    }
  })
  await Promise.all(work).finally(() => {
    isOver = true
  })
  await deleting
  assert.ok(gone > 20, `${gone} went meanwhile`)
  for (const { keyId } of customers) assert.deepEqual(await spentOf(keyId), [2n * 12n * 7n])
  assert.deepEqual(
    worlds.flatMap(({ names }) => names()),
    [],
  )
  await forgetSpent(store.database)
  const [left] = await store.database.query(sql`
    select (select count(*) from spend_slice where amount = 0) as of_windows, (select count(*) from slice where amount = 0) as of_balances`)
  assert.deepEqual(left, { of_windows: 0n, of_balances: 0n })
  await verifyBooks()
})
