import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { sql } from '../../src/db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../src/db/testing.ts'
import { GroupCommit, type Ledger, makeLedger, type Settlement } from '../../src/ledger/index.ts'
import { type Clock, type Ids, type NanoUsd, systemIds, utcDayOf } from '../../src/lib/index.ts'
import { flatPrice, MULTIPLIER_ONE, NO_USAGE, OUTCOMES, priceOf, type Usage } from '../../src/spec/index.ts'

/** Books of a simulated time: real tables and the real writer, with a clock that is moved by hand. No process, no calls. */
export type SimulatedBooks = {
  readonly kit: TestDatabase
  readonly ledger: Ledger
  readonly writer: GroupCommit
  readonly nodeId: string
  readonly ids: Ids
  /** Tells `at`, in milliseconds, unless `now` is replaced. */
  readonly clock: { at: number; now: Clock['now']; readonly monotonic: Clock['monotonic'] }
  readonly random: SeededRandom
  readonly accounts: readonly string[]
  /** Makes the partitions of a day, given in days since 1970, and moves the clock to its noon. */
  readonly beginDay: (day: number) => Promise<void>
  /** Settles made-up calls of these accounts, charged to the day it is; let in now, or so many days ago. Returns them. */
  readonly settle: (accounts: readonly string[], daysAgo?: number) => Promise<readonly Settlement[]>
  readonly close: () => Promise<void>
}

export type BooksOptions = {
  readonly seed: number
  readonly accounts: number
  /** The day it is at first, in days since 1970. */
  readonly day: number
  /** Joins the database of other books, as another node. */
  readonly kit?: TestDatabase
}

/** What every account is given: ten thousand dollars. */
export const CREDIT: NanoUsd = 10_000_000_000_000n

const DAY_MS = 86_400_000
const RATES = {
  input: 3_000_000_000n,
  output: 15_000_000_000n,
  cacheRead: 300_000_000n,
  cacheWrite5m: 3_750_000_001n,
  cacheWrite1h: 6_000_000_000n,
}
const PRICE = flatPrice(RATES)

/** Opens books with accounts that have credit, all of it in the slice of this node. */
export async function openBooks({ seed, accounts: count, day, kit: shared }: BooksOptions): Promise<SimulatedBooks> {
  const kit = shared ?? (await createTestDatabase())
  const random = seededRandom(seed)
  const clock = { at: day * DAY_MS, now: () => clock.at, monotonic: () => clock.at }
  const ids = systemIds(clock.now)
  const nodeId = ids.uuid()
  const ledger = makeLedger(kit.ledgerDatabase, ids)
  const writer = new GroupCommit({ database: kit.ledgerDatabase, nodeId, lastCommit: 0n, clock, log: () => undefined })
  const accounts = Array.from({ length: count }, () => ids.uuid())
  const catalog = await writeCatalog(kit)
  for (const account of accounts) await fund(ledger, account)
  await Promise.all(accounts.map((accountId) => writer.take({ accountId, need: CREDIT, want: CREDIT })))
  const settle = async (charged: readonly string[], daysAgo = 0): Promise<readonly Settlement[]> => {
    const at = clock.at - daysAgo * DAY_MS
    const settlements = charged.map((accountId) => makeSettlement({ accountId, ids, random, at, catalog }))
    await Promise.all(settlements.map((settlement) => writer.settle(settlement)))
    return settlements
  }
  const beginDay = async (begun: number): Promise<void> => {
    await kit.ledgerDatabase.query(sql`select ensure_usage_partition(date '1970-01-01' + ${begun}::integer)`)
    clock.at = begun * DAY_MS + DAY_MS / 2
  }
  await beginDay(day)
  const close = async (): Promise<void> => {
    await writer.drain()
    await kit.drop()
  }
  return { kit, ledger, writer, nodeId, ids, clock, random, accounts, beginDay, settle, close }
}

async function fund(ledger: Ledger, accountId: string): Promise<void> {
  await ledger.openAccount(accountId)
  await ledger.credit({ accountId, amount: CREDIT, kind: 'manual', sourceKey: `fund:${accountId}`, reason: 'simulated' })
}

type CatalogRow = { readonly model: number; readonly route: number; readonly price: number }

async function writeCatalog({ ownerDatabase }: TestDatabase): Promise<CatalogRow> {
  const [known] = await ownerDatabase.query<CatalogRow>(sql`
    select m.serial as model, r.serial as route, p.id as price
    from model m join route r on r.model_serial = m.serial join price_version p on p.model_serial = m.serial`)
  if (known !== undefined) return known
  const [made] = await ownerDatabase.query<CatalogRow>(sql`
    with u as (
      insert into upstream (id, kind, base_url, placement, source) values ('simulated', 'openai', 'http://127.0.0.1:9', 'local', 'file')
      returning serial
    ), m as (
      insert into model (id, context, output_max, source) values ('m-simulated', 200000, 64000, 'file') returning serial
    ), r as (
      insert into route (model_serial, upstream_serial, upstream_model) select m.serial, u.serial, 'sim-"ü"-model' from m, u returning serial
    ), p as (
      insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h)
      select serial, ${RATES.input}, ${RATES.output}, ${RATES.cacheRead}, ${RATES.cacheWrite5m}, ${RATES.cacheWrite1h} from m returning id
    )
    select m.serial as model, r.serial as route, p.id as price from m, r, p`)
  if (made === undefined) throw new Error('the catalogue was not written')
  return made
}

type Made = {
  readonly accountId: string
  readonly ids: Ids
  readonly random: SeededRandom
  readonly at: number
  readonly catalog: CatalogRow
}

/** A call with every class of tokens; now and then one that costs nothing, reached no upstream, or costs more than was held. */
function makeSettlement({ accountId, ids, random, at, catalog }: Made): Settlement {
  const usage = random.below(20) === 0 ? NO_USAGE : makeUsage(random)
  const price = priceOf(PRICE, usage)
  const hold = random.below(10) === 0 ? price / 2n : price + BigInt(random.below(1_000_000))
  const cost = price < hold ? price : hold
  const routeSerial = random.below(10) === 0 ? 0 : catalog.route
  const upstreamCost = routeSerial === 0 || random.below(3) === 0 ? undefined : price / 2n
  return {
    ...{ requestId: ids.uuid(), day: utcDayOf(at), accountId, keyId: accountId, startedAt: at },
    ...{ modelSerial: catalog.model, routeSerial, priceVersion: catalog.price },
    ...{ outcome: random.below(OUTCOMES.length), status: 200, usageSource: random.below(4), reportedModel: random.below(4) },
    ...{ isStream: true, isSuspect: false, latencyMs: random.below(60_000), firstByteMs: undefined },
    ...{ multiplier: MULTIPLIER_ONE, serviceTier: 0, reportedInput: undefined, reportedOutput: undefined },
    ...{ usage, hold, cost, shortfall: price - cost, upstreamCost },
  }
}

const makeUsage = (random: SeededRandom): Usage => ({
  ...NO_USAGE,
  input: random.below(10_000),
  cacheRead: random.below(10_000),
  cacheWrite5m: random.below(1000),
  cacheWrite1h: random.below(1000),
  output: random.below(1000),
  reasoning: random.below(10),
  webSearches: random.below(4) === 0 ? random.below(5) : 0,
})
