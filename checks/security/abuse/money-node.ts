import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { REFUSAL_REASONS } from '../../../src/channel/index.ts'
import {
  type Customer,
  type MoneyStore,
  startTestControl,
  type TestClock,
  type TestControl,
  TestGateway,
  type Told,
  testClock,
} from '../../../src/control/testing.ts'
import { listenForChanges } from '../../../src/db/index.ts'
import type { Settlement } from '../../../src/ledger/index.ts'
import type { LogEvent, NanoUsd } from '../../../src/lib/index.ts'
import { NO_USAGE } from '../../../src/spec/index.ts'

/** A control process with one gateway that hears of changed keys as the product's does; a token costs one nano-USD. */
export type MoneyNode = {
  readonly control: TestControl
  readonly clock: TestClock
  readonly log: LogEvent[]
  /** One call that costs so much of what it held; the code of a refusal, else undefined. */
  readonly call: (call: NodeCall) => Promise<string | undefined>
  readonly close: () => Promise<void>
}

/** A call; `hold` and `cost` in nano-USD. */
export type NodeCall = { readonly customer: Customer; readonly hold: NanoUsd; readonly cost: NanoUsd }

/** Starts a node on a store. */
export async function openMoneyNode(store: MoneyStore, onSettled: (settlement: Settlement) => void = () => undefined): Promise<MoneyNode> {
  const [clock, log]: [TestClock, LogEvent[]] = [testClock(), []]
  const control = await startTestControl({ store, nodeId: randomUUID(), clock, log, onSettled })
  const changes = await listenForChanges(store.connection, 'farebox_change', (payload) => {
    const [noun, id = ''] = (payload ?? '').split(':')
    if (noun === 'key') control.keys.forgetKey(id)
  })
  return {
    ...{ control, clock, log },
    call: (call) => callOnce({ store, control, clock }, call),
    close: async () => {
      await changes.end()
      await control.writer.drain()
    },
  }
}

type Node = { readonly store: MoneyStore; readonly control: TestControl; readonly clock: TestClock }

async function callOnce({ store, control, clock }: Node, { customer, hold, cost }: NodeCall): Promise<string | undefined> {
  const [price] = store.prices
  if (price === undefined) throw new TypeError('a store has a price')
  const told: Told = { granted: new Map(), refused: new Map(), settled: new Map(), acknowledged: new Set() }
  const gateway = new TestGateway(told, clock)
  gateway.connect(control)
  gateway.hold({ customer, price, hold })
  await until(() => told.granted.size + told.refused.size > 0)
  const [reason] = told.refused.values()
  if (reason !== undefined) return REFUSAL_REASONS[reason]
  for (const seq of gateway.open.keys()) gateway.settle(seq, { ...NO_USAGE, input: Number(cost) })
  await until(() => told.acknowledged.size > 0)
  return undefined
}

async function until(isSo: () => boolean): Promise<void> {
  for (let waits = 0; !isSo(); waits += 1) {
    if (waits > 30_000) throw new Error('a call has no end')
    await sleep(1)
  }
}
