import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { ABUSE_DEFAULTS, makeVelocity } from '../../src/abuse/index.ts'
import { operatorApp } from '../../src/api/index.ts'
import { REFUSAL_REASONS } from '../../src/channel/index.ts'
import { type Customer, type MoneyStore, openMoneyStore, startTestControl, TestGateway } from '../../src/control/testing.ts'
import { connect, type Database, sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import { parseUsd, systemClock, systemIds } from '../../src/lib/index.ts'
import { makeOperatorDesk } from '../../src/operators/index.ts'
import { openPaymentDesk, paymentSettingsOf } from '../../src/payments/index.ts'
import { type PlanParts, SUBSCRIPTION_DEFAULTS } from '../../src/plans/index.ts'
import { keyringOf, makeOwnRights, makeRights, type RightsOptions } from '../../src/privacy/index.ts'
import { NO_USAGE } from '../../src/spec/index.ts'
import { makeSupportDesk } from '../../src/support/index.ts'
import { quietDesk } from '../clauses/facts.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel } from '../parallel.ts'
import { expectMoneyIsTheLedgers } from './money-grants.ts'

const CUSTOMERS = 10
const WRITES_AT_ONCE = 4
const SPENDS_AT_ONCE = 50
const CREDIT = 1_000_000_000n
const HOLD = 50
const PATIENCE_MS = 60_000
const ATTEMPTS = 10
const TOKEN = 'check-token'
const BUSY = REFUSAL_REASONS.indexOf('busy')

/**
 * MON-05: as many writes of an operator (profiles, settings, keys, prices, credits and refunds) as calls, all on the same accounts at the
 * same time; afterwards each account has exactly what came in less what went out and what its calls cost. And no role but the ledger's may
 * write money, tried for each role, table and verb.
 */
export async function racingWrites(context: CheckContext): Promise<Measured> {
  const store = await openMoneyStore()
  const appDatabase = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  try {
    const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => store.newCustomer(CREDIT)))
    const office = openOffice(store, appDatabase)
    const began = performance.now()
    const pace = { written: 0 }
    const [moved, spent] = await Promise.all([write({ context, pace }, office, customers), spend({ context, pace }, store, customers)])
    const seconds = Math.round((performance.now() - began) / 100) / 10
    for (const { accountId } of customers) await expectExact({ context, store, moved }, accountId)
    const { ok, problems } = await store.ledger.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    const denied = await expectMoneyIsTheLedgers(context, store)
    return { n: context.n, measured: { writes: context.n, spends: spent, racing_seconds: seconds, moved: moved.size, denied } }
  } finally {
    await appDatabase.end()
    await store.drop()
    await stopTestServer()
  }
}

type Office = (method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object) => Promise<Answer>
type Answer = { readonly status: number; readonly json: { readonly id?: string; readonly transfer_id?: string } }

/** What is usual against abuse, where no address is known. */
const noAbuse = (database: Database, { subjects }: MoneyStore): Parameters<typeof operatorApp>[0]['abuse'] => ({
  velocity: makeVelocity({
    ...{ database, subjects, clock: systemClock, ipTags: { ipTag: async () => undefined }, limits: ABUSE_DEFAULTS.velocity },
  }),
  newKeyCap: undefined,
  onRaised: () => undefined,
})

/** The operator's interface on the real books. */
function openOffice(store: MoneyStore, appDatabase: Database): Office {
  const app = operatorApp({
    ...{
      appDatabase,
      ledger: store.ledger,
      subjects: store.subjects,
      keyring: keyringOf(new Map([[1, randomBytes(32)]])),
      ids: systemIds(systemClock.now),
    },
    ...{ clock: systemClock, log: () => undefined, randomBytes },
    operators: noOperators(store, appDatabase),
    identity: {
      revokeSecondFactors: () => Promise.reject(new TypeError('nobody signs in here')),
      tellSecondFactorsRevoked: () => undefined,
    },
    bindSpending: (_, limits) => limits,
    abuse: noAbuse(appDatabase, store),
    ...{ whenWritten: async () => undefined, isReady: async () => true, metrics: async () => '', jobs: () => [], retention: [] },
    upstreamHealth: () => undefined,
    audited: () => ({ isOk: true, at: undefined }),
    ...{ reconcile: () => Promise.reject(new TypeError('nothing is compared here')), policy: quietDesk(appDatabase) },
    ...noRights(appDatabase),
    ...noPayments(appDatabase, store),
    ...{ manage: { rails: {} }, publicUrl: 'http://localhost:8080', signOn: undefined },
    house: {
      ...{ configFile: undefined, site: { name: 'shop', accent: undefined, hasLogo: false }, variables: new Set<string>() },
    },
    messages: { service: 'shop', unsubscribeKey: randomBytes(32), botName: undefined, hasWebhooks: false },
    plans: noPlans(appDatabase, store),
    support: makeSupportDesk({
      ...{ database: appDatabase, sealing: store.subjects, ids: systemIds(systemClock.now), clock: systemClock, log: () => undefined },
      ...{ emailOf: async () => undefined, mailer: undefined },
    }),
  })
  const ask = async (method: string, path: string, init: { readonly headers: Record<string, string>; readonly body: string | null }) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await app.request(`/operator/v1${path}`, { method, ...init })
      // A machine that is slow to commit may say so; the same is then asked again, under the same key, and done once.
      if (answer.status !== 503 || attempt === ATTEMPTS) return answer
    }
  }
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    const answer = await ask(method, path, { headers, body: body === undefined ? null : JSON.stringify(body) })
    const text = await answer.text()
    return { status: answer.status, json: text === '' ? {} : (JSON.parse(text) as Answer['json']) }
  }
}

/** The owner, by a token; nobody signs in here. */
const noOperators = ({ subjects }: MoneyStore, database: Database) =>
  makeOperatorDesk({
    ...{ database, subjects, ipTags: { ipTag: async () => undefined }, clock: systemClock, ids: systemIds(systemClock.now) },
    ...{ log: () => undefined, random: randomBytes, mailer: undefined, service: 'shop', scheme: 'argon2id', url: 'http://localhost:8081' },
    tokenHash: createHash('sha256').update(TOKEN).digest(),
  })

/** Plans by what is usual; nobody subscribes here. */
const noPlans = (database: Database, { ledger, subjects }: MoneyStore): PlanParts => ({
  ...{ database, books: ledger, subjects, settings: SUBSCRIPTION_DEFAULTS, clock: systemClock, ids: systemIds(systemClock.now) },
})

/** Rights over nothing: nobody asks for any here. */
function noPayments(database: Database, { ledger, subjects }: MoneyStore) {
  const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
  const parts = {
    database,
    ledger,
    keyring,
    subjects,
    ids: systemIds(systemClock.now),
    clock: systemClock,
    log: () => undefined,
    onPaid: [],
    fulfillers: {},
  }
  return { payments: openPaymentDesk(parts), paymentSettings: paymentSettingsOf(undefined), webhooks: new Map() }
}

function noRights(database: Database) {
  const options: RightsOptions = {
    ...{ inventory: [], database, clock: systemClock, ids: systemIds(systemClock.now), random: randomBytes, log: () => undefined },
    ...{ readers: {}, mailer: undefined, forgetUsage: async () => true, codes: async () => ({}) },
    keys: { destroy: async () => undefined, replayErasures: async () => [] },
    accounts: {
      isKnown: async () => false,
      emailOf: async () => undefined,
      findByEmail: async () => undefined,
      changeEmail: async () => undefined,
    },
    settings: { eraseWithinDays: 7, inactiveAfterDays: undefined, settleMs: 0 },
  }
  const rights = makeRights(options)
  return { rights, ownRights: makeOwnRights(options, rights, 'https://shop.example') }
}

/** How far the writes are; calls go no faster, so that both are at it to the end. */
type Race = { readonly context: CheckContext; readonly pace: { written: number } }

/** Writes, some of which move money. Returns those by transfer: of which account, and how much. */
async function write({ context, pace }: Race, office: Office, customers: readonly Customer[]): Promise<ReadonlyMap<string, Moved>> {
  const random = seededRandom(context.seed)
  const moved = new Map<string, Moved>()
  const { status: made, json } = await office('PUT', '/upstreams/up', UPSTREAM)
  if (made >= 300) throw new Error(`no upstream: ${JSON.stringify(json)}`)
  const writes = Array.from({ length: context.n }, (_, index) => makeWrite(random, customers, index))
  await inParallel(writes, WRITES_AT_ONCE, async ({ method, path, body, moves }) => {
    const { status, json } = await office(method, path, body)
    pace.written += 1
    if (!context.expect(status < 300, `${method} ${path}: ${status} ${JSON.stringify(json).slice(0, 200)}`)) return
    if (moves !== undefined && json.transfer_id !== undefined) moved.set(json.transfer_id, moves)
    // Keys come and go.
    if (path.endsWith('/keys') && json.id !== undefined) await office('DELETE', `/keys/${json.id}`)
  })
  return moved
}

type Moved = { readonly accountId: string; readonly amount: bigint }
type Write = { readonly method: 'POST' | 'PATCH' | 'PUT'; readonly path: string; readonly body: object; readonly moves?: Moved }

const UPSTREAM = {
  kind: 'openai-compatible',
  base_url: 'http://127.0.0.1:9/v1',
  api_key: 'sk-check-00000000',
  placement: 'local',
  privacy: {},
}

function makeWrite(random: SeededRandom, customers: readonly Customer[], index: number): Write {
  const accountId = customers[random.below(customers.length)]?.accountId ?? ''
  const nano = 1 + random.below(1000)
  const amount = `0.${String(nano).padStart(9, '0')}`
  const moves = (sign: bigint): Moved => ({ accountId, amount: sign * (parseUsd(amount) ?? 0n) })
  const writes: readonly (() => Write)[] = [
    () => ({
      method: 'PATCH',
      path: `/accounts/${accountId}`,
      body: { limits: { requests_per_minute: 100_000_000 + random.below(1000) } },
    }),
    () => ({ method: 'PATCH', path: `/accounts/${accountId}`, body: { status: 'active' } }),
    () => ({ method: 'POST', path: `/accounts/${accountId}/keys`, body: { name: `key ${index}` } }),
    () => ({ method: 'POST', path: '/accounts', body: { email: `racing-${index}@example.com` } }),
    () => ({ method: 'PUT', path: `/models/m-${random.below(5)}`, body: modelOf(random) }),
    () => ({ method: 'POST', path: `/accounts/${accountId}/credits`, body: { amount, reason: 'racing' }, moves: moves(1n) }),
    () => ({ method: 'POST', path: `/accounts/${accountId}/refunds`, body: { amount, reason: 'racing' }, moves: moves(-1n) }),
  ]
  return (writes[random.below(writes.length)] ?? failNow())()
}

const modelOf = (random: SeededRandom) => ({
  ...{ context: 1000, output_max: 100, price: { input: `${1 + random.below(90)}.00`, output: '2.00' } },
  ...{ routes: [{ upstream: 'up', model: 'sim', priority: 1 }], shorter_notice_reason: 'racing' },
})

const failNow = (): never => {
  throw new Error('no such write')
}

/** As many calls, through two nodes. Returns how many were settled. */
async function spend({ context, pace }: Race, store: MoneyStore, customers: readonly Customer[]): Promise<number> {
  const random = seededRandom(context.seed + 1)
  const told = { granted: new Map(), refused: new Map(), settled: new Map(), acknowledged: new Set<string>() }
  const nodes = await Promise.all([1, 2].map(() => startTestControl({ store, nodeId: randomUUID(), clock: systemClock, log: [] })))
  const gateways = nodes.map((control) => {
    const gateway = new TestGateway(told, systemClock)
    gateway.connect(control)
    return gateway
  })
  const until = performance.now() + PATIENCE_MS * Math.max(1, context.n / 1000)
  let asked = 0
  const running = () => asked - told.acknowledged.size - told.refused.size
  const isBehind = () => asked - told.refused.size < Math.min(context.n, pace.written + SPENDS_AT_ONCE)
  while (told.acknowledged.size < context.n) {
    if (performance.now() > until) throw new Error(`only ${told.acknowledged.size} of ${context.n} calls were settled`)
    for (const gateway of gateways)
      for (const seq of gateway.open.keys()) gateway.settle(seq, { ...NO_USAGE, output: random.below(HOLD * 2) })
    for (; isBehind() && running() < SPENDS_AT_ONCE; asked += 1) {
      const [customer, price] = [customers[random.below(customers.length)] ?? failNow(), store.prices[random.below(2)] ?? failNow()]
      gateways[asked % 2]?.hold({ customer, price, hold: BigInt(1 + random.below(HOLD)) })
    }
    await new Promise(setImmediate)
  }
  // A machine that is slow to commit may say so; such a call is made again. Nothing else may be said.
  const others = [...told.refused.values()].filter((reason) => reason !== BUSY)
  context.expect(others.length === 0, `${others.length} calls were refused for the reasons ${[...new Set(others)].join()}`)
  for (const { slices, writer } of nodes) {
    slices.releaseIdle({ isAll: true })
    await writer.drain()
  }
  return told.acknowledged.size
}

type Expected = { readonly context: CheckContext; readonly store: MoneyStore; readonly moved: ReadonlyMap<string, Moved> }

async function expectExact({ context, store, moved }: Expected, accountId: string): Promise<void> {
  const [row] = await store.database.query<{ cost: bigint }>(sql`
    select coalesce(sum(cost), 0)::bigint as cost from usage_event where account_id = ${accountId}::uuid`)
  const net = [...moved.values()].filter((one) => one.accountId === accountId).reduce((sum, { amount }) => sum + amount, 0n)
  const balance = await store.ledger.balanceOf(accountId)
  const left = CREDIT + net - (row?.cost ?? 0n)
  const isRight = balance?.available === left && balance.held === 0n
  context.expect(isRight, `${balance?.available} available and ${balance?.held} held where ${left} is left`)
}
