// Guarantee: what waits longer than a quarter of an hour to be cleared raises an alarm, until it is cleared; what is younger raises none.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from '../db/index.ts'
import { isoDate, type LogEvent, utcDayOf } from '../lib/index.ts'
import { backlogSource, booksSource, CLEARING_MS_MAX, watchClearing } from './clearing-watch.ts'
import { type MoneyStore, openMoneyStore, testClock } from './testing.ts'

const DAY_MS = 86_400_000
let store: MoneyStore
before(async () => {
  store = await openMoneyStore()
})
after(() => store.drop())

test('an open call that nobody writes down any more and a day that is not charged are overdue after a quarter of an hour', async () => {
  const now = Date.now()
  const { accountId } = await store.newCustomer(10n)
  const source = booksSource(store.database, { now: () => now })
  await store.ownerDatabase.query(sql`
    insert into open_call (request_id, node_id, account_id, key_id, day, model_serial, route_serial, price_version, hold, started_at,
      updated_at, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning)
    values (${randomUUID()}, ${randomUUID()}, ${accountId}, ${accountId}, ${isoDate(utcDayOf(now))}, 1, 1, 1, 5, now(),
      ${new Date(now - CLEARING_MS_MAX + 60_000)}, 0, 0, 0, 0, 0, 0)`)
  assert.equal(await source.countOverdue(), 0)
  assert.equal(await booksSource(store.database, { now: () => now + 62_000 }).countOverdue(), 1)
  await store.ownerDatabase.query(sql`delete from open_call`)
  const yesterday = utcDayOf(now) - 1
  await store.ownerDatabase.query(sql`insert into usage_day (account_id, day) values (${accountId}, ${isoDate(yesterday)})`)
  const midnight = (yesterday + 1) * DAY_MS
  const overdueAt = (at: number) => booksSource(store.database, { now: () => at }).countOverdue()
  assert.deepEqual([await overdueAt(midnight + CLEARING_MS_MAX - 1000), await overdueAt(midnight + CLEARING_MS_MAX + 1000)], [0, 1])
  await store.ownerDatabase.query(sql`delete from usage_day`)
})

test('settlements that wait for the database are overdue once some have waited for a quarter of an hour without a break', async () => {
  const clock = testClock()
  let backlog = 3
  const { countOverdue } = backlogSource(() => backlog, clock)
  assert.equal(await countOverdue(), 0)
  clock.forward(CLEARING_MS_MAX - 1)
  backlog = 0
  assert.equal(await countOverdue(), 0)
  backlog = 2
  assert.equal(await countOverdue(), 0)
  clock.forward(CLEARING_MS_MAX)
  assert.equal(await countOverdue(), 2)
  backlog = 0
  assert.equal(await countOverdue(), 0)
})

test('the alarm names the source and lasts as long as something is overdue', async () => {
  const events: LogEvent[] = []
  const overdue = { books: 2, other: 0 }
  const sources = (['books', 'other'] as const).map((name) => ({ name, countOverdue: async () => overdue[name] }))
  const watch = watchClearing({ sources, log: (event) => void events.push(event) })
  await watch.look()
  assert.equal(watch.overdueCount(), 2)
  assert.deepEqual(events, [{ event: 'clearing-overdue', source: 'books', items: 2 }])
  overdue.books = 0
  await watch.look()
  assert.deepEqual([watch.overdueCount(), events.length], [0, 1])
  watch.stop()
})
