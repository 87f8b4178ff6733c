// Guarantee: the audit after a crash sees a lost bill, a double bill, money that came or went, and books that do not agree.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckContext } from '../harness/index.ts'
import type { Customer, Operator, UsageRow } from '../operator.ts'
import { auditBooks } from './books.ts'
import type { Ride } from './load.ts'

const customer: Customer = { id: 'a', key: 'k', keyId: 'i' }
const ride = (requestId: string, isFull = true): Ride => ({
  ...{ tag: '', customer, requestId, status: 200, isFull, error: '', retryAfter: '', startedAt: 0, endedAt: 1 },
})
const row = (requestId: string, cost = '0.10', outcome = 'completed'): UsageRow => ({
  ...{ request_id: requestId, model: 'm', cost, hold: '0.50', outcome, status: 200, usage_source: 'provider' },
  tokens: { input: 1, output: 1, cached_read: 0, cache_write_5m: 0, cache_write_1h: 0, reasoning: 0 },
  ...{ is_stream: true, is_suspect: false, latency_ms: 1 },
})

type Told = { readonly rows: readonly UsageRow[]; readonly left: bigint; readonly rides: readonly Ride[]; readonly ok?: boolean }

async function failuresOf({ rows, left, rides, ok = true }: Told): Promise<readonly string[]> {
  const failures: string[] = []
  const fail = (what: string): void => void failures.push(what)
  const expect = (holds: boolean, what: string): boolean => {
    if (!holds) fail(what)
    return holds
  }
  const context: CheckContext = { n: 1, seed: 1, tier: 'pr', progress: () => undefined, fail, expect }
  const operator: Operator = {
    ask: () => Promise.resolve({}),
    customer: () => Promise.resolve(customer),
    usage: () => Promise.resolve(rows),
    balance: () => Promise.resolve({ available: left, held: 0n }),
    verify: () => Promise.resolve({ ok, checked: {}, problems: ok ? [] : ['journal_sums_to_zero'] }),
  }
  await auditBooks(context, { world: { operator }, customers: [customer], credit: 1_000_000_000n, rides, settledMsMax: 10 })
  return failures
}

const good: Told = { rows: [row('1'), row('2')], left: 800_000_000n, rides: [ride('1'), ride('2'), ride('3', false)] }

test('books that agree pass', async () => {
  assert.deepEqual(await failuresOf(good), [])
})

test('a full answer without a row is seen', async () => {
  assert.match((await failuresOf({ ...good, rides: [...good.rides, ride('4')] })).join(), /1 full answers were not billed/)
})

test('a full answer that was settled as lost is seen', async () => {
  assert.match((await failuresOf({ ...good, rows: [row('1'), row('2', '0.10', 'gateway-lost')] })).join(), /not billed in full/)
})

test('a second row is seen', async () => {
  assert.match((await failuresOf({ ...good, rows: [row('1'), row('1')], rides: [ride('1')] })).join(), /has 2 usage rows/)
})

test('money that came or went is seen', async () => {
  assert.match((await failuresOf({ ...good, left: 800_000_001n })).join(), /left of/)
  assert.match((await failuresOf({ ...good, left: 799_999_999n })).join(), /left of/)
})

test('a cost beyond its hold is seen', async () => {
  assert.match((await failuresOf({ ...good, rows: [row('1', '0.60'), row('2')], left: 300_000_000n })).join(), /more than its hold/)
})

test('books that disagree are seen', async () => {
  assert.match((await failuresOf({ ...good, ok: false })).join(), /journal_sums_to_zero/)
})
