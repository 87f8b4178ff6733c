// Guarantee: what pages show of many calls is the sum over the calls that are there, to the nano-dollar: whatever is settled, how often it is sent, on
// how many nodes; times are told by the class they are in. Seed printed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { differingSums } from '../../checks/money/sums-of-calls.ts'
import { sql } from '../db/index.ts'
import type { Settlement } from '../ledger/index.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'
import { inputTokensOf, outputTokensOf } from '../spec/index.ts'
import { houseCalls, keyUsage, usageByDay, usageByKey } from './index.ts'

const TODAY = utcDayOf(Date.now())
let books: SimulatedBooks
let other: SimulatedBooks
const sent: Settlement[] = []

before(async () => {
  books = await openBooks({ seed: 9, accounts: 3, day: TODAY - 1 })
  other = await openBooks({ seed: 10, accounts: 1, day: TODAY - 1, kit: books.kit })
  await books.beginDay(TODAY)
})
after(async () => {
  await other.writer.drain()
  await books.close()
})

type Step = { readonly what: 'settle' | 'late' | 'again'; readonly count: number }
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ what: fc.constantFrom('settle', 'late', 'again' as const), count: fc.integer({ min: 1, max: 20 }) }),
  { minLength: 1, maxLength: 6 },
)

async function take({ what, count }: Step): Promise<void> {
  const accounts = Array.from({ length: count }, (_, index) => books.accounts[index % books.accounts.length] ?? '')
  if (what === 'again') await Promise.all(sent.slice(-count).map((settlement) => books.writer.settle(settlement)))
  else sent.push(...(await books.settle(accounts, what === 'late' ? 1 : 0)))
}

test('sums are those of the calls after any settlements, sent once or again, on two nodes', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      other.clock.at = books.clock.at
      for (const step of taken) await Promise.all([take(step), other.settle(other.accounts)])
      assert.deepEqual(await differingSums(books.kit.appDatabase), [])
    }),
    { numRuns: 8 },
  )
  // Whatever was drawn before.
  for (const what of ['settle', 'late', 'again'] as const) await take({ what, count: 12 })
  assert.deepEqual(await differingSums(books.kit.appDatabase), [])
})

test('a sum that is off by one, a class that is another, and a call that is not in any are noticed', async () => {
  const { ownerDatabase } = books.kit
  const plants = [
    [sql`update usage_key_day set cost = cost + 1`, sql`update usage_key_day set cost = cost - 1`],
    [sql`update house_minute set latencies[7] = latencies[7] + 1`, sql`update house_minute set latencies[7] = latencies[7] - 1`],
    [sql`update usage_event set input = input + 1`, sql`update usage_event set input = input - 1`],
  ] as const
  for (const [plant, mend] of plants) {
    await ownerDatabase.query(plant)
    assert.ok((await differingSums(ownerDatabase)).length > 0, plant.text)
    await ownerDatabase.query(mend)
  }
  assert.deepEqual(await differingSums(ownerDatabase), [])
})

test('what pages show is what was settled', async () => {
  const [accountId = ''] = books.accounts
  const database = books.kit.appDatabase
  const own = sent.filter((call) => call.accountId === accountId)
  const cost = own.reduce((sum, call) => sum + call.cost, 0n)
  const [from, to] = [isoDate(TODAY - 1), isoDate(TODAY)]
  const days = await usageByDay(database, { accountId, from, to })
  assert.deepEqual(
    [
      days.reduce((sum, day) => sum + day.requests, 0),
      days.reduce((sum, day) => sum + day.cost, 0n),
      new Set(days.map(({ day }) => day)).size,
    ],
    [own.length, cost, 2],
  )
  const range = (await usageByKey(database, { accountId, from, to, now: books.clock.at })).get(accountId)?.range
  assert.deepEqual([range?.requests, range?.cost], [own.length, cost])
  const tokensOf = (calls: readonly Settlement[]) => [
    calls.reduce((sum, { usage }) => sum + inputTokensOf(usage), 0),
    calls.reduce((sum, { usage }) => sum + outputTokensOf(usage), 0),
  ]
  for (const name of ['embedding', 'audioInput', 'imageOutput'] as const) assert.ok(own.some(({ usage }) => usage[name] > 0))
  assert.deepEqual([range?.inputTokens, range?.outputTokens], tokensOf(own), 'tokens of every class, once')
  assert.deepEqual(
    [days.reduce((sum, day) => sum + day.inputTokens, 0), days.reduce((sum, day) => sum + day.outputTokens, 0)],
    tokensOf(own),
  )
  const { account } = await keyUsage(database, { accountId, keyId: accountId }, books.clock)
  const images = own.reduce((sum, call) => sum + call.usage.images, 0)
  assert.deepEqual([account.last_30_days.calls, account.last_30_days.pieces.images], [own.length, images])
  const [all] = await database.query<{ calls: bigint; median: number; p95: number }>(sql`
    select count(*) as calls, percentile_disc(0.5) within group (order by latency_ms) as median,
      percentile_disc(0.95) within group (order by latency_ms) as p95 from usage_event`)
  const { lastDay } = await houseCalls(database, books.clock.at + 1000)
  assert.equal(lastDay.calls, Number(all?.calls))
  for (const [told, exact] of [
    [lastDay.latencyMsMedian, all?.median],
    [lastDay.latencyMsP95, all?.p95],
  ] as const)
    assert.ok(told !== undefined && exact !== undefined && told >= exact && told <= exact * 1.13 + 1, `${told} of ${exact}`)
})

test('a class of latencies is the first whose end is not below it', async () => {
  const rows = await books.kit.appDatabase.query<{ millis: number; end: number; before: number | null }>(sql`
    select millis, (latency_classes())[latency_class(millis)] as end, (latency_classes())[latency_class(millis) - 1] as before
    from generate_series(0, 1100) as small (millis) union all select 999999, 1000000, 900000 union all
    select 2000000, (latency_classes())[latency_class(2000000)], (latency_classes())[latency_class(2000000) - 1]`)
  for (const { millis, end, before: below } of rows)
    assert.ok(millis === 2_000_000 ? end === 1_000_000 : millis <= end && millis > (below ?? -1), `${millis} is in ${below} to ${end}`)
})
