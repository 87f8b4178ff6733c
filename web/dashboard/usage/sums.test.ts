// Guarantee: what the usage page adds up is exact and complete: parts make the whole, days have no gap, and no name becomes a formula in a spreadsheet.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { usdOf } from '../../lib/money.ts'
import { breakDown, csvOf, type DayUsed, daysBefore, daysBetween, PARTS, shareOf, sumUsed } from './sums.ts'

const SEED = Date.now() % 1_000_000
const amount = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(usdOf)
const used: fc.Arbitrary<DayUsed> = fc.record({
  day: fc.constantFrom('2026-11-24', '2026-11-25'),
  model: fc.constantFrom('a', 'b', 'c'),
  keyId: fc.constantFrom('k1', 'k2'),
  memberId: fc.constantFrom('p1', null),
  ...{ requests: fc.nat(1000), inputTokens: fc.nat(1_000_000), outputTokens: fc.nat(100_000), cost: amount, covered: amount },
})

test(`parts by model and by key make the whole, the dearest first; seed ${SEED}`, () => {
  fc.assert(
    fc.property(fc.array(used), fc.constantFrom(...PARTS), (all, by) => {
      const parts = breakDown(all, by).map(([, sum]) => sum)
      const whole = sumUsed(all)
      assert.equal(
        parts.reduce((sum, part) => sum + part.cost, 0n),
        whole.cost,
      )
      assert.equal(
        parts.reduce((sum, part) => sum + part.covered, 0n),
        whole.covered,
      )
      assert.equal(
        parts.reduce((sum, part) => sum + part.requests, 0),
        whole.requests,
      )
      assert.ok(
        parts.every(
          (part, index) => index === 0 || (parts[index - 1]?.cost ?? 0n) + (parts[index - 1]?.covered ?? 0n) >= part.cost + part.covered,
        ),
      )
    }),
    { seed: SEED },
  )
})

test('days are whole, over ends of months and years', () => {
  assert.deepEqual(daysBetween('2026-12-30', '2027-01-02'), ['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02'])
  assert.deepEqual(daysBetween('2026-11-26', '2026-11-25'), [])
  assert.equal(daysBefore('2026-03-01', 1), '2026-02-28')
  const many = daysBetween('2020-01-01', '2026-01-01')
  assert.deepEqual([many.length, many[0], many.at(-1)], [400, '2024-11-28', '2026-01-01'])
})

test('shares and spreadsheets', () => {
  assert.deepEqual([shareOf(1n, 3n), shareOf(0n, 0n), shareOf(5n, 5n)], ['33.3 %', '0.0 %', '100.0 %'])
  const one = {
    day: '2026-11-24',
    model: 'm',
    keyId: 'k',
    memberId: null,
    requests: 1,
    inputTokens: 2,
    outputTokens: 3,
    cost: '0.1',
    covered: '0.00',
  }
  assert.equal(csvOf([one], () => '=HYPERLINK("x")').split('\r\n')[1], `2026-11-24,m,k,"'=HYPERLINK(""x"")",1,2,3,0.10,0.00`)
})
