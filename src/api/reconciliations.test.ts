// Guarantee: the operator sees what was found of each day, can have it found again, and lists payments whole or not at all; bad input is
// refused by name and nothing is written; a customer never sees any of it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { sql } from '../db/index.ts'
import { closeDays } from '../ledger/index.ts'
import { isoDate } from '../lib/index.ts'
import { reconciledDayShown, reconciliationPage } from './contract/index.ts'
import { customerApp, operatorApp } from './index.ts'
import { send, type TestWorld, testWorld } from './test-world.ts'

const FIRST_DAY = 20_500
let books: SimulatedBooks
let world: TestWorld
before(async () => {
  books = await openBooks({ seed: 3, accounts: 4, day: FIRST_DAY })
  for (const day of [FIRST_DAY, FIRST_DAY + 1]) {
    await books.beginDay(day)
    await books.settle(books.accounts)
  }
  await books.beginDay(FIRST_DAY + 2)
  await closeDays(books.kit.ledgerDatabase, { ids: books.ids, now: books.clock.at, before: FIRST_DAY + 2 })
  world = testWorld(books.kit.appDatabase)
  world.clock.at = books.clock.at
})
after(() => books.close())

const ask = (line: string, body?: unknown) => send(operatorApp(world.dependencies), line, body === undefined ? {} : { body })
const day = isoDate(FIRST_DAY)
const next = isoDate(FIRST_DAY + 1)

test('a day is reconciled when asked, shown, and listed', async () => {
  assert.equal((await ask(`GET /operator/v1/reconciliations/${day}`)).json.error.code, 'reconciliation_unknown')
  assert.deepEqual((await ask('GET /operator/v1/reconciliations')).json, { data: [], next: null })
  const done = await ask(`POST /operator/v1/reconciliations/${day}`, {})
  assert.equal(done.status, 200, done.text)
  const told = reconciledDayShown.parse(done.json)
  assert.deepEqual([told.state, told.over, told.under, told.loss, told.is_alarming], ['agrees', '0.00', '0.00', '0.00', false])
  assert.deepEqual(
    told.comparisons.map(({ part, source, report }) => `${part} ${source} ${report}`),
    ['ledger books read', 'rail manual none'],
  )
  assert.deepEqual((await ask(`GET /operator/v1/reconciliations/${day}`)).json, done.json)
  await ask(`POST /operator/v1/reconciliations/${next}`)
  const page = reconciliationPage.parse((await ask('GET /operator/v1/reconciliations?limit=1')).json)
  assert.deepEqual([page.data.map((one) => one.day), page.next], [[next], next])
  const rest = reconciliationPage.parse((await ask(`GET /operator/v1/reconciliations?before=${page.next}`)).json)
  assert.deepEqual([rest.data.map((one) => one.day), rest.next], [[day], null])
})

test('a posting that is not what its calls cost is found to the nano-dollar; no account is kept, the log names it', async () => {
  const { ownerDatabase } = books.kit
  const change = (nano: number) => sql`
    update usage_event set cost = cost + ${nano}::integer where request_id = (
      select request_id from usage_event where posted_day = ${day}::date and cost between 1 and hold - 1 order by request_id limit 1)`
  await ownerDatabase.query(change(1))
  world.logged.length = 0
  const found = reconciledDayShown.parse((await ask(`POST /operator/v1/reconciliations/${day}`)).json)
  assert.deepEqual([found.state, found.under, found.loss, found.is_alarming], ['differs', '0.000000001', '0.000000001', true])
  assert.deepEqual(
    found.comparisons[0]?.under_list.map(({ name }) => name),
    ['calls that were not posted'],
  )
  assert.deepEqual(
    world.logged.map(({ event }) => event),
    ['reconcile-differs', 'account-differs'],
  )
  assert.ok(books.accounts.includes(String(world.logged[1]?.['account'])))
  const [kept] = await ownerDatabase.query<{ text: string }>(sql`
    select coalesce(string_agg(r::text, ''), '') || (select coalesce(string_agg(i::text, ''), '') from reconciliation_item i) as text from reconciliation r`)
  assert.ok((kept?.text ?? '').includes('calls that were not posted'))
  for (const account of books.accounts) assert.ok(!kept?.text.includes(account))
  await ownerDatabase.query(change(-1))
  assert.equal((await ask(`POST /operator/v1/reconciliations/${day}`)).json.state, 'agrees')
})

test('payments by hand are listed and compared', async () => {
  const entries = [{ external_id: 'bank 7', amount: '12.50', currency: 'USD' }]
  const listed = await ask(`PUT /operator/v1/rails/manual/days/${day}`, { entries })
  assert.deepEqual(listed.json, { rail: 'manual', day, entries: 1, amount: '12.50' })
  const found = reconciledDayShown.parse((await ask(`POST /operator/v1/reconciliations/${day}`)).json)
  const rail = found.comparisons.find(({ part }) => part === 'rail')
  assert.deepEqual(
    rail?.under_list.map(({ name, theirs }) => `${name} ${theirs.amount}`),
    ['bank 7 12.50'],
  )
  await ask(`PUT /operator/v1/rails/manual/days/${day}`, { entries: [] })
  assert.equal((await ask(`POST /operator/v1/reconciliations/${day}`)).json.state, 'agrees')
})

test('bad input is refused by name and writes nothing', async () => {
  const codeOf = async (line: string, body?: unknown) => {
    const { status, json } = await ask(line, body)
    return `${status} ${json.error?.code} ${json.error?.field ?? ''}`.trim()
  }
  for (const wrong of ['x', '2026-13-01', '2026-02-31', '2026-11', '%27'])
    for (const line of [`POST /operator/v1/reconciliations/${wrong}`, `GET /operator/v1/reconciliations/${wrong}`])
      assert.equal(await codeOf(line), '400 invalid_field day', line)
  assert.equal(await codeOf(`POST /operator/v1/reconciliations/${isoDate(FIRST_DAY + 2)}`), '409 day_open')
  assert.equal(await codeOf(`POST /operator/v1/reconciliations/${isoDate(FIRST_DAY - 300)}`), '400 invalid_field day')
  assert.equal(await codeOf('GET /operator/v1/reconciliations?limit=0'), '400 invalid_field limit')
  assert.equal(await codeOf('GET /operator/v1/reconciliations?before=2026-19-39'), '400 invalid_field before')
  const put = `PUT /operator/v1/rails/manual/days/${day}`
  const entry = { external_id: 'a', amount: '1.00', currency: 'USD' }
  for (const amount of ['-1', '0', '0.00', '1e3', 'x', '1.0000000001', '99999999999']) {
    assert.equal(await codeOf(put, { entries: [{ ...entry, amount }] }), '400 amount_invalid entries.amount', amount)
  }
  assert.match(await codeOf(put, { entries: [{ ...entry, currency: 'EUR' }] }), /^400 invalid_field entries\.0\.currency$/)
  assert.equal(await codeOf(put, { entries: [entry, entry] }), '400 invalid_field entries.external_id')
  assert.match(await codeOf(put, { entries: [{ ...entry, external_id: 'a\nb' }] }), /invalid_field entries\.0\.external_id$/)
  assert.equal(await codeOf('PUT /operator/v1/rails/manual/days/2026-02-31', { entries: [] }), '400 invalid_field day')
  assert.equal((await books.kit.appDatabase.query(sql`select from rail_entry`)).length, 0)
  assert.equal((await operatorApp(world.dependencies).request('/operator/v1/reconciliations')).status, 401)
  assert.equal((await send(customerApp(world.dependencies), 'GET /operator/v1/reconciliations')).status, 404)
})
