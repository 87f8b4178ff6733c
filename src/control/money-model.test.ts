// Guarantee: whatever breaks and whenever, no money is made or lost, no balance falls below zero, no limit of spending is passed, no call is
// charged twice, what was acknowledged is in the books exactly once, and what was set aside comes back. `node money-model.test.ts 10000 [seed]` for a long run.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as delay, setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { sql } from '../db/index.ts'
import type { LogEvent } from '../lib/index.ts'
import { NO_USAGE, type SpendLimit, type Usage } from '../spec/index.ts'
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
  testClock,
} from './testing.ts'

const RUNS = Number(process.argv[2] ?? 320)
const SEED = Number(process.argv[3] ?? Date.now() % 1_000_000)
/** Sequences at the same time, each with its own customers and nodes on the one database. */
const LANES = 4
const NODES = 2
const GATEWAYS = 2
const UNANSWERED_MS = 4
const PATIENCE_MS = 10_000
/** Of each window of a key that has one, and of each day of a plan. */
const CAP = 100n
/** The whole books are recomputed after each of a few sequences, and after every so many of a long run. */
const VERIFY_EVERY = Math.ceil(RUNS / 400)

const pick = fc.nat({ max: 1000 })
const where = { node: fc.nat({ max: NODES - 1 }), gateway: fc.nat({ max: GATEWAYS - 1 }) }
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('hold'), ...where, customer: pick, hold: fc.nat({ max: 120 }), price: pick }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('settle'), ...where, call: pick, tokens: fc.nat({ max: 400 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('progress'), ...where, call: pick, tokens: fc.nat({ max: 100 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass'), millis: fc.constantFrom(0, 3, 3, 12) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('fault'), ...where, operations: fc.nat({ max: 12 }), fault: fc.constantFrom(...FAULTS) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tick'), ...where, seconds: fc.constantFrom(3, 6, 6, 40_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('credit'), customer: pick, amount: fc.integer({ min: 1, max: 200 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ kind: fc.constant('crash'), ...where, isAlone: fc.boolean(), isHasty: fc.boolean() },
      unanswered: fc.option(fc.nat({ max: 8 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('gateway-lost'), ...where }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('bounce'), ...where, millis: fc.constantFrom(0, 2, 4) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

type Node = { readonly id: string; control: TestControl; gateways: TestGateway[]; isInheriting: boolean }
type Play = {
  readonly clock: TestClock
  readonly events: LogEvent[]
  readonly told: Told
  readonly customers: readonly Customer[]
  /** The plan that pays for the calls of a key, by the key. */
  readonly plans: ReadonlyMap<string, SpendLimit>
  readonly nodes: readonly Node[]
}
const seen: Record<string, number> = {}
const count = (name: string, by = 1): number => (seen[name] = (seen[name] ?? 0) + by)

async function begin(): Promise<Play> {
  const clock = testClock()
  const events: LogEvent[] = []
  const told: Told = { granted: new Map(), refused: new Map(), settled: new Map(), acknowledged: new Set() }
  const customers = [await store.newCustomer(300n), await store.newCustomer(60n), await capped(), await store.newCustomer(100n)]
  const plans = planned(customers.at(-1))
  const nodes: Node[] = []
  for (let index = 0; index < NODES; index += 1) {
    const id = randomUUID()
    const control = await startTestControl({ store, nodeId: id, clock, log: events, bindSpending: bindTo(plans) })
    const gateways = Array.from({ length: GATEWAYS }, () => new TestGateway(told, clock))
    for (const gateway of gateways) gateway.connect(control)
    nodes.push({ id, control, gateways, isInheriting: false })
  }
  return { clock, events, told, customers, plans, nodes }
}

/** One whose key may spend less than its balance has, in windows that end while it calls. */
async function capped(): Promise<Customer> {
  const customer = await store.newCustomer(500n)
  await store.ownerDatabase.query(sql`update api_key set spend_cap = ${CAP}, spend_window = '5h' where id = ${customer.keyId}`)
  return customer
}

const planned = (customer: Customer | undefined): Play['plans'] =>
  new Map(customer && [[customer.keyId, { subjectId: randomUUID(), owner: 'plan', limit: CAP, window: 'day', covers: true }]])

const bindTo = (plans: Play['plans']) => (keyId: string, limits: readonly SpendLimit[] | undefined) => {
  const plan = plans.get(keyId)
  return plan === undefined ? limits : [plan]
}

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] ?? assert.fail('nothing to pick from')
const tokensOf = (tokens: number): Usage => (tokens === 0 ? NO_USAGE : { ...NO_USAGE, input: tokens >> 1, output: tokens - (tokens >> 1) })

async function take(play: Play, step: Step): Promise<void> {
  count(step.kind)
  if (step.kind === 'pass') return await delay(step.millis)
  if (step.kind === 'credit') return await credit(play, step)
  const node = at(play.nodes, step.node)
  const gateway = at(node.gateways, step.gateway)
  const seq = 'call' in step ? [...gateway.open.keys()].at(step.call % Math.max(1, gateway.open.size)) : undefined
  if (step.kind === 'hold') {
    gateway.hold({ customer: at(play.customers, step.customer), price: at(store.prices, step.price), hold: BigInt(step.hold) })
  } else if (step.kind === 'settle' && seq !== undefined) gateway.settle(seq, tokensOf(step.tokens))
  else if (step.kind === 'progress' && seq !== undefined) gateway.progress(seq, tokensOf(step.tokens))
  else if (step.kind === 'fault') node.control.faults.plan(step.operations, step.fault)
  else if (step.kind === 'tick') tick(play, step.seconds)
  else if (step.kind === 'crash') await crash(play, node, step)
  else if (step.kind === 'gateway-lost') replaceGateway(play, node, gateway)
  else if (step.kind === 'bounce') {
    gateway.disconnect()
    await delay(step.millis)
    gateway.connect(node.control)
  }
}

async function credit(play: Play, step: { readonly customer: number; readonly amount: number }): Promise<void> {
  const { accountId } = at(play.customers, step.customer)
  const input = { accountId, amount: BigInt(step.amount), kind: 'promotion', sourceKey: randomUUID(), reason: 'test' } as const
  await Promise.all([store.ledger.credit(input), store.ledger.credit(input)])
}

function tick(play: Play, seconds: number): void {
  play.clock.forward(seconds * 1000)
  for (const { control } of play.nodes) {
    control.slices.releaseIdle()
    control.spending.releaseIdle()
    control.desk.writeLongCalls()
  }
}

type Crash = { readonly isAlone: boolean; readonly isHasty: boolean; readonly unanswered: number | undefined }

/**
 * Control dies at once, or after something that it asked for has happened without its knowing; its gateways perhaps with it. A new one
 * takes over; a hasty one does not wait for gateways to come back.
 */
async function crash(play: Play, node: Node, how: Crash): Promise<void> {
  if (how.unanswered !== undefined) {
    node.control.faults.plan(how.unanswered, 'silent')
    await delay(UNANSWERED_MS)
  }
  node.control.faults.kill()
  for (const gateway of node.gateways) gateway.disconnect()
  const { clock, events: log, plans } = play
  node.control = await startTestControl({ store, nodeId: node.id, clock, log, bindSpending: bindTo(plans) })
  node.isInheriting = true
  if (!how.isAlone) node.gateways = node.gateways.map(() => new TestGateway(play.told, play.clock))
  if (how.isHasty) void endInheritance(node)
  const connectOne = async (gateway: TestGateway): Promise<void> => {
    await setImmediate()
    if (!gateway.isConnected && !gateway.isDead) gateway.connect(node.control)
  }
  for (const gateway of node.gateways) await connectOne(gateway)
  void endInheritance(node)
}

async function endInheritance(node: Node): Promise<void> {
  const { control } = node
  await control.desk.endInheritance()
  if (node.control === control) node.isInheriting = false
}

function replaceGateway(play: Play, node: Node, gateway: TestGateway): void {
  gateway.die(node.control)
  const fresh = new TestGateway(play.told, play.clock)
  node.gateways = node.gateways.map((other) => (other === gateway ? fresh : other))
  fresh.connect(node.control)
}

/** Everything is well again: what is open ends, what is held comes back. */
async function finish(play: Play): Promise<void> {
  for (const { control } of play.nodes) control.faults.heal()
  const until = Date.now() + PATIENCE_MS
  const gateways = () => play.nodes.flatMap((node) => node.gateways)
  const isQuiet = ({ control, isInheriting }: Node) =>
    control.desk.openCount + control.desk.settlingCount + control.asking === 0 && !isInheriting
  const isOver = () => gateways().every((gateway) => gateway.isIdle) && play.nodes.every(isQuiet)
  while (!isOver()) {
    assert.ok(Date.now() < until, 'a call is left open, or a settlement without an acknowledgement')
    for (const gateway of gateways()) for (const seq of gateway.open.keys()) gateway.settle(seq, tokensOf(7))
    await delay(1)
  }
  const totals = ({ control }: Node) => [control.slices.totals(), control.spending.totals()].flatMap((of) => Object.values(of))
  const isHeld = () => play.nodes.some((node) => totals(node).some((amount) => amount !== 0n))
  do {
    assert.ok(Date.now() < until, 'money is held that no call holds any more')
    for (const { control } of play.nodes) {
      await control.writer.drain()
      control.slices.releaseIdle({ isAll: true })
      control.spending.releaseIdle({ isAll: true })
      await control.writer.drain()
    }
    await delay(1)
  } while (isHeld())
}

async function verifyBooks(): Promise<void> {
  const { ok, problems } = await store.ledger.verify()
  assert.ok(ok, problems.join())
}

type Charged = {
  readonly request_id: string
  readonly cost: bigint
  readonly covered: bigint | null
  readonly shortfall: bigint
  readonly hold: bigint
  readonly outcome: number
}
const GATEWAY_LOST = 7

async function verify(play: Play): Promise<void> {
  if (count('runs') % VERIFY_EVERY === 0) await verifyBooks()
  for (const name of ['settlement-refused', 'release-refused', 'settlement-failed', 'readmit-failed'])
    assert.ok(!play.events.some(({ event }) => event === name), name)
  const uncovered = play.events.filter(({ event }) => event === 'settlement-uncovered').length
  count('uncovered', uncovered)
  const charged: Charged[] = []
  for (const { accountId } of play.customers) {
    const rows = await store.database.query<Charged>(sql`
      select request_id, cost, covered, shortfall, hold, outcome from usage_event where account_id = ${accountId}::uuid`)
    const [credits] = await store.database.query<{ sum: string }>(
      sql`select sum(amount) from transfer where credit_account = ${accountId}::uuid`,
    )
    const spent = rows.reduce((sum, row) => sum + row.cost, 0n)
    const balance = await store.ledger.balanceOf(accountId)
    assert.deepEqual(balance, { available: BigInt(credits?.sum ?? 0) - spent, held: 0n }, 'what was credited less what was charged')
    charged.push(...rows)
  }
  for (const customer of play.customers.slice(2)) await verifyWindows(play, customer, uncovered === 0)
  verifyCalls(play, { charged, isExact: uncovered === 0 })
}

type SpentWindow = { readonly cap: bigint; readonly granted: bigint; readonly spent: bigint }

/** No window was passed, nothing of one is held by nobody, and all that a key's calls cost was spent in one. */
async function verifyWindows({ plans }: Play, { accountId, keyId }: Customer, isExact: boolean): Promise<void> {
  const subjectId = plans.get(keyId)?.subjectId ?? keyId
  const windows = await store.database.query<SpentWindow>(sql`
    select cap, granted, spent from spend_window where subject_id = ${subjectId}::uuid`)
  for (const { cap, granted, spent } of windows) {
    assert.ok(spent <= CAP, 'a window is passed')
    assert.deepEqual([cap, granted], [CAP, spent], 'what was granted and not spent has come back')
    count('windows')
    if (spent + 40n > CAP) count('full windows')
  }
  const [calls] = await store.database.query<{ cost: bigint; covered: bigint }>(sql`
    select coalesce(sum(cost), 0)::bigint as cost, coalesce(sum(covered), 0)::bigint as covered from usage_event
    where account_id = ${accountId}::uuid`)
  const spent = windows.reduce((sum, window) => sum + window.spent, 0n)
  if (isExact) assert.equal(spent, (calls?.cost ?? 0n) + (calls?.covered ?? 0n), 'what calls cost was spent in a window')
  if (plans.has(keyId)) assert.equal(calls?.cost, 0n, 'the balance paid for what the plan covers')
}

function verifyCalls({ told }: Play, { charged, isExact }: { readonly charged: readonly Charged[]; readonly isExact: boolean }): void {
  const rows = new Map(charged.map((row) => [row.request_id, row]))
  assert.equal(rows.size, charged.length, 'a call was charged twice')
  for (const requestId of told.acknowledged) assert.ok(rows.has(requestId), 'an acknowledged settlement is not in the books')
  for (const [requestId, { hold }] of told.granted) {
    const row = rows.get(requestId)
    const price = told.settled.get(requestId)
    if (row === undefined || price === undefined || row.outcome === GATEWAY_LOST) continue
    count('settlements')
    const paid = row.cost + (row.covered ?? 0n)
    assert.equal(paid + row.shortfall, price, 'the price of the call')
    assert.ok(paid <= hold)
    if (isExact) assert.equal(paid, price < hold ? price : hold, 'what the customer or its plan pays')
  }
  for (const requestId of told.refused.keys()) assert.ok(!rows.has(requestId) || isFree(rows.get(requestId)), 'a refused call was charged')
}

const isFree = (row: Charged | undefined): boolean => row !== undefined && row.cost + (row.covered ?? 0n) === 0n

describe(`books hold, seed ${SEED}`, { concurrency: LANES }, () => {
  for (let lane = 0; lane < LANES; lane += 1) test(`lane ${lane}`, (context) => playLane(lane, context))
})

async function playLane(lane: number, context: TestContext): Promise<void> {
  const seed = SEED * LANES + lane
  const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
    const play = await begin()
    for (const next of steps) await take(play, next)
    await finish(play)
    await verify(play)
  })
  await fc.assert(property, { seed, numRuns: Math.ceil(RUNS / LANES), includeErrorInReport: true })
  await verifyBooks()
  context.diagnostic(`seed ${seed}; so far in all lanes: ${JSON.stringify(seen)}`)
}
