import { sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import { isoDate, type NanoUsd, utcDayOf } from '../../src/lib/index.ts'
import { type Comparison, type Difference, listManualDay, readDays, reconcileDue } from '../../src/reconcile/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { openReportedBooks, REPORTED, type Reported, type ReportedBooks } from './reported-books.ts'

const FIRST_DAY = 20_100
const CALLS = 8
const DAY_MS = 86_400_000

/** What was done on a day: where it has to be found, and the exact money that has to be found there. */
type Planted = {
  readonly day: string
  readonly kind: (typeof KINDS)[number]
  readonly source: string
  readonly over: NanoUsd
  readonly under: NanoUsd
  readonly loss: NanoUsd
  /** Tokens that we have more of than they; negative the other way. */
  readonly tokens: number
}

/** Every kind of discrepancy, and days on which nothing is wrong. */
const KINDS = [
  'nothing',
  'missing settlement',
  'nothing',
  'double settlement',
  'wrong tokens',
  'provider overcharge',
  'provider undercharge',
  'nothing',
  'lost deposit',
  'credit without payment',
  'calls not posted',
  'late report',
] as const

/**
 * REC-01: a month of simulated days in which nothing is wrong, then one in which every kind of thing goes wrong, are reconciled night by
 * night against providers that know the truth. Each thing is found on its day, in its place, with its exact amount, and nothing else is.
 */
export async function reconciledMonth(context: CheckContext): Promise<Measured> {
  const clean = await liveMonth(context, () => 'nothing')
  const planted = await liveMonth(context, (index) => KINDS[index % KINDS.length] ?? 'nothing')
  await stopTestServer()
  const of = (kind: Planted['kind']): number => planted.filter((one) => one.kind === kind).length
  const kinds = Object.fromEntries(KINDS.filter((kind) => kind !== 'nothing').map((kind) => [kind.replaceAll(' ', '_'), of(kind)]))
  return { n: context.n, measured: { clean_days: clean.length, planted_days: planted.length, ...kinds } }
}

type Month = { readonly context: CheckContext; readonly world: ReportedBooks; readonly deposits: Map<string, NanoUsd> }

async function liveMonth(context: CheckContext, kindOf: (index: number) => Planted['kind']): Promise<readonly Planted[]> {
  const world = await openReportedBooks({ seed: context.seed, day: FIRST_DAY })
  try {
    const planted: Planted[] = []
    for (let index = 0; index < context.n; index += 1) {
      const month = { context, world, deposits: new Map<string, NanoUsd>() }
      planted.push(await liveDay(month, kindOf(index)))
      await world.endDay()
      if (planted.at(-1)?.kind === 'calls not posted') await loseAPosting(world, planted.at(-1))
      await reconcileNight(month, planted)
    }
    await compareAll({ context, world, deposits: new Map() }, planted)
    return planted
  } finally {
    await world.close()
  }
}

const NOTHING = { over: 0n, under: 0n, loss: 0n, tokens: 0 } as const

/** A day of calls that both sides count, deposits that the bank lists, and one thing that goes wrong. */
async function liveDay(month: Month, kind: Planted['kind']): Promise<Planted> {
  const { world } = month
  const day = isoDate(utcDayOf(world.books.clock.at))
  for (const of of REPORTED) for (let call = 0; call < CALLS; call += 1) await liveCall(world, of)
  const paid = BigInt(1 + world.books.random.below(1_000_000_000))
  const listed = [{ externalId: await world.deposit(paid), amount: paid, currency: 'USD' }]
  const planted = await plant(world, { day, kind }, listed)
  await listManualDay(world.books.kit.appDatabase, { day, entries: listed, now: world.books.clock.at })
  return planted
}

async function liveCall(world: ReportedBooks, of: Reported): Promise<void> {
  const call = world.makeCall(of)
  world.providers[of.upstream].billing.record(call.billed)
  await world.settle(of, call)
}

type Listed = { externalId: string; amount: NanoUsd; currency: string }[]

async function plant(world: ReportedBooks, head: Pick<Planted, 'day' | 'kind'>, unsafeListed: Listed): Promise<Planted> {
  const { random } = world.books
  const of = REPORTED[random.below(REPORTED.length)] ?? REPORTED[0]
  const { billing } = world.providers[of.upstream]
  const call = world.makeCall(of)
  const tokens = call.billed.input + call.billed.cached + call.billed.cacheWrite5m + call.billed.cacheWrite1h + call.billed.output
  const amount = BigInt(1 + random.below(2_000_000_000))
  const found = { ...head, ...NOTHING, source: of.upstream }
  switch (head.kind) {
    case 'missing settlement':
      billing.record(call.billed)
      return { ...found, under: call.cost, loss: call.cost, tokens: -tokens }
    case 'double settlement':
      billing.record(call.billed)
      await world.settle(of, call)
      await world.settle(of, call)
      return { ...found, over: call.cost, tokens }
    case 'wrong tokens':
      billing.record(call.billed)
      await world.settle(of, { usage: { ...call.usage, output: call.usage.output + 1_000 }, cost: call.cost + 15_000_000n })
      return { ...found, over: 15_000_000n, tokens: 1_000 }
    case 'provider overcharge':
      billing.record({ ...call.billed, chargedNano: call.cost + amount })
      await world.settle(of, call)
      return { ...found, under: amount, loss: amount }
    case 'provider undercharge': {
      // Hardly more than what our rounding of each call explains.
      const less = BigInt(CALLS + 2 + random.below(50))
      billing.record({ ...call.billed, chargedNano: call.cost - less })
      await world.settle(of, call)
      return { ...found, over: less }
    }
    case 'lost deposit':
      unsafeListed.push({ externalId: `bank ${random.below(1_000_000)}`, amount, currency: 'USD' })
      return { ...found, source: 'manual', under: amount }
    case 'credit without payment':
      await world.deposit(amount)
      return { ...found, source: 'manual', over: amount, loss: amount }
    case 'late report':
      billing.manner = { ...billing.manner, lagging: new Set([...(billing.manner.lagging ?? []), head.day]) }
      return found
    case 'calls not posted':
    case 'nothing':
      return { ...found, source: 'books' }
  }
}

/** A call whose row says more than what was posted for its day. */
async function loseAPosting({ books }: ReportedBooks, planted: Planted | undefined): Promise<void> {
  const amount = 1_000_003n
  await books.kit.ownerDatabase.query(sql`
    update usage_event set cost = cost + ${amount}::bigint where request_id = (
      select request_id from usage_event where posted_day = ${planted?.day ?? ''}::date and cost + ${amount}::bigint <= hold order by request_id limit 1)`)
  Object.assign(planted ?? {}, { under: amount, loss: amount })
}

/** The night's job; reports that are late come at last after three days, and are asked for again until then. */
async function reconcileNight({ context, world }: Month, planted: readonly Planted[]): Promise<void> {
  const { clock } = world.books
  world.logged.length = 0
  await reconcileDue(world.reconciling())
  const now = clock.at
  for (const late of planted.filter(({ kind }) => kind === 'late report')) {
    const hours = (now - Date.parse(late.day) - DAY_MS) / 3_600_000
    const found = await comparisonOf(world, late)
    const { billing } = world.providers[late.source === 'oai' ? 'oai' : 'ant']
    if (hours < 48)
      context.expect(found?.report === 'missing' && !found.isAlarming, `${late.day}: a report that is not late yet was ${found?.report}`)
    else if (billing.manner.lagging?.has(late.day) === true) {
      context.expect(found?.isAlarming === true, `${late.day}: no alarm, ${hours} hours after a day without a report`)
      context.expect(
        world.logged.some((entry) => entry['day'] === late.day && entry['source'] === late.source),
        `${late.day}: the alarm was not logged`,
      )
      billing.manner = { lagging: new Set([...billing.manner.lagging].filter((day) => day !== late.day)) }
    }
  }
}

async function comparisonOf(world: ReportedBooks, { day, source }: Planted): Promise<Comparison | undefined> {
  const days = await readDays(world.books.kit.appDatabase, { limit: 90 })
  return days.find((found) => found.day === day)?.comparisons.find((comparison) => comparison.source === source)
}

/** Some nights later, so that what came late is in, every comparison of every day is as it was planted. */
async function compareAll(month: Month, planted: readonly Planted[]): Promise<void> {
  const { context, world } = month
  for (let night = 0; night < 4; night += 1) {
    await world.endDay()
    await reconcileNight(month, planted)
  }
  const days = await readDays(world.books.kit.appDatabase, { limit: 90 })
  for (const one of planted) {
    const found = days.find(({ day }) => day === one.day)
    if (!context.expect(found !== undefined, `${one.day} was not reconciled`)) continue
    for (const comparison of found?.comparisons ?? []) compareOne(context, one, comparison)
  }
}

function compareOne(context: CheckContext, planted: Planted, found: Comparison): void {
  const isHere = planted.source === found.source
  const { over, under, loss, tokens } = isHere ? planted : NOTHING
  const told = `${planted.day} (${planted.kind}), ${found.part} ${found.source}`
  context.expect(found.report === 'read', `${told}: the report is ${found.report} ${found.reportCode ?? ''}`)
  for (const [name, right, is] of [
    ['over', over, found.over],
    ['under', under, found.under],
    ['loss', loss, found.loss],
    ['tokens', BigInt(tokens), BigInt(found.differences.reduce((sum, one) => sum + tokensApart(one), 0))],
  ] as const)
    context.expect(right === is, `${told}: ${name} is ${is}, was planted ${right}`)
  const lists = { over: over > 0n ? 1 : 0, under: under > 0n ? 1 : 0 }
  for (const side of ['over', 'under'] as const)
    context.expect(
      found.differences.filter((one) => one.side === side).length === lists[side],
      `${told}: the list ${side} is not as planted`,
    )
}

const tokensApart = ({ ours, theirs }: Difference): number =>
  (ours.input ?? 0) - (theirs.input ?? 0) + (ours.output ?? 0) - (theirs.output ?? 0)
