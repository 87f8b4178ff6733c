// Guards: what became due while nothing ran is gone before anybody is served; a day that does not close is an alarm; and while control runs,
// what is due goes when its day begins.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { sql } from '../db/index.ts'
import { PERSONAL_DATA } from '../inventory.ts'
import { closeDays } from '../ledger/index.ts'
import { isoDate, type LogEvent, utcDayOf } from '../lib/index.ts'
import { openSigner, type Signer, sealDays } from '../receipts/index.ts'
import { forgetAged, forgetSpent, ROWS_AT_ONCE, retentionJobs } from '../retention/index.ts'
import { openRetention } from './retaining.ts'

const DAY_MS = 86_400_000
const TODAY = utcDayOf(Date.now())
const folder = mkdtempSync(join(tmpdir(), 'farebox-retaining-'))
const logged: LogEvent[] = []
const told: number[] = []
let books: SimulatedBooks
let signer: Signer
before(async () => {
  books = await openBooks({ seed: 6, accounts: 3, day: TODAY - 92 })
  signer = await openSigner(books.kit.ledgerDatabase, folder, books.clock.at)
  for (const day of [92, 91, 90, 89]) {
    await books.beginDay(TODAY - day)
    await books.settle(books.accounts)
  }
  // More than a day old at any time of today but its first second, and not yet so by any clock that is set here before the last one.
  const yesterday = isoDate(TODAY - 1)
  await books.kit.appDatabase.query(sql`
    insert into idempotency (key_hash, input_hash, status, response, created_at)
    values (${Buffer.from('old')}, '', 201, '1', ${yesterday}::date::timestamp at time zone 'UTC' + interval '1 second'), (${Buffer.from('new')}, '', 201, '1', now())`)
})
after(async () => {
  await books.close()
  rmSync(folder, { recursive: true })
})

const daysLeft = async (): Promise<readonly string[]> => {
  const rows = await books.kit.ledgerDatabase.query<{ day: string }>(sql`select distinct day from usage_event order by day`)
  return rows.map(({ day }) => day)
}
const close = async (): Promise<void> => {
  const { ledgerDatabase } = books.kit
  await closeDays(ledgerDatabase, { ids: books.ids, now: books.clock.at, before: TODAY })
  await sealDays(ledgerDatabase, { key: signer.keyAt(books.clock.at), now: books.clock.at, salt: () => randomBytes(32) })
}
const open = (closing: () => Promise<void>) => {
  const { appDatabase, ledgerDatabase } = books.kit
  return openRetention({
    ...{ appDatabase, booksDatabase: ledgerDatabase, clock: books.clock, close: closing },
    log: (entry) => void logged.push(entry),
    onLate: (seconds) => void told.push(seconds),
  })
}

test('a day that does not close keeps its calls, and that is told', async () => {
  books.clock.at = TODAY * DAY_MS + 1
  await open(() => Promise.reject(new RangeError('the books are held up')))
  assert.equal((await daysLeft()).length, 4)
  assert.deepEqual(
    [...new Set(logged.map(({ event }) => event))].toSorted(),
    ['day-unclosed', 'days-kept', 'purge-late'],
    JSON.stringify(logged),
  )
  assert.ok(told.every((seconds) => seconds >= 2 * 86_400) && told.length > 0)
})

test('what became due is gone when the start has caught up, answers to old POSTs too; a clock that stands behind purges less', async () => {
  logged.length = 0
  books.clock.at = (TODAY - 1) * DAY_MS + DAY_MS - 1
  const { start } = await open(close)
  assert.deepEqual(await daysLeft(), [isoDate(TODAY - 90), isoDate(TODAY - 89)])
  assert.deepEqual(await books.kit.appDatabase.query(sql`select key_hash from idempotency`), [
    { key_hash: Buffer.from('old') },
    { key_hash: Buffer.from('new') },
  ])
  const running = start()
  try {
    books.clock.at = TODAY * DAY_MS
    for (let tries = 0; tries < 200 && (await daysLeft()).length > 1; tries += 1) await sleep(25)
    assert.deepEqual(await daysLeft(), [isoDate(TODAY - 89)])
  } finally {
    await running.stop()
  }
  assert.deepEqual(
    logged.filter(({ event }) => event !== 'purge-late'),
    [],
  )
  books.clock.at = Date.now()
  await (await open(close)).start().stop()
  assert.deepEqual(await books.kit.appDatabase.query(sql`select key_hash from idempotency`), [{ key_hash: Buffer.from('new') }])
  assert.equal(told.at(-1), 0)
})

test('a table that nothing can be deleted from is told, and keeps no rows of others', async () => {
  logged.length = 0
  await books.kit.appDatabase.query(sql`
    insert into idempotency (key_hash, input_hash, status, response, created_at)
    values (${Buffer.from('older')}, '', 201, '1', now() - interval '3 days')`)
  await books.kit.ownerDatabase.query(sql`revoke delete on key_alarm from farebox_app`)
  await (await open(close)).start().stop()
  await books.kit.ownerDatabase.query(sql`grant delete on key_alarm to farebox_app`)
  assert.deepEqual(await books.kit.appDatabase.query(sql`select key_hash from idempotency`), [{ key_hash: Buffer.from('new') }])
  assert.deepEqual([...new Set(logged.map(({ event, code }) => `${event} ${code}`))], ['rows-kept 42501'])
})

test('however many rows are old, they go, so many with each statement', async () => {
  const { appDatabase, ledgerDatabase } = books.kit
  const many = 2 * ROWS_AT_ONCE + 5
  await appDatabase.query(sql`
    insert into idempotency (key_hash, input_hash, status, response, created_at)
    select ('many' || number)::bytea, '', 201, '1', now() - interval '3 days' from generate_series(1, ${many}) as number`)
  const rows: number[] = []
  const counting: typeof appDatabase = Object.assign(Object.create(appDatabase), {
    query: async (statement: Parameters<typeof appDatabase.query>[0]) => {
      const gone = await appDatabase.query(statement)
      rows.push(gone.length)
      return gone
    },
  })
  const jobs = retentionJobs(PERSONAL_DATA).filter(({ table }) => table === 'idempotency')
  assert.equal(await forgetAged({ appDatabase: counting, ledgerDatabase }, jobs, Date.now()), many)
  assert.deepEqual(rows, [ROWS_AT_ONCE, ROWS_AT_ONCE, 5])
})

test('from which addresses a key was used is gone with the day, none of it being older than 24 hours', async () => {
  const { appDatabase, ledgerDatabase } = books.kit
  const [accountId = ''] = books.accounts
  for (const [index, day] of [TODAY - 1, TODAY].entries())
    await appDatabase.query(sql`
      insert into key_address (day, key_id, account_id, tag)
      values (${isoDate(day)}::date, ${accountId}::uuid, ${accountId}::uuid, ${Buffer.alloc(32, index)})`)
  const jobs = retentionJobs(PERSONAL_DATA).filter(({ table }) => table === 'key_address')
  const left = () => appDatabase.query<{ day: string }>(sql`select day from key_address order by day`)
  await forgetAged({ appDatabase, ledgerDatabase }, jobs, TODAY * DAY_MS - 1)
  assert.equal((await left()).length, 2)
  await forgetAged({ appDatabase, ledgerDatabase }, jobs, TODAY * DAY_MS)
  assert.deepEqual(await left(), [{ day: isoDate(TODAY) }])
})

test('what a node set aside and gave back is gone with the next look, and what it still has stays', async () => {
  const { ledgerDatabase } = books.kit
  const accounts = books.accounts.slice(0, 2)
  for (const [index, account] of accounts.entries())
    await ledgerDatabase.query(sql`
      insert into spend_slice (node_id, subject_id, kind, starts_at, account_id, amount)
      values (${books.nodeId}::uuid, ${account}::uuid, 0, now(), ${account}::uuid, ${index})`)
  await (await open(close)).start().stop()
  assert.deepEqual(await ledgerDatabase.query(sql`select account_id, amount from spend_slice`), [{ account_id: accounts[1], amount: 1n }])
  const [empty] = await ledgerDatabase.query<{ slices: bigint }>(sql`select count(*) as slices from slice where amount = 0`)
  assert.equal(empty?.slices, 0n)
  await ledgerDatabase.query(sql`delete from spend_slice`)
})

test('a slice that a commit works on is not waited for, as the commit may wait for one that is being deleted', {
  timeout: 20_000,
}, async () => {
  const { ledgerDatabase } = books.kit
  const accounts = books.accounts.slice(0, 2)
  for (const account of accounts)
    await ledgerDatabase.query(sql`
      insert into spend_slice (node_id, subject_id, kind, starts_at, account_id, amount)
      values (${books.nodeId}::uuid, ${account}::uuid, 0, now(), ${account}::uuid, 0)`)
  await ledgerDatabase.transaction(async (tx) => {
    await tx.query(sql`update spend_slice set amount = 5 where account_id = ${accounts[1]}::uuid`)
    assert.equal(await forgetSpent(ledgerDatabase), 1)
  })
  assert.equal(await forgetSpent(ledgerDatabase), 0)
  assert.deepEqual(await ledgerDatabase.query(sql`select account_id, amount from spend_slice`), [{ account_id: accounts[1], amount: 5n }])
  await ledgerDatabase.query(sql`delete from spend_slice`)
})
