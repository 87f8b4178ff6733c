// Guards: an account's calls are listed each once, newest first, with exact figures and nobody else's rows, however the pages are cut.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { systemIds } from '../lib/index.ts'
import { flatPrice, priceToJson, ratesFrom } from '../spec/index.ts'
import { listBill } from './list-bill.ts'
import { listUsage } from './list-usage.ts'

const ids = systemIds(() => Date.parse('2026-11-21T12:00:00Z'))
const key = ids.uuid()
const CARD = { rates: ratesFrom({ input: 2n, output: 2n }) }
let kit: TestDatabase
let model = 0

before(async () => {
  kit = await createTestDatabase()
  const [row] = await kit.ownerDatabase.query<{ serial: number }>(sql`
    insert into model (id, context, output_max, source) values ('sandbox/echo', 1000, 100, 'sandbox') returning serial`)
  model = row?.serial ?? 0
  const cards = priceToJson([...flatPrice({ input: 1n, output: 1n }), { ...CARD, serviceTier: 'flex', inputAbove: 9 }])
  await kit.ownerDatabase.query(sql`
    insert into price_version (id, model_serial, input, output, cache_read, cache_write_5m, cache_write_1h, cards)
    overriding system value
    values (8, ${model}, 1, 1, 1, 1, 1, ${JSON.stringify(cards)}::jsonb), (9, ${model}, 1, 1, 1, 1, 1, null)`)
  await kit.ownerDatabase.query(sql`select ensure_usage_partition('2026-11-21'), ensure_usage_partition('2026-11-20')`)
})
after(() => kit.drop())

const insert = (call: { readonly account: string; readonly request: string; readonly startedAt: string; readonly outcome?: number }) =>
  kit.ownerDatabase.query(sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version,
      outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, first_byte_ms, input, cache_read, cache_write_5m,
      cache_write_1h, output, reasoning, hold, cost)
    values (${call.startedAt.slice(0, 10)}, ${call.request}, ${call.startedAt.slice(0, 10)}, ${call.account}, ${key}, ${call.startedAt},
      ${model}, 1, 9, ${call.outcome ?? 0}, 200, 3, 2, true, false, 1234, null, 1, 2, 3, 4, 5, 6, 1000000, 138000)`)

test('a row shows every figure under its own name', async () => {
  const [account, request] = [ids.uuid(), ids.uuid()]
  await insert({ account, request, startedAt: '2026-11-21T10:00:00.123Z', outcome: 4 })
  const { rows, next } = await listUsage(kit.appDatabase, { accountId: account, limit: 10 })
  assert.equal(next, undefined)
  assert.deepEqual(rows, [
    {
      request_id: request,
      at: '2026-11-21T10:00:00.123Z',
      model: 'sandbox/echo',
      key_id: key,
      tokens: { input: 1, output: 5, cached_read: 2, cache_write_5m: 3, cache_write_1h: 4, reasoning: 6 },
      pieces: {},
      cost: '0.000138',
      hold: '0.001',
      covered: null,
      covered_by: null,
      shortfall: '0.00',
      upstream_cost: null,
      margin: null,
      price_version: 9,
      service_tier: 'standard',
      card: { service_tier: 'standard', prompt_above: 0 },
      multiplier: '1',
      reported: null,
      outcome: 'upstream-cut',
      billing_rule:
        'Charged as the upstream reported: the upstream broke off after it had told its usage; the figure is final and the answer was delivered but for its last frame. The figure was beyond what the model can take and give, and was cut to that.',
      status: 200,
      usage_source: 'clamped',
      reported_model: 'alias',
      is_stream: true,
      is_suspect: false,
      latency_ms: 1234,
      first_byte_ms: null,
    },
  ])
})

test('a row of today shows rare classes, its multiplier, tier and card, what was reported, and what is left of the cost', async () => {
  const [account, request] = [ids.uuid(), ids.uuid()]
  await insert({ account, request, startedAt: '2026-11-21T10:00:00Z' })
  await kit.ownerDatabase.query(sql`
    update usage_event set price_version = 8, more = '{1,2,3,4,5,6,7,8,9}', multiplier = 1250000, service_tier = 1, reported_input = 77,
      reported_output = 88, upstream_cost = 138001 where request_id = ${request}`)
  const shown = async () => (await listUsage(kit.appDatabase, { accountId: account, limit: 1 })).rows[0] ?? assert.fail()
  const row = await shown()
  assert.deepEqual(row.tokens, {
    ...{ input: 1, output: 5, cached_read: 2, cache_write_5m: 3, cache_write_1h: 4, reasoning: 6 },
    ...{ image_input: 1, audio_input: 2, image_output: 3, audio_output: 4, embedding: 5 },
  })
  assert.deepEqual(row.pieces, { images: 6, web_searches: 7, tool_calls: 8, calls: 9 })
  assert.deepEqual([row.multiplier, row.service_tier, row.card], ['1.25', 'flex', { service_tier: 'flex', prompt_above: 9 }])
  assert.deepEqual([row.reported, row.upstream_cost, row.margin], [{ input: 77, output: 88 }, '0.000138001', '-0.000000001'])
  await kit.ownerDatabase.query(
    sql`update usage_event set more = '{0,0,0,0,0,0,7}', input = 0, service_tier = 2 where request_id = ${request}`,
  )
  const { tokens, pieces, service_tier, card } = await shown()
  assert.deepEqual([Object.keys(tokens).length, pieces], [6, { web_searches: 7 }])
  assert.deepEqual(
    [service_tier, card],
    ['priority', { service_tier: 'standard', prompt_above: 0 }],
    'a tier without a card has that of standard',
  )
})

test('pages of any size give each row once, newest first, also where rows share a time to the microsecond', async () => {
  const account = ids.uuid()
  const times = ['2026-11-20T23:59:59.999999Z', '2026-11-21T00:00:00Z', '2026-11-21T00:00:00.000001Z', '2026-11-21T11:00:00Z']
  const made = Array.from({ length: 24 }, (_, index) => ({ account, request: ids.uuid(), startedAt: times[index % 4] ?? '' }))
  for (const call of made) await insert(call)
  await insert({ account: ids.uuid(), request: ids.uuid(), startedAt: '2026-11-21T00:00:00Z' })
  // In text, "…00Z" would sort after "…00.000001Z".
  const places = made.map(({ request, startedAt }) => `${startedAt.replace(':00Z', ':00.000000Z')} ${request}`)
  const expected = places
    .sort()
    .reverse()
    .map((place) => place.slice(-36))
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 25 }), async (limit) => {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await listUsage(kit.appDatabase, { accountId: account, cursor, limit })
        assert.ok(page.rows.length <= limit)
        seen.push(...page.rows.map((row) => row.request_id))
        cursor = page.next
      } while (cursor !== undefined)
      assert.deepEqual(seen, expected)
    }),
    { numRuns: 10 },
  )
})

test('calls of one key, one model or one outcome are those alone', async () => {
  const account = ids.uuid()
  const made = [0, 4, 4, 8].map((outcome) => ({ account, request: ids.uuid(), startedAt: '2026-11-21T09:00:00Z', outcome }))
  for (const call of made) await insert(call)
  const count = async (like: object) => (await listUsage(kit.appDatabase, { accountId: account, limit: 10, ...like })).rows.length
  assert.deepEqual(
    [
      await count({}),
      await count({ outcome: 'upstream-cut' }),
      await count({ outcome: 'completed' }),
      await count({ outcome: 'timed-out' }),
    ],
    [4, 2, 1, 0],
  )
  assert.deepEqual([await count({ model: 'sandbox/echo' }), await count({ model: 'sandbox' })], [4, 0])
  assert.deepEqual([await count({ keyId: key }), await count({ keyId: ids.uuid() }), await count({ keyId: "';--" })], [4, 0, 0])
  assert.equal(await count({ keyId: key, model: 'sandbox/echo', outcome: 'voided' }), 1)
})

test('a cursor that was not given by us is refused by name', async () => {
  const uuid = ids.uuid()
  for (const cursor of [
    '',
    'x',
    uuid,
    `infinity~${uuid}`,
    `2026-99-99T00:00:00.000000Z~${uuid}`,
    `2026-02-30T00:00:00.000000Z~${uuid}`,
    `0000-01-01T00:00:00.000000Z~${uuid}`,
    `2026-11-21T00:00:00.000000Z~${'-'.repeat(36)}`,
    "'; drop",
  ])
    await assert.rejects(listUsage(kit.appDatabase, { accountId: uuid, cursor, limit: 1 }), { message: 'invalid_field' }, cursor)
  for (const [day, at] of [
    ['2026-11-31', '2026-11-30'],
    ['2026-11-30', '2026-02-30'],
  ]) {
    const cursor = `${day}~${at}T00:00:00.000000Z~${uuid}`
    await assert.rejects(
      listBill(kit.appDatabase, { accountId: uuid, month: '2026-11', cursor, limit: 1 }),
      { message: 'invalid_field' },
      cursor,
    )
  }
})
