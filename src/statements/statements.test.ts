// Guarantee: every month of every account's history leads from what there was to what there is by the lines that are shown, to the
// nano-dollar; months chain; the month that runs ends at the balance of the ledger; and whatever moves money appears, whatever its kind.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { closeDays, HOUSE } from '../ledger/index.ts'
import { isoDate, type NanoUsd, utcDayOf } from '../lib/index.ts'
import { readStatement, type Statement, showStatement, statementCsv } from './index.ts'

const FIRST_DAY = utcDayOf(Date.UTC(2025, 10, 20))
const DAYS = 48
const SEED = 11
const KINDS = ['refund', 'chargeback', 'some_later_kind'] as const
let books: SimulatedBooks
before(async () => {
  books = await openBooks({ seed: SEED, accounts: 6, day: FIRST_DAY })
  await datedNow()
})
after(() => books.close())

type Happened = { readonly accountId: string; readonly day: number; readonly kind: string; readonly amount: NanoUsd }
const happened: Happened[] = []

/** Dates what was moved just now by the simulated clock; the ledger dates it by the database's. */
async function datedNow(): Promise<void> {
  const { ownerDatabase } = books.kit
  await ownerDatabase.query(sql`alter table transfer disable trigger transfer_immutable`)
  await ownerDatabase.query(sql`
    update transfer set created_at = ${new Date(books.clock.at).toISOString()}::timestamptz where created_at > now() - interval '1 hour'`)
  await ownerDatabase.query(sql`alter table transfer enable trigger transfer_immutable`)
}

/** Money that leaves or comes by a transfer of a kind that this code has never heard of. */
async function moveOther(accountId: string, amount: NanoUsd): Promise<void> {
  const { ownerDatabase } = books.kit
  const kind = books.random.pick(KINDS)
  const [debit, credit] = amount < 0n ? [accountId, HOUSE.refunds] : [HOUSE.refunds, accountId]
  const id = books.ids.uuid()
  await ownerDatabase.query(sql`
    insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash)
    values (${id}, ${debit}, ${credit}, ${amount < 0n ? -amount : amount}, ${kind}, ${`other:${id}`}, '\\x00')`)
  await ownerDatabase.query(sql`update balance set available = available + ${amount}::bigint where account_id = ${accountId}`)
  happened.push({ accountId, day: utcDayOf(books.clock.at), kind, amount })
}

async function liveDay(day: number): Promise<void> {
  const { random, accounts, ledger } = books
  await books.beginDay(day)
  for (const settled of await books.settle(accounts.filter(() => random.below(3) > 0)))
    happened.push({ accountId: settled.accountId, day, kind: 'usage', amount: -settled.cost })
  for (const accountId of accounts.filter(() => random.below(8) === 0)) {
    const amount = BigInt(1 + random.below(1_000_000_000))
    const kind = random.below(2) === 0 ? 'manual' : 'promotion'
    await ledger.credit({ accountId, amount, kind, sourceKey: `t:${books.ids.uuid()}`, reason: 'a top-up' })
    happened.push({ accountId, day, kind, amount })
    if (random.below(2) === 0) await moveOther(accountId, -BigInt(1 + random.below(Number(amount))))
    else await moveOther(accountId, BigInt(1 + random.below(1000)))
  }
  await datedNow()
  if (random.below(3) > 0) {
    await closeDays(books.kit.ledgerDatabase, { ids: books.ids, now: books.clock.at, before: day })
    await datedNow()
  }
}

const monthsUpTo = (day: number): readonly string[] => {
  const names = Array.from({ length: day - FIRST_DAY + 1 }, (_, index) => isoDate(FIRST_DAY + index).slice(0, 7))
  return [...new Set(names)]
}

const read = (accountId: string, month: string): Promise<Statement> =>
  readStatement(books.kit.appDatabase, books.subjects, { accountId, month, now: books.clock.at })

async function expectEqualsLedger(accountId: string): Promise<void> {
  const balance = await books.ledger.balanceOf(accountId)
  let last: NanoUsd = 0n
  for (const month of monthsUpTo(utcDayOf(books.clock.at))) {
    const statement = await read(accountId, month)
    const told = `${accountId} ${month}`
    assert.equal(statement.opening, last, `${told} begins with what the month before ended with`)
    const moved = happened.filter((one) => one.accountId === accountId && isoDate(one.day).startsWith(month))
    const first = month === isoDate(FIRST_DAY).slice(0, 7) ? 10_000_000_000_000n : 0n
    assert.equal(
      statement.closing - statement.opening,
      moved.reduce((sum, one) => sum + one.amount, first),
      told,
    )
    for (const kind of new Set(moved.map((one) => one.kind))) {
      const of = moved.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.amount, kind === 'manual' ? first : 0n)
      assert.equal(statement.sums.find((sum) => sum.kind === kind)?.amount ?? 0n, of, `${told} ${kind}`)
    }
    assert.equal(statement.lines.at(-1)?.balance ?? statement.opening, statement.closing)
    const used = -(statement.sums.find((sum) => sum.kind === 'usage')?.amount ?? 0n)
    assert.equal(
      statement.models.reduce((sum, model) => sum + model.cost, statement.expired.cost),
      used,
      `${told} models`,
    )
    last = statement.closing
  }
  assert.equal(last, (balance?.available ?? 0n) + (balance?.held ?? 0n), `${accountId} ends with its balance`)
}

test(`random histories: every month equals the ledger and chains to the next (seed ${SEED})`, async () => {
  for (let day = 0; day < DAYS; day += 1) {
    await liveDay(FIRST_DAY + day)
    if (day % 9 === 0 || day === DAYS - 1) for (const accountId of books.accounts) await expectEqualsLedger(accountId)
  }
  const { ok, problems } = await books.ledger.verify()
  assert.ok(ok, problems.join())
})

test('a month is open while a day of it is, and final after; its figures stay', async () => {
  const [accountId = ''] = books.accounts
  const month = isoDate(FIRST_DAY + DAYS - 1).slice(0, 7)
  const open = await read(accountId, month)
  assert.ok(open.openFrom !== undefined && open.openFrom >= `${month}-01`)
  assert.ok(open.lines.filter((line) => !line.isClosed).every((line) => line.kind === 'usage' && line.id === undefined))
  const end = Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1)
  books.clock.at = end + 2 * 3_600_000
  await closeDays(books.kit.ledgerDatabase, { ids: books.ids, now: books.clock.at, before: utcDayOf(books.clock.at) })
  const final = await read(accountId, month)
  assert.equal(final.openFrom, undefined)
  assert.equal(final.closing, open.closing)
  assert.ok(final.lines.every((line) => line.isClosed && (line.kind !== 'usage' || line.amount === 0n || line.id !== undefined)))
})

test('calls whose rows have expired are still in the sums', async () => {
  const [accountId = ''] = books.accounts
  const month = isoDate(FIRST_DAY).slice(0, 7)
  const whole = await read(accountId, month)
  assert.equal(whole.expired.calls, 0)
  const day = FIRST_DAY + 1
  for (const table of [sql`usage_event`, sql`usage_key_day`])
    await books.kit.ownerDatabase.query(sql`delete from ${table} where posted_day = ${isoDate(day)}::date`)
  const less = await read(accountId, month)
  assert.deepEqual([less.opening, less.closing, less.lines], [whole.opening, whole.closing, whole.lines])
  assert.equal(
    less.expired.calls + less.models.reduce((sum, { calls }) => sum + calls, 0),
    whole.models.reduce((sum, { calls }) => sum + calls, 0),
  )
})

test('a balance that its journal does not explain is not shown as a statement', async () => {
  const [accountId = ''] = books.accounts
  const month = isoDate(FIRST_DAY).slice(0, 7)
  const { ownerDatabase } = books.kit
  await ownerDatabase.query(sql`update balance set available = available + 1 where account_id = ${accountId}`)
  await assert.rejects(read(accountId, month), failsWith('books_disagree'))
  await ownerDatabase.query(sql`update balance set available = available - 1 where account_id = ${accountId}`)
  await read(accountId, month)
})

test('a month that is none, has not begun, or is of nobody is refused by name', async () => {
  const [accountId = ''] = books.accounts
  for (const month of ['2025-13', '2025-00', '2025-1', '1999-12', '', 'x', "2025-11'--", '2025-11-01', '２０２５-11'])
    await assert.rejects(read(accountId, month), failsWith('invalid_field'), month)
  await assert.rejects(read(accountId, isoDate(utcDayOf(books.clock.at) + 40).slice(0, 7)), failsWith('month_ahead'))
  await assert.rejects(read(books.ids.uuid(), '2025-11'), failsWith('account_unknown'))
  await assert.rejects(read('nobody', '2025-11'), failsWith('account_unknown'))
  const before = await read(accountId, '2025-01')
  assert.deepEqual([before.opening, before.closing, before.lines.length], [0n, 0n, 0])
})

const failsWith = (code: string) => (thrown: unknown) => thrown instanceof FailureError && thrown.failure.code === code

test('more transfers than a statement holds are refused, not cut off', async () => {
  const accountId = books.ids.uuid()
  await books.ledger.openAccount(accountId)
  const at = new Date(books.clock.at).toISOString()
  await books.kit.ownerDatabase.query(sql`
    insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash, created_at)
    select gen_random_uuid(), ${HOUSE.promotions}::uuid, ${accountId}::uuid, 1, 'promotion', 'many:' || i, '\\x00', ${at}::timestamptz
    from generate_series(1, 20001) as i`)
  await books.kit.ownerDatabase.query(sql`update balance set available = 20001 where account_id = ${accountId}`)
  await assert.rejects(read(accountId, at.slice(0, 7)), failsWith('statement_too_long'))
})

test('CSV adds up, quotes what has to be, and gives a spreadsheet no formula', async () => {
  const [accountId = ''] = books.accounts
  const reasons = ['=HYPERLINK("http://x","y")', '+1', '-2', '@sum', 'a, "quoted"\nline', '-1.50'] as const
  for (const reason of reasons) await books.ledger.credit({ accountId, amount: 1n, kind: 'promotion', sourceKey: `csv:${reason}`, reason })
  await datedNow()
  const statement = showStatement(await read(accountId, new Date(books.clock.at).toISOString().slice(0, 7)))
  const rows = parseCsv(statementCsv(statement))
  const [heads = [], ...body] = rows
  assert.ok(rows.every((row) => row.length === heads.length))
  const column = (name: string) => body.map((row) => row[heads.indexOf(name)] ?? '')
  assert.equal(
    column('amount_usd').reduce((sum, amount) => sum + nanoOf(amount), 0n),
    nanoOf(statement.closing_balance),
  )
  const told = new Set(column('reason'))
  for (const reason of reasons.slice(0, 4)) assert.ok(told.has(`'${reason}`), reason)
  assert.ok(told.has(reasons[4]) && told.has('-1.50'))
  assert.ok(column('reason').every((text) => !/^[=+@]/.test(text)))
})

function nanoOf(amount: string): bigint {
  const [whole = '', fraction = ''] = amount.replace('-', '').split('.')
  const nano = BigInt(whole + fraction.padEnd(9, '0'))
  return amount.startsWith('-') ? -nano : nano
}

/** Reads CSV as RFC 4180 has it. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows.filter((cells) => cells.length > 1)
}
