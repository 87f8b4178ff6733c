// Guarantee: calls go when they are due by both clocks and never before, whatever accounts want and in whatever order; and the books, the
// receipts of others and the comparison with reports are as right as they were.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { differingSums } from '../../checks/money/sums-of-calls.ts'
import { sql } from '../db/index.ts'
import { closeDays, type Settlement } from '../ledger/index.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'
import { findReceipt, openSigner, type Signer, sealDays, signCommits } from '../receipts/index.ts'
import { compareLedger } from '../reconcile/ledger-day.ts'
import { forgetUsage, purgeDays, purgeShortKept, readLateness } from './index.ts'

const DAY_MS = 86_400_000
const TODAY = utcDayOf(Date.now())
const NOW = TODAY * DAY_MS + 1
const folder = mkdtempSync(join(tmpdir(), 'farebox-retention-'))
let books: SimulatedBooks
let signer: Signer
const calls: Settlement[] = []
const late: Settlement[] = []

before(async () => {
  books = await openBooks({ seed: 5, accounts: 6, day: TODAY - 93 })
  for (const account of books.accounts) await books.kit.appDatabase.query(sql`insert into account (id) values (${account}::uuid)`)
  signer = await openSigner(books.kit.ledgerDatabase, folder, books.clock.at)
  for (const day of [93, 92, 91, 90, 89, 40, 8, 7, 6, 1, 0]) {
    await books.beginDay(TODAY - day)
    calls.push(...(await books.settle(books.accounts)), ...(await books.settle(books.accounts)))
    // Let in before midnight, charged on the day that is open.
    if (day === 0) late.push(...(await books.settle(books.accounts.slice(-1), 1)))
    if (day === 6) calls.push(...(await books.settle(books.accounts.slice(0, 3), 1)))
  }
  calls.push(...late)
})
after(async () => {
  await books.close()
  rmSync(folder, { recursive: true })
})

async function closeBefore(day: number): Promise<void> {
  const { ledgerDatabase } = books.kit
  const signing = { key: signer.keyAt(books.clock.at), now: books.clock.at }
  await signCommits(ledgerDatabase, { nodeId: books.nodeId, ...signing })
  await closeDays(ledgerDatabase, { ids: books.ids, now: books.clock.at, before: day })
  await sealDays(ledgerDatabase, { ...signing, salt: () => randomBytes(32) })
}
const rowsLeft = async (): Promise<ReadonlySet<string>> => {
  const rows = await books.kit.ledgerDatabase.query<{ request_id: string }>(sql`select request_id from usage_event`)
  return new Set(rows.map(({ request_id }) => request_id))
}
const expectLeft = async (isLeft: (call: Settlement) => boolean): Promise<void> => {
  const left = await rowsLeft()
  const wrong = calls.filter((call) => left.has(call.requestId) !== isLeft(call))
  assert.deepEqual(
    wrong.map(({ accountId, day }) => [books.accounts.indexOf(accountId), TODAY - day]),
    [],
  )
}
const daysOf = (...ago: readonly number[]): readonly string[] => ago.map((days) => isoDate(TODAY - days))
const retain = (accountId: string | undefined, days: number) =>
  books.kit.appDatabase.query(sql`update account set usage_retention_days = ${days}::smallint where id = ${accountId ?? ''}::uuid`)
async function expectBooks(): Promise<void> {
  assert.deepEqual((await books.ledger.verify()).problems, [])
  assert.deepEqual(await differingSums(books.kit.appDatabase), [])
  for (const day of daysOf(89, 40, 8, 7, 6, 1)) {
    const { differences, ours, theirs } = await compareLedger(books.kit.appDatabase, day)
    assert.deepEqual([differences, ours], [[], theirs], day)
  }
}

test('a day that is not closed is refused and told to be late; nothing of it is gone', async () => {
  await assert.rejects(purgeDays(books.kit.ledgerDatabase, NOW), { code: '23001' })
  await expectLeft(() => true)
  const late = await readLateness(books.kit.ledgerDatabase, NOW)
  assert.equal(late?.day, isoDate(TODAY - 93))
  assert.ok((late?.seconds ?? 0) >= 3 * 86_400)
  await closeBefore(TODAY)
})

test('a day goes when both clocks say that it is due', async () => {
  assert.deepEqual(await purgeDays(books.kit.ledgerDatabase, NOW - 2 * DAY_MS), daysOf(93, 92), 'our clock stands behind')
  assert.equal((await readLateness(books.kit.ledgerDatabase, NOW - 2 * DAY_MS))?.day, isoDate(TODAY - 91), 'and is noticed')
  assert.deepEqual(await purgeDays(books.kit.ledgerDatabase, NOW + 60 * DAY_MS), daysOf(91, 90), 'our clock stands ahead')
  assert.deepEqual(await purgeDays(books.kit.ledgerDatabase, NOW), [])
  assert.equal(await readLateness(books.kit.ledgerDatabase, NOW), undefined)
  await expectLeft(({ day }) => day > TODAY - 90)
  const drop = sql`select drop_usage_partition(${isoDate(TODAY - 89)}::date)`
  await assert.rejects(books.kit.ledgerDatabase.query(drop), { code: '23001' }, 'the database itself drops nothing before it is due')
  await expectBooks()
})

test('of a dropped day the sums of upstreams stay, and no model', async () => {
  const rows = await books.kit.appDatabase.query<{ day: string; model_serial: number; tokens: bigint }>(sql`
    select day, model_serial, input + cache_read + cache_write_5m + cache_write_1h + output as tokens from upstream_day
    where day <= ${isoDate(TODAY - 90)}::date`)
  assert.equal(new Set(rows.map(({ day }) => day)).size, 4)
  for (const row of rows) assert.deepEqual([row.model_serial, row.tokens], [0, 0n])
  for (const statement of [sql`update upstream_day set cost = 1`, sql`delete from upstream_day where day > ${isoDate(TODAY - 90)}::date`])
    await assert.rejects(books.kit.ownerDatabase.query(statement), { code: '23001' })
})

test('the database itself takes no call out before it is due, whatever day it is told', async () => {
  await retain(books.accounts[0], 2)
  const purge = sql`select purge_usage_rows(${isoDate(TODAY - 1)}::date, ${isoDate(TODAY + 5)}::date) as gone`
  assert.deepEqual(await books.kit.ledgerDatabase.query(purge), [{ gone: 0n }])
  await retain(books.accounts[0], 90)
})

test('accounts keep their calls for as long as they want, in any order of wanting', async () => {
  const isDue = ({ accountId, day }: Settlement): boolean => gone.has(accountId) && day + (gone.get(accountId) ?? 90) <= TODAY
  const gone = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.nat(books.accounts.length - 2), fc.constantFrom(90, 41, 40, 8, 7, 2, 1), async (index, days) => {
      const accountId = books.accounts[index] ?? ''
      gone.set(accountId, Math.min(days, gone.get(accountId) ?? 90))
      await retain(accountId, days)
      await purgeShortKept(books.kit.ledgerDatabase, NOW)
      await expectLeft((call) => call.day > TODAY - 90 && !isDue(call))
      assert.deepEqual(await differingSums(books.kit.appDatabase), [])
      assert.equal(await purgeShortKept(books.kit.ledgerDatabase, NOW), 0)
      assert.equal(await readLateness(books.kit.ledgerDatabase, NOW), undefined)
    }),
    { numRuns: 12 },
  )
  await expectBooks()
})

test('yesterday is not written anew while a call of it is open, and an older day is', async () => {
  const { ledgerDatabase } = books.kit
  const [accountId = ''] = books.accounts.slice(-1)
  for (const day of daysOf(6, 1))
    await ledgerDatabase.query(sql`
      insert into open_call (node_id, request_id, account_id, key_id, day, model_serial, route_serial, price_version, hold, started_at,
        input, cache_read, cache_write_5m, cache_write_1h, output, reasoning)
      values (${books.nodeId}::uuid, gen_random_uuid(), ${books.accounts[0]}::uuid, ${accountId}::uuid, ${day}::date, 1, 1, 1, 0, now(),
        0, 0, 0, 0, 0, 0)`)
  const kept = calls.filter((call) => call.accountId === accountId && call.day >= TODAY - 1)
  assert.equal(await forgetUsage(ledgerDatabase, accountId, NOW), kept.length)
  assert.equal(await purgeShortKept(ledgerDatabase, NOW), 0)
  const left = await rowsLeft()
  assert.ok(calls.every((call) => call.accountId !== accountId || left.has(call.requestId) === kept.includes(call)))
  assert.equal((await readLateness(ledgerDatabase, NOW))?.day, isoDate(TODAY - 1), 'which is told')
  await ledgerDatabase.query(sql`delete from open_call`)
})

test('an account is forgotten but for the day that is open, whose calls go when it is closed', async () => {
  const [accountId = ''] = books.accounts.slice(-1)
  const open = calls.filter((call) => call.accountId === accountId && (call.day === TODAY || late.includes(call)))
  assert.ok(open.length > late.length && late.length > 0)
  const others = books.accounts[0] ?? ''
  for (const account of [accountId, others])
    await books.kit.ledgerDatabase.query(sql`
      insert into spend_slice (node_id, subject_id, kind, starts_at, account_id, amount)
      values (${books.nodeId}::uuid, ${account}::uuid, 0, now(), ${account}::uuid, 0)`)
  assert.equal(await forgetUsage(books.kit.ledgerDatabase, accountId, NOW), open.length)
  const left = await rowsLeft()
  assert.ok(calls.every((call) => call.accountId !== accountId || left.has(call.requestId) === open.includes(call)))
  assert.deepEqual(await books.kit.ledgerDatabase.query(sql`select account_id from spend_slice`), [{ account_id: others }])
  assert.equal(await purgeShortKept(books.kit.ledgerDatabase, NOW + DAY_MS), 0, 'the clock of the database does not agree')
  await expectBooks()
})

test('a settlement that is sent again after its row went is charged once', async () => {
  const left = await rowsLeft()
  const again = calls.filter((call) => call.day === TODAY - 1 && !left.has(call.requestId))
  assert.ok(again.length > 0)
  const sums = () => books.kit.ledgerDatabase.query(sql`select * from usage_day where closed_at is null order by account_id`)
  const before = await sums()
  await Promise.all(again.map((call) => books.writer.settle(call)))
  assert.deepEqual(await sums(), before)
  assert.deepEqual([...(await rowsLeft())].toSorted(), [...left].toSorted())
  await expectBooks()
})

test('receipts of calls that are left are there, those of calls that went are not', async () => {
  const left = await rowsLeft()
  for (const { requestId, accountId, day } of calls.filter((call) => call.day < TODAY && !late.includes(call))) {
    const receipt = await findReceipt(books.kit.appDatabase, { requestId, accountId, now: NOW })
    assert.equal(typeof receipt, left.has(requestId) ? 'object' : 'string', isoDate(day))
  }
})

test('nodes that purge at the same time, while calls are settled, drop each day once', async () => {
  const { ledgerDatabase } = books.kit
  const days = daysOf(120, 119, 118)
  for (const day of days) await ledgerDatabase.query(sql`select ensure_usage_partition(${day}::date)`)
  const settled = books.settle(books.accounts)
  await Promise.all(Array.from({ length: 4 }, () => purgeDays(ledgerDatabase, NOW)))
  calls.push(...(await settled))
  const purged = await ledgerDatabase.query<{ day: string }>(
    sql`select day from purged_day where day = any(${[...days]}::date[]) order by day`,
  )
  assert.deepEqual(
    purged.map(({ day }) => day),
    days,
  )
  assert.equal(await readLateness(ledgerDatabase, NOW), undefined)
  await expectBooks()
})

test('neither role deletes calls, writes what is said of those that went, or changes a sum', async () => {
  const denied = [
    sql`delete from usage_event`,
    sql`insert into purged_day (day) values ('2020-01-01')`,
    sql`insert into purged_usage select * from purged_usage`,
    sql`delete from purged_usage`,
    sql`delete from usage_aggregate`,
    sql`insert into usage_aggregate values ('2020-01-01', 1, 10, 10, 10)`,
    sql`select write_usage_aggregate('2020-01-01')`,
    ...[sql`update usage_key_day set cost = 0`, sql`insert into usage_key_day select * from usage_key_day`, sql`delete from house_minute`],
  ]
  for (const statement of denied) {
    await assert.rejects(books.kit.ledgerDatabase.query(statement), { code: '42501' }, statement.text)
    await assert.rejects(books.kit.appDatabase.query(statement), { code: '42501' }, statement.text)
  }
  for (const statement of [sql`select purge_usage_rows('2020-01-01', '2026-01-01')`, sql`select forget_usage(gen_random_uuid())`])
    await assert.rejects(books.kit.appDatabase.query(statement), { code: '42501' }, statement.text)
})
