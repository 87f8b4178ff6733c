import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type SeededRandom, seededRandom } from '../../../sim/index.ts'
import {
  type Customer,
  FAULTS,
  type MoneyStore,
  openMoneyStore,
  startTestControl,
  type TestClock,
  type TestControl,
  TestGateway,
  type Told,
} from '../../../src/control/testing.ts'
import { sql } from '../../../src/db/index.ts'
import { closeDays, makeLedger } from '../../../src/ledger/index.ts'
import { type Ids, type LogEvent, systemIds, utcDayOf } from '../../../src/lib/index.ts'
import { NO_USAGE, type Usage } from '../../../src/spec/index.ts'
import { breakingOff } from '../breaking-database.ts'
import { openCardTill } from './card-till.ts'
import { openChainTill } from './chain-till.ts'
import { openCoinTill } from './coin-till.ts'
import type { Evidence } from './rails.ts'
import type { Till } from './till.ts'

const FIRST_DAY = 19_000
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const NODES = 2
const GATEWAYS = 2
const CUSTOMERS = 6
/** Those of them who pay with coins. */
const BUYERS = 3
const STEPS_A_DAY = 60
const PATIENCE_MS = 30_000

type Node = { readonly id: string; control: TestControl; gateways: TestGateway[] }

/** A month of money: real tables, desks, slices and writers; only sockets and upstreams are missing, and the clock is moved by hand. */
export type Month = {
  readonly store: MoneyStore
  readonly random: SeededRandom
  readonly clock: TestClock
  readonly ids: Ids
  readonly customers: readonly Customer[]
  readonly nodes: readonly Node[]
  readonly told: Told
  readonly events: LogEvent[]
  /** What the operator's own records say was given. */
  readonly given: { readonly manual: Evidence[]; readonly promotion: Evidence[] }
  /** Where people pay. */
  readonly tills: { readonly coins: Till; readonly cards: Till; readonly chain: Till }
  /** How often each thing happened. */
  readonly seen: Record<string, number>
  readonly days: number
}

/** Opens the books of a month that begins at midnight. */
export async function openMonth(seed: number, days: number): Promise<Month> {
  const store = await openMoneyStore()
  const clock = monthClock()
  for (let day = 0; day <= days + 1; day += 1)
    await store.database.query(sql`select ensure_usage_partition(date '1970-01-01' + ${FIRST_DAY + day}::integer)`)
  const told: Told = { granted: new Map(), refused: new Map(), settled: new Map(), acknowledged: new Set() }
  const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => store.newCustomer(0n)))
  const seen: Month['seen'] = {}
  const made = { store, random: seededRandom(seed), clock, ids: systemIds(clock.now) }
  const parts = { ...made, count: (name: string) => (seen[name] = (seen[name] ?? 0) + 1) }
  const tills = { coins: await openCoinTill(parts), cards: await openCardTill(parts), chain: await openChainTill(parts) }
  const month: Month = { ...made, days, customers, told, tills, events: [], seen, nodes: [], given: { manual: [], promotion: [] } }
  const nodes: Node[] = []
  for (let index = 0; index < NODES; index += 1) {
    const id = randomUUID()
    const control = await startTestControl({ store, nodeId: id, clock, log: month.events })
    nodes.push({ id, control, gateways: newGateways(month, control) })
  }
  return { ...month, nodes }
}

function monthClock(): TestClock {
  let passed = 0
  return { now: () => FIRST_DAY * DAY_MS + passed, monotonic: () => 1_000_000 + passed, forward: (millis) => (passed += millis) }
}

function newGateways({ told, clock }: Month, control: TestControl): TestGateway[] {
  const gateways = Array.from({ length: GATEWAYS }, () => new TestGateway(told, clock))
  for (const gateway of gateways) gateway.connect(control)
  return gateways
}

/** One day: yesterday is closed while calls go on, everything that can break breaks, and calls are open across midnight. */
export async function liveDay(month: Month): Promise<void> {
  const { random, clock } = month
  const midnight = (utcDayOf(clock.now()) + 1) * DAY_MS
  const closing = closeAll(month)
  for (let step = 0; step < STEPS_A_DAY; step += 1) {
    await takeStep(month)
    await sleep(random.below(3))
    if (step === 0) await closing
  }
  clock.forward(Math.max(0, midnight - clock.now() - MINUTE_MS))
  for (let call = 0; call < 4; call += 1) hold(month)
  await sleep(4)
  clock.forward(2 * MINUTE_MS)
}

const count = ({ seen }: Month, name: string): number => (seen[name] = (seen[name] ?? 0) + 1)

/** Closes what is over: as two nodes at once, broken off before and after a statement, and then to the end. */
async function closeAll(month: Month): Promise<void> {
  const { store, random, ids, clock } = month
  const close = { ids, now: clock.now(), before: utcDayOf(clock.now()) }
  for (const when of ['before', 'after'] as const) {
    if (random.below(2) > 0) continue
    await closeDays(breakingOff(store.database, random, when), close).catch(() => count(month, 'close-broken-off'))
  }
  await Promise.all([closeDays(store.database, close), closeDays(store.database, close)])
  await closeDays(store.database, close)
}

/** What happens, and how often of a hundred times. */
const STEPS: readonly (readonly [string, number, (month: Month) => unknown])[] = [
  ['call', 34, hold],
  ['settlement', 26, settle],
  ['progress', 6, progress],
  ['credit', 6, credit],
  // Cards can leave a debt, which eats what a plan was to be bought with: who pays by card or on a chain buys none.
  ['invoice', 2, ({ tills, random, customers }) => tills.coins.begin(pick(random, customers.slice(0, BUYERS)).accountId)],
  ['invoice-moved', 4, ({ tills }) => tills.coins.goOn()],
  ['card-page', 2, ({ tills, random, customers }) => tills.cards.begin(pick(random, customers.slice(BUYERS)).accountId)],
  ['card-moved', 7, ({ tills }) => tills.cards.goOn()],
  ['chain-payment', 3, ({ tills, random, customers }) => tills.chain.begin(pick(random, customers.slice(BUYERS)).accountId)],
  ['chain-moved', 4, ({ tills }) => tills.chain.goOn()],
  ['database-fault', 8, breakDatabase],
  ['pause', 6, pass],
  ['gateway-killed', 3, killGateway],
  ['control-restarted', 2, restartControl],
  ['told-twice', 3, tellTwice],
]

const WEIGHTED = STEPS.flatMap((step) => Array.from({ length: step[1] }, () => step))

async function takeStep(month: Month): Promise<void> {
  const [name, , happen] = pick(month.random, WEIGHTED)
  count(month, name)
  await happen(month)
}

const pickNode = ({ nodes, random }: Month): Node => pick(random, nodes)

function pick<Item>(random: SeededRandom, items: readonly Item[]): Item {
  const item = items[random.below(items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

const tokensOf = (tokens: number): Usage => ({ ...NO_USAGE, input: tokens >> 1, output: tokens - (tokens >> 1) })

function hold(month: Month): void {
  const { random, customers, store } = month
  const amount = BigInt(1 + random.below(400))
  pick(random, pickNode(month).gateways).hold({ customer: pick(random, customers), price: pick(random, store.prices), hold: amount })
}

function openCall(month: Month): { readonly gateway: TestGateway; readonly seq: number } | undefined {
  const gateway = pick(month.random, pickNode(month).gateways)
  const open = [...gateway.open.keys()]
  return open.length === 0 ? undefined : { gateway, seq: pick(month.random, open) }
}

/** A call ends: within its hold, beyond it, or without having cost anything. */
function settle(month: Month): void {
  const found = openCall(month)
  found?.gateway.settle(found.seq, month.random.below(10) === 0 ? NO_USAGE : tokensOf(month.random.below(700)))
}

function progress(month: Month): void {
  const found = openCall(month)
  found?.gateway.progress(found.seq, tokensOf(month.random.below(100)))
}

/** Credit is told several times at once and after the connection broke, until it is acknowledged. */
async function credit(month: Month): Promise<void> {
  const { random, customers, store, given, ids } = month
  const { accountId } = pick(random, customers)
  const kind = random.below(4) === 0 ? 'promotion' : 'manual'
  const evidence = { sourceKey: ids.uuid(), accountId, amount: BigInt(1 + random.below(3000)) }
  const input = { accountId, amount: evidence.amount, kind, sourceKey: evidence.sourceKey, reason: 'month' } as const
  given[kind].push(evidence)
  for (const when of ['before', 'after'] as const) {
    if (random.below(3) > 0) continue
    const breaking = makeLedger(breakingOff(store.database, random, when), { ids, subjects: store.subjects })
    await breaking.credit(input).catch(() => count(month, 'credit-broken-off'))
  }
  await Promise.all([store.ledger.credit(input), store.ledger.credit(input)])
}

function breakDatabase(month: Month): void {
  pickNode(month).control.faults.plan(month.random.below(12), pick(month.random, FAULTS))
}

/** Some minutes pass: idle slices are given back and long calls written down. */
function pass(month: Month): void {
  month.clock.forward((1 + month.random.below(15)) * MINUTE_MS)
  for (const { control } of month.nodes) {
    control.slices.releaseIdle()
    control.desk.writeLongCalls()
  }
}

function killGateway(month: Month): void {
  const node = pickNode(month)
  const gateway = pick(month.random, node.gateways)
  gateway.die(node.control)
  const fresh = new TestGateway(month.told, month.clock)
  node.gateways = node.gateways.map((other) => (other === gateway ? fresh : other))
  fresh.connect(node.control)
}

/** Control dies, at times with its gateways, at times after something it asked for happened without its knowing. */
async function restartControl(month: Month): Promise<void> {
  const { random, store, clock, events } = month
  const node = pickNode(month)
  if (random.below(2) === 0) {
    node.control.faults.plan(random.below(8), 'silent')
    await sleep(4)
  }
  node.control.faults.kill()
  for (const gateway of node.gateways) gateway.disconnect()
  node.control = await startTestControl({ store, nodeId: node.id, clock, log: events })
  if (random.below(3) === 0) node.gateways = newGateways(month, node.control)
  else for (const gateway of node.gateways) if (!gateway.isDead) gateway.connect(node.control)
  await node.control.desk.endInheritance()
}

/** A gateway's connection breaks and it tells again all that was not acknowledged. */
function tellTwice(month: Month): void {
  const node = pickNode(month)
  const gateway = pick(month.random, node.gateways)
  gateway.disconnect()
  gateway.connect(node.control)
}

/** Everything is well again: what is open ends, what is held comes back, and the last day is closed. */
export async function endMonth(month: Month): Promise<void> {
  const { nodes, tills, customers, random } = month
  for (const { control } of nodes) control.faults.heal()
  const payer = pick(random, customers.slice(BUYERS)).accountId
  for (const till of Object.values(tills)) await till.finish(payer)
  const until = performance.now() + PATIENCE_MS
  const isOver = (): boolean =>
    nodes.every(({ control, gateways }) => control.desk.openCount + control.asking === 0 && gateways.every((gateway) => gateway.isIdle))
  while (!isOver() && performance.now() < until) {
    for (const gateway of nodes.flatMap(({ gateways }) => gateways)) for (const seq of gateway.open.keys()) gateway.settle(seq, tokensOf(9))
    await sleep(2)
  }
  const isHeld = (): boolean => nodes.some(({ control }) => Object.values(control.slices.totals()).some((amount) => amount !== 0n))
  do {
    for (const { control } of nodes) {
      await control.writer.drain()
      control.slices.releaseIdle({ isAll: true })
      await control.writer.drain()
    }
    await sleep(2)
  } while (isHeld() && performance.now() < until)
  await closeAll(month)
}
