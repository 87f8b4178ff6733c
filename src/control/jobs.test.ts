// Guards: what a stopped server left open is signed, charged and sealed when it starts again, what it committed last before it stops; and a day is
// left alone until it is over by both clocks.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { sql } from '../db/index.ts'
import { isoDate, type LogEvent, utcDayOf } from '../lib/index.ts'
import { openDayClosing, startJobs } from './jobs.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'farebox-jobs-'))
/** In the first minutes of a day yesterday, which the database then holds open. */
const TODAY = utcDayOf(Date.now() - 120_000)
const DAY_MS = 86_400_000
const logged: LogEvent[] = []
let books: SimulatedBooks
before(async () => {
  books = await openBooks({ seed: 2, accounts: 4, day: TODAY - 2 })
})
after(async () => {
  await books.close()
  rmSync(dataDir, { recursive: true })
})

type Counts = { readonly batches: bigint; readonly roots: bigint; readonly open: bigint }
const counts = async (): Promise<Counts> => {
  const [row] = await books.kit.ledgerDatabase.query<Counts>(sql`
    select (select count(*) from receipt_batch) as batches, (select count(*) from day_root) as roots,
      (select count(distinct day) from usage_day where closed_at is null) as open`)
  assert.ok(row)
  return row
}
const start = async (now: number) => {
  books.clock.at = now
  const options = {
    appDatabase: books.kit.appDatabase,
    ...{ ledgerDatabase: books.kit.ledgerDatabase, booksDatabase: books.kit.ledgerDatabase, audit: async () => undefined },
    ...{ nodeId: books.nodeId, leaves: books.leaves, dataDir, ids: books.ids, clock: books.clock, keepKeys: async () => undefined },
    log: (entry: LogEvent) => void logged.push(entry),
  }
  return startJobs(options, await openDayClosing(options))
}

async function until(isDone: (counts: Counts) => boolean): Promise<Counts> {
  for (let tries = 0; ; tries += 1) {
    const now = await counts()
    if (isDone(now) || tries > 200) return now
    await sleep(25)
  }
}

test('a start catches up: days that are over are charged and sealed, calls of today are signed', async () => {
  for (const day of [TODAY - 2, TODAY - 1, TODAY]) {
    await books.beginDay(day)
    await books.settle(books.accounts)
  }
  const jobs = await start(TODAY * DAY_MS + 120_000)
  assert.deepEqual(await until(({ roots, open, batches }) => roots === 2n && open === 1n && batches === 3n), {
    batches: 3n,
    roots: 2n,
    open: 1n,
  })
  await books.settle(books.accounts)
  await until(({ batches }) => batches === 4n)
  await jobs.stop()
  assert.deepEqual(await counts(), { batches: 4n, roots: 2n, open: 1n })
  assert.deepEqual(logged, [])
  assert.ok((await books.ledger.verify()).ok)
})

test('what was committed before a stop is signed when all has stopped', async () => {
  const { batches: before } = await counts()
  const jobs = await start(TODAY * DAY_MS + 120_000)
  await books.settle(books.accounts)
  // The job that signs has just run, and rests.
  await until(({ batches }) => batches > before)
  await books.settle(books.accounts)
  await jobs.stop()
  const unsigned = sql`select from usage_event where commit > (select max(last_commit) from receipt_batch)`
  assert.deepEqual(await books.kit.ledgerDatabase.query(unsigned), [])
})

test('a day is not closed in its first minute, nor by a clock that runs ahead of the database', async () => {
  for (const ahead of [0, 3]) {
    await books.beginDay(TODAY + ahead)
    await books.settle(books.accounts)
    const jobs = await start((TODAY + ahead) * DAY_MS + (ahead === 0 ? 59_000 : 120_000))
    await sleep(300)
    await jobs.stop()
  }
  const [today] = await books.kit.ledgerDatabase.query(sql`
    select from usage_day where day = ${isoDate(TODAY)}::date and closed_at is null`)
  assert.ok(today !== undefined)
  assert.equal((await counts()).roots, 2n)
})

test('a job that fails says so and is run again', async () => {
  const { ownerDatabase } = books.kit
  await ownerDatabase.query(sql`alter table receipt_batch rename to receipt_batch_away`)
  const jobs = await start(Date.now())
  await books.settle(books.accounts)
  for (let tries = 0; logged.length === 0 && tries < 400; tries += 1) await sleep(25)
  await ownerDatabase.query(sql`alter table receipt_batch_away rename to receipt_batch`)
  const before = (await counts()).batches
  assert.ok((await until(({ batches }) => batches > before)).batches > before)
  await jobs.stop()
  assert.ok(logged.some(({ event, code }) => event === 'receipts-unsigned' && code === '42P01'))
})
