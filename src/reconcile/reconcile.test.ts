// Guarantee: a closed day is compared with what a provider truly reports, however it pages, spells, lags or breaks; what differs is told
// by model with its tokens and its exact amount; and what could not be read is never taken for agreement.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openReportedBooks, REPORTED, type ReportedBooks } from '../../checks/money/reported-books.ts'
import type { ReportFault, ReportManner } from '../../sim/index.ts'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'
import {
  type Comparison,
  listManualDay,
  type ReconciledDay,
  readDay,
  readPagesOverHttp,
  reconcileDay,
  reconcileDue,
  watchDays,
} from './index.ts'
import { fineUsd, nearestNano } from './pages.ts'

const FIRST_DAY = 20_400
const CALLS = 12
let world: ReportedBooks
let day = ''
before(async () => {
  world = await openReportedBooks({ seed: 5, day: FIRST_DAY })
  day = isoDate(FIRST_DAY)
  for (let index = 0; index < CALLS; index += 1) {
    for (const of of REPORTED) {
      const call = world.makeCall(of)
      world.providers[of.upstream].billing.record(call.billed)
      await world.settle(of, call)
    }
  }
  await world.endDay()
})
after(() => world.close())

const run = (of = day): Promise<ReconciledDay> => reconcileDay(world.reconciling(), of)
const partOf = (found: ReconciledDay, source: string): Comparison => {
  const part = found.comparisons.find((comparison) => comparison.source === source)
  assert.ok(part, source)
  return part
}
const tell = (manner: ReportManner): void => {
  for (const { billing } of Object.values(world.providers)) billing.manner = manner
}
const MANNERS = [{}, { pageSize: 1 }, { isText: true }, { isNoisy: true }, { pageSize: 1, isNoisy: true, isText: true }] as const

test('a clean day agrees to the nano-dollar, however the report is told', async () => {
  for (const manner of MANNERS) {
    tell(manner)
    const found = await run()
    for (const { source, differences, isAlarming, report } of found.comparisons)
      assert.deepEqual([source, differences, isAlarming, source === 'manual' ? 'none' : 'read'], [source, [], false, report])
    for (const { upstream } of REPORTED) {
      const part = partOf(found, upstream)
      assert.ok(part.ours > 0n && part.ours === part.theirs)
    }
    const stored = await readDay(world.books.kit.appDatabase, day)
    assert.deepEqual(stored?.comparisons.toSorted(bySource), found.comparisons.toSorted(bySource))
  }
  tell({})
})

const bySource = (a: Comparison, b: Comparison): number => (a.source < b.source ? -1 : 1)

test('a report that does not come or cannot be read is named, never taken for agreement, and late after 48 hours', async () => {
  const codes: Readonly<Record<ReportFault, string>> = {
    'error-500': 'missing HTTP_500',
    'unauthorized-401': 'missing HTTP_401',
    redirect: 'missing HTTP_302',
    html: 'unreadable NOT_JSON',
    euro: 'unreadable CURRENCY',
    'other-fields': 'unreadable SHAPE',
    'other-day': 'unreadable BUCKET',
    'endless-pages': 'unreadable PAGES',
    huge: 'unreadable TOO_LARGE',
  }
  for (const [fault, told] of Object.entries(codes)) {
    tell({ fault: fault as ReportFault })
    for (const { upstream } of REPORTED) {
      const { report, reportCode, isAlarming, differences, loss } = partOf(await run(), upstream)
      assert.deepEqual([`${report} ${reportCode}`, isAlarming, differences, loss], [told, report === 'unreadable', [], 0n], fault)
    }
  }
  tell({ lagging: new Set([day]) })
  const waiting = partOf(await run(), 'oai')
  assert.deepEqual([waiting.report, waiting.reportCode, waiting.isAlarming], ['missing', 'EMPTY', false])
  const { clock } = world.books
  const then = clock.at
  tell({ fault: 'error-500' })
  clock.at = (FIRST_DAY + 1) * 86_400_000 + 48 * 3_600_000 + 1
  world.logged.length = 0
  assert.ok(partOf(await run(), 'ant').isAlarming)
  assert.ok(world.logged.some(({ event, source, code }) => event === 'report-late' && source === 'ant' && code === 'HTTP_500'))
  // What is still not told of by then is told by nobody: our calls are more than theirs.
  tell({ lagging: new Set([day]) })
  const over = partOf(await run(), 'oai')
  assert.deepEqual([over.report, over.over, over.theirs, over.isAlarming], ['read', over.ours, 0n, true])
  clock.at = then
  tell({})
})

test('an upstream that cannot be reached is missing; a stop is no word on a report', async () => {
  const { reconciling } = world
  const nowhere = {
    ...reconciling(),
    readPage: (_: string, headers: object) => readPagesOverHttp()('http://127.0.0.1:9/x', { ...headers }),
  }
  const { report, reportCode } = partOf(await reconcileDay(nowhere, day), 'oai')
  assert.deepEqual([report, reportCode], ['missing', 'UNREACHED'])
  const before = await readDay(world.books.kit.appDatabase, day)
  const stopped = AbortSignal.abort()
  await assert.rejects(reconcileDay({ ...reconciling(), readPage: readPagesOverHttp(stopped) }, day))
  assert.deepEqual(await readDay(world.books.kit.appDatabase, day), before)
})

test('what providers are asked names no customer', async () => {
  const asked: { url: string; headers: object }[] = []
  const readPage: ReturnType<typeof readPagesOverHttp> = (url, headers) => {
    asked.push({ url, headers })
    return readPagesOverHttp()(url, headers)
  }
  await reconcileDay({ ...world.reconciling(), readPage }, day)
  const text = JSON.stringify(asked)
  for (const account of world.books.accounts) assert.ok(!text.includes(account))
  const places = Object.values(world.providers).map(({ url }) => `${url}/v1/organization`)
  assert.ok(asked.length === 5 && asked.every(({ url }) => places.some((place) => url.startsWith(place))))
})

test('an amount is exact from whatever spelling', () => {
  const told: readonly (readonly [string, bigint])[] = [
    ['0.06', 60_000_000n],
    ['0.060000000000000005', 60_000_000n],
    ['0.05999999999999999', 60_000_000n],
    ['1.5e-7', 150n],
    ['1e-9', 1n],
    ['4e-10', 0n],
    ['5e-10', 1n],
    ['-0.25', -250_000_000n],
    ['-5e-10', -1n],
    ['123456789.123456789', 123_456_789_123_456_789n],
    ['0', 0n],
  ]
  for (const [spelled, nano] of told) assert.equal(nearestNano(fineUsd(spelled)), nano, spelled)
  assert.equal(nearestNano(fineUsd('123.78912', -2)), 1_237_891_200n)
  for (const wrong of ['', 'NaN', '1,5', '0x10', '1e9999', '--1']) assert.throws(() => fineUsd(wrong), { code: 'SHAPE' })
})

test('calls of whose cost nobody knows are compared by their tokens alone', async () => {
  const { ownerDatabase } = world.books.kit
  const [row] = await ownerDatabase.query<{ request_id: string }>(sql`
    select request_id from usage_event join route on route.serial = route_serial where upstream_model = ${REPORTED[0].name} limit 1`)
  const where = sql`where request_id = ${row?.request_id ?? ''}::uuid`
  const [before] = await ownerDatabase.query<{ cost: bigint }>(sql`select upstream_cost as cost from usage_event ${where}`)
  await ownerDatabase.query(sql`update usage_event set upstream_cost = null ${where}`)
  assert.deepEqual(partOf(await run(), 'oai').differences, [])
  await ownerDatabase.query(sql`update usage_event set output = output + 7, upstream_cost = null ${where}`)
  const [difference] = partOf(await run(), 'oai').differences
  assert.equal((difference?.ours.output ?? 0) - (difference?.theirs.output ?? 0), 7)
  assert.deepEqual([difference?.side, difference?.ours.amount], ['over', undefined])
  await ownerDatabase.query(sql`update usage_event set output = output - 7, upstream_cost = ${before?.cost ?? 0n}::bigint ${where}`)
  assert.deepEqual(partOf(await run(), 'oai').differences, [])
})

test('models that only the costs name are compared by their money, as the provider tells no tokens of them', async () => {
  tell({ isCostsOnly: true })
  const found = partOf(await run(), 'oai')
  assert.deepEqual([found.report, found.differences, found.isAlarming, found.ours], ['read', [], false, found.theirs])
  tell({})
})

test('our rounding up of each call is no difference, a nano-dollar more is', async () => {
  const { ownerDatabase } = world.books.kit
  const add = (nano: number) => sql`
    update usage_event set upstream_cost = upstream_cost + ${nano}::integer where request_id = (select request_id from usage_event
      join route on route.serial = route_serial where upstream_model = ${REPORTED[1].name} order by request_id limit 1)`
  await ownerDatabase.query(add(CALLS))
  assert.deepEqual(partOf(await run(), 'ant').differences, [])
  await ownerDatabase.query(add(1))
  const { differences, over, isAlarming } = partOf(await run(), 'ant')
  assert.deepEqual([differences.length, over, isAlarming], [1, BigInt(CALLS) + 1n, false])
  await ownerDatabase.query(add(-CALLS - 1))
})

test('deposits by hand are compared one by one with what the operator lists', async () => {
  const { appDatabase } = world.books.kit
  const today = isoDate(utcDayOf(world.books.clock.at))
  const [exact, wrong, unlisted] = [await world.deposit(5_000n), await world.deposit(7_000n), await world.deposit(11_000n)]
  const usd = { currency: 'USD' } as const
  // What came before a long weekend is booked after it.
  const [late, lateWrong] = [await world.deposit(17_000n), await world.deposit(19_000n)]
  const before = isoDate(utcDayOf(Date.parse(today)) - 4)
  const earlier = [
    { externalId: late, amount: 17_000n, ...usd },
    { externalId: lateWrong, amount: 18_000n, ...usd },
  ]
  await listManualDay(appDatabase, { day: before, entries: earlier, now: world.books.clock.at })
  const entries = [
    { externalId: exact, amount: 5_000n, ...usd },
    { externalId: wrong, amount: 7_001n, ...usd },
    { externalId: 'bank 42', amount: 13_000n, ...usd },
  ]
  await listManualDay(appDatabase, { day: today, entries, now: world.books.clock.at })
  await world.endDay()
  const { differences, over, under, loss, isAlarming } = partOf(await run(today), 'manual')
  const told = differences.map(({ name, side, ours, theirs }) => `${name} ${side} ${ours.amount} ${theirs.amount}`).toSorted()
  const expected = [`${unlisted} over 11000 0`, `${wrong} under 7000 7001`, 'bank 42 under 0 13000', `${lateWrong} over 19000 18000`]
  assert.deepEqual(told, expected.toSorted())
  assert.deepEqual([over, under, loss, isAlarming], [12_000n, 13_001n, 12_000n, true])
  const next = isoDate(utcDayOf(Date.parse(today)) + 1)
  await listManualDay(appDatabase, { day: next, entries: [{ externalId: unlisted, amount: 11_000n, ...usd }], now: world.books.clock.at })
  assert.ok(
    partOf(await run(today), 'manual').differences.every(({ name }) => name !== unlisted),
    'listed the day after',
  )
  await listManualDay(appDatabase, { day: today, entries: [{ externalId: exact, amount: 5_000n, currency: 'EUR' }], now: 0 })
  const foreign = partOf(await run(today), 'manual')
  assert.deepEqual([foreign.report, foreign.reportCode, foreign.isAlarming], ['unreadable', 'CURRENCY', true])
  await listManualDay(appDatabase, { day: today, entries: entries.slice(0, 1), now: 0 })
  await world.books.ledger.reverse({ transferId: wrong, onLack: 'refuse', sourceKey: 'undo', reason: 'not paid' })
  assert.ok(
    partOf(await run(today), 'manual').differences.every(({ name }) => name !== wrong),
    'what was undone is no deposit',
  )
  await listManualDay(appDatabase, { day: today, entries: entries.filter((entry) => entry.externalId !== wrong), now: 0 })
})

test('money that fitted nothing and was credited by hand is credited', async () => {
  const { ledger, kit, clock, accounts } = world.books
  const accountId = accounts[0] ?? ''
  const today = isoDate(utcDayOf(clock.at))
  const [credited, dismissed] = [randomUUID(), randomUUID()]
  const { transferId } = await ledger.credit({
    accountId,
    amount: 9_000n,
    kind: 'manual',
    sourceKey: `problem:${credited}`,
    reason: 'theirs',
  })
  for (const [id, transfer] of [
    [credited, transferId],
    [dismissed, null],
  ] as const)
    await kit.appDatabase.query(sql`
      insert into payment_problem (id, rail, code, external_key, amount, created_at, resolved_at, resolution, transfer_id)
      values (${id}::uuid, 'stripe', 'payment_unknown', ${`key ${id}`}, 9000, now(), now(), ${transfer === null ? 'dismissed' : 'credited'}, ${transfer}::uuid)`)
  await world.endDay()
  const listed = [credited, dismissed].map((id) => ({ externalId: `key ${id}`, amount: 9_000n, currency: 'USD' }))
  const rail = { rail: 'stripe', sourcePrefix: 'stripe:', externalIdIs: 'rest-of-source-key', isExpected: true } as const
  const rails = [{ ...rail, read: async (day: string) => (day === today ? listed : []) }]
  const { differences } = partOf(await reconcileDay({ ...world.reconciling(), rails }, today), 'stripe')
  assert.deepEqual(
    differences.map(({ name, side }) => [name, side]),
    [[`key ${dismissed}`, 'under']],
  )
})

test('the job looks at each closed day of the week, again after hours, and at no open one', async () => {
  const { clock } = world.books
  const today = utcDayOf(clock.at)
  clock.at += 86_400_000 / 2
  const first = await reconcileDue(world.reconciling())
  assert.ok(first.length >= 5)
  assert.ok(first.every((found) => found.day < isoDate(today)))
  assert.deepEqual(await reconcileDue(world.reconciling()), [])
  clock.at += 7 * 3_600_000
  const again = (await reconcileDue(world.reconciling())).map((found) => found.day)
  assert.deepEqual(again.slice(-3), [today - 3, today - 2, today - 1].map(isoDate))
  assert.ok(again.length < 7, 'what all agreed on is left alone after some days')
  const watch = await watchDays(world.books.kit.appDatabase, today - 7)
  assert.ok(watch.apart.rail > 0n && watch.alarms > 0)
  assert.deepEqual([watch.apart.ledger, watch.apart.provider], [0n, 0n])
})

test('what is no closed day is refused by name', async () => {
  const refused = (code: string) => (thrown: unknown) => thrown instanceof FailureError && thrown.failure.code === code
  for (const wrong of ['2026-02-31', 'x', '', '2026-13-01', isoDate(FIRST_DAY - 200), `${day}'`])
    await assert.rejects(run(wrong), refused('invalid_field'), wrong)
  const today = utcDayOf(world.books.clock.at)
  await assert.rejects(run(isoDate(today)), refused('day_open'))
  await assert.rejects(run(isoDate(today + 3)), refused('day_open'))
  await world.settle(REPORTED[0], world.makeCall(REPORTED[0]))
  world.books.clock.at += 86_400_000
  await assert.rejects(run(isoDate(today)), refused('day_open'), 'over, and not closed yet')
})
