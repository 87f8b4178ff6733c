import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { sql } from '../../src/db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../src/db/testing.ts'
import { type Committed, GroupCommit, type Ledger, makeLedger, type Settlement } from '../../src/ledger/index.ts'
import { type Clock, type Ids, type NanoUsd, systemIds, utcDayOf } from '../../src/lib/index.ts'
import type { SubjectKeys } from '../../src/privacy/index.ts'
import { testSubjectKeys } from '../../src/privacy/testing.ts'
import { UnsignedLeaves } from '../../src/receipts/index.ts'
import {
  COUNTED_CLASSES,
  cardOf,
  flatPrice,
  inputTokensOf,
  MORE_CLASSES,
  MULTIPLIER_ONE,
  NO_USAGE,
  OUTCOMES,
  outputTokensOf,
  type Price,
  priceOf,
  priceToJson,
  type Rates,
  SERVICE_TIERS,
  USAGE_CLASSES,
  USAGE_SOURCES,
  type Usage,
  type UsageClass,
  ZERO_RATES,
} from '../../src/spec/index.ts'

/** Books of a simulated time: real tables and the real writer, with a clock that is moved by hand. No process, no calls. */
export type SimulatedBooks = {
  readonly kit: TestDatabase
  readonly ledger: Ledger
  readonly subjects: SubjectKeys
  readonly writer: GroupCommit
  /** Of what the writer has committed and nobody has signed. */
  readonly leaves: UnsignedLeaves
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
  /** Makes rows of calls that have nothing newer as old as such rows can be, from before multipliers. Returns how many. */
  readonly age: (calls: readonly Settlement[]) => Promise<number>
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
/** The price from before there were cards: five rates, and what follows from them. */
const PLAIN: Price = flatPrice({
  input: 3_000_000_000n,
  output: 15_000_000_000n,
  cacheRead: 300_000_000n,
  cacheWrite5m: 3_750_000_001n,
  cacheWrite1h: 6_000_000_000n,
})

/** A rate of its own for every class, of a card. */
function ratesAt(factor: bigint): Rates {
  const rates: Record<UsageClass, NanoUsd> = { ...ZERO_RATES }
  for (const [index, name] of USAGE_CLASSES.entries()) rates[name] = 1_234_567_891n * BigInt(index + 1) * factor + BigInt(index)
  for (const name of COUNTED_CLASSES) rates[name] /= 1_000n
  return rates
}

/** A price with a card for long prompts, one for a service tier, and none for the other tiers. */
const CARDS: Price = [
  { serviceTier: 'standard', inputAbove: 0, rates: ratesAt(1n) },
  { serviceTier: 'standard', inputAbove: 20_000, rates: ratesAt(2n) },
  { serviceTier: 'priority', inputAbove: 0, rates: ratesAt(3n) },
]

/** Opens books with accounts that have credit, all of it in the slice of this node. */
export async function openBooks({ seed, accounts: count, day, kit: shared }: BooksOptions): Promise<SimulatedBooks> {
  const kit = shared ?? (await createTestDatabase())
  const random = seededRandom(seed)
  const clock = { at: day * DAY_MS, now: () => clock.at, monotonic: () => clock.at }
  const ids = systemIds(clock.now)
  const nodeId = ids.uuid()
  const subjects = testSubjectKeys()
  const ledger = makeLedger(kit.ledgerDatabase, { ids, subjects })
  const leaves = new UnsignedLeaves()
  const onCommitted = (committed: Committed): void => leaves.note(committed)
  const writer = new GroupCommit({ database: kit.ledgerDatabase, nodeId, lastCommit: 0n, clock, log: () => undefined, onCommitted })
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
  const age = async (calls: readonly Settlement[]): Promise<number> => {
    const old = calls.filter((call) => call.priceVersion === catalog.plain).map((call) => call.requestId)
    const aged = await kit.ownerDatabase.query(sql`
      update usage_event set multiplier = null, service_tier = null, reported_input = null, reported_output = null, upstream_cost = null
      where request_id = any(${old}::uuid[]) returning 1`)
    return aged.length
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
  return { kit, ledger, subjects, writer, leaves, nodeId, ids, clock, random, accounts, beginDay, settle, age, close }
}

async function fund(ledger: Ledger, accountId: string): Promise<void> {
  await ledger.openAccount(accountId)
  await ledger.credit({ accountId, amount: CREDIT, kind: 'manual', sourceKey: `fund:${accountId}`, reason: 'simulated' })
}

type CatalogRow = { readonly model: number; readonly route: number; readonly plain: number; readonly cards: number }

async function writeCatalog({ ownerDatabase }: TestDatabase): Promise<CatalogRow> {
  const [known] = await ownerDatabase.query<CatalogRow>(sql`
    select m.serial as model, r.serial as route, p.id as plain, c.id as cards
    from model m join route r on r.model_serial = m.serial join price_version p on p.model_serial = m.serial and p.cards is null
      join price_version c on c.model_serial = m.serial and c.cards is not null`)
  if (known !== undefined) return known
  const [plain, cards] = [cardOf(PLAIN, 0, 'standard').rates, cardOf(CARDS, 0, 'standard').rates]
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
      select serial, ${plain.input}, ${plain.output}, ${plain.cacheRead}, ${plain.cacheWrite5m}, ${plain.cacheWrite1h} from m returning id
    ), c as (
      insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h, cards)
      select serial, ${cards.input}, ${cards.output}, ${cards.cacheRead}, ${cards.cacheWrite5m}, ${cards.cacheWrite1h},
        ${JSON.stringify(priceToJson(CARDS))}::jsonb from m returning id
    )
    select m.serial as model, r.serial as route, p.id as plain, c.id as cards from m, r, p, c`)
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

/**
 * A call of any class; now and then one that costs nothing, reached no upstream, was cut, is paid by a plan, or costs more than was held. Half
 * are as calls were before there were cards.
 */
function makeSettlement({ accountId, ids, random, at, catalog }: Made): Settlement {
  const isPlain = random.below(2) === 0
  const usage = random.below(20) === 0 ? NO_USAGE : makeUsage(random, isPlain)
  const [multiplier, serviceTier] = isPlain ? [MULTIPLIER_ONE, 0] : [random.pick(MULTIPLIERS), random.below(SERVICE_TIERS.length)]
  const price = priceOf(isPlain ? PLAIN : CARDS, usage, { multiplier, serviceTier: SERVICE_TIERS[serviceTier] ?? 'standard' })
  const hold = random.below(10) === 0 ? price / 2n : price + BigInt(random.below(1_000_000))
  const paid = price < hold ? price : hold
  const isCovered = !isPlain && random.below(4) === 0
  const routeSerial = random.below(10) === 0 ? 0 : catalog.route
  const upstreamCost = routeSerial === 0 || random.below(3) === 0 ? undefined : price / 2n
  const usageSource = random.below(USAGE_SOURCES.length)
  const isCut = !isPlain && USAGE_SOURCES[usageSource] === 'clamped'
  return {
    ...{ requestId: ids.uuid(), day: utcDayOf(at), accountId, keyId: accountId, startedAt: at },
    ...{ modelSerial: catalog.model, routeSerial },
    priceVersion: isPlain ? catalog.plain : catalog.cards,
    ...{ outcome: random.below(OUTCOMES.length), status: 200, usageSource, reportedModel: random.below(4) },
    ...{ isStream: true, isSuspect: false, latencyMs: random.below(60_000), firstByteMs: random.below(2) === 0 ? undefined : 5 },
    ...{ multiplier, serviceTier },
    reportedInput: isCut ? inputTokensOf(usage) + random.below(1000) : undefined,
    reportedOutput: isCut ? outputTokensOf(usage) + random.below(1000) : undefined,
    ...{ usage, hold, cost: isCovered ? 0n : paid, shortfall: price - paid, upstreamCost },
    ...(isCovered && { covered: { by: accountId, amount: paid } }),
  }
}

const MULTIPLIERS = [MULTIPLIER_ONE, 1_250_000, 900_000, 333_333, 1] as const

function makeUsage(random: SeededRandom, isPlain: boolean): Usage {
  const usage: Record<UsageClass, number> = { ...NO_USAGE }
  Object.assign(usage, { input: random.below(10_000), cacheRead: random.below(10_000), cacheWrite5m: random.below(1000) })
  Object.assign(usage, { cacheWrite1h: random.below(1000), output: random.below(1000), reasoning: random.below(10) })
  if (isPlain) return usage
  for (const name of MORE_CLASSES) if (random.below(3) === 0) usage[name] = 1 + random.below(9)
  return usage
}
