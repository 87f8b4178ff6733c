// Guarantee: what a receipt says of a call is the same in every byte whether it is made of what was written or of its row, whatever calls of
// other kinds came before it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Settlement } from '../ledger/index.ts'
import { isoDate } from '../lib/index.ts'
import {
  flatPrice,
  inputTokensOf,
  moreOf,
  NO_USAGE,
  type Price,
  priceOf,
  USAGE_CLASSES,
  type Usage,
  type UsageClass,
} from '../spec/index.ts'
import { type CallRow, callOf } from './call-rows.ts'
import { LeafTexts } from './leaf-text.ts'

const [flat] = flatPrice({ input: 150_000n, output: 600_000n })
assert.ok(flat !== undefined)
const dear = { ...flat, rates: { ...flat.rates, input: 300_000n, reasoning: 7n } }
const PRICES: ReadonlyMap<number, Price> = new Map([
  [1, [flat]],
  [2, [flat, { ...dear, inputAbove: 3 }, { ...dear, serviceTier: 'flex' }]],
])
const MODELS = ['gpt-4o-mini', 'ein "Modell" mit Zeichen: é, 模型']
const ROUTES = [undefined, { upstream: 'mock', upstream_model: 'gpt-4o-mini' }, { upstream: 'other', upstream_model: '模型 \\' }]
const AT = Date.parse('2026-11-21T10:00:00Z')

const count = fc.constantFrom(0, 0, 0, 1, 4, 0x7fff_ffff)
const usage = fc.dictionary(fc.constantFrom(...USAGE_CLASSES), count, { maxKeys: 4 }).map((some): Usage => ({ ...NO_USAGE, ...some }))
const few = <Value>(...values: readonly Value[]) => fc.constantFrom(...values)
const call: fc.Arbitrary<Settlement> = fc.record({
  ...{ requestId: fc.uuid(), accountId: fc.uuid(), keyId: fc.uuid(), usage, day: few(20_000, 20_001), startedAt: few(AT, AT + 1_000) },
  ...{ modelSerial: few(0, 1), routeSerial: few(0, 1, 2), priceVersion: few(1, 2), multiplier: few(1_000_000, 900_000, 1) },
  ...{ outcome: few(0, 1, 2, 8), usageSource: few(0, 1, 3), reportedModel: few(0, 1, 3), serviceTier: few(0, 1, 2) },
  ...{ firstByteMs: few(undefined, 0, 3), reportedInput: few(undefined, undefined, 0, 5), reportedOutput: few(undefined, 7) },
  ...{ hold: few(0n, 12_345_678n), cost: few(0n, 5n), shortfall: few(0n, 0n, 9_223_372_036_854_775n) },
  covered: fc.option(fc.record({ by: fc.uuid(), amount: few(0n, 9n) }), { nil: undefined, freq: 5 }),
  ...{ status: few(200), isStream: fc.boolean(), isSuspect: few(false), latencyMs: few(4), upstreamCost: few(undefined) },
})

/** Calls that differ from one by a single field or class each, so that what is kept of one is as near to the next as it can be. */
const calls = fc
  .tuple(call, fc.array(fc.tuple(call, few(...USAGE_CLASSES), count, fc.nat()), { maxLength: 30 }))
  .map(([like, others]) => [like, ...others.map(([other, name, value, place]) => changed(like, { other, name, value, place }))])

type Change = { readonly other: Settlement; readonly name: UsageClass; readonly value: number; readonly place: number }

function changed(like: Settlement, { other, name, value, place }: Change): Settlement {
  const own = { requestId: other.requestId, usage: { ...like.usage, [name]: value } }
  const fields = Object.entries(other).filter(([field]) => !(field in own))
  const [field, changedTo] = fields[place % (2 * fields.length)] ?? []
  return field === undefined ? { ...like, ...own } : { ...like, [field]: changedTo }
}

/** The row that is written for a call, as it is read back. */
function rowOf(settled: Settlement, day: string): CallRow {
  const { usage: used, covered } = settled
  const route = ROUTES[settled.routeSerial]
  return {
    ...{ commit: 1n, posted_day: day, request_id: settled.requestId, account_id: settled.accountId, key_id: settled.keyId },
    ...{ started_at: new Date(settled.startedAt).toISOString().replace('.000', ''), outcome: settled.outcome },
    ...{ model_serial: settled.modelSerial, route_serial: settled.routeSerial, model: MODELS[settled.modelSerial] ?? null },
    ...{ upstream: route?.upstream ?? null, upstream_model: route?.upstream_model ?? null, reported_model: settled.reportedModel },
    ...{ usage_source: settled.usageSource, first_byte_ms: settled.firstByteMs ?? null, price_version: settled.priceVersion },
    ...{ input: used.input, cache_read: used.cacheRead, cache_write_5m: used.cacheWrite5m, cache_write_1h: used.cacheWrite1h },
    ...{ output: used.output, reasoning: used.reasoning, more: moreOf(used), multiplier: settled.multiplier },
    ...{ service_tier: settled.serviceTier, reported_input: settled.reportedInput ?? null },
    ...{ reported_output: settled.reportedOutput ?? null, hold: `${settled.hold}`, cost: `${settled.cost}` },
    ...{ covered: covered === undefined ? null : `${covered.amount}`, covered_by: covered?.by ?? null, shortfall: `${settled.shortfall}` },
  }
}

test('any calls, one after the other', () => {
  const texts = new LeafTexts()
  let isCardApart = false
  fc.assert(
    fc.property(calls, (some) => {
      for (const settled of some) {
        const row = rowOf(settled, isoDate(settled.day))
        const price = PRICES.get(settled.priceVersion) ?? []
        isCardApart ||= settled.priceVersion === 2 && inputTokensOf(settled.usage) > 3 && priceOf(price, settled.usage) > 0n
        const route = ROUTES[settled.routeSerial]
        const names = {
          ...{ day: row.posted_day, startedAt: row.started_at, model: JSON.stringify(row.model), price },
          route: JSON.stringify(route === undefined ? null : { model: route.upstream_model, upstream: route.upstream }),
        }
        assert.equal(texts.of(settled, names), JSON.stringify(callOf(row, PRICES)))
      }
    }),
    { numRuns: 300 },
  )
  assert.ok(isCardApart, 'no call had a card of its own')
})
