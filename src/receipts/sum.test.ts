// Guarantee: a receipt shows its sum line by line and every figure of it follows from the call that was signed; receipts that were handed
// out before there were multipliers keep their leaf and stay good.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { z } from 'zod'
import { parseUsd } from '../lib/index.ts'
import { flatPrice, type Price, ratesFrom } from '../spec/index.ts'
import { type CallRow, callOf, leafOf, type Prices, writeLeafOfRow } from './call-rows.ts'
import { canonicalJson } from './canonical-json.ts'
import { readDayRoots, readPublicKeys, sumOfCall, verifyReceipt } from './index.ts'
import { type FirstCall, firstCall, type ReceiptSum, receiptCall, type SecondCall, secondCall, shownReceipt } from './shape.ts'
import { sumProblems } from './sum.ts'

/** Receipts as they were handed out when the only version was 1, with their leaves and what they were checked with. */
const RECORDED = z
  .object({ receipts: z.array(z.unknown()), leaves: z.array(z.string()), keys: z.array(z.unknown()), dayRoots: z.array(z.unknown()) })
  .parse(JSON.parse(readFileSync(new URL('recorded/receipts-v1.json', import.meta.url), 'utf8')))

const ROW: CallRow = {
  ...{ commit: 1n, posted_day: '2026-11-26', request_id: 'r', account_id: 'a', key_id: 'k', started_at: '2026-11-26T01:02:03Z' },
  ...{
    model_serial: 1,
    route_serial: 1,
    model: 'm',
    upstream: 'u',
    upstream_model: 'um',
    reported_model: 1,
    outcome: 0,
    usage_source: 1,
    first_byte_ms: 5,
  },
  ...{ input: 1000, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0, output: 30, reasoning: 10, more: null },
  ...{ price_version: 7, multiplier: 1_250_000, service_tier: 1, reported_input: null, reported_output: null },
  ...{ hold: '9000000', cost: '5875001', covered: null, covered_by: null, shortfall: '0' },
}
const PRICE: Price = [
  { serviceTier: 'standard', inputAbove: 0, rates: ratesFrom({ input: 1n, output: 1n }) },
  { serviceTier: 'flex', inputAbove: 0, rates: ratesFrom({ input: 2n, output: 2n }) },
  {
    serviceTier: 'flex',
    inputAbove: 999,
    rates: ratesFrom({ input: 3_000_000_000n, output: 15_000_000_000n, reasoning: 140_000_000_001n, webSearches: 10_000_000n }),
  },
]
const PRICES = new Map([[7, PRICE]])

function leafOfRow(row: CallRow, prices: Prices): Buffer {
  const leaves = Buffer.alloc(32)
  writeLeafOfRow(row, prices, { leaves, at: 0 })
  return leaves
}
const second = (row: Partial<CallRow> = {}): SecondCall => secondCall.parse(callOf({ ...ROW, ...row }, PRICES))

test('recorded receipts of version 1 keep their leaf to the bit, and verify as they are', () => {
  const evidence = {
    keys: readPublicKeys(JSON.stringify({ keys: RECORDED.keys })) ?? new Map(),
    dayRoots: readDayRoots(JSON.stringify({ data: RECORDED.dayRoots })) ?? new Map(),
  }
  assert.equal(RECORDED.receipts.length, 2)
  for (const [index, recorded] of RECORDED.receipts.entries()) {
    const text = JSON.stringify(recorded)
    const { problems, provenBy, call } = verifyReceipt(text, evidence)
    assert.deepEqual([problems, provenBy], [[], ['signature', 'day root']])
    const first = firstCall.parse(call)
    assert.equal(leafOf(first).toString('hex'), RECORDED.leaves[index])
    // The row it was made from makes the same leaf today.
    const { input, output, cache_read, cache_write_5m, cache_write_1h } = first.rates
    const price = flatPrice({
      ...{ input: BigInt(input), output: BigInt(output), cacheRead: BigInt(cache_read) },
      ...{ cacheWrite5m: BigInt(cache_write_5m), cacheWrite1h: BigInt(cache_write_1h) },
    })
    assert.equal(leafOfRow(rowOf(first), new Map([[first.price_version, price]])).toString('hex'), RECORDED.leaves[index])
    // Fetched again today it shows its sum as well, which is checked.
    const shown = shownReceipt.parse(recorded)
    const sum = sumOfCall(first)
    assert.deepEqual(verifyReceipt(JSON.stringify({ ...shown, sum }), evidence).provenBy, ['signature', 'day root'])
    assert.deepEqual(verifyReceipt(JSON.stringify({ ...shown, sum: { ...sum, price: '1.00' } }), evidence).provenBy, [])
  }
})

/** The row of such a call, which has none of the newer columns. */
function rowOf(call: FirstCall): CallRow {
  const index = (words: readonly string[], word: string): number => words.indexOf(word)
  return {
    ...{ ...ROW, ...call.usage, more: null, posted_day: call.day, multiplier: null, service_tier: null },
    ...{ request_id: call.request_id, account_id: call.account_id, key_id: call.key_id, started_at: call.started_at, model: call.model },
    ...{ upstream: call.route?.upstream ?? null, upstream_model: call.route?.model ?? null, price_version: call.price_version },
    ...{ hold: call.hold_nano_usd, cost: call.cost_nano_usd, shortfall: call.shortfall_nano_usd },
    reported_model: index(['absent', 'asked', 'alias', 'other'], call.reported_model),
    usage_source: index(['none', 'provider', 'counted', 'clamped'], call.usage_source),
    outcome: index(OUTCOMES_THEN, call.outcome),
  }
}

const OUTCOMES_THEN = [
  ...['completed', 'client-aborted', 'upstream-refused', 'upstream-failed', 'upstream-cut', 'timed-out', 'length-stopped'],
  ...['gateway-lost', 'voided'],
]

test('the leaf of version 2 is spelled canonically and holds what was used, at the card that applied, and nothing else', () => {
  const call = callOf({ ...ROW, more: [0, 0, 0, 0, 0, 0, 3], usage_source: 3, reported_input: 2000, reported_output: 31 }, PRICES)
  assert.equal(
    JSON.stringify(call),
    '{"account_id":"a","card":{"prompt_above":999,"service_tier":"flex"},"cost_nano_usd":"5875001","day":"2026-11-26",' +
      '"hold_nano_usd":"9000000","key_id":"k","model":"m","multiplier":"1.25","outcome":"completed","price_version":7,' +
      '"rates":{"input":"3000000000","output":"15000000000","reasoning":"140000000001","web_searches":"10000000"},' +
      '"reported":{"input":2000,"output":31},"reported_model":"asked","request_id":"r","route":{"model":"um","upstream":"u"},' +
      '"service_tier":"flex","shortfall_nano_usd":"0","stage":"begun","started_at":"2026-11-26T01:02:03Z",' +
      '"usage":{"input":1000,"output":30,"reasoning":10,"web_searches":3},"usage_source":"clamped","version":2}',
  )
  for (const row of [ROW, { ...ROW, upstream: null, multiplier: null }, { ...ROW, more: [1, 2, 3, 4, 5, 6, 7, 8, 9] }]) {
    const made = callOf(row, PRICES)
    assert.equal(JSON.stringify(made), canonicalJson(made))
    assert.deepEqual(receiptCall.parse(made), made)
  }
  assert.throws(() => callOf({ ...ROW, price_version: 8 }, PRICES), RangeError)
})

test('the sum is there line by line with all digits, times the multiplier, rounded once', () => {
  const { billing_rule, ...sum } = sumOfCall(second())
  assert.deepEqual(sum, {
    cost: '0.005875001',
    exact: '0.0058750000000125',
    hold: '0.009',
    lines: [
      { class: 'input', count: 1000, product: '0.003', rate: '3.00', unit: 'million tokens' },
      { class: 'output', count: 20, product: '0.0003', rate: '15.00', unit: 'million tokens' },
      { class: 'reasoning', count: 10, product: '0.00140000000001', rate: '140.000000001', unit: 'million tokens' },
    ],
    multiplier: '1.25',
    price: '0.005875001',
    rounding: 'once, upwards, to a whole nano-dollar (0.000000001 USD)',
    shortfall: '0.00',
  })
  assert.equal(parseUsd(sum.price), 5_875_001n)
  assert.match(billing_rule, /^Charged as the upstream reported: /)
  const pieces = sumOfCall(second({ input: 1000, output: 0, reasoning: 0, more: [0, 0, 0, 0, 0, 0, 3] }))
  assert.deepEqual(pieces.lines.at(-1), { class: 'web_searches', count: 3, product: '0.03', rate: '0.01', unit: 'piece' })
  assert.match(sumOfCall(second({ outcome: 1, usage_source: 2, first_byte_ms: null })).billing_rule, /^The prompt is charged, by our count/)
  assert.match(sumOfCall(second({ outcome: 1, usage_source: 2 })).billing_rule, /^Charged by our count of what had passed/)
})

test('a call that does not add up, and a sum that is not of the call, are told, each by its place', () => {
  const call = second()
  const sum = sumOfCall(call)
  assert.deepEqual(sumProblems(call, sum), [])
  const of = (change: Partial<SecondCall>): string => {
    const changed = { ...call, ...change }
    return sumProblems(changed, sumOfCall(changed)).join('; ')
  }
  assert.match(of({ multiplier: '1.250001' }), /costs 5875005 nano-USD, but 5875001/)
  assert.match(of({ card: { service_tier: 'priority', prompt_above: 999 } }), /a card for priority service does not apply to flex/)
  assert.match(of({ card: { service_tier: 'flex', prompt_above: 1000 } }), /for prompts above 1000 does not apply to 1000/)
  assert.equal(
    of({ card: { service_tier: 'standard', prompt_above: 0 } }),
    '',
    'a tier without a card of its own has that of standard service',
  )
  assert.match(of({ usage: { ...call.usage, cache_read: 1 } }), /cache_read was used without a rate/)
  assert.match(of({ rates: { ...call.rates, images: '5' } }), /images was used without a rate, or has a rate and was not used/)
  const shown = (change: Partial<ReceiptSum>): readonly string[] => sumProblems(call, { ...sum, ...change })
  assert.deepEqual(shown({ exact: '0.0058750000000126' }), ['sum.exact is "0.0058750000000126", recomputed "0.0058750000000125"'])
  assert.deepEqual(shown({ lines: sum.lines.map((line) => ({ ...line, count: line.count + (line.class === 'output' ? 1 : 0) })) }), [
    'sum.lines.1.count is 21, recomputed 20',
  ])
  assert.equal(shown({ lines: sum.lines.slice(1) }).length > 0, true)
  assert.match(shown({ billing_rule: 'Nothing is charged' }).join(), /^sum\.billing_rule is /)
  assert.deepEqual(sumProblems(call, undefined), ['its sum is missing'])
})

test('a call that a plan paid says so, and proves it like any other; one that two paid, or nobody that is named, does not', () => {
  const covered = { cost: '0', covered: '5875001', covered_by: 'p' }
  const call = second(covered)
  assert.deepEqual([call.cost_nano_usd, call.covered_nano_usd, call.covered_by], ['0', '5875001', 'p'])
  assert.equal(JSON.stringify(callOf({ ...ROW, ...covered }, PRICES)), canonicalJson(call), 'in the order of canonical JSON')
  const sum = sumOfCall(call)
  assert.deepEqual([sum.cost, sum.covered, sum.price], ['0.00', '0.005875001', '0.005875001'])
  assert.deepEqual(sumProblems(call, sum), [])
  assert.ok(sumProblems({ ...call, cost_nano_usd: '1', covered_nano_usd: '5875000' }, undefined).some((what) => /who paid/.test(what)))
  const { covered_by: _, ...unnamed } = call
  assert.ok(sumProblems(unnamed, undefined).some((what) => /who paid/.test(what)))
  assert.ok(sumProblems({ ...call, covered_nano_usd: '5875000' }, undefined).some((what) => /costs 5875001/.test(what)))
  assert.equal(Object.keys(second()).includes('covered_by'), false, 'what the balance paid reads as it did')
})
