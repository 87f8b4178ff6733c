// Guarantee: a control process that begins counts what its minute has seen before: calls that are in the books, calls whose settlement it is
// told again, and calls that go on; so a restart does not hand a limit out twice.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type GatewayMessage, NONE_U32 } from '../channel/index.ts'
import { type LogEvent, systemIds } from '../lib/index.ts'
import { readMinute } from '../limits/index.ts'
import { NO_USAGE } from '../spec/index.ts'
import { type Customer, type MoneyStore, openMoneyStore, startTestControl, testClock } from './testing.ts'

let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; !isSo(); await delay(1)) assert.ok(Date.now() < end, what)
}

function callOf(customer: Customer, startedAt: number): GatewayMessage<'hold'> {
  const price = store.prices[0] ?? assert.fail('no price')
  return {
    ...{
      seq: 1,
      requestId: systemIds(() => startedAt).uuid(),
      ...customer,
      modelSerial: 1,
      priceVersion: price.version,
      amount: 40n,
      tokens: 9,
    },
    ...{ startedAt, ipTag: 1, isPart: 0, multiplier: 1_000_000, serviceTier: 0 },
  }
}

const settlementOf = (hold: GatewayMessage<'hold'>, day: number): GatewayMessage<'settle'> => ({
  ...{ ...hold, ...NO_USAGE, input: 7, day, heldAt: 0, routeSerial: 1, outcome: 0, status: 200, usageSource: 1, reportedModel: 1 },
  ...{ isStream: 0, isSuspect: 0, latencyMs: 1, firstByteMs: 1, reportedInput: NONE_U32, reportedOutput: NONE_U32 },
})

test('requests and tokens of a minute are those of the processes before as well', async () => {
  const customer = await store.newCustomer(1_000n)
  const world = { clock: testClock(), log: [] as LogEvent[], nodeId: randomUUID() }
  const now = world.clock.now()
  const minute = now - (now % 60_000)
  const control = await startTestControl({ store, ...world })
  const days: number[] = []
  let settled = 0
  const asker = {
    granted: ({ day }: { readonly day: number }): void => void days.push(day),
    refused: (): void => assert.fail('refused'),
    settled: (): void => {
      settled += 1
    },
  }
  const calls = [minute - 1_000, minute, minute, minute].map((startedAt) => callOf(customer, startedAt))
  const [old = assert.fail(), written = assert.fail(), untold = assert.fail(), open = assert.fail()] = calls
  for (const call of calls) await control.desk.hold('gateway', call, asker)
  await until(() => days.length === 4, 'granted')
  const day = days[0] ?? 0
  for (const call of [old, written]) control.desk.settle(settlementOf(call, day), asker)
  await until(() => settled === 2, 'in the books')
  control.faults.kill()
  const next = await startTestControl({ store, ...world })
  for (const used of await readMinute(store.database, now)) next.limits.recall(used, now)
  const ids = [`key:${customer.keyId}`, `account:${customer.accountId}`]
  const usedOf = () => ids.map((id) => next.limits.used(id)).map(({ requests, tokens, places }) => [requests, tokens, places])
  assert.deepEqual(usedOf(), [
    [1, 7, 0],
    [1, 7, 0],
  ])
  next.desk.renew('gateway', { ...open, day, heldAt: 0 })
  next.desk.settle(settlementOf(untold, day), asker)
  await until(() => settled === 3, 'settled anew')
  // Which limits they count for is asked of the database, beside the books.
  await until(() => usedOf().every(([requests]) => requests === 3), 'counted')
  assert.deepEqual(usedOf(), [
    [3, 7 + 9 + 7, 1],
    [3, 7 + 9 + 7, 1],
  ])
  next.desk.settle(settlementOf(open, day), asker)
  await until(() => settled === 4, 'the last one')
  await until(() => usedOf().every(([, , places]) => places === 0), 'ended')
  assert.deepEqual(usedOf(), [
    [3, 7 + 7 + 7, 0],
    [3, 7 + 7 + 7, 0],
  ])
  assert.deepEqual(await readMinute(store.database, now + 60_000), [])
  await next.writer.drain()
})
