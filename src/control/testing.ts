/**
 * Money for tests: control processes that can be killed and gateways that tell them of calls, on a real database and with real desks,
 * slices and writers; only the sockets between them are missing. Never imported by the product.
 */
import { randomUUID } from 'node:crypto'
import { type GatewayMessage, NONE_U32 } from '../channel/index.ts'
import { connect, type Database, sql } from '../db/index.ts'
import { createTestDatabase } from '../db/testing.ts'
import {
  GroupCommit,
  type Ledger,
  makeLedger,
  type NodeTerm,
  readInheritance,
  registerNode,
  type Settlement,
  SliceBook,
  type SliceHooks,
  SpendBook,
} from '../ledger/index.ts'
import { type Clock, type Ids, isoDate, type LogEvent, type NanoUsd, utcDayOf } from '../lib/index.ts'
import { LimitBook } from '../limits/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import { testSubjectKeys } from '../privacy/testing.ts'
import { flatPrice, MULTIPLIER_ONE, NO_USAGE, OUTCOMES, type Price, priceOf, ratesFrom, type Usage } from '../spec/index.ts'
import { CallDesk } from './call-desk.ts'
import { KeyDirectory, type KeyDirectoryOptions } from './key-directory.ts'
import { PriceBook } from './price-book.ts'
import { settleEstate } from './settle-estate.ts'
import { type FaultyDatabase, faultyDatabase } from './testing-database.ts'

export { accountDoors } from './account-doors.ts'
export { endUserBook } from './end-users.ts'
export { openAbuseBy } from './open-abuse.ts'
export { tillOf } from './open-x402.ts'
export { answerPayment } from './payment-answers.ts'
export { FAULTS, type Fault, type FaultyDatabase, faultyDatabase } from './testing-database.ts'

/** Whom calls are charged to. */
export type Customer = { readonly accountId: string; readonly keyId: string }
/** A price that calls can have. */
export type TestPrice = { readonly version: number; readonly price: Price }

/** A database with prices, and customers made on demand. */
export type MoneyStore = {
  /** The owner's URL, for what listens. */
  readonly connection: string
  readonly database: Database
  readonly ownerDatabase: Database
  readonly ledger: Ledger
  readonly subjects: SubjectKeys
  readonly prices: readonly TestPrice[]
  /** Writes one more price, of so many nano-USD for a million tokens each way. */
  readonly newPrice: (rate: bigint) => Promise<TestPrice>
  readonly newCustomer: (credit: NanoUsd) => Promise<Customer>
  readonly drop: () => Promise<void>
}

const ids: Ids = { uuid: () => randomUUID() }
/** One nano-USD for a token, and a price that is never even. */
const RATES = [1_000_000n, 333_337n]

/** Makes a store. */
export async function openMoneyStore(): Promise<MoneyStore> {
  const at = await createTestDatabase()
  const { ownerDatabase } = at
  await ownerDatabase.query(sql`insert into model (id, context, output_max, source) values ('m', 1000, 1000, 'file')`)
  const newPrice = async (rate: bigint): Promise<TestPrice> => {
    const rates = ratesFrom({ input: rate, output: rate })
    const [row] = await ownerDatabase.query<{ id: number }>(sql`
      insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h)
      select serial, ${rates.input}, ${rates.output}, ${rates.cacheRead}, ${rates.cacheWrite5m}, ${rates.cacheWrite1h} from model returning id`)
    return { version: row?.id ?? 0, price: flatPrice(rates) }
  }
  const prices: TestPrice[] = []
  for (const rate of RATES) prices.push(await newPrice(rate))
  const database = connect({ connection: at.connection, role: 'farebox_ledger', poolMax: 40 })
  const today = utcDayOf(Date.now())
  for (const day of [today, today + 1]) await database.query(sql`select ensure_usage_partition(${isoDate(day)}::date)`)
  const subjects = testSubjectKeys()
  const ledger = makeLedger(database, { ids, subjects })
  const newCustomer = async (credit: NanoUsd): Promise<Customer> => {
    const [accountId, keyId] = [randomUUID(), randomUUID()]
    await ownerDatabase.query(sql`insert into account (id) values (${accountId})`)
    const hash = Buffer.from(`${keyId}`.replaceAll('-', ''))
    await ownerDatabase.query(sql`
      insert into api_key (id, account_id, hash, hint) values (${keyId}, ${accountId}, ${hash}, 'k')`)
    await ledger.openAccount(accountId)
    if (credit > 0n) await ledger.credit({ accountId, amount: credit, kind: 'manual', sourceKey: randomUUID(), reason: 'test' })
    return { accountId, keyId }
  }
  const drop = async (): Promise<void> => {
    await database.end()
    await at.drop()
  }
  return { connection: at.connection, database, ownerDatabase, ledger, subjects, prices, newPrice, newCustomer, drop }
}

/** A clock that tests move. */
export type TestClock = Clock & { readonly forward: (millis: number) => void }

/** A clock that begins now, or at a time in milliseconds. */
export function testClock(began = Date.now()): TestClock {
  let passed = 0
  return { now: () => began + passed, monotonic: () => 1_000_000 + passed, forward: (millis) => (passed += millis) }
}

const NONE = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }
/** Shorter than in earnest, as tests take many steps one after the other. */
const GATHER_MS = 2
const RETRY_MS = 2
/** Tests wait for the database as long as it takes. */
const PATIENT_MS = 60_000

/** What a control process is made of. */
export type TestControlOptions = {
  readonly store: MoneyStore
  readonly nodeId: string
  readonly clock: Clock
  readonly log: LogEvent[]
  readonly hooks?: SliceHooks
  readonly spendHooks?: SliceHooks
  /** What bounds the spending of keys besides what is written of them. */
  readonly bindSpending?: KeyDirectoryOptions['bindSpending']
  readonly onRefused?: (accountId: string, reason: string) => void
  readonly onSettled?: (settlement: Settlement) => void
  /** The term it registered with; without it, it registers anew, as a process does that starts. */
  readonly term?: NodeTerm
}

/** A control process without sockets and timers. */
export type TestControl = {
  readonly desk: CallDesk
  readonly slices: SliceBook
  readonly spending: SpendBook
  readonly keys: KeyDirectory
  readonly writer: GroupCommit
  readonly faults: FaultyDatabase
  readonly limits: LimitBook
  readonly term: NodeTerm
  /** Whether another process has taken its place. */
  isFenced: boolean
  /** Holds that are asked for and not yet answered. */
  asking: number
}

/** Starts a control process with what the last one of its node left behind. */
export async function startTestControl(options: TestControlOptions): Promise<TestControl> {
  const { store, nodeId, clock, log: events, hooks, spendHooks, bindSpending, onRefused = () => {}, onSettled = () => {} } = options
  const faults = faultyDatabase(store.database)
  const { database } = faults
  const log = (event: LogEvent): void => void events.push(event)
  const term = options.term ?? (await registerNode(store.database, nodeId))
  const onFenced = (): void => {
    control.isFenced = true
  }
  const writer = new GroupCommit({ database, ...term, clock, log, onFenced, onRefused, retryMs: RETRY_MS, gatherMs: GATHER_MS })
  const slices = new SliceBook(writer, clock, hooks)
  const spending = new SpendBook(writer, clock, spendHooks)
  const limits = new LimitBook(clock)
  const made = {
    clock,
    log,
    slices,
    spending,
    writer,
    limits,
    keys: new KeyDirectory(database, { clock, waitMs: PATIENT_MS, ...(bindSpending && { bindSpending }) }),
    prices: new PriceBook(database),
  }
  const desk = new CallDesk({ ...made, defaults: { key: NONE, account: NONE, ip: NONE }, onSettled, retryMs: RETRY_MS })
  const control: TestControl = { desk, slices, spending, keys: made.keys, writer, faults, limits, term, isFenced: false, asking: 0 }
  const inherited = await readInheritance(store.database, nodeId)
  for (const { accountId, amount } of inherited.slices) slices.inherit(accountId, amount)
  spending.inherit(inherited.spending)
  desk.inherit(inherited.openCalls)
  return control
}

/** Ends what a node left behind that died for good, as some other node does; it is taken for long silent. */
export async function settleTestEstate(store: MoneyStore, nodeId: string, log: LogEvent[]): Promise<boolean> {
  await store.ownerDatabase.query(sql`update node set seen_at = now() - interval '1 hour' where id = ${nodeId}::uuid`)
  const { database } = store
  const made = {
    database,
    clock: testClock(),
    keys: new KeyDirectory(database, { clock: testClock(), waitMs: PATIENT_MS }),
    prices: new PriceBook(database),
    retryMs: RETRY_MS,
  }
  const told = { log: (event: LogEvent): void => void log.push(event), onSettled: () => {}, onRefused: () => {} }
  return await settleEstate({ ...made, ...told, defaults: { key: NONE, account: NONE, ip: NONE } }, { nodeId, deadMs: 60_000 })
}

type Hold = GatewayMessage<'hold'>

/** A call as a gateway tells it. */
export type TestCall = { readonly customer: Customer; readonly price: TestPrice; readonly hold: NanoUsd }

/** What became of calls, seen from their gateways. */
export type Told = {
  readonly granted: Map<string, { readonly hold: NanoUsd; readonly accountId: string }>
  readonly refused: Map<string, number>
  /** The price that a gateway has settled for. */
  readonly settled: Map<string, NanoUsd>
  readonly acknowledged: Set<string>
}

let nextSeq = 1

/** A gateway that remembers what the product's does: what control could forget. */
export class TestGateway {
  readonly id = randomUUID()
  isDead = false
  #control: TestControl | undefined
  #links = 0
  readonly #told: Told
  readonly #clock: Clock
  readonly #pending = new Map<number, Hold>()
  readonly open = new Map<number, GatewayMessage<'renew'>>()
  readonly #unacknowledged = new Map<number, GatewayMessage<'settle'>>()
  readonly #prices = new Map<number, TestPrice>()

  constructor(told: Told, clock: Clock) {
    this.#told = told
    this.#clock = clock
  }

  /** Whether all that this gateway began has ended. */
  get isIdle(): boolean {
    return this.isDead || this.#pending.size + this.open.size + this.#unacknowledged.size === 0
  }

  get isConnected(): boolean {
    return this.#control !== undefined
  }

  /** What control says from now on is not heard. */
  disconnect(): void {
    this.#control = undefined
    this.#links += 1
  }

  /** Tells a control process, perhaps a new one, everything that is open or unacknowledged. */
  connect(control: TestControl): void {
    this.#control = control
    for (const open of this.open.values()) control.desk.renew(this.id, open)
    for (const settlement of this.#unacknowledged.values()) this.#sendSettle(settlement)
    for (const hold of this.#pending.values()) this.#sendHold(hold)
  }

  /** Dies; its control process settles what it had open. */
  die(control: TestControl): void {
    this.isDead = true
    this.disconnect()
    control.asking += 1
    void control.desk.settleLostGateway(this.id).finally(() => (control.asking -= 1))
  }

  hold({ customer, price, hold }: TestCall): void {
    nextSeq += 1
    const message: Hold = {
      ...{ seq: nextSeq, requestId: randomUUID(), ...customer, modelSerial: 1, priceVersion: price.version, amount: hold, tokens: 1 },
      ...{ startedAt: this.#clock.now(), ipTag: 1, isPart: 0, multiplier: MULTIPLIER_ONE, serviceTier: 0 },
    }
    this.#prices.set(message.seq, price)
    this.#pending.set(message.seq, message)
    this.#sendHold(message)
  }

  progress(seq: number, usage: Usage): void {
    const open = this.open.get(seq)
    if (open !== undefined) this.#control?.desk.progress(open.requestId, { seq, routeSerial: 1, ...usage })
  }

  settle(seq: number, usage: Usage): void {
    const open = this.open.get(seq)
    if (open === undefined) return
    const price = this.#prices.get(seq)?.price
    this.#told.settled.set(open.requestId, price === undefined ? 0n : priceOf(price, usage))
    const settlement = {
      ...{ ...open, ...usage, routeSerial: 1, status: 200, usageSource: 1, reportedModel: 1, isStream: 0, isSuspect: 0 },
      ...{ outcome: OUTCOMES.indexOf(usage === NO_USAGE ? 'voided' : 'completed'), latencyMs: 1, firstByteMs: 1 },
      ...{ reportedInput: NONE_U32, reportedOutput: NONE_U32 },
    }
    this.open.delete(seq)
    this.#unacknowledged.set(seq, settlement)
    this.#sendSettle(settlement)
  }

  #sendHold(message: Hold): void {
    const control = this.#control
    if (control === undefined) return
    const link = this.#links
    const isCurrent = () => this.#links === link
    const asker = {
      granted: ({ seq, day, heldAt }: Pick<GatewayMessage<'renew'>, 'seq' | 'day' | 'heldAt'>) => {
        if (!isCurrent() || !this.#pending.delete(seq)) return
        this.#told.granted.set(message.requestId, { hold: message.amount, accountId: message.accountId })
        this.open.set(seq, { ...message, day, heldAt })
      },
      refused: ({ seq, reason }: { readonly seq: number; readonly reason: number }) => {
        if (isCurrent() && this.#pending.delete(seq)) this.#told.refused.set(message.requestId, reason)
      },
      settled: () => {},
    }
    // As the sessions do: a gateway can have died while its hold waited for money.
    const settleIfDead = () => (this.isDead ? control.desk.settleLostGateway(this.id) : undefined)
    control.asking += 1
    void Promise.resolve(control.desk.hold(this.id, message, asker))
      .then(settleIfDead)
      .finally(() => (control.asking -= 1))
  }

  #sendSettle(message: GatewayMessage<'settle'>): void {
    const link = this.#links
    const settled = () => {
      if (this.#links !== link) return
      this.#unacknowledged.delete(message.seq)
      this.#told.acknowledged.add(message.requestId)
    }
    this.#control?.desk.settle(message, { granted: () => {}, refused: () => {}, settled })
  }
}
