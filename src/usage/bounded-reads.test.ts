// Guarantee: what pages ask for is found by indices, without reading the partitions through; a search for calls that are rare looks at a bounded number for
// each page and still finds every one of them, once.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type Database, type Sql, sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { isoDate, utcDayOf } from '../lib/index.ts'
import { houseCalls } from './house-calls.ts'
import { houseDays } from './house-days.ts'
import { keyUsage } from './key-usage.ts'
import { lastUses } from './last-uses.ts'
import { listBill } from './list-bill.ts'
import { LOOKED_AT_MAX, listUsage, type UsagePage } from './list-usage.ts'
import { usageByDay } from './usage-by-day.ts'
import { usageByKey } from './usage-by-key.ts'

const TODAY = utcDayOf(Date.parse('2026-11-21T12:00:00Z'))
const DAYS = 6
const CALLS_A_DAY = 4_000
const RARE_EVERY = 1_500
const [busy, rareKey, member] = [randomUUID(), randomUUID(), randomUUID()]
let kit: TestDatabase
let busyKeys: readonly string[] = []

before(async () => {
  kit = await createTestDatabase()
  const owner = kit.ownerDatabase
  await owner.query(sql`
    insert into model (id, context, output_max, source) values ('usual', 1000, 100, 'file'), ('rare', 1000, 100, 'file')`)
  await owner.query(sql`
    insert into price_version (model_serial, input, output, cache_read, cache_write_5m, cache_write_1h) select serial, 1, 1, 1, 1, 1 from model`)
  await owner.query(sql`insert into account (id) values (${busy})`)
  await owner.query(sql`insert into person (id, account_id, created_at) values (${member}, ${busy}, now())`)
  busyKeys = Array.from({ length: 20 }, () => randomUUID())
  for (const id of [rareKey, ...busyKeys])
    await owner.query(sql`
      insert into api_key (id, account_id, hash, hint, made_by) values (${id}, ${busy}, sha256(${id}::text::bytea), 'k', ${id === rareKey ? member : null})`)
  for (let back = 0; back < DAYS; back += 1) await fill(isoDate(TODAY - back))
  await owner.query(sql`analyze usage_event`)
})
after(() => kit.drop())

/** A day on which one account calls most and some others a little; each 1,500th call of it is rare in everything. */
async function fill(day: string): Promise<void> {
  const owner = kit.ownerDatabase
  await owner.query(sql`select ensure_usage_partition(${day}::date)`)
  await owner.query(sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version,
      outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m, cache_write_1h,
      output, reasoning, hold, cost)
    select ${day}::date, gen_random_uuid(), ${day}::date, case when n % 10 = 0 then gen_random_uuid() else ${busy}::uuid end,
      case when n % ${RARE_EVERY} = 1 then ${rareKey}::uuid else (${busyKeys}::uuid[])[1 + n % 20] end,
      ${day}::date + n * interval '20 seconds', case when n % ${RARE_EVERY} = 1 then (select serial from model where id = 'rare')
        else (select serial from model where id = 'usual') end, 1, (select min(id) from price_version),
      case when n % ${RARE_EVERY} = 1 then 5 else 0 end, 200, 1, 1, false, false, 1, 1, 0, 0, 0, 1, 0, 10, 2
    from generate_series(1, ${CALLS_A_DAY}) as calls (n)`)
}

/** What was asked, and the parts of how it was answered. */
type Asked = { readonly text: string; readonly parts: readonly Node[] }

/** A database that keeps what it is asked. */
function listening(): { readonly database: Database; readonly asked: Asked[] } {
  const asked: Asked[] = []
  const listenTo = (database: Database): Database => ({
    ...database,
    query: async (statement) => {
      // A setting has no plan, nor has a lock; whoever asks in a transaction is answered by the settings of it.
      if (!/set_config|^\s*(?:set|lock) /.test(statement.text))
        asked.push({ text: statement.text, parts: await planOf(database, statement) })
      return await database.query<never>(statement)
    },
    transaction: (work) => database.transaction((tx) => work(listenTo(tx))),
  })
  return { database: listenTo(kit.appDatabase), asked }
}

type Node = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly Plans?: readonly Node[]
}

/** The parts of how a statement would be answered. */
async function planOf(database: Database, statement: Sql): Promise<readonly Node[]> {
  const [row] = await database.query<Record<string, unknown>>(sql`explain (format json) ${statement}`)
  const told = row?.['QUERY PLAN']
  const plans = (typeof told === 'string' ? JSON.parse(told) : told) as readonly { readonly Plan: Node }[]
  const parts = (node: Node): readonly Node[] => [node, ...(node.Plans ?? []).flatMap(parts)]
  return plans.flatMap(({ Plan }) => parts(Plan))
}

/** What would be read through to answer it: the partitions of calls, and the sums of days. */
const readThrough = (parts: readonly Node[]): readonly string[] =>
  parts
    .filter((node) => node['Node Type'] === 'Seq Scan')
    .map((node) => node['Relation Name'] ?? '')
    .filter((name) => /^usage_(?:event|day)/.test(name))

test('the plan of a statement that reads a partition through is noticed', async () => {
  const parts = await planOf(kit.ownerDatabase, sql`select count(*) from usage_event where latency_ms > 3`)
  assert.equal(readThrough(parts).length, DAYS)
})

test('nothing that pages ask for reads partitions of calls through', async () => {
  const { database, asked } = listening()
  const page = { accountId: busy, limit: 50 }
  const day = isoDate(TODAY - 3)
  const some: readonly Partial<UsagePage>[] = [
    ...[{}, { keyId: rareKey }, { model: 'rare' }, { outcome: 'timed-out' }, { memberId: member }, { day }],
    ...[
      { keyId: rareKey, day },
      { model: 'rare', day, memberId: member },
    ],
  ] as const
  for (const like of some) await listUsage(database, { ...page, ...like })
  await lastUses(database, [rareKey, ...busyKeys])
  const through = asked.map(({ text, parts }) => ({ text, read: readThrough(parts) }))
  assert.ok(asked.length >= 14, String(asked.length))
  assert.deepEqual(
    through.filter(({ read }) => read.length > 0).map(({ text, read }) => [read, text]),
    [],
  )
})

test('calls of a key are found by the index of keys alone, however many its account has', async () => {
  const { database, asked } = listening()
  await listUsage(database, { accountId: busy, limit: 50, keyId: rareKey })
  await lastUses(database, [rareKey])
  const used = asked.flatMap(({ parts }) => parts).flatMap((node) => node['Index Name'] ?? [])
  assert.ok(used.filter((name) => name.includes('key_id')).length >= 2 * DAYS)
  assert.deepEqual(
    used.filter((name) => name.includes('account_id')),
    [],
  )
})

test('a page of an account that has most calls takes them in the order of an index, and sorts none but those of one moment', async () => {
  const sorted = (parts: readonly Node[]) => parts.filter((node) => node['Node Type'] === 'Sort').length
  const [unordered, { database, asked }] = [
    sql`select request_id from usage_event where account_id = ${busy} order by started_at desc offset ${LOOKED_AT_MAX} limit 1`,
    listening(),
  ]
  for (const like of [{}, { model: 'rare' }, { outcome: 'timed-out' as const }, { memberId: member }, { keyId: rareKey }])
    await listUsage(database, { accountId: busy, limit: 50, ...like })
  assert.deepEqual(
    asked.filter(({ text, parts }) => text.includes('usage_event') && sorted(parts) > 0).map(({ text }) => text),
    [],
  )
  assert.ok(sorted(await planOf(kit.appDatabase, unordered)) > 0, 'a plan that sorts is noticed')
})

test('sums that pages show read no calls, however many there are', async () => {
  const { database, asked } = listening()
  const [now, range] = [TODAY * 86_400_000 + 43_200_000, { from: isoDate(TODAY - 89), to: isoDate(TODAY) }]
  for (const keyId of [undefined, rareKey]) await usageByDay(database, { accountId: busy, ...range, keyId })
  await usageByKey(database, { accountId: busy, ...range, now })
  await keyUsage(database, { accountId: busy, keyId: rareKey }, { now: () => now })
  await houseCalls(database, now)
  await houseDays(database, { now, days: 30 })
  const parts = asked.flatMap((one) => one.parts).flatMap((node) => node['Relation Name'] ?? [])
  assert.ok(['usage_key_day', 'house_minute', 'usage_day'].every((table) => parts.some((name) => name.startsWith(table))))
  assert.deepEqual(
    parts.filter((name) => name.startsWith('usage_event')),
    [],
  )
})

test('what the house charged is summed of the days that are shown, and calls are read of days that are not posted', async () => {
  const owner = kit.ownerDatabase
  await owner.query(sql`insert into ledger_account (id, kind) select gen_random_uuid(), 'customer' from generate_series(1, 40)`)
  await owner.query(sql`insert into balance (account_id) select id from ledger_account where kind = 'customer'`)
  await owner.query(sql`
    insert into usage_day (account_id, day, cost, calls)
    select account_id, ${isoDate(TODAY)}::date - back, 5, 1 from balance, generate_series(0, 500) as days (back)`)
  await owner.query(sql`analyze usage_day`)
  const { database, asked } = listening()
  const days = await houseDays(database, { now: TODAY * 86_400_000, days: 30 })
  assert.deepEqual([days.length, new Set(days.map(({ charged }) => charged)).size], [30, 1])
  const last = asked.at(-1) ?? assert.fail()
  assert.ok(!readThrough(last.parts).some((name) => name.startsWith('usage_day')))
})

test('a page of a bill reads calls day by day by the index of days, and no day after the page is full', async () => {
  const owner = kit.ownerDatabase
  await owner.query(sql`insert into ledger_account (id, kind) values (${busy}, 'customer')`)
  await owner.query(sql`insert into balance (account_id) values (${busy})`)
  await owner.query(sql`
    insert into usage_day (account_id, day, cost, calls)
    select ${busy}, ${isoDate(TODAY)}::date - back, 5, 1 from generate_series(0, ${DAYS - 1}) as days (back)`)
  await owner.query(sql`analyze usage_day`)
  const { database, asked } = listening()
  const month = isoDate(TODAY).slice(0, 7)
  const { rows, next } = await listBill(database, { accountId: busy, month, limit: 50 })
  assert.deepEqual([rows.length, new Set(rows.map((row) => row.posted_day)).size], [50, 1])
  await listBill(database, { accountId: busy, month, limit: CALLS_A_DAY, cursor: next })
  const ofCalls = asked.filter(({ text }) => text.includes('from usage_event'))
  assert.equal(ofCalls.length, 3, 'the day of the first page, what is left of it, and the day after')
  for (const { text, parts } of ofCalls) assert.deepEqual([notByDay(parts), text.includes('posted_day = ')], [[], true])
  const byTime = sql`select cost from usage_event where account_id = ${busy} and started_at > ${new Date(0)} order by started_at limit 51`
  assert.equal(notByDay(await planOf(kit.appDatabase, byTime)).length, DAYS, 'a plan that reads days by another index is noticed')
})

/** The partitions that would be read by something else than the index of a day's calls of an account. */
const notByDay = (parts: readonly Node[]): readonly string[] =>
  parts
    .filter((node) => node['Index Name']?.includes('posted_day_account_id') !== true)
    .flatMap((node) => node['Relation Name'] ?? [])
    .filter((name) => name.startsWith('usage_event'))

test('a rare call is found once, wherever pages are cut, and no page looks at more than its share', async () => {
  const likes = [{ model: 'rare' }, { outcome: 'timed-out' }, { memberId: member }, { keyId: rareKey }] as const
  const all = await kit.ownerDatabase.query<{ id: string }>(sql`
    select request_id as id from usage_event where key_id = ${rareKey} and account_id = ${busy} order by started_at desc, request_id desc`)
  assert.ok(all.length >= 10)
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...likes), fc.integer({ min: 1, max: 20 }), async (like, limit) => {
      const seen: string[] = []
      let pages = 0
      let cursor: string | undefined
      do {
        const page = await listUsage(kit.appDatabase, { accountId: busy, cursor, limit, ...like })
        assert.ok(page.rows.length <= limit)
        if (page.next !== undefined && page.rows.length < limit) assert.ok(page.searchedTo !== undefined, 'where it was cut is told')
        if (page.searchedTo !== undefined) assert.ok(page.next !== undefined, 'and it goes on there')
        seen.push(...page.rows.map((row) => row.request_id))
        cursor = page.next
        pages += 1
      } while (cursor !== undefined)
      assert.deepEqual(
        seen,
        all.map(({ id }) => id),
      )
      assert.ok(pages <= 1 + Math.ceil((DAYS * CALLS_A_DAY) / LOOKED_AT_MAX) + Math.ceil(all.length / limit), String(pages))
    }),
    { numRuns: 12 },
  )
})

test('a day holds the calls that began on it in UTC, and no other', async () => {
  const day = isoDate(TODAY - 2)
  const { rows } = await listUsage(kit.appDatabase, { accountId: busy, limit: 5_000, day })
  assert.ok(rows.length > 3_000)
  assert.deepEqual([...new Set(rows.map(({ at }) => at.slice(0, 10)))], [day])
})
