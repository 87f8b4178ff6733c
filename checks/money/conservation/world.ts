import { randomUUID } from 'node:crypto'
import {
  type Customer,
  type MoneyStore,
  openMoneyStore,
  startTestControl,
  type TestClock,
  type TestControl,
  TestGateway,
  type TestPrice,
  type Told,
  testClock,
} from '../../../src/control/testing.ts'
import { connect, type Database, sql } from '../../../src/db/index.ts'
import { askForIdle } from '../../../src/ledger/index.ts'
import type { LogEvent } from '../../../src/lib/index.ts'
import { GATEWAYS, NODES } from './steps.ts'

/** Histories that are played one after the other on a database of their own; its time goes on through all of them. */
export type Lane = {
  readonly store: MoneyStore
  readonly clock: TestClock
  /** Looks at the books after each step; plans its one statement once, as planning it costs five times what running it does. */
  readonly eyes: Database
}

/** A node of a history. */
export type Node = { id: string; control: TestControl; gateways: TestGateway[]; isInheriting: boolean }

/** A transfer that somebody asked for, and what it moved once its answer was known: into the customer's money, or out of it. */
export type Moved = { readonly customer: Customer; readonly transferId: string; readonly effect: bigint }

/** One history while it is played. `moving` are transfers whose answer is awaited; `prices` those that calls may have. */
export type Play = {
  readonly lane: Lane
  readonly events: LogEvent[]
  readonly told: Told
  readonly customers: readonly Customer[]
  readonly nodes: readonly Node[]
  readonly prices: TestPrice[]
  readonly moved: Moved[]
  readonly moving: Set<Promise<void>>
}

/** Days since 1970 at which lanes begin: long over by the clock of the database, which is what the tables go by when a day has ended. */
const FIRST_DAY = 10_000
const DAY_MS = 86_400_000
/** Short, as histories are many; the product waits a hundred times as long. */
const RECLAIM_WAITS_MS = [1, 1, 1]

/** Opens a lane. All days lie in one partition, so that thousands of days cost nothing. */
export async function openLane(): Promise<Lane> {
  const store = await openMoneyStore()
  for (const table of [sql`usage_event`, sql`usage_key_day`, sql`house_minute`])
    await store.ownerDatabase.query(sql`create table ${table}_any partition of ${table} default`)
  const eyes = connect({ connection: withGenericPlans(store.connection), role: 'farebox_ledger', poolMax: 1 })
  return { store, clock: testClock(FIRST_DAY * DAY_MS + DAY_MS / 2), eyes }
}

/** Drops a lane's database. */
export async function closeLane({ store, eyes }: Lane): Promise<void> {
  await eyes.end()
  await store.drop()
}

function withGenericPlans(connection: string): string {
  // A URL with a user but no host, as libpq takes it with ?host=/directory, is none to the WHATWG parser.
  const url = new URL(connection.replace(/@\//, '@localhost/'))
  url.searchParams.set('options', '-c plan_cache_mode=force_generic_plan')
  return url.href
}

/** Begins a history with two new customers and new nodes. */
export async function beginPlay(lane: Lane): Promise<Play> {
  const { store } = lane
  const told: Told = { granted: new Map(), refused: new Map(), settled: new Map(), acknowledged: new Set() }
  const customers = [await store.newCustomer(0n), await store.newCustomer(0n)]
  const nodes: Node[] = []
  const play: Play = { lane, events: [], told, customers, nodes, prices: [...store.prices], moved: [], moving: new Set() }
  for (let index = 0; index < NODES; index += 1) nodes.push(await startNode(play))
  return play
}

/** Starts a node that never was. */
export async function startNode(play: Play): Promise<Node> {
  const id = randomUUID()
  const control = await startControlOf(play, id)
  const gateways = Array.from({ length: GATEWAYS }, () => new TestGateway(play.told, play.lane.clock))
  for (const gateway of gateways) gateway.connect(control)
  return { id, control, gateways, isInheriting: false }
}

/** Starts a control process of a node; what other nodes have idle is asked for as in the product, but heard without a wire. */
export async function startControlOf(play: Play, nodeId: string): Promise<TestControl> {
  const { store, clock } = play.lane
  const reclaim = async (accountId: string) => {
    const asked = await askForIdle(store.database, accountId, nodeId)
    setImmediate(() => {
      for (const { id, control } of play.nodes) if (id !== nodeId) control.slices.giveBack(accountId)
    })
    return asked
  }
  return await startTestControl({ store, nodeId, clock, log: play.events, hooks: { reclaim, reclaimWaitsMs: RECLAIM_WAITS_MS } })
}

/** One of a list, by any number. */
export function at<Item>(list: readonly Item[], index: number): Item {
  const item = list[index % list.length]
  if (item === undefined) throw new TypeError('nothing to pick from')
  return item
}
