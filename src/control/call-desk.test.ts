// Guarantee: a balance admits exactly what it is worth, however many ask at once and wherever; a call that is asked for, taken up or settled
// twice is held and charged once; what one process granted the next one covers; nobody calls on another's account.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type ControlMessage, type GatewayMessage, NONE_U32, REFUSAL_REASONS } from '../channel/index.ts'
import { sql } from '../db/index.ts'
import type { LogEvent } from '../lib/index.ts'
import { NO_USAGE, OUTCOMES } from '../spec/index.ts'
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

async function begin() {
  const world = { clock: testClock(), log: [] as LogEvent[], nodeId: randomUUID() }
  const start = () => startTestControl({ store, ...world })
  return { ...world, start, control: await start(), names: () => world.log.map(({ event }) => event) }
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; !isSo(); await delay(1)) assert.ok(Date.now() < end, what)
}

type Answers = { granted: ControlMessage<'granted'>[]; reasons: string[]; settled: number }

/** A gateway of which a test writes each message. */
function teller(control: TestControl, customer: Customer, amount = 40n) {
  const answers: Answers = { granted: [], reasons: [], settled: 0 }
  const asker = {
    granted: (message: ControlMessage<'granted'>) => void answers.granted.push(message),
    refused: ({ reason }: ControlMessage<'refused'>) => void answers.reasons.push(REFUSAL_REASONS[reason] ?? ''),
    settled: () => {
      answers.settled += 1
    },
  }
  const hold: GatewayMessage<'hold'> = {
    ...{ seq: 1, requestId: randomUUID(), ...customer, modelSerial: 1, priceVersion: price().version, amount, tokens: 1 },
    ...{ startedAt: Date.now(), ipTag: 1, isPart: 0, multiplier: 1_000_000, serviceTier: 0 },
  }
  const settlement = (tokens: number, change: Partial<GatewayMessage<'settle'>> = {}): GatewayMessage<'settle'> => ({
    ...{
      ...hold,
      ...NO_USAGE,
      input: tokens,
      day: answers.granted[0]?.day ?? 0,
      heldAt: answers.granted[0]?.heldAt ?? 0,
      routeSerial: 1,
      outcome: 0,
      status: 200,
    },
    ...{
      usageSource: 1,
      reportedModel: 1,
      isStream: 0,
      isSuspect: 0,
      latencyMs: 1,
      firstByteMs: 1,
      reportedInput: NONE_U32,
      reportedOutput: NONE_U32,
    },
    ...change,
  })
  const gatewayId = randomUUID()
  return { answers, asker, hold, settlement, gatewayId, ask: () => control.desk.hold(gatewayId, hold, asker) }
}

const costsOf = async ({ accountId }: Customer) =>
  (await store.database.query<{ cost: bigint }>(sql`select cost from usage_event where account_id = ${accountId}::uuid order by cost`)).map(
    ({ cost }) => cost,
  )
const balanceOf = ({ accountId }: Customer) => store.ledger.balanceOf(accountId)

async function releaseAll({ slices, writer }: TestControl): Promise<void> {
  await writer.drain()
  slices.releaseIdle({ isAll: true })
  await writer.drain()
}

test('a thousand calls at once on a balance worth a hundred, through four gateways of two nodes: a hundred are granted', async () => {
  for (let round = 0; round < 3; round += 1) {
    const customer = await store.newCustomer(100n * 40n)
    const told = newTold()
    const worlds = [await begin(), await begin()]
    const gateways = worlds.flatMap(({ control, clock }) =>
      [new TestGateway(told, clock), new TestGateway(told, clock)].map((gateway) => ({ gateway, control })),
    )
    for (const { gateway, control } of gateways) gateway.connect(control)
    for (let call = 0; call < 1000; call += 1) gateways[call % 4]?.gateway.hold({ customer, price: price(), hold: 40n })
    await until(() => told.granted.size + told.refused.size === 1000, 'every call is answered')
    assert.equal(told.granted.size, 100)
    assert.deepEqual([...new Set(told.refused.values())], [REFUSAL_REASONS.indexOf('credit')])
    for (const { gateway } of gateways) for (const seq of gateway.open.keys()) gateway.settle(seq, { ...NO_USAGE, output: 1_000_000 })
    await until(() => told.acknowledged.size === 100, 'every settlement is acknowledged')
    assert.deepEqual(await balanceOf(customer), { available: 0n, held: 0n }, 'each paid its hold and no more')
  }
  assert.deepEqual((await store.ledger.verify()).problems, [])
})

test('what is left of a balance holds no more than it is', async () => {
  const customer = await store.newCustomer(100n)
  const { control } = await begin()
  const [first, second, third] = [teller(control, customer, 60n), teller(control, customer, 60n), teller(control, customer, 40n)]
  for (const call of [first, second, third]) await call.ask()
  assert.deepEqual([first.answers.granted.length, second.answers.reasons, third.answers.granted.length], [1, ['credit'], 1])
  assert.equal(control.slices.totals().open, 100n)
})

test('what was charged and is not in the books yet is not held again', async () => {
  const customer = await store.newCustomer(100n)
  const { control } = await begin()
  const first = teller(control, customer, 60n)
  await first.ask()
  control.faults.plan(1, 'silent')
  control.desk.settle(first.settlement(60), first.asker)
  await until(() => control.slices.totals().pending === 60n, 'it is charged')
  const second = teller(control, customer, 60n)
  void second.ask()
  await delay(30)
  assert.deepEqual([second.answers.granted.length, control.slices.totals().open], [0, 0n])
  control.faults.kill()
})

test('money that was taken in a commit whose answer was lost is found in the books, once, and the call is granted', async () => {
  const customer = await store.newCustomer(100n)
  const { control, nodeId } = await begin()
  // The first call of a key and the writer's first commit ask the database for more than the later ones.
  await teller(control, customer, 1n).ask()
  // The node's number, the take, and then the commit: it happens and nobody is told.
  control.faults.plan(2, 'after')
  const call = teller(control, customer, 60n)
  await call.ask()
  assert.deepEqual([call.answers.granted.length, call.answers.reasons], [1, []])
  const [slice] = await store.database.query<{ amount: bigint }>(sql`
    select sum(amount)::bigint as amount from slice where node_id = ${nodeId}::uuid`)
  assert.equal(slice?.amount, control.slices.totals().committed)
})

test('a hold asked for again while the first waits, and again when it is granted, is one', async () => {
  const customer = await store.newCustomer(100n)
  const { control } = await begin()
  const call = teller(control, customer)
  await Promise.all([call.ask(), call.ask()])
  assert.equal(call.answers.granted.length, 1, 'the last one that asked is answered')
  await call.ask()
  assert.equal(call.answers.granted.length, 2)
  assert.equal(control.slices.totals().open, 40n)
  control.desk.settle(call.settlement(10), call.asker)
  await until(() => call.answers.settled === 1, 'acknowledged')
  await call.ask()
  assert.deepEqual(call.answers.reasons, ['busy'], 'a call that has ended is not begun again')
  await releaseAll(control)
  assert.deepEqual(await balanceOf(customer), { available: 90n, held: 0n })
})

test('a settlement told many times, at once and later, to this process and the next, is charged once', async () => {
  const customer = await store.newCustomer(100n)
  const { control, start } = await begin()
  const call = teller(control, customer)
  await call.ask()
  for (let times = 0; times < 5; times += 1) control.desk.settle(call.settlement(10), call.asker)
  await until(() => call.answers.settled === 5, 'acknowledged')
  control.desk.settle(call.settlement(30), call.asker)
  assert.equal(call.answers.settled, 6)
  control.faults.kill()
  const next = await start()
  next.desk.settle(call.settlement(10), call.asker)
  await until(() => call.answers.settled === 7, 'acknowledged by the next')
  await next.desk.endInheritance()
  await releaseAll(next)
  assert.deepEqual(await costsOf(customer), [10n])
  assert.deepEqual(await balanceOf(customer), { available: 90n, held: 0n })
})

test('what a killed process had granted and charged is covered by the next, in whatever order gateways tell it', async () => {
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ]) {
    const customer = await store.newCustomer(100n)
    const { control, start, names } = await begin()
    // The first call has cost 10 of its 60, and what it left over is held by the two others; the books know of none of it.
    const calls = [teller(control, customer, 60n), teller(control, customer, 50n), teller(control, customer, 40n)]
    const [first = assert.fail(), ...others] = calls
    await first.ask()
    control.faults.plan(1, 'silent')
    control.desk.settle(first.settlement(10), first.asker)
    await until(() => control.slices.totals().pending === 10n, 'the first call is charged')
    for (const call of others) await call.ask()
    control.faults.kill()
    const next = await start()
    const newcomer = teller(next, customer, 100n)
    await newcomer.ask()
    assert.deepEqual(newcomer.answers.reasons, ['busy'], 'money that is ours to find is never told as a lack of credit')
    for (const index of order) {
      const call = calls[index] ?? assert.fail()
      if (index === 0) next.desk.settle(call.settlement(10), call.asker)
      else next.desk.renew(call.gatewayId, { ...call.hold, day: call.answers.granted[0]?.day ?? 0, heldAt: 0 })
    }
    await next.desk.endInheritance()
    for (const [index, call] of others.entries()) next.desk.settle(call.settlement(50 - 10 * index), call.asker)
    await until(() => calls.every(({ answers }) => answers.settled === 1), 'acknowledged')
    await releaseAll(next)
    assert.deepEqual(await costsOf(customer), [10n, 40n, 50n], `order ${order.join()}`)
    assert.deepEqual(await balanceOf(customer), { available: 0n, held: 0n })
    assert.ok(!names().includes('settlement-uncovered'))
  }
})

test('a long call of a process and a gateway that died together is charged as far as it was written down', async () => {
  const customer = await store.newCustomer(100n)
  const { control, clock, start } = await begin()
  const call = teller(control, customer)
  await call.ask()
  control.desk.progress(call.hold.requestId, { seq: 1, routeSerial: 3, ...NO_USAGE, output: 17 })
  clock.forward(5_000)
  control.desk.writeLongCalls()
  await control.writer.drain()
  control.faults.kill()
  const next = await start()
  await next.desk.endInheritance()
  await releaseAll(next)
  assert.deepEqual(await balanceOf(customer), { available: 83n, held: 0n })
  const rows = await store.database.query<{ outcome: number; route_serial: number }>(sql`
    select outcome, route_serial from usage_event where request_id = ${call.hold.requestId}::uuid`)
  assert.deepEqual(rows, [{ outcome: OUTCOMES.indexOf('gateway-lost'), route_serial: 3 }])
  assert.deepEqual(await store.database.query(sql`select from open_call where request_id = ${call.hold.requestId}::uuid`), [])
})

test('a long call is written down again when it has used more, and once a minute else; what a failed commit lost is written by the next', async () => {
  const customer = await store.newCustomer(100n)
  const { control, clock } = await begin()
  const call = teller(control, customer)
  await call.ask()
  const write = async (): Promise<string> => {
    control.desk.writeLongCalls()
    await control.writer.drain()
    const [row] = await store.database.query<{ written: string }>(sql`
      select output || ' ' || updated_at as written from open_call where request_id = ${call.hold.requestId}::uuid`)
    return row?.written ?? ''
  }
  clock.forward(5_000)
  const first = await write()
  assert.match(first, /^0 /)
  clock.forward(1_000)
  assert.equal(await write(), first)
  control.desk.progress(call.hold.requestId, { seq: 1, routeSerial: 3, ...NO_USAGE, output: 17 })
  control.faults.plan(0, 'before')
  const second = await write()
  assert.match(second, /^17 /)
  assert.equal(await write(), second)
  clock.forward(60_000)
  assert.notEqual(await write(), second)
  control.desk.progress(call.hold.requestId, { seq: 2, routeSerial: 3, ...NO_USAGE, output: 18 })
  control.faults.plan(0, 'before')
  control.desk.writeLongCalls()
  control.desk.settle(call.settlement(18), call.asker)
  await until(() => call.answers.settled === 1, 'acknowledged')
  assert.equal(await write(), '')
  await releaseAll(control)
})

test('the price of an old version is asked for until the database says it', async () => {
  const customer = await store.newCustomer(100n)
  const { control, names } = await begin()
  const call = teller(control, customer)
  await call.ask()
  for (let times = 0; times < 4; times += 1) control.faults.plan(0, 'before')
  control.desk.settle(call.settlement(12), call.asker)
  await until(() => call.answers.settled === 1, 'acknowledged')
  assert.ok(names().includes('price-lookup-failed'))
  await releaseAll(control)
  assert.deepEqual(await balanceOf(customer), { available: 88n, held: 0n })
})

test('what the books refuse is not acknowledged, and the account is served no more', async () => {
  const [customer, other] = [await store.newCustomer(100n), await store.newCustomer(100n)]
  const { control, names } = await begin()
  const call = teller(control, customer)
  await call.ask()
  control.desk.settle(call.settlement(10, { routeSerial: 2 ** 32 - 1 }), call.asker)
  await until(() => names().includes('settlement-failed') && control.writer.isHealthy, 'the books refuse it and go on')
  assert.equal(call.answers.settled, 0)
  const [later, elsewhere] = [teller(control, customer), teller(control, other)]
  await later.ask()
  await elsewhere.ask()
  assert.deepEqual(later.answers.reasons, ['busy'])
  assert.equal(elsewhere.answers.granted.length, 1)
})

test('a key is good for its own account alone, and no amount is negative', async () => {
  const [customer, victim] = [await store.newCustomer(100n), await store.newCustomer(100n)]
  const { control } = await begin()
  const theft = teller(control, { ...customer, accountId: victim.accountId })
  await theft.ask()
  assert.deepEqual(theft.answers.reasons, ['key'])
  const negative = teller(control, customer, -1000n)
  await negative.ask()
  control.desk.renew(negative.gatewayId, { ...negative.hold, day: 0, heldAt: 0 })
  assert.deepEqual(negative.answers.reasons, ['busy'])
  assert.deepEqual(control.slices.totals(), { committed: 0n, open: 0n, pending: 0n })
  const honest = teller(control, customer)
  await honest.ask()
  control.desk.settle(honest.settlement(5, { accountId: victim.accountId, keyId: victim.keyId }), honest.asker)
  await until(() => honest.answers.settled === 1, 'acknowledged')
  assert.deepEqual([await costsOf(customer), await costsOf(victim)], [[5n], []])
})

test('a refused call leaves no permit taken, an ended one none held', async () => {
  const customer = await store.newCustomer(50n)
  await store.ownerDatabase.query(
    sql`update api_key set concurrent_calls = 2, requests_per_minute = 100 where id = ${customer.keyId}::uuid`,
  )
  const { control } = await begin()
  for (let times = 0; times < 10; times += 1) {
    const dear = teller(control, customer, 60n)
    await dear.ask()
    assert.deepEqual(dear.answers.reasons, ['credit'])
  }
  const calls = [teller(control, customer, 20n), teller(control, customer, 20n), teller(control, customer, 1n)]
  for (const call of calls) await call.ask()
  assert.deepEqual(calls[2]?.answers.reasons, ['concurrency'])
  assert.equal(calls[1]?.answers.granted[0]?.remainingRequests, 98)
  await Promise.all([control.desk.settleLostGateway(calls[0]?.gatewayId ?? ''), control.desk.settleLostGateway(calls[1]?.gatewayId ?? '')])
  const last = teller(control, customer, 20n)
  await last.ask()
  assert.equal(last.answers.granted.length, 1)
})
