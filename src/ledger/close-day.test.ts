// Guarantee: a day is charged to each account once, in one transfer of exactly what its calls cost, and to the house what its calls cost
// beyond that; however often and by whomever it is closed; what comes late is charged to the day it comes; and the books agree before, during
// and after.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { type Database, isDatabaseError, sql } from '../db/index.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'
import { openSigner, sealDays, signCommits } from '../receipts/index.ts'
import { MORE_CLASSES } from '../spec/index.ts'
import { closeDays, HOUSE, makeLedger } from './index.ts'

const DAY = 20_000
let books: SimulatedBooks
before(async () => {
  books = await openBooks({ seed: 7, accounts: 12, day: DAY })
})
after(() => books.close())

const close = (beforeDay: number) => closeDays(books.kit.ledgerDatabase, { ids: books.ids, now: books.clock.at, before: beforeDay })
const sumsOf = async (day: number): Promise<readonly { account_id: string; cost: bigint; transfer: bigint | null }[]> =>
  await books.kit.ledgerDatabase.query(sql`
    select account_id, sum(e.cost)::bigint as cost, max(t.amount) as transfer
    from usage_event e left join transfer t on t.source_key = 'usage:' || account_id || ':' || posted_day
    where posted_day = ${isoDate(day)}::date group by account_id`)
const agree = async (when: string): Promise<void> => {
  const { ok, problems } = await books.ledger.verify()
  assert.ok(ok, `${when}: ${problems.join(', ')}`)
}
const houseTransfersOf = async (day: number): Promise<number> =>
  (
    await books.kit.ledgerDatabase.query(sql`
      select from transfer where kind in ('shortfall', 'upstream_cost') and right(source_key, 10) = ${isoDate(day)}`)
  ).length
const totals = async () => await Promise.all(books.accounts.map((account) => books.ledger.balanceOf(account)))

test('each account is charged once for a day, and its balance stays what it was', async () => {
  for (let times = 0; times < 4; times += 1) await books.settle(books.accounts)
  await agree('before')
  assert.deepEqual(await close(DAY), { days: 0, transfers: 0 }, 'a day that is not over is closed')
  const balances = await totals()
  await books.beginDay(DAY + 1)
  await books.settle(books.accounts)
  const rows = await sumsOf(DAY)
  const charged = rows.filter((row) => row.cost > 0n).length
  const balancesThen = await totals()
  assert.deepEqual(await close(DAY + 1), { days: 1, transfers: charged + (await houseTransfersOf(DAY)) })
  await agree('after')
  assert.deepEqual(await totals(), balancesThen)
  assert.notDeepEqual(balances, balancesThen)
  for (const row of await sumsOf(DAY)) assert.equal(row.transfer ?? 0n, row.cost)
  const posted = await books.kit.ledgerDatabase.query<{ debit: boolean; credit: boolean }>(sql`
    select debit_account = any(${[...books.accounts]}::uuid[]) as debit, credit_account = ${HOUSE.revenue}::uuid as credit
    from transfer where kind = 'usage'`)
  assert.ok(posted.length > 0 && posted.every(({ debit, credit }) => debit && credit))
})

test('the house is charged what prices were above holds, and owes each upstream what its calls cost', async () => {
  const day = isoDate(DAY)
  const { ledgerDatabase } = books.kit
  const [told] = await ledgerDatabase.query<{ shortfall: bigint; cost: bigint; calls: bigint; known: bigint }>(sql`
    select sum(shortfall)::bigint as shortfall, sum(upstream_cost)::bigint as cost, count(*) as calls, count(upstream_cost) as known
    from usage_event where posted_day = ${day}::date`)
  assert.ok(told !== undefined && told.shortfall > 0n && told.cost > 0n && told.known < told.calls)
  const posted = await ledgerDatabase.query(sql`
    select debit_account, credit_account, amount from transfer
    where kind in ('shortfall', 'upstream_cost') and right(source_key, 10) = ${day} order by kind`)
  assert.deepEqual(posted, [
    { debit_account: HOUSE.shortfall, credit_account: HOUSE.revenue, amount: told.shortfall },
    { debit_account: HOUSE.upstreamCost, credit_account: HOUSE.upstreamPayable, amount: told.cost },
  ])
  const kept = await ledgerDatabase.query(sql`
    select upstream_serial > 0 as reached, calls, known_calls as known, cost, input, output, more[7] as searches
    from upstream_day where day = ${day}::date order by 1`)
  const sums = await ledgerDatabase.query<{ calls: bigint }>(sql`
    select route_serial > 0 as reached, count(*) as calls, count(upstream_cost) as known, coalesce(sum(upstream_cost), 0)::bigint as cost,
      sum(input) as input, sum(output) as output, sum(more[7]) as searches
    from usage_event where posted_day = ${day}::date group by 1 order by 1`)
  assert.equal(sums.length, 2, 'calls that reached an upstream, and some that did not')
  assert.equal(MORE_CLASSES[6], 'webSearches')
  assert.deepEqual(kept, sums)
})

test('closing again, ten times and all at once, changes nothing', async () => {
  const before = await books.kit.ledgerDatabase.query(sql`select * from transfer order by id`)
  const done = await Promise.all(Array.from({ length: 10 }, () => close(DAY + 1)))
  assert.deepEqual(done, Array(10).fill({ days: 0, transfers: 0 }))
  assert.deepEqual(await books.kit.ledgerDatabase.query(sql`select * from transfer order by id`), before)
})

test('two that close the same day at once make one transfer an account', async () => {
  await books.beginDay(DAY + 2)
  const closes = await Promise.all([close(DAY + 2), close(DAY + 2), close(DAY + 2)])
  const charged = (await sumsOf(DAY + 1)).filter((row) => row.cost > 0n).length + (await houseTransfersOf(DAY + 1))
  assert.equal(
    closes.reduce((sum, { transfers }) => sum + transfers, 0),
    charged,
  )
  await agree('after')
})

test('a commit held up past its day is charged to the day it is', async () => {
  const { kit, clock } = books
  await books.settle(books.accounts.slice(0, 1))
  await books.beginDay(DAY + 3)
  await close(DAY + 3)
  // The writer believes that it is still yesterday, is refused, and asks for the time again.
  const times = [0, -1]
  const late = clock.at
  clock.now = () => late + (times.pop() ?? 0) * 86_400_000
  await books.settle(books.accounts.slice(0, 2))
  clock.now = () => clock.at
  const days = await kit.ledgerDatabase.query<{ posted_day: string; count: bigint }>(sql`
    select posted_day, count(*) from usage_event where posted_day > ${isoDate(DAY + 1)}::date group by 1 order by 1`)
  assert.deepEqual(days, [
    { posted_day: isoDate(DAY + 2), count: 1n },
    { posted_day: isoDate(DAY + 3), count: 2n },
  ])
  await agree('after')
})

test('a day that was ended early takes no call after the clock was set back: it is charged to the next, and signed', async () => {
  const today = utcDayOf(Date.now())
  const folder = mkdtempSync(join(tmpdir(), 'farebox-close-'))
  const early = await openBooks({ seed: 8, accounts: 2, day: today })
  try {
    const { ledgerDatabase } = early.kit
    await ledgerDatabase.query(sql`select ensure_usage_partition(${isoDate(today + 1)}::date)`)
    const signer = await openSigner(ledgerDatabase, folder, early.clock.at)
    const signing = { key: signer.keyAt(early.clock.at), now: early.clock.at }
    const sign = () => signCommits(ledgerDatabase, { nodeId: early.nodeId, ...signing })
    await early.settle(early.accounts.slice(0, 1))
    assert.equal(await sign(), 1)
    await closeDays(ledgerDatabase, { ids: early.ids, now: early.clock.at, before: today + 1 })
    assert.equal(await sealDays(ledgerDatabase, { ...signing, salt: () => randomBytes(32) }), 1)
    // The writer asked before the day was ended, and this account has no sum of the day that could refuse.
    await early.settle(early.accounts.slice(1))
    const days = await ledgerDatabase.query(sql`select posted_day from usage_event order by commit`)
    assert.deepEqual(days, [{ posted_day: isoDate(today) }, { posted_day: isoDate(today + 1) }])
    assert.equal(await sign(), 1)
    assert.deepEqual((await early.ledger.verify()).problems, [])
  } finally {
    await early.close()
    rmSync(folder, { recursive: true })
  }
})

test('a closed day stays as it is, whoever writes', async () => {
  const { ledgerDatabase, ownerDatabase } = books.kit
  const refused = (code: string) => (thrown: unknown) => isDatabaseError(thrown, code)
  const day = isoDate(DAY)
  for (const database of [ledgerDatabase, ownerDatabase]) {
    await assert.rejects(database.query(sql`update usage_day set cost = cost + 1 where day = ${day}::date`), refused('23001'))
    await assert.rejects(
      database.query(sql`insert into usage_day (account_id, day) values (${books.accounts[0]}::uuid, ${day}::date)`),
      refused('23001'),
    )
  }
  await assert.rejects(ledgerDatabase.query(sql`delete from ended_day`), refused('42501'))
  await assert.rejects(ownerDatabase.query(sql`delete from ended_day`), refused('23001'))
})

test('a house posting that is not what its day says is found', async () => {
  const { ownerDatabase } = books.kit
  const tampers = [
    [sql`update house_day set shortfall = shortfall + 1 where day = ${isoDate(DAY)}::date`, /house_days_equal_sums: 1 of/],
    [
      sql`update upstream_day set cost = cost + 1 where day = ${isoDate(DAY)}::date and upstream_serial > 0`,
      /house_transfers_equal_days: 1 of/,
    ],
    [sql`delete from upstream_day where day = ${isoDate(DAY)}::date`, /house_days_equal_sums: 1 of.*house_transfers_equal_days: 1 of/],
    [
      sql`update transfer set amount = amount + 1 where kind = 'upstream_cost' and right(source_key, 10) = ${isoDate(DAY)}`,
      /house_transfers_equal_days: 1 of/,
    ],
    [sql`delete from transfer where kind = 'shortfall' and right(source_key, 10) = ${isoDate(DAY)}`, /house_transfers_equal_days: 1 of/],
  ] as const
  const undo = new Error('undo')
  for (const [tamper, problem] of tampers) {
    const tampering = ownerDatabase.transaction(async (tx) => {
      await tx.query(sql`set local session_replication_role = replica`)
      await tx.query(tamper)
      const { problems } = await makeLedger(withoutTransactions(tx), books).verify()
      assert.match(problems.join(), problem, tamper.text)
      throw undo
    })
    await assert.rejects(tampering, undo)
  }
  await agree('untouched')
})

/** The transaction that tampers, as the check sees it: it can set no isolation of its own any more. */
const withoutTransactions = (tx: Database): Database => ({
  query: async (statement) => (statement.text.startsWith('set transaction') ? [] : await tx.query(statement)),
  transaction: (work) => work(withoutTransactions(tx)),
  end: async () => {},
})

test('a transfer of another amount than its day is found', async () => {
  const { ownerDatabase } = books.kit
  await ownerDatabase.query(sql`alter table usage_day disable trigger all`)
  await ownerDatabase.query(
    sql`update usage_day set cost = cost + 1 where day = ${isoDate(DAY)}::date and account_id = ${books.accounts[0]}::uuid`,
  )
  const { problems } = await books.ledger.verify()
  assert.match(problems.join(), /closed_days_equal_transfers: 1 of/)
  await ownerDatabase.query(
    sql`update usage_day set cost = cost - 1 where day = ${isoDate(DAY)}::date and account_id = ${books.accounts[0]}::uuid`,
  )
  await ownerDatabase.query(sql`alter table usage_day enable trigger all`)
  await agree('mended')
})
